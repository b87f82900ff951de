internal import CJournalSupport
internal import Glibc
internal import JournalCompression
internal import MirrorJournal

/// What the program sees of the machine that it runs on, for a report of a problem.
public struct MachineReport: Sendable {
  /// A line of the report.
  public struct Row: Sendable {
    /// Such as `processors`.
    public let name: String
    /// What was seen, in words.
    public let words: String
    /// False for what keeps something from working.
    public let isSound: Bool
  }

  /// In the order of the report.
  public let rows: [Row]

  /// Looks around: reads nothing but the environment, and writes nothing.
  ///
  /// - Parameters:
  ///   - width: columns of the terminal; nil when output goes elsewhere.
  ///   - libraries: further libraries with their versions.
  public init(terminalWidth width: Int?, libraries: [String] = []) {
    let folder = LayoutFolder.user
    let contents = folder.contents
    let temporary = SpoolFile.usualDirectory
    rows = [
      Row(
        name: "mjournal",
        words: Release.version
          + (Release.commit.map { ", commit \($0)" } ?? ", built from sources"),
        isSound: true),
      Row(
        name: "libraries", words: (CodecLibraries.versions + libraries).joined(separator: ", "),
        isSound: true),
      Row(
        name: "processors",
        words:
          "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))), pages of \(sysconf(Int32(_SC_PAGESIZE))) bytes",
        isSound: true),
      Row(name: "memory", words: Self.memory, isSound: true),
      Row(
        name: "checksums",
        words: mj_counts_crc() ? "CRC-32C by SSE4.2 and PCLMULQDQ" : "CRC-32C by tables: slower",
        isSound: true),
      Row(
        name: "prefetch",
        words: mj_prefetches_near() ? "512 bytes ahead (AMD Zen 4)" : "1536 bytes ahead",
        isSound: true),
      Row(name: "locale", words: Self.locale, isSound: true),
      Row(
        name: "terminal", words: width.map { "\($0) columns" } ?? "output is no terminal",
        isSound: true),
      Self.temporary(temporary),
      Row(name: "current directory", words: Self.currentDirectory, isSound: true),
      Row(
        name: "layouts",
        words: (JournalLayout.builtIn + contents.layouts).map(\.name).joined(separator: ", ")
          + (folder.path.isEmpty ? "; no folder: HOME is not set" : "; folder \(folder.path)")
          + contents.problems.map { "; \($0)" }.joined(),
        isSound: contents.problems.isEmpty),
    ]
  }

  /// Whether nothing is in the way.
  public var isSound: Bool { rows.allSatisfy(\.isSound) }

  /// A line a row, with a line feed behind each.
  public var text: String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { row in
      row.name + String(repeating: " ", count: width + 2 - row.name.count) + printable(row.words)
        + "\n"
    }.joined()
  }

  private static var memory: String {
    let page = sysconf(Int32(_SC_PAGESIZE))
    func size(_ pages: Int) -> String {
      "\(pages.multipliedReportingOverflow(by: page).partialValue >> 20) MiB"
    }
    return size(sysconf(Int32(_SC_PHYS_PAGES))) + ", " + size(sysconf(Int32(_SC_AVPHYS_PAGES)))
      + " free"
  }

  private static var locale: String {
    TextLocale.name.map { $0 + (TextLocale.isUTF8 ? ": UTF-8" : ": ASCII") } ?? "none is set: ASCII"
  }

  private static var currentDirectory: String {
    (resolvedPath(".") ?? "is gone")
      + (access(".", W_OK) == 0 ? ", can be written to" : ": cannot be written to")
  }

  private static func temporary(_ directory: String) -> Row {
    let isWritable = access(directory, W_OK) == 0
    var status = statvfs()
    let free = statvfs(directory, &status) == 0 ? (status.f_bavail &* status.f_frsize) >> 20 : 0
    return Row(
      name: "temporary files",
      words: directory + (isWritable ? ", \(free) MiB free" : ": cannot be written to"),
      isSound: isWritable)
  }
}
