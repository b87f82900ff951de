import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// Records for other programs.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Export records as NDJSON, CSV, ZWR or an SQLite file.",
    discussion: """
      NDJSON, CSV and ZWR go to standard output. SQLite goes into the file --output under a \
      temporary name that is renamed at the end; its tables are 'files', 'databases', 'records', \
      'damage' and 'meta'. --after continues a stream behind the record at that address of the \
      first file, --continue an SQLite export behind its last records.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case ndjson, csv, zwr, sqlite
  }

  @OptionGroup var input: InputOptions

  @Option(help: "ndjson, csv, zwr or sqlite.")
  var format: Format = .ndjson

  @OptionGroup var csv: CSVOptions

  @Option(name: .customLong("output"), help: "The SQLite file.")
  var target: String?

  @Flag(help: "Replace an existing SQLite file.")
  var force = false

  @Flag(name: .customLong("continue"), help: "Continue an existing SQLite export.")
  var continues = false

  @Option(help: "Continue behind the record at this address of the first file.")
  var after: AddressArgument?

  @Flag(help: "Directory additions and extension records too.")
  var all = false

  @Flag(help: "Hide values and subscripts: write their lengths and types only.")
  var redact = false

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    guard (format == .sqlite) == (target != nil) else {
      throw ValidationError("--format sqlite and --output belong together")
    }
    guard format != .sqlite || after == nil else {
      throw ValidationError("--after continues a stream; use --continue with SQLite")
    }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    try input.forEachJournal(&diagnostics) { journal, _ in journals.append(journal) }
    // An empty output would pass for an export of empty journals.
    guard !journals.isEmpty else { return try diagnostics.finish() }
    if let target {
      try exportSQLite(to: target, journals, &diagnostics)
    } else {
      try exportLines(journals, &diagnostics)
    }
    try diagnostics.finish()
  }

  private func exportLines(
    _ journals: [Journal], _ diagnostics: inout Diagnostics
  ) throws {
    var export = RecordExport(format == .csv ? .csv : format == .zwr ? .zwr : .ndjson)
    export.range = filters.addresses
    export.after = after?.value
    export.includesInternal = all
    export.redactsValues = redact
    export.zone = try filters.time.zone()
    var output = StandardOutput(csv.cells)
    let summary = try export.write(
      journals, selecting: filters.makeFilter(withAddresses: false).selection,
      damaged: { diagnostics.report($0, in: $1.path) }
    ) { text in
      output.buffer.append(bytes: text)
      try output.flushIfLarge()
    }
    try output.flush()
    diagnostics.reportUndecodable(summary.undecodable, in: "export")
    if summary.notExpressible > 0 {
      Diagnostics.line("mjournal: \(summary.notExpressible) values have no form in ZWR")
      diagnostics.noteFindings()
    }
  }

  private func exportSQLite(
    to path: String, _ journals: [Journal], _ diagnostics: inout Diagnostics
  ) throws {
    var export = SQLiteExport(path: path)
    export.force = force
    export.continues = continues
    export.range = filters.addresses
    export.includesInternal = all
    export.redactsValues = redact
    export.settings = input.layout.files
    let summary = try export.write(
      journals, selecting: filters.makeFilter(withAddresses: false).selection,
      damaged: { diagnostics.report($0, in: $1.path) })
    diagnostics.reportUndecodable(summary.undecodable, in: path)
    Diagnostics.line("\(path): \(summary.records) records")
  }
}
