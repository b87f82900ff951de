import ArgumentParser
import JournalQuery
import MirrorJournal

/// Which journals there are.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the journals of directories: state, times, sizes, gaps.",
    discussion: """
      A line a journal: the records of files up to 16 MB are read and counted, those of others with --count, \
      and damaged data told where they are read. 'gap before' says that files are missing, or that the header names another file as the \
      previous one. Directories are searched with all that lies below them; links are not followed. A \
      journal that is there plain and compressed is one.

      Exit status 1 when a file is damaged or a chain has a gap, 2 when a file cannot be read.
      """)

  @Argument(
    help: "Directories or journal files; by default the current directory.", completion: .file())
  var files: [String] = ["."]

  @Flag(help: "Count the records of all files, which reads them.")
  var count = false

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var time: TimeOptions

  @OptionGroup var layout: LayoutOptions

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput()
    var printer = CatalogPrinter(
      isText: format == .text, zone: try time.zone(), style: characters.style)
    let paths = try JournalInputs.expand(files)
    ProgressLine.begin(count ? paths : [])
    try JournalCatalog.forEachEntry(
      of: paths, layouts: layout.layouts(), countsRecords: count
    ) { entry in
      if entry.state == .damaged || entry.gap != nil { diagnostics.noteFindings() }
      if entry.state == .unreadable {
        diagnostics.reportUnusable(
          JournalError(.cannotOpen, entry.reason ?? "cannot be read", in: entry.path))
      }
      printer.append(entry, to: &output.buffer)
      try output.flushIfLarge()
    }
    printer.appendEnd(to: &output.buffer)
    try output.flush()
    try diagnostics.finish()
  }
}
