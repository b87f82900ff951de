import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// Records for other programs.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Export records as NDJSON, CSV, ZWR or an SQLite file.",
    discussion: """
      NDJSON, CSV and ZWR go to standard output, or into the file --output, compressed if its name ends in \
      .gz or .zst. The file has a temporary name that is renamed at the end. SQLite needs --output; its \
      tables are 'files', 'databases', 'records', 'damage' and 'meta'.

      With --checkpoint the file --output grows instead: a run goes on behind the last record that is in it, and \
      each record is there exactly once, whatever happened to the run before. --after continues a stream \
      behind the record at that address of the first file, --continue an SQLite export behind its last \
      records.

      --fields chooses fields of NDJSON and CSV, in their order: those of 'dump' and fileGUID, transaction, \
      global, subscripts, newTyped, oldTyped (see docs/OUTPUT.md). --committed leaves out what was rolled \
      back or is open, and writes the records of a transaction where it commits.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case ndjson, csv, zwr, sqlite
  }

  @OptionGroup var input: InputOptions

  @Option(help: "ndjson, csv, zwr or sqlite.")
  var format: Format = .ndjson

  @OptionGroup var csv: CSVOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help:
      "Write into this file; names ending in .gz and .zst are compressed. '-' is standard output.",
    completion: .file())
  var target: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @Option(help: "Write at most this many records.")
  var limit: Int?

  @Option(help: "Fields of NDJSON and CSV, with commas between them.")
  var fields: String?

  @Flag(
    help:
      "Only records of committed transactions, in the order of commits, and those outside of transactions."
  )
  var committed = false

  @Option(
    help: "Go on where this file says, and say there how far the file --output is.",
    completion: .file())
  var checkpoint: String?

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
    guard format != .sqlite || outputFile != nil else {
      throw ValidationError("--format sqlite needs --output with a file's name")
    }
    if format == .sqlite, let suffix = outputFile.flatMap(ExportFile.compressedSuffix) {
      throw ValidationError("an SQLite file is not compressed: name it without \(suffix)")
    }
    guard format != .sqlite || after == nil else {
      throw ValidationError("--after continues a stream; use --continue with SQLite")
    }
    guard format == .sqlite || !continues else {
      throw ValidationError("--continue belongs to --format sqlite; streams take --checkpoint")
    }
    if format == .sqlite, limit != nil || fields != nil || committed || checkpoint != nil {
      throw ValidationError(
        "--limit, --fields, --committed and --checkpoint belong to ndjson, csv and zwr")
    }
    if let limit, limit < 0 { throw ValidationError("--limit takes a number from 0 on") }
    guard fields == nil || format != .zwr else {
      throw ValidationError("--fields belongs to ndjson and csv")
    }
    guard checkpoint == nil || outputFile != nil else {
      throw ValidationError("--checkpoint needs --output: it says how far that file is")
    }
    guard checkpoint == nil || after == nil && !force else {
      throw ValidationError("--checkpoint goes on by itself: without --after and --force")
    }
    guard checkpoint == nil || limit == nil || !committed else {
      throw ValidationError(
        "--limit could end inside a transaction: not with --checkpoint --committed")
    }
    _ = try chosenFields()
  }

  /// The file to write; nil for standard output.
  private var outputFile: String? { target == "-" ? nil : target }

  private func chosenFields() throws -> [ExportField]? {
    let names = fields?.split(separator: ",", omittingEmptySubsequences: false)
    if let names, let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("--fields names '\(twice)' twice")
    }
    return try names?.map { name in
      guard let field = ExportField(name: String(name)) else {
        throw ValidationError(
          "there is no field '\(name)'; there are "
            + ExportField.allCases.map(\.name).joined(separator: ", "))
      }
      return field
    }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    try input.forEachJournal(&diagnostics, ranges: filters.ranges(in: input)) { journal, _ in
      // What waits for its commit is read again, anywhere in the file.
      journals.append(committed ? try JournalInputs.readableBackwards(journal) : journal)
    }
    // An empty output would pass for an export of empty journals.
    guard !journals.isEmpty else { return try diagnostics.finish() }
    if format == .sqlite, let outputFile {
      try exportSQLite(to: outputFile, journals, &diagnostics)
    } else {
      try exportLines(journals, &diagnostics)
    }
    try diagnostics.finish()
  }

  private func makeExport(_ journals: [Journal]) throws -> RecordExport {
    var export = RecordExport(format == .csv ? .csv : format == .zwr ? .zwr : .ndjson)
    export.ranges = try filters.ranges(in: input)
    export.after = after?.value
    export.includesInternal = all
    export.redactsValues = redact
    export.zone = try filters.time.zone()
    export.limit = limit
    export.fields = try chosenFields()
    export.isCommittedOnly = committed
    return export
  }

  private func exportLines(
    _ journals: [Journal], _ diagnostics: inout Diagnostics
  ) throws {
    var export = try makeExport(journals)
    let selection = try filters.makeFilter().selection
    let summary: RecordExport.Summary
    if let outputFile {
      summary = try write(export, to: outputFile, journals, selection, &diagnostics)
    } else {
      var output = StandardOutput(csv.cells)
      export.resume = nil
      summary = try export.write(
        journals, selecting: selection, damaged: { diagnostics.report($0, in: $1.path) }
      ) { text in
        output.buffer.append(bytes: text)
        try output.flushIfLarge()
      }
      try output.flush()
    }
    if summary.records == 0, checkpoint == nil, limit != 0 {
      try filters.reportNothing(filters.makeFilter(in: input), in: journals)
    }
    diagnostics.reportUndecodable(summary.undecodable, in: "export")
    if summary.notExpressible > 0 {
      Diagnostics.line("mjournal: \(summary.notExpressible) values have no form in ZWR")
      diagnostics.noteFindings()
    }
    if committed { diagnostics.reportLeftOut(summary.leftOut, advice: "; choose fewer files") }
  }

  /// Into a file, whole at the end or growing behind a checkpoint.
  private func write(
    _ export: RecordExport, to path: String, _ journals: [Journal],
    _ selection: RecordSelection, _ diagnostics: inout Diagnostics
  ) throws -> RecordExport.Summary {
    var export = export
    let files = input.files(journals)
    let file: ExportFile
    if let checkpoint {
      file = try ExportFile(path, checkpoint: checkpoint, form: try form(), files: files)
      export.resume = try file.checkpoint?.place(in: journals)
      if export.resume == nil, !file.isEmpty {
        export.resume = ExportPlace(next: .init(file: 0, address: 0))
      }
    } else {
      file = try ExportFile(path, force: force, files: files)
    }
    var cells = csv.cells
    let summary = try export.write(
      journals, selecting: selection, damaged: { diagnostics.report($0, in: $1.path) },
      reached: { try file.reached($0, in: journals) }
    ) { text in
      try cells.pass(text, to: { try file.write($0) })
    }
    if let last = summary.place { try file.reached(last, in: journals, isDue: true) }
    try file.finish()
    return summary
  }

  /// What the stream of a checkpoint is.
  private func form() throws -> String {
    var words = [format.rawValue]
    if let fields { words.append("fields=" + fields) }
    if all { words.append("all") }
    if redact { words.append("redact") }
    if committed { words.append("committed") }
    if csv.csvSafe { words.append("csv-safe") }
    words.append("tz=" + (try filters.time.zone().name))
    return (words + filters.words).joined(separator: " ")
  }

  private func exportSQLite(
    to path: String, _ journals: [Journal], _ diagnostics: inout Diagnostics
  ) throws {
    var export = SQLiteExport(path: path)
    export.force = force
    export.continues = continues
    export.ranges = try filters.ranges(in: input)
    export.includesInternal = all
    export.redactsValues = redact
    export.zone = try filters.time.zone()
    export.settings = input.layout.files
    let selection = try filters.makeFilter().selection
    let interruption = Interruption()
    let summary = try export.write(
      journals,
      selecting: { journal in
        let wanted = try selection(journal)
        var count = 0
        return { record in
          count &+= 1
          if count & 1023 == 0 { try interruption.check() }
          return try wanted(record)
        }
      },
      damaged: { diagnostics.report($0, in: $1.path) })
    ProgressLine.finish()
    diagnostics.reportUndecodable(summary.undecodable, in: path)
    Diagnostics.line("\(path): \(summary.records) records")
    if summary.records == 0 {
      try filters.reportNothing(filters.makeFilter(in: input), in: journals)
    }
  }
}
