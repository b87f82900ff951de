import ArgumentParser
import JournalQuery
import MirrorJournal

/// The records of journals, one a line.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the records of journals.",
    discussion: """
      Text is laid out as ^JRNDUMP lists records. NDJSON and CSV have the vendor's property names; \
      'newValue' and 'oldValue' hold a string's characters or a list's $lb() text, and null where \
      no value was recorded. Damaged blocks are reported on standard error and skipped.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var csv: CSVOptions

  @Option(help: "Show at most this many records.")
  var limit: Int?

  @Flag(help: "Last record of the last file first.")
  var reverse = false

  @Flag(help: "Show directory additions and extension records too.")
  var all = false

  @Flag(help: "In text, show each block's time.")
  var time = false

  @Flag(
    help: ArgumentHelp(
      "In text, show values of more than 256 bytes whole.",
      discussion: "On a terminal, lines that are longer than it is wide are cut without it."))
  var full = false

  @Flag(help: "Hide values and subscripts: show their lengths and types only.")
  var redact = false

  @Option(help: "Threads; --limit and --reverse use one.")
  var threads = 2

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    if let limit, limit < 0 { throw ValidationError("--limit takes a number from 0 on") }
    try ThreadOptions.check(threads)
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput(csv.cells)
    if limit == nil, !reverse, threads > 1 {
      try list(&output, &diagnostics)
    } else {
      try listOneByOne(&output, &diagnostics)
    }
    try diagnostics.finish()
  }

  private func list(_ output: inout StandardOutput, _ diagnostics: inout Diagnostics) throws {
    var listing = RecordListing(format, filter: try filters.makeFilter(in: input), threads: threads)
    listing.includesInternal = all
    listing.prepare = try preparation()
    var isHeadDue = true
    var journals: [Journal]? = []
    try input.forEachJournal(&diagnostics, ranges: filters.ranges(in: input)) {
      journal, diagnostics in
      journals?.append(journal)
      var head = RecordPrinter(journal, format: format)
      listing.prepare(&head)
      if format == .text { isHeadDue = true }
      let undecodable = try listing.write(
        journal,
        damaged: {
          try output.flush()
          diagnostics.report($0, in: journal.path)
        }
      ) { lines in
        if isHeadDue { head.appendHead(to: &output.buffer) }
        isHeadDue = false
        // Once something is found, no journal has to stay open.
        journals = nil
        try output.write(lines)
      }
      try output.flush()
      diagnostics.reportUndecodable(undecodable, in: journal.path)
    }
    if let journals { try filters.reportNothing(listing.filter, in: journals) }
  }

  /// What sets up a printer.
  private func preparation() throws -> @Sendable (inout RecordPrinter) -> Void {
    let (time, redact, full, zone) = (time, redact, full, try filters.time.zone())
    var style = characters.lineStyle
    if full { style.width = nil }
    return { [style] printer in
      printer.style = style
      printer.showsTime = time
      printer.redactsValues = redact
      printer.zone = zone
      if full { printer.textValueLimit = 0 }
    }
  }

  private func listOneByOne(
    _ output: inout StandardOutput, _ diagnostics: inout Diagnostics
  ) throws {
    var left = limit ?? .max
    // In text each file has a head, once it has a record to show; CSV has one for all.
    var isHeadDue = true
    let filter = try filters.makeFilter(in: input)
    var journals: [Journal]? = left > 0 ? [] : nil
    let prepare = try preparation()
    let ranges = try filters.ranges(in: input)
    try input.forEachJournal(&diagnostics, lastFirst: reverse, ranges: ranges) {
      opened, diagnostics in
      guard left > 0 else { return }
      let journal = reverse ? try JournalInputs.readableBackwards(opened) : opened
      journals?.append(journal)
      var printer = RecordPrinter(journal, format: format)
      prepare(&printer)
      if format == .text { isHeadDue = true }
      do {
        try filter.forEachRecord(
          of: journal, includesInternal: all, isReversed: reverse,
          damaged: {
            try output.flush()
            diagnostics.report($0, in: journal.path)
          }
        ) { record in
          guard left > 0 else { throw LimitReached() }
          left -= 1
          journals = nil
          if isHeadDue { printer.appendHead(to: &output.buffer) }
          isHeadDue = false
          try printer.append(record, to: &output.buffer)
          try output.flushIfLarge()
        }
      } catch is LimitReached {}
      try output.flush()
      diagnostics.reportUndecodable(printer.undecodable, in: journal.path)
    }
    if let journals { try filters.reportNothing(filter, in: journals) }
  }

  private struct LimitReached: Error {}
}
