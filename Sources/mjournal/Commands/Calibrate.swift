import ArgumentParser
import JournalCalibration
import MirrorJournal

/// The layout of a file that IRIS wrote.
struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the layout of a journal from the file and a listing of its records.",
    discussion: """
      The listing is what IRIS prints or exports about the same file: the list or the details of \
      ^JRNDUMP, or the rows of %SYS.Journal.Record:List as CSV, TSV or JSON; 200 records of \
      several types, processes and databases are enough. Each field is reported with the rows that \
      support and contradict it and its nearest rival; then the whole file is walked. What the \
      listing does not show stays unknown. Nothing is written when file and listing do not prove a \
      layout. The layout file holds no data of the journal. docs/CALIBRATE.md tells how an owner \
      makes the listing.

      Exit status: 0 found; 1 found, and rows of the listing are wrong; 2 refused.
      """)

  @Argument(help: "The journal, uncompressed.", completion: .file())
  var file: String

  @Option(help: "The listing of its records.", completion: .file())
  var listing: String

  @Option(help: "The header page, as ^JRNDUMP option I prints it.", completion: .file())
  var info: String?

  @Option(
    name: [.short, .customLong("output")], help: "The layout file to write.", completion: .file())
  var output: String?

  @Option(help: "The layout's name.")
  var name = "calibrated"

  @Option(help: "How many of the file's first bytes are its signature.")
  var signatureBytes: Int?

  @Flag(help: "Replace an existing layout file.")
  var force = false

  func validate() throws {
    if let signatureBytes, !(1...64).contains(signatureBytes) {
      throw ValidationError("--signature-bytes takes 1 to 64")
    }
  }

  func run() throws {
    ProgressLine.begin()
    let rows = try Listing(contentsOf: listing)
    let page = try info.map { try InformationPage(contentsOf: $0) }
    let calibration = try Calibration(
      path: file, listing: rows, information: page, name: name, signatureLength: signatureBytes)
    let files = RunFiles([file, listing] + (info.map { [$0] } ?? []))
    try output.map { try calibration.layout.write(to: $0, force: force, files: files) }
    var out = StandardOutput()
    out.append(
      printable("\(listing): \(rows.form.rawValue), \(rows.records.count) records") + "\n")
    out.append(rows.hashText)
    calibration.appendText(to: &out.buffer)
    if let output { out.append(printable("layout '\(name)' written to \(output)") + "\n") }
    try out.flush()
    var diagnostics = Diagnostics()
    if !calibration.proof.wrongRows.isEmpty { diagnostics.noteFindings() }
    try diagnostics.finish()
  }
}
