import ArgumentParser
import JournalQuery
import MirrorJournal

/// One record in full.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one record in full, with the addresses before and after it.",
    discussion: """
      An address between records shows the next record, or the last one; --exact refuses it. Only \
      the blocks around the address are read.
      """)

  @Argument(help: "Journal file, or '-' for standard input.", completion: .file())
  var file: String

  @Argument(help: "Address of the record (decimal or 0x…).")
  var address: AddressArgument

  @Flag(help: "Fail when no record starts exactly there.")
  var exact = false

  @Flag(help: "Add the record's bytes in hexadecimal.")
  var hex = false

  @Flag(help: "Hide values and subscripts: show their lengths and types only.")
  var redact = false

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var csv: CSVOptions

  @OptionGroup var time: TimeOptions

  @OptionGroup var layout: LayoutOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    if hex, redact { throw ValidationError("--hex and --redact exclude each other") }
  }

  func run() throws {
    let journal = try JournalInputs.open(file, layouts: layout.layouts())
    var diagnostics = Diagnostics()
    var output = StandardOutput(csv.cells)
    diagnostics.reportOpening(journal)
    var detail = try RecordDetail(at: address.value, nearest: !exact, in: journal)
    detail.redactsValues = redact
    detail.zone = try time.zone()
    if address.value < detail.address {
      // What was asked for may be lost, and another record stands for it.
      try journal.forEachRecord(
        in: address.value..<detail.address,
        damaged: { diagnostics.report($0, in: journal.path) }
      ) { _ in }
    }
    if format == .text {
      try detail.appendText(of: journal, hexadecimal: hex, to: &output.buffer)
    } else {
      var printer = RecordPrinter(journal, format: format)
      printer.redactsValues = redact
      printer.zone = detail.zone
      printer.appendHead(to: &output.buffer)
      try journal.withRecord(at: detail.address) { try printer.append($0, to: &output.buffer) }
      diagnostics.reportUndecodable(printer.undecodable, in: journal.path)
    }
    try output.flush()
    try diagnostics.finish()
  }
}
