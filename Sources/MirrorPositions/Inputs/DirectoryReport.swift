internal import Glibc
public import MirrorJournal

/// What a directory holds, file by file: what can be read there, and what to do with the rest.
public struct DirectoryReport: Sendable {
  /// The directory.
  public let path: String
  /// What is neither journal nor log nor special and can be read has no row. By name.
  public let rows: [FileReport]
  /// Files that are neither journals nor logs.
  public let others: Int
  /// The directories in it, by name.
  public let directories: [String]
  /// Whether files can be written here.
  public let isWritable: Bool

  /// Looks at the beginning of each file in `path`, not below it.
  ///
  /// - Throws: `cannotOpen` when the directory cannot be read.
  public init(_ path: String, layouts: [JournalLayout]) throws(JournalError) {
    guard let names = namesInDirectory(path) else {
      let reason = String(cString: strerror(errno))
      throw JournalError(
        .cannotOpen, "the directory cannot be read: \(reason)", in: path,
        advice: "check its permissions")
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    var rows: [FileReport] = []
    var directories: [String] = []
    var others = 0
    for name in names.sorted() where !name.hasPrefix(".") {
      let file = FileReport(prefix + name, layouts: layouts)
      switch file.kind {
      case .directory: directories.append(file.path)
      case .other where file.isReadable: others += 1
      default: rows.append(file)
      }
    }
    self.path = path
    self.rows = rows
    self.others = others
    self.directories = directories
    isWritable = withPath(path) { access($0, W_OK) } == 0
  }

  /// Whether every journal and log can be read.
  public var isReadable: Bool { rows.allSatisfy(\.isReadable) }

  /// The commands that lead on, as they can be given to a shell.
  public var nextSteps: [String] {
    let word = shellWord(path: path)
    let sound = rows.filter { $0.kind == .journal && $0.isReadable }
    // First what is about all of it: of many files not every command is shown.
    var steps: [String] = []
    if rows.contains(where: { $0.kind == .log && $0.isReadable }) {
      steps.append("mjournal positions \(word)")
    }
    if sound.contains(where: { JournalFileName($0.path) != nil }) {
      steps += ["mjournal verify \(word)", "mjournal profile \(word)"]
    }
    steps += rows.filter { !$0.isReadable && !$0.command.isEmpty }.map(\.command)
    steps += sound.filter { JournalFileName($0.path) == nil }.map(\.command)
    if steps.isEmpty {
      steps = directories.map { "mjournal doctor \(shellWord(path: $0))" }
    }
    return steps
  }

  /// Commands that are shown; the rest is counted.
  private static let most = 12

  /// The directory, a line a file, what else is there, and what to do next; ending in a line feed.
  public var text: String {
    let shown = rows.map { (printable(splitPath($0.path).name), $0) }
    let width = min(48, shown.map(\.0.count).max() ?? 0)
    let lines = shown.map { name, row in
      "  " + name + String(repeating: " ", count: max(0, width - name.count)) + "  "
        + printable(row.words) + "\n"
    }
    let isEmpty = rows.isEmpty && others == 0 && directories.isEmpty
    var rest: [String] = []
    if !rows.contains(where: { $0.kind == .journal || $0.kind == .log }) {
      rest.append(isEmpty ? "empty" : "neither journal nor log")
    }
    if !directories.isEmpty {
      rest.append(
        "\(directories.count) \(directories.count == 1 ? "directory" : "directories"), not looked into"
      )
    }
    if others > 0 { rest.append(counted(others, "other file")) }
    rest.append(
      isWritable
        ? "can be written to"
        : "cannot be written to: give 'compress', 'decompress' and 'export' another --output")
    let steps = nextSteps
    let hidden = steps.count - Self.most
    return "\n" + printable(path) + "\n" + lines.joined() + "  " + rest.joined(separator: "; ")
      + "\n"
      + (steps.isEmpty ? "" : "  Next:\n")
      + steps.prefix(Self.most).map { "    " + printable($0) + "\n" }.joined()
      + (hidden > 0 ? "    and \(counted(hidden, "command")) more\n" : "")
  }
}
