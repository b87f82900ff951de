import ArgumentParser
import JournalIntegrity
import JournalQuery
import MirrorJournal

/// Checks journals.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the integrity of journals, or compare one with its copy.",
    discussion: """
      Levels, each including the one before: 'chain' compares what neighbouring files say about \
      each other; 'walk' checks every block's checksum and every record's length, place and link; \
      'values' checks that every key and every value decodes. Each finding names the addresses that \
      it is about.

      With --history each node is followed through all files: an old value has to be the last value known \
      of its node. Where it is not, a file is missing, an update was lost or a record was changed, which no \
      checksum shows; both addresses are told. Rolled back changes are taken back, as in 'state'.

      With --against, FILE and the other file are the same mirror journal on two members: blocks \
      of equal bytes are equal, the records of all others are compared.

      Exit status 1 when anything worse than a note was found; 4 when nothing was, but a file is not \
      readable because its layout is unknown: whether it is sound is not known.
      """)

  @Argument(
    help: "Journal files in journal order, or directories of journals.", completion: .file())
  var files: [String]

  @Option(help: "chain, walk or values.")
  var level = LevelName.values

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Compare every old value with the last value known of its node.")
  var history = false

  @Option(
    help: "Compare FILE with this file, or a directory's journals with those of this directory.",
    completion: .file())
  var against: String?

  @Flag(help: "With --against, take blocks with equal checksums as equal without reading them.")
  var quick = false

  @Option(help: "With --against, describe at most this many records that differ.")
  var limit = 20

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @OptionGroup var time: TimeOptions

  @OptionGroup var layout: LayoutOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit takes a number from 0 on") }
    if against != nil, files.count != 1 {
      throw ValidationError("--against compares one FILE with another")
    }
    guard against == nil || !history else {
      throw ValidationError("--against and --history exclude each other")
    }
  }

  func run() throws {
    var output = StandardOutput()
    var diagnostics = Diagnostics()
    if let against {
      try compare(with: against, &output, &diagnostics)
    } else {
      try check(&output, &diagnostics)
    }
    try output.flush()
    try diagnostics.finish()
  }

  private func check(_ output: inout StandardOutput, _ diagnostics: inout Diagnostics) throws {
    let layouts = try layout.layouts()
    var journals: [Journal] = []
    var unusable: [JournalError] = []
    let expanded = try JournalInputs.expand(files)
    // Histories are followed in another walk.
    ProgressLine.begin(expanded, passes: history ? 2 : 1)
    for file in expanded {
      do {
        let journal = try JournalInputs.open(file, layouts: layouts)
        ProgressLine.opened(.readable(journal), at: file)
        journals.append(journal)
      } catch {
        unusable.append(error)
        if error.code != .unknownLayout { diagnostics.reportUnusable(error) }
      }
    }
    var report = try IntegrityCheck.run(
      journals, level: level.level, threads: threads.count, zone: time.zone())
    if history { try checkHistory(journals, &report) }
    for error in unusable { report.addUnreadable(error.file ?? "", error) }
    switch format {
    case .text: report.appendText(to: &output.buffer)
    case .ndjson: report.appendNDJSON(to: &output.buffer)
    }
    if !report.isSoundWhereReadable { diagnostics.noteFindings() }
    if report.unreadableFiles > 0 {
      Diagnostics.line(
        "mjournal: \(report.unreadableFiles) of \(report.files.count) files not readable: unknown "
          + "layout; 'mjournal info' tells what can be said without one")
      diagnostics.noteUnknownLayout()
    }
  }

  /// Old values; journals whose keys or values cannot be read are left out.
  private func checkHistory(_ journals: [Journal], _ report: inout IntegrityReport) throws {
    let left = try report.checkHistory(of: journals, threads: threads.count)
    guard left > 0 else { return }
    Diagnostics.line(
      "mjournal: \(left) of \(journals.count) files have no keys or values that can be read: their "
        + "histories are not checked")
  }

  private func compare(
    with other: String, _ output: inout StandardOutput, _ diagnostics: inout Diagnostics
  ) throws {
    let pairs = try FilePairs(files[0], other)
    for file in pairs.only {
      Diagnostics.line("mjournal: \(file): the other side has no file of that name")
      diagnostics.noteFindings()
    }
    if pairs.both.isEmpty {
      throw JournalError(
        .cannotOpen, "no journal is in both", in: "\(files[0]), \(other)",
        advice: "'mjournal compare' matches mirror journals by what their headers say")
    }
    for (left, right) in pairs.both {
      let start = output.buffer.count
      if pairs.areOfDirectories, format == .text {
        output.append("\(printable(left)) and \(printable(right)): ")
      }
      let named = output.buffer.count
      do {
        try compare(left, with: right, &output, &diagnostics)
      } catch let error as JournalError where pairs.both.count > 1 {
        diagnostics.reportUnusable(error)
      }
      // Nothing was compared: standard error says why.
      if named > start, output.buffer.count == named { output.append("not compared\n") }
      try output.flushIfLarge()
    }
  }

  private func compare(
    _ file: String, with other: String, _ output: inout StandardOutput,
    _ diagnostics: inout Diagnostics
  ) throws {
    let layouts = try layout.layouts()
    var journals: [Journal] = []
    for file in [file, other] {
      do {
        journals.append(try JournalInputs.open(file, layouts: layouts))
        ProgressLine.begin([file])
      } catch {
        guard error.code == .unknownLayout else { throw error }
        Diagnostics.line("mjournal: \(file): not readable: unknown layout")
        return diagnostics.noteUnknownLayout()
      }
    }
    // Directories and headers are not compared block by block.
    for journal in journals { diagnostics.reportOpening(journal) }
    let result = try IntegrityCheck.compare(
      journals[0], journals[1],
      limit: limit, trustsChecksums: quick)
    switch format {
    case .text: result.appendText(to: &output.buffer)
    case .ndjson: result.appendNDJSON(to: &output.buffer)
    }
    if !result.isEqual { diagnostics.noteFindings() }
  }
}

/// How a report is written.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, ndjson
}

/// A level as it is called on the command line, where the vendor's numbers are taken, too.
enum LevelName: String, CaseIterable, ExpressibleByArgument {
  case chain, walk, values

  init?(argument: String) {
    guard let level = IntegrityCheck.Level(argument) else { return nil }
    self.init(rawValue: "\(level)")
  }

  var level: IntegrityCheck.Level {
    switch self {
    case .chain: .chain
    case .walk: .walk
    case .values: .values
    }
  }
}
