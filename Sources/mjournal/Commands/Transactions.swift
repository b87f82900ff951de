public import ArgumentParser
import JournalQuery
import MirrorJournal

/// Transactions, open ones among them.
struct Transactions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List transactions: open, longest, rolled back, or the records of one.",
    discussion: """
      Records belong together by job id and remote system id, across files, which have to be given \
      in journal order. Times are block times: nothing happened earlier. '<' before the start says \
      that the transaction began before the files that were read. Filters choose transactions that \
      have a record which matches. 'Bytes' are charged as 'profile' charges them.

      At most \(TransactionScan.defaultOpenLimit) transactions that are open at the same time are \
      followed. Records of others are counted together, as '(rest)'; a line on standard error says so, and \
      the exit status is 1.
      """)

  @OptionGroup var input: InputOptions

  @Flag(help: "Only transactions that have not ended: what keeps files from being purged.")
  var open = false

  @Flag(help: "Only transactions that were rolled back.")
  var rolledBack = false

  @Flag(help: "Longest first.")
  var longest = false

  @Option(help: "start, duration, records or bytes.")
  var sort: TransactionOrder = .start

  @Option(help: "Transactions shown; by default 20 in text and all in NDJSON and CSV.")
  var top: Int?

  @Option(
    help: ArgumentHelp(
      "Show the records of the transaction that the record at this address belongs to; or FILE:ADDRESS.",
      valueName: "address"))
  var show: NamedAddress?

  @Option(help: "With --show, the number of the file that the address is in.")
  var file = 1

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var csv: CSVOptions

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    if let top, top < 0 { throw ValidationError("--top takes a number from 0 on") }
    guard !open || !rolledBack else {
      throw ValidationError("--open and --rolled-back exclude each other")
    }
    guard file > 0 else { throw ValidationError("--file takes a number from 1 on") }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    // The records of one transaction lie where they lie.
    let ranges = show == nil ? try filters.ranges(in: input) : nil
    try input.forEachJournal(&diagnostics, ranges: ranges) { journal, _ in
      journals.append(journal)
    }
    var output = StandardOutput(csv.cells)
    if let show {
      let number =
        try show.file.map { try FileRanges.index($0, journals.map(\.path)) + 1 } ?? file
      try self.show(show.address, number, journals, &output, &diagnostics)
    } else if !journals.isEmpty {
      try list(journals, ranges, &output, &diagnostics)
    }
    try output.flush()
    try diagnostics.finish()
  }

  private func list(
    _ journals: [Journal], _ ranges: FileRanges?, _ output: inout StandardOutput,
    _ diagnostics: inout Diagnostics
  ) throws {
    var printer = TransactionPrinter(format: format, files: journals.map(\.path))
    printer.zone = try filters.time.zone()
    let scan = TransactionScan(filter: try filters.makeFilter(in: input))
    let states: Set<JournalTransaction.State> =
      open ? [.open] : rolledBack ? [.rolledBack] : Set(JournalTransaction.State.allCases)
    let result = try scan.list(
      journals, order: longest ? .duration : sort, limit: top ?? (format == .text ? 20 : nil),
      where: { states.contains($0.state) },
      damaged: { diagnostics.report($0, in: $1.path, within: ranges) })
    if result.summary.total == 0 { try filters.reportNothing(scan.filter, in: journals) }
    let rest = result.summary.rest
    if rest.records > 0 {
      Diagnostics.line(
        "mjournal: more than \(scan.openLimit) transactions are open at the same time; "
          + "\(rest.records) records of others, \(rest.bytes) bytes, with \(rest.beginnings) beginnings, "
          + "are not followed: (rest); choose fewer files, or follow each job by itself")
      diagnostics.noteFindings()
    }
    printer.style = characters.style
    printer.appendHead(to: &output.buffer)
    try output.append { buffer, isWritten in
      try printer.append(result.transactions, to: &buffer, written: isWritten)
    }
    printer.append(result.summary, left: result.left, to: &output.buffer)
  }

  private func show(
    _ address: JournalAddress, _ file: Int, _ journals: [Journal], _ output: inout StandardOutput,
    _ diagnostics: inout Diagnostics
  ) throws {
    guard journals.indices.contains(file - 1) else {
      throw JournalError(
        .noRecord, "there is no file \(file)", advice: "give --file 1 for the first")
    }
    let scan = TransactionScan()
    guard let found = try scan.transaction(at: address, file: file - 1, in: journals) else {
      throw JournalError(
        .noRecord, "the record is not part of a transaction", at: address,
        in: journals[file - 1].path)
    }
    if format == .text {
      var printer = TransactionPrinter(format: format, files: journals.map(\.path))
      printer.zone = try filters.time.zone()
      printer.style = characters.style
      printer.appendHead(to: &output.buffer)
      printer.append([found], to: &output.buffer)
      output.append("\n")
    }
    var lines: RecordPrinter?
    var printed: Journal?
    var undecodable = 0
    let zone = try filters.time.zone()
    try scan.forEachRecord(
      of: found, in: journals, damaged: { diagnostics.report($0, in: $1.path) }
    ) { journal, record in
      if printed !== journal {
        undecodable += lines?.undecodable ?? 0
        var new = RecordPrinter(journal, format: format)
        new.zone = zone
        if printed == nil || format == .text { new.appendHead(to: &output.buffer) }
        printed = journal
        lines = consume new
      }
      try lines?.append(record, to: &output.buffer)
      try output.flushIfLarge()
    }
    diagnostics.reportUndecodable(
      undecodable + (lines?.undecodable ?? 0), in: journals[file - 1].path)
  }
}

extension TransactionOrder: ExpressibleByArgument {}
