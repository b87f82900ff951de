internal import Glibc

/// A folder of layouts, `NAME.json` each, from which a file's layout is chosen by its signature.
public struct LayoutFolder: Sendable {
  /// Without a slash at the end; empty where the user has no folder.
  public let path: String
  /// Whether somebody named this folder, so that it has to be there.
  private let isNamed: Bool

  /// The folder at `path`; it need not exist.
  public init(path: String) { self.init(path, isNamed: false) }

  private init(_ path: String, isNamed: Bool) {
    self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
    self.isNamed = isNamed
  }

  /// The user's folder: `$MJOURNAL_LAYOUTS`, or else `$XDG_CONFIG_HOME/mjournal/layouts`, or else
  /// `$HOME/.config/mjournal/layouts`.
  ///
  /// Without any of them there is none. The last two count when they are absolute: a folder below whatever
  /// directory the program is started in could be anybody's.
  public static var user: LayoutFolder {
    if let path = pathVariable("MJOURNAL_LAYOUTS") { return LayoutFolder(path, isNamed: true) }
    func absolute(_ name: String) -> String? {
      pathVariable(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard let folder = absolute("XDG_CONFIG_HOME") ?? absolute("HOME").map({ $0 + "/.config" })
    else { return LayoutFolder("", isNamed: false) }
    return LayoutFolder(folder + "/mjournal/layouts", isNamed: false)
  }

  /// The names of the files in the folder, in no order; none if there is no folder.
  package var files: [String] { path.isEmpty ? [] : namesInDirectory(path) ?? [] }

  /// Why the folder cannot be read: it is there and the system refuses, or somebody named it and it is not there.
  private var problem: JournalError? {
    guard !path.isEmpty, namesInDirectory(path) == nil else { return nil }
    let number = errno
    guard isNamed || number != ENOENT else { return nil }
    return JournalError(
      .cannotOpen, "the folder of layouts cannot be read: \(systemMessage(number))", in: path,
      advice: isNamed ? "MJOURNAL_LAYOUTS names it" : "check its permissions")
  }

  /// The names in the folder, in order; none if there is no folder.
  public var names: [String] {
    return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.sorted()
  }

  /// Where the layout called `name` is kept.
  public func file(_ name: String) -> String { "\(path)/\(name).json" }

  private func require() throws(JournalError) {
    guard path.isEmpty else { return }
    throw JournalError(
      .badArgument, "there is no folder of layouts: HOME is not set",
      advice: "set HOME or MJOURNAL_LAYOUTS, or name a layout file with --layout")
  }

  /// The layout called `name`.
  ///
  /// - Throws: `badArgument` for a name that is none, `cannotOpen`, `badLayout`.
  public func layout(_ name: String) throws(JournalError) -> JournalLayout {
    try Self.check(name)
    try require()
    return try JournalLayout(contentsOf: file(name))
  }

  /// The layouts of the folder, those with the longest signatures first, and what is wrong with the
  /// files that hold none.
  public var contents: (layouts: [JournalLayout], problems: [JournalError]) {
    var layouts: [JournalLayout] = []
    var problems = problem.map { [$0] } ?? []
    for name in names {
      do {
        layouts.append(try layout(name))
      } catch {
        problems.append(error)
      }
    }
    layouts.sort { ($0.signature.count, $1.name) > ($1.signature.count, $0.name) }
    return (layouts, problems)
  }

  /// Makes the folder and those above it that are missing.
  private static func make(_ path: String) throws(JournalError) {
    if isDirectory(path) { return }
    let above = splitPath(path).directory
    if above != path, !isDirectory(above) { try make(above) }
    guard makeDirectory(path, 0o777) == 0 || errno == EEXIST else {
      throw systemError(.cannotWrite, "the folder of layouts cannot be made", path)
    }
  }

  /// Keeps `layout` under its name.
  ///
  /// - Parameter files: what the run reads, which is not replaced.
  /// - Throws: `badArgument` for a name that can be no file's, `targetExists` unless `force`,
  ///   `cannotWrite`.
  public func add(
    _ layout: JournalLayout, force: Bool = false, files: RunFiles = RunFiles()
  ) throws(JournalError) {
    try Self.check(layout.name)
    try require()
    try Self.make(path)
    try layout.write(to: file(layout.name), force: force, files: files)
  }

  /// Removes the layout called `name`.
  ///
  /// - Throws: `badArgument`, `cannotOpen` when there is none, `cannotWrite`.
  public func remove(_ name: String) throws(JournalError) {
    try Self.check(name)
    try require()
    guard unlinkPath(file(name)) == 0 else {
      throw JournalError(
        errno == ENOENT ? .cannotOpen : .cannotWrite, systemMessage(errno), in: file(name))
    }
  }

  /// Whether a layout of the folder can be called `name`: 1 to 64 ASCII letters, digits, `-`, `_` and `.`, the
  /// first no `.`.
  public static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix(".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  private static func check(_ name: String) throws(JournalError) {
    guard isName(name) else {
      throw JournalError(
        .badArgument, "'\(name)' is not the name of a layout",
        advice: "use letters, digits, - _ and .")
    }
  }
}

extension JournalLayout {
  /// Writes the layout as JSON; the file gets its name when it is whole.
  ///
  /// - Parameter files: what the run reads: no such file is replaced.
  /// - Throws: `targetExists` unless `force`, and for a file of the run; `cannotWrite`.
  public func write(
    to path: String, force: Bool = false, files: RunFiles = RunFiles()
  ) throws(JournalError) {
    try WholeFile.write(Array(json.utf8), to: path, force: force, files: files)
  }
}
