import ArgumentParser
import JournalAnalysis
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

  @Option(name: .customLong("output"), help: "The SQLite file.")
  var target: String?

  @Flag(help: "Replace an existing SQLite file.")
  var force = false

  @Flag(name: .customLong("continue"), help: "Continue an existing SQLite export.")
  var continues = false

  @Option(help: "Records that start at this address or later.")
  var from: AddressArgument?

  @Option(help: "Records that start before this address.")
  var to: AddressArgument?

  @Option(help: "Continue behind the record at this address of the first file.")
  var after: AddressArgument?

  @Flag(help: "Directory additions and extension records too.")
  var all = false

  @Flag(help: "Hide values and subscripts: write their lengths and types only.")
  var redact = false

  func validate() throws {
    guard (format == .sqlite) == (target != nil) else {
      throw ValidationError("--format sqlite and --output belong together")
    }
    guard format != .sqlite || after == nil else {
      throw ValidationError("--after continues a stream; use --continue with SQLite")
    }
    if let from, let to, from.value > to.value {
      throw ValidationError("--from \(from.value) lies behind --to \(to.value)")
    }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    try input.forEachJournal(&diagnostics) { journal, _ in journals.append(journal) }
    // An empty output would pass for an export of empty journals.
    guard !journals.isEmpty else { return try diagnostics.finish() }
    var range: Range<JournalAddress>?
    if from != nil || to != nil { range = (from?.value ?? 0)..<(to?.value ?? .max) }
    if let target {
      try exportSQLite(to: target, journals, range, &diagnostics)
    } else {
      try exportLines(journals, range, &diagnostics)
    }
    try diagnostics.finish()
  }

  private func exportLines(
    _ journals: [Journal], _ range: Range<JournalAddress>?, _ diagnostics: inout Diagnostics
  ) throws {
    var export = RecordExport(format == .csv ? .csv : format == .zwr ? .zwr : .ndjson)
    export.range = range
    export.after = after?.value
    export.includesInternal = all
    export.redactsValues = redact
    var output = StandardOutput()
    let summary = try export.write(
      journals, damaged: { diagnostics.report($0, in: $1.path) }
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
    to path: String, _ journals: [Journal], _ range: Range<JournalAddress>?,
    _ diagnostics: inout Diagnostics
  ) throws {
    var export = SQLiteExport(path: path)
    export.force = force
    export.continues = continues
    export.range = range
    export.includesInternal = all
    export.redactsValues = redact
    let summary = try export.write(
      journals, damaged: { diagnostics.report($0, in: $1.path) })
    diagnostics.reportUndecodable(summary.undecodable, in: path)
    Diagnostics.line("\(path): \(summary.records) records")
  }
}
