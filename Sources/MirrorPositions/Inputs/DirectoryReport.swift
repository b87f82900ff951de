internal import JournalCompression
internal import JournalQuery
public import MirrorJournal
internal import MirrorLog

/// What a directory holds, file by file: what can be read there, and what to do with the rest.
public struct DirectoryReport: Sendable {
  /// One file.
  public struct Row: Sendable {
    /// The file's name.
    public let name: String
    /// What it is, in words.
    public let words: String
    /// The command to go on with; empty where nothing is to be done.
    public let advice: String
    /// False for a journal or a log that cannot be read.
    public let isReadable: Bool
  }

  /// The directory.
  public let path: String
  /// By name.
  public let rows: [Row]
  /// Files that are neither journals nor logs.
  public let others: Int

  /// Looks at the beginning of each file in `path`, not below it.
  ///
  /// - Throws: `cannotOpen` when the directory cannot be read.
  public init(_ path: String, layouts: [JournalLayout]) throws(JournalError) {
    guard let names = namesInDirectory(path) else {
      let exists = statusOfPath(path) != nil
      throw JournalError(
        .cannotOpen, exists ? "the directory cannot be read" : "there is no such directory",
        in: path,
        advice: exists ? "check its permissions" : nil)
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    var rows: [Row] = []
    var others = 0
    for name in names.sorted() where !name.hasPrefix(".") {
      let file = prefix + name
      if MirrorJournal.isDirectory(file) { continue }
      if JournalFileName(name) != nil || JournalFileName.ofStockCopy(name) != nil {
        rows.append(Self.journal(name, file, layouts))
      } else if LogReader().isLog(path: file) {
        rows.append(
          Row(name: name, words: "a log", advice: "mjournal positions \(file)", isReadable: true))
      } else {
        others += 1
      }
    }
    self.path = path
    self.rows = rows
    self.others = others
  }

  /// Whether every journal and log can be read.
  public var isReadable: Bool { rows.allSatisfy(\.isReadable) }

  /// The directory, a line a file, and how many others there are; ending in a line feed.
  public var text: String {
    let width = min(48, rows.map { printable($0.name).count }.max() ?? 0)
    let lines = rows.map { row in
      let name = printable(row.name)
      return "  " + name + String(repeating: " ", count: max(0, width - name.count)) + "  "
        + printable(row.words + (row.advice.isEmpty ? "" : "; \(row.advice)")) + "\n"
    }
    return "\n" + printable(path) + "\n" + lines.joined() + "  \(counted(others, "other file"))\n"
  }

  private static func journal(_ name: String, _ file: String, _ layouts: [JournalLayout]) -> Row {
    do {
      let journal = try JournalInputs.open(file, layouts: layouts)
      let state = journal.header.isClosed ? "closed" : "active"
      let damage = journal.structuralDamage.map { "\($0)" } + journal.storage.damage.map(\.reason)
      return Row(
        name: name,
        words: "\(journal.layout.name), \(state)" + damage.map { "; " + $0 }.joined(),
        advice: damage.isEmpty ? "" : "mjournal verify \(file)", isReadable: damage.isEmpty)
    } catch {
      return Row(name: name, words: error.reason, advice: error.advice ?? "", isReadable: false)
    }
  }
}
