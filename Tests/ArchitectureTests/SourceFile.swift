import Foundation
import Testing

/// What one file of Swift declares at file level and what it names.
struct SourceFile {
  /// The folder below `Sources`, such as `MirrorJournal/Format`.
  let folder: String
  let name: String
  private(set) var imports: Set<String> = []
  /// Types that other files may name.
  private(set) var types: Set<String> = []
  /// Capitalised words outside comments and plain string literals.
  private(set) var words: Set<String> = []

  var target: String { String(folder.prefix { $0 != "/" }) }

  init(_ text: String, folder: String, name: String) {
    self.folder = folder
    self.name = name
    for line in text.split(separator: "\n") {
      let code = Self.code(of: line)
      for word in code.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
      where word.first?.isUppercase == true {
        words.insert(String(word))
      }
      if !line.hasPrefix(" ") { readDeclaration(code) }
    }
  }

  /// All files below `root`, which is the folder `Sources`.
  static func all(below root: URL) throws -> [SourceFile] {
    let places = FileManager.default.enumerator(atPath: root.path(percentEncoded: false))
    var files: [SourceFile] = []
    for case let path as String in try #require(places) where path.hasSuffix(".swift") {
      let parts = path.split(separator: "/").map(String.init)
      files.append(
        SourceFile(
          try String(contentsOf: root.appending(path: path), encoding: .utf8),
          folder: parts.dropLast().joined(separator: "/"), name: parts.last ?? path))
    }
    return files
  }

  /// The line without its comment and without literals, which name nothing. A literal with an
  /// escape stays: it may hold code.
  private static func code(of line: Substring) -> String {
    var code = ""
    var parts = line.split(separator: "\"", omittingEmptySubsequences: false)[...]
    var isCode = true
    while let part = parts.popFirst() {
      if isCode, let comment = part.firstRange(of: "//") {
        return code + part[..<comment.lowerBound]
      }
      if isCode || part.contains("\\") { code += part + " " }
      isCode.toggle()
    }
    return code
  }

  private mutating func readDeclaration(_ code: String) {
    var words = code.split(separator: " ").drop { $0.hasPrefix("@") }
    let modifiers: Set<Substring> = [
      "public", "package", "internal", "final", "indirect", "open",
    ]
    words = words.drop { modifiers.contains($0) }
    guard words.count > 1, let kind = words.popFirst(), let rest = words.first else { return }
    let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    switch kind {
    case "import": imports.insert(name)
    case "struct", "class", "enum", "protocol", "actor", "typealias": types.insert(name)
    default: break
    }
  }
}
