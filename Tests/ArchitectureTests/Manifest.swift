import Foundation

/// The targets of `Package.swift` and what they depend on, read as text.
struct Manifest {
  /// By target with a folder in `Sources`, the targets and products that it names.
  private(set) var dependencies: [String: Set<String>] = [:]
  /// The same of the targets in `Tests`.
  private(set) var tests: [String: Set<String>] = [:]

  init(root: URL) throws {
    let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    for kind in [".target(", ".executableTarget(", ".systemLibrary(", ".testTarget("] {
      for start in text.ranges(of: kind).map(\.upperBound) {
        let call = Self.call(text[start...])
        let quoted = call.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count > 1 else { continue }
        let name = String(quoted[1])
        if kind == ".testTarget(" || call.contains("path: \"Tests/") {
          tests[name] = Self.dependencies(in: call)
        } else {
          dependencies[name] = Self.dependencies(in: call)
        }
      }
    }
  }

  /// The text up to the parenthesis that ends the call.
  private static func call(_ text: Substring) -> Substring {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return text[..<index] }
    }
    return text
  }

  private static func dependencies(in call: Substring) -> Set<String> {
    guard let list = call.firstRange(of: "dependencies: ["),
      let end = call[list.upperBound...].firstIndex(of: "]")
    else { return [] }
    let parts = call[list.upperBound..<end].split(separator: "\"", omittingEmptySubsequences: false)
    return Set(parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
  }
}
