internal import FoundationEssentials
internal import Glibc

/// A folder of layouts, `NAME.json` each, from which a file's layout is chosen by its signature.
public struct LayoutFolder: Sendable {
  /// Without a slash at the end.
  public let path: String

  /// The folder at `path`; it need not exist.
  public init(path: String) {
    self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The user's folder: `$MJOURNAL_LAYOUTS`, or else `~/.config/mjournal/layouts`.
  public static var user: LayoutFolder {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = variable("MJOURNAL_LAYOUTS") { return LayoutFolder(path: path) }
    let home = variable("HOME") ?? "."
    let configuration = variable("XDG_CONFIG_HOME") ?? home + "/.config"
    return LayoutFolder(path: configuration + "/mjournal/layouts")
  }

  /// The names in the folder, in order; none if there is no folder.
  public var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.sorted()
  }

  /// Where the layout called `name` is kept.
  public func file(_ name: String) -> String { "\(path)/\(name).json" }

  /// The layout called `name`.
  ///
  /// - Throws: `badArgument` for a name that is none, `cannotOpen`, `badLayout`.
  public func layout(_ name: String) throws(JournalError) -> JournalLayout {
    try Self.check(name)
    return try JournalLayout(contentsOf: file(name))
  }

  /// The layouts of the folder, those with the longest signatures first, and what is wrong with the
  /// files that hold none.
  public var contents: (layouts: [JournalLayout], problems: [JournalError]) {
    var layouts: [JournalLayout] = []
    var problems: [JournalError] = []
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

  /// Keeps `layout` under its name.
  ///
  /// - Throws: `badArgument` for a name that can be no file's, `targetExists` unless `force`,
  ///   `cannotWrite`.
  public func add(_ layout: JournalLayout, force: Bool = false) throws(JournalError) {
    try Self.check(layout.name)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw JournalError(.cannotWrite, "the folder of layouts cannot be made", in: path)
    }
    try layout.write(to: file(layout.name), force: force)
  }

  /// Removes the layout called `name`.
  ///
  /// - Throws: `badArgument`, `cannotOpen` when there is none, `cannotWrite`.
  public func remove(_ name: String) throws(JournalError) {
    try Self.check(name)
    guard unlink(file(name)) == 0 else {
      throw JournalError(
        errno == ENOENT ? .cannotOpen : .cannotWrite, systemMessage(errno), in: file(name))
    }
  }

  private static func check(_ name: String) throws(JournalError) {
    let isName =
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
    guard isName else {
      throw JournalError(
        .badArgument, "'\(name)' is not the name of a layout",
        advice: "use letters, digits, - _ and .")
    }
  }
}

extension JournalLayout {
  /// Writes the layout as JSON; the file gets its name when it is whole.
  ///
  /// - Throws: `targetExists` unless `force`, `cannotWrite`.
  public func write(to path: String, force: Bool = false) throws(JournalError) {
    let pending = try PendingFile(target: path, force: force, permissions: 0o644)
    try pending.file.write(Array(json.utf8).span.bytes, at: 0)
    try pending.commit()
  }
}
