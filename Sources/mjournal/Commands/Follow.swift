import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// The records of an active journal as they come.
struct Follow: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List records as they are written, across switches, until interrupted.",
    discussion: """
      Goes on to the next file when the writer switches, in the same directory or where the header says. What the writer is doing at this moment is \
      not taken for damage. --from is where to begin in the first file. Switches and damage are reported on standard error.

      With --committed the records of a transaction are listed when it commits, all at once, and those of \
      transactions that are rolled back never. A transaction that began before the first record that was read \
      is listed from there on.
      """)

  @Argument(
    help: "Journal file, or a directory: its newest journal, if all are of one series.",
    completion: .file())
  var file: String

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var csv: CSVOptions

  @OptionGroup var characters: CharacterOptions

  @Flag(help: "Begin with what is written from now on.")
  var end = false

  @Flag(help: "Stop when everything that is there has been listed.")
  var once = false

  @Flag(
    help:
      "Only records of committed transactions, in the order of commits, and those outside of transactions."
  )
  var committed = false

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "With --checkpoint, the file that grows; names ending in .gz and .zst are compressed.",
    completion: .file())
  var target: String?

  @Option(
    help: "Go on where this file says, and say there how far the file --output is.",
    completion: .file())
  var checkpoint: String?

  @Option(help: "Milliseconds between two looks at the file.")
  var interval = 100

  @OptionGroup var layout: LayoutOptions

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    guard interval > 0 else { throw ValidationError("--interval takes a number from 1 on") }
    guard filters.to == nil else {
      throw ValidationError("--to has no meaning in a file that grows")
    }
    guard (checkpoint == nil) == (target == nil) else {
      throw ValidationError("--checkpoint and --output belong together")
    }
    guard checkpoint == nil || format != .text else {
      throw ValidationError("--checkpoint belongs to --format ndjson and csv")
    }
    guard checkpoint == nil || !committed else {
      throw ValidationError(
        "--committed keeps no checkpoint here: 'mjournal export --committed --checkpoint' goes on behind one"
      )
    }
    guard filters.from == nil || !end else {
      throw ValidationError("--from and --end exclude each other")
    }
  }

  func run() throws {
    let layouts = try layout.layouts()
    let open: (String) throws -> Journal = { try JournalInputs.open($0, layouts: layouts) }
    var start: JournalFollower.Start =
      end ? .end : filters.from.map { .address($0.address) } ?? .beginning
    var path = try JournalFollower.file(at: file)
    let sink = try makeSink(path)
    if let next = try sink?.checkpoint?.start(from: path, open: open) {
      (path, start) = (next.path, .address(next.address))
    }
    var follower = JournalFollower(path: path, from: start, open: open)
    follower.interval = interval
    let interruption = Interruption()
    var diagnostics = Diagnostics()
    var output = StandardOutput(csv.cells)
    let filter = try filters.makeFilter()
    var style = characters.lineStyle
    if sink != nil { style.width = nil }
    let lines = FollowedLines(
      format, zone: try filters.time.zone(), style: style, isFirst: sink?.isEmpty ?? true)
    var held = committed ? CommittedRecords(filter) : nil
    let report: (JournalFollower.Event) throws -> Void = { event in
      if sink == nil { try output.flush() }
      switch event {
      case .switched(let from, let to): Diagnostics.line("mjournal: switched from \(from) to \(to)")
      case .waiting(let file, let next):
        Diagnostics.line("mjournal: \(file): closed; waiting for \(next)")
      case .damaged(let file, let damage):
        held?.noteLoss()
        diagnostics.report(damage, in: file)
      case .mended(let file, let error): diagnostics.report(error, in: file)
      case .chainBroken(let file):
        Diagnostics.line("mjournal: \(file): does not name the file before it as its previous one")
        diagnostics.noteFindings()
      }
    }
    var cells = csv.cells
    // Names may come while the file grows, so the test is made anew with each journal opened.
    var bound: Journal?
    var matches: (borrowing Record) throws -> Bool = { _ in true }
    while !interruption.isRequested {
      let progress = try follower.poll(event: report) { journal, record in
        guard record.type.isVisible else { return }
        lines.enter(journal, to: &output.buffer, &diagnostics)
        if held != nil {
          try held?.take(record, of: journal) { journal, record in
            lines.enter(journal, to: &output.buffer, &diagnostics)
            try lines.append(record, to: &output.buffer)
            try output.flushIfLarge()
          }
        } else {
          if bound !== journal { matches = try filter.bound(to: journal) }
          bound = journal
          guard try matches(record) else { return }
          try lines.append(record, to: &output.buffer)
        }
        if sink == nil { try output.flushIfLarge() }
        if output.buffer.count >= 1 << 16 { try Self.drain(&output, into: sink, &cells) }
      }
      try Self.drain(&output, into: sink, &cells)
      if let sink, let journal = follower.current, let position = follower.position {
        try sink.reached(
          ExportPlace(next: .init(file: 0, address: position)), in: [journal], isDue: true)
      }
      if case .records = progress { continue }
      if once, follower.isAtEnd { break }
      follower.pause()
    }
    try sink?.finish()
    lines.finish(&diagnostics)
    held?.finish()
    if let left = held?.leftOut { diagnostics.reportLeftOut(left) }
    try diagnostics.finish()
  }

  /// What takes the lines instead of standard output.
  private func makeSink(_ journal: String) throws -> ExportFile? {
    guard let checkpoint, let target else { return nil }
    let form =
      "follow \(format.rawValue)\(csv.csvSafe ? " csv-safe" : "") tz=\(try filters.time.zone().name)"
    let words = ([form] + filters.words).joined(separator: " ")
    return try ExportFile(
      target, checkpoint: checkpoint, form: words,
      files: RunFiles([journal], settings: layout.files))
  }

  /// Writes what has gathered.
  private static func drain(
    _ output: inout StandardOutput, into sink: ExportFile?, _ cells: inout SpreadsheetCSV?
  ) throws {
    guard let sink else { return try output.flush() }
    guard output.buffer.count > 0 else { return }
    try output.buffer.withBytes { bytes in try cells.pass(bytes, to: { try sink.write($0) }) }
    output.buffer.removeAll(keepingCapacity: true)
  }
}

/// The lines of records, whichever journal they are of.
private final class FollowedLines {
  private let format: RecordFormat
  private let zone: ClockZone
  private let style: TextStyle
  private var isFirst: Bool
  private var printer: RecordPrinter?
  private var printed: Journal?
  private var undecodable = 0

  init(_ format: RecordFormat, zone: ClockZone, style: TextStyle, isFirst: Bool) {
    (self.format, self.zone, self.style, self.isFirst) = (format, zone, style, isFirst)
  }

  /// Goes on with `journal`. One that has grown is opened anew; its names are those of that moment.
  func enter(_ journal: Journal, to buffer: inout TextBuffer, _ diagnostics: inout Diagnostics) {
    guard printed !== journal else { return }
    undecodable += printer?.undecodable ?? 0
    if let printed, printed.path != journal.path {
      diagnostics.reportUndecodable(undecodable, in: printed.path)
      undecodable = 0
    }
    printed = journal
    printer = RecordPrinter(journal, format: format)
    printer?.zone = zone
    printer?.style = style
    if isFirst { printer?.appendHead(to: &buffer) }
    isFirst = false
  }

  func append(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    try printer?.append(record, to: &buffer)
  }

  func finish(_ diagnostics: inout Diagnostics) {
    guard let printed, let count = printer?.undecodable else { return }
    diagnostics.reportUndecodable(undecodable + count, in: printed.path)
  }
}
