import ArgumentParser
import JournalQuery
import MirrorJournal

/// The changes of one node.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List every change of a node or subtree: who, when, from what, to what.",
    discussion: """
      A KILL above the node is a change of the node. 'not recorded' stands where the journal does \
      not hold the old value: outside a transaction none is written. 'last seen' beside it is what an \
      earlier record of these journals left, which a rollback or a change that is not in them may have \
      replaced ('state' follows rollbacks). The time is the block's: the change happened then or later. \
      NDJSON and CSV have the fields of 'dump' and 'relation' (node, descendant or ancestor), then \
      lastSeenValue, lastSeenType, lastSeenFile and lastSeenAddress.
      """)

  @Argument(help: "Global reference, such as '^PAT(42,\"name\")'.")
  var reference: String

  @OptionGroup var input: InputOptions

  @Flag(help: "The node alone, without what lies below it.")
  var exact = false

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var csv: CSVOptions

  @Flag(help: "In text, show values of more than 256 bytes whole.")
  var full = false

  @OptionGroup var characters: CharacterOptions

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
  }

  func run() throws {
    let history = try NodeHistory(GlobalReference(parsing: reference), includesSubtree: !exact)
    var diagnostics = Diagnostics()
    var output = StandardOutput(csv.cells)
    output.buffer.isASCII = format == .text && characters.isASCII
    var isFirst = true
    var seen = LastSeenValues()
    let filter = try filters.makeFilter(in: input)
    let selection = filter.selection
    var journals: [Journal]? = []
    try input.forEachJournal(&diagnostics, ranges: filters.ranges(in: input)) {
      journal, diagnostics in
      try NodeHistory.require(of: journal)
      journals?.append(journal)
      var printer = HistoryPrinter(journal, format: format)
      printer.zone = try filters.time.zone()
      if full { printer.textValueLimit = 0 }
      if isFirst { printer.appendHead(to: &output.buffer) }
      isFirst = false
      try history.forEachRecord(
        in: [journal], selecting: selection, damaged: { diagnostics.report($0, in: $1.path) },
        passed: { try seen.note($1, in: $0) }
      ) { _, record, relation in
        journals = nil
        try printer.append(
          record, relation, lastSeen: seen.seen(before: record, in: journal), to: &output.buffer)
        try output.flushIfLarge()
      }
      diagnostics.reportUndecodable(printer.undecodable, in: journal.path)
    }
    try output.flush()
    if let journals {
      let node = try RecordFilter.global(GlobalPattern(GlobalReference(parsing: reference)))
      try filters.reportNothing(.allOf([filter, node]), in: journals)
    }
    try diagnostics.finish()
  }
}
