import ArgumentParser
import JournalDiscovery
import MirrorJournal
import MirrorLog

/// The chain of records of a journal whose layout is not known.
struct Discover: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the record chain of a journal of unknown layout from the file alone.",
    discussion: """
      Tries how a record may lead to the next (its length, the lengths of its parts, addresses, \
      distances back), how the file may be divided into blocks, and walks the whole file. The chain is \
      proved when nearly every byte is explained and at least two things agree with it: blocks' ends, a \
      second link, names, numbers of the headers, addresses that logs name. What structure does not show \
      stays unknown: 'mjournal calibrate' and a listing name it. Nothing is written when the chain is not \
      proved. The layout file holds no data of the journal.

      Exit status: 0 proved; 1 proved, but the other commands cannot follow this chain yet; 2 the file \
      cannot be read; 3 not proved.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  @Argument(help: "The journal, not compressed and not encrypted.", completion: .file())
  var file: String

  @Option(
    parsing: .upToNextOption,
    help: "Logs that name addresses in the file: each has to be a record's start or the end.",
    completion: .file())
  var logs: [String] = []

  @Option(
    name: [.short, .customLong("output")], help: "The layout file to write.",
    completion: .file())
  var output: String?

  @Option(help: "The layout's name.")
  var name = "discovered"

  @Option(help: "text or ndjson.")
  var format: Format = .text

  @Flag(help: "Replace an existing layout file.")
  var force = false

  func run() throws {
    ProgressLine.begin()
    let addresses = try logs.isEmpty ? [] : namedAddresses()
    let discovery = try Discovery(path: file, addresses: addresses, name: name)
    var diagnostics = Diagnostics()
    let files = RunFiles([file] + logs)
    if let output, let layout = discovery.layout, discovery.unreadable.isEmpty {
      try layout.write(to: output, force: force, files: files)
    }
    var out = StandardOutput()
    switch format {
    case .text: discovery.appendText(to: &out.buffer)
    case .ndjson: discovery.appendJSON(to: &out.buffer)
    }
    if let output, format == .text, discovery.isProved {
      out.append(
        printable(
          discovery.unreadable.isEmpty
            ? "layout '\(name)' written to \(output)"
            : "no layout written: the other commands cannot follow this chain yet") + "\n")
    }
    try out.flush()
    guard discovery.isProved else { throw ExitStatus.cannotTell }
    if !discovery.unreadable.isEmpty { diagnostics.noteFindings() }
    try diagnostics.finish()
  }

  /// The addresses that the logs name in files of this file's name.
  private func namedAddresses() throws -> [JournalAddress] {
    let own = Self.lastComponent(file)
    let read = try MirrorLogs(reading: logs.map { LogInput(argument: $0) })
    return read.events.compactMap { event in
      switch event.kind {
      case .applying(_, _, let position, let path):
        Self.lastComponent(path) == own ? position.address : nil
      case .clientStarting(_, let path, let position):
        Self.lastComponent(path) == own ? position.address : nil
      case .recoveryError(_, _, let path, let address, _):
        Self.lastComponent(path) == own ? address : nil
      case .rollbackAborted(_, let address, let path):
        Self.lastComponent(path) == own ? address : nil
      default: nil
      }
    }.filter { $0 > 0 }
  }

  private static func lastComponent(_ path: String) -> Substring {
    path[
      (path.lastIndex { $0 == "/" || $0 == "\\" }.map { path.index(after: $0) } ?? path.startIndex)...
    ]
  }
}
