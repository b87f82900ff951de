import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// A subtree as it was at a place.
struct StateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state",
    abstract: "Show a node or subtree as it was at a place, as far as the journals tell.",
    discussion: """
      Each node stands once, with its value and the record that tells it: a SET before the place, or a \
      later record that holds it as its old value. What no record tells is 'unknown before these \
      journals'. A rollback brings back what its transaction changed; changes of a transaction that is \
      open at the place are there. Records may be missing where data are damaged or a file is not given: \
      what they may have changed is marked as uncertain.

      A place is an address, FILE:ADDRESS with several files (a name or a number from 1 on), a time \
      (see --tz), 'start' or 'end'. The record at the address has not happened yet; a time stands for the \
      first block of that time or later. All files are read, also those behind the place.

      The last line says whether the subtree is complete: a KILL of all of it stands before the place, \
      and nothing is lost behind that. Otherwise nodes that no record names may be there, too.
      """)

  @Argument(help: "Global reference, such as '^PAT(42,\"name\")'.")
  var reference: String

  @OptionGroup var input: InputOptions

  @Option(help: ArgumentHelp("The place.", valueName: "place"))
  var at = PlaceArgument(argument: "end")

  @OptionGroup var time: TimeOptions

  @Flag(
    help:
      "The node alone, without what lies below it. With one --database the search begins at the place and ends at the last record about the node."
  )
  var exact = false

  @Option(help: "text, ndjson or zwr.")
  var format: StateFormat = .text

  @Flag(help: "In text, show values of more than 256 bytes whole.")
  var full = false

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var databases: DatabaseOptions

  @OptionGroup var options: StateOptions

  func validate() throws { _ = try at.text(time.reader()) }

  func run() throws {
    var query = try options.query(reference, includesSubtree: !exact)
    var diagnostics = Diagnostics()
    let journals = try StateOptions.journals(input, &diagnostics)
    guard !journals.isEmpty else { return try diagnostics.finish() }
    let place = try at.text(time.reader()).place(in: journals)
    query.usesLastRecord = exact && databases.namesOne
    var output = StandardOutput()
    output.buffer.isASCII = format == .text && characters.isASCII
    var printer = StatePrinter(
      format: format, files: journals.map(\.path), valueLimit: full ? 0 : 256)
    printer.appendHead(to: &output.buffer)
    let summary = try query.run(
      journals, at: [place], selecting: StateOptions.selection(databases.database),
      damaged: { diagnostics.report($0, in: $1.path) }
    ) { node in
      printer.append(node, to: &output.buffer)
      try output.flushIfLarge()
    }
    printer.appendEnd(summary, of: query, at: place, to: &output.buffer)
    try output.flush()
    StateOptions.report(summary, of: journals, &diagnostics)
    if printer.counts.values + printer.counts.killed + printer.counts.unknown == 0 {
      try StateOptions.reportNothing(
        reference, includesSubtree: !exact, databases.database, in: journals, time.zone())
    }
    if format == .zwr { reportLeftOut(printer.counts, &diagnostics) }
    try diagnostics.finish()
  }

  /// ZWR has no place for what is not known.
  private func reportLeftOut(_ counts: StatePrinter.Counts, _ diagnostics: inout Diagnostics) {
    guard counts.unknown + counts.uncertain + counts.notExpressible > 0 else { return }
    Diagnostics.line(
      "mjournal: \(counts.unknown) nodes are not known and not written, \(counts.uncertain) are not "
        + "certain, \(counts.notExpressible) values have no form in ZWR")
    diagnostics.noteFindings()
  }
}
