import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// A subtree at two places.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show how a node or subtree differs between two places.",
    discussion: """
      Each node that differs stands once: + added, - removed, ~ changed; s set and k killed where the \
      journals do not tell what was there before, ? changed to what they do not tell. Places are those of \
      'state'.
      """)

  @Argument(help: "Global reference, such as '^PAT(42,\"name\")'.")
  var reference: String

  @OptionGroup var input: InputOptions

  @Option(help: ArgumentHelp("The first place.", valueName: "place"))
  var from = PlaceArgument(argument: "start")

  @Option(help: ArgumentHelp("The second place.", valueName: "place"))
  var to = PlaceArgument(argument: "end")

  @OptionGroup var time: TimeOptions

  @Flag(help: "The node alone, without what lies below it.")
  var exact = false

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @Flag(help: "In text, show values of more than 256 bytes whole.")
  var full = false

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var databases: DatabaseOptions

  @OptionGroup var options: StateOptions

  func validate() throws {
    _ = try from.text(time.reader())
    _ = try to.text(time.reader())
  }

  func run() throws {
    let query = try options.query(reference, includesSubtree: !exact)
    var diagnostics = Diagnostics()
    let journals = try StateOptions.journals(input, &diagnostics)
    guard !journals.isEmpty else { return try diagnostics.finish() }
    let first = try from.text(time.reader()).place(in: journals)
    let second = try to.text(time.reader()).place(in: journals)
    guard first <= second else {
      throw JournalError(
        .badArgument, "--from lies behind --to", advice: "name the earlier place first")
    }
    var output = StandardOutput()
    output.buffer.isASCII = format == .text && characters.isASCII
    var printer = DifferencePrinter(
      isText: format == .text, files: journals.map(\.path), valueLimit: full ? 0 : 256)
    let summary = try query.run(
      journals, at: [first, second], selecting: StateOptions.selection(databases.database),
      damaged: { diagnostics.report($0, in: $1.path) }
    ) { node in
      printer.append(node, from: first, to: &output.buffer)
      try output.flushIfLarge()
    }
    printer.appendEnd(summary, to: &output.buffer)
    try output.flush()
    StateOptions.report(summary, of: journals, &diagnostics)
    if printer.counts.isEmpty {
      try StateOptions.reportNothing(
        reference, includesSubtree: !exact, databases.database, in: journals, time.zone())
    }
    try diagnostics.finish()
  }
}
