import ArgumentParser
import JournalQuery
import MirrorJournal

/// The records of an active journal as they come.
struct Follow: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List records as they are written, across switches, until interrupted.",
    discussion: """
      Goes on to the next file when the writer switches. What the writer is doing at this moment is \
      not taken for damage. --from is where to begin in the first file. Switches and damage are reported on standard error.
      """)

  @Argument(help: "Journal file.", completion: .file())
  var file: String

  @Option(help: "text, ndjson or csv.")
  var format: RecordFormat = .text

  @OptionGroup var csv: CSVOptions

  @Flag(help: "Begin with what is written from now on.")
  var end = false

  @Flag(help: "Stop when everything that is there has been listed.")
  var once = false

  @Option(help: "Milliseconds between two looks at the file.")
  var interval = 100

  @OptionGroup var layout: LayoutOptions

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    guard interval > 0 else { throw ValidationError("--interval takes a number from 1 on") }
    guard filters.to == nil else {
      throw ValidationError("--to has no meaning in a file that grows")
    }
    guard filters.from == nil || !end else {
      throw ValidationError("--from and --end exclude each other")
    }
  }

  func run() throws {
    let layouts = try layout.layouts()
    let start: JournalFollower.Start =
      end ? .end : filters.from.map { .address($0.value) } ?? .beginning
    var follower = JournalFollower(path: file, from: start) {
      try JournalInputs.open($0, layouts: layouts)
    }
    follower.interval = interval
    let interruption = Interruption()
    var diagnostics = Diagnostics()
    var output = StandardOutput(csv.cells)
    var printer: RecordPrinter?
    var printed: Journal?
    var undecodable = 0
    let report: (JournalFollower.Event) throws -> Void = { event in
      try output.flush()
      switch event {
      case .switched(let from, let to): Diagnostics.line("mjournal: switched from \(from) to \(to)")
      case .waiting(let file):
        Diagnostics.line("mjournal: \(file): closed; waiting for the next file")
      case .damaged(let file, let damage): diagnostics.report(damage, in: file)
      case .mended(let file, let error): diagnostics.report(error, in: file)
      case .chainBroken(let file):
        Diagnostics.line("mjournal: \(file): does not name the file before it as its previous one")
        diagnostics.noteFindings()
      }
    }
    var isFirst = true
    // Names may come while the file grows, so the test is made anew with each journal opened.
    let filter = try filters.makeFilter(withAddresses: false)
    let zone = try filters.time.zone()
    var matches: (borrowing Record) throws -> Bool = { _ in true }
    while !interruption.isRequested {
      let progress = try follower.poll(event: report) { journal, record in
        guard record.type.isVisible else { return }
        // A journal that has grown is opened anew; its names are those of that moment.
        if printed !== journal {
          undecodable += printer?.undecodable ?? 0
          if let printed, printed.path != journal.path {
            diagnostics.reportUndecodable(undecodable, in: printed.path)
            undecodable = 0
          }
          printed = journal
          matches = try filter.bound(to: journal)
          printer = RecordPrinter(journal, format: format)
          printer?.zone = zone
          if isFirst { printer?.appendHead(to: &output.buffer) }
          isFirst = false
        }
        guard try matches(record) else { return }
        try printer?.append(record, to: &output.buffer)
        try output.flushIfLarge()
      }
      try output.flush()
      if case .records = progress { continue }
      if once, follower.isAtEnd { break }
      follower.pause()
    }
    if let printed, let printer {
      diagnostics.reportUndecodable(undecodable + printer.undecodable, in: printed.path)
    }
    try diagnostics.finish()
  }
}
