import ArgumentParser
import JournalAnalysis
import MirrorJournal

/// The records of journals, one a line.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the records of journals.",
    discussion: """
      Text is laid out as ^JRNDUMP lists records. NDJSON and CSV have the vendor's property names; \
      'newValue' and 'oldValue' hold a string's characters or a list's $lb(…) text, and null where \
      no value was recorded. Damaged blocks are reported on standard error and skipped.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @Option(help: "Show records that start at this address or later (decimal or 0x…).")
  var from: AddressArgument?

  @Option(help: "Show records that start before this address.")
  var to: AddressArgument?

  @Option(help: "Show at most this many records of each file.")
  var limit: Int?

  @Flag(help: "Last record first.")
  var reverse = false

  @Flag(help: "Show directory additions and extension records too.")
  var all = false

  @Flag(help: "In text, show each block's time.")
  var time = false

  @Flag(help: "In text, show long values whole.")
  var full = false

  @Flag(help: "Hide values and subscripts: show their lengths and types only.")
  var redact = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit takes a number from 0 on") }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput()
    var isFirst = true
    try input.forEachJournal(&diagnostics) { journal, diagnostics in
      var printer = RecordPrinter(journal, format: format)
      printer.showsTime = time
      printer.redactsValues = redact
      if full { printer.textValueLimit = 0 }
      if isFirst || format == .text { printer.appendHead(to: &output.buffer) }
      isFirst = false
      let range = try AddressRange(from: from, to: to).range(in: journal)
      let showsAll = all
      var left = limit ?? .max
      let show: (borrowing Record) throws -> Void = { record in
        guard showsAll || record.type.isVisible else { return }
        guard left > 0 else { throw LimitReached() }
        left -= 1
        try printer.append(record, to: &output.buffer)
        try output.flushIfLarge()
      }
      do {
        if reverse {
          try journal.forEachRecordReversed(
            in: range,
            damaged: {
              try output.flush()
              diagnostics.report($0, in: journal.path)
            }, show)
        } else {
          try journal.forEachRecord(
            in: range,
            damaged: {
              try output.flush()
              diagnostics.report($0, in: journal.path)
            }, show)
        }
      } catch is LimitReached {}
      try output.flush()
      diagnostics.reportUndecodable(printer.undecodable, in: journal.path)
    }
    try diagnostics.finish()
  }

  private struct LimitReached: Error {}
}

/// `--from` and `--to` as a range of addresses.
struct AddressRange {
  let from: AddressArgument?
  let to: AddressArgument?

  /// - Throws: `ValidationError` when the range is upside down.
  func range(in journal: Journal) throws -> Range<JournalAddress> {
    let start = from?.value ?? 0
    let end = to?.value ?? max(start, journal.dataLimit)
    guard start <= end else {
      throw ValidationError("--from \(start) lies behind --to \(end)")
    }
    return start..<end
  }
}
