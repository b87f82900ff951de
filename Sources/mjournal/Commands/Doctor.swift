import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal
import MirrorPositions

/// What the program sees of this machine and of directories.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what mjournal sees of this machine, and what it can read in directories.",
    discussion: """
      Put the output into a report of a problem: it holds versions, sizes and file names, no data. \
      With directories, each journal and log in them has a line, and what cannot be read has the \
      command to go on with.

      Exit status: 0 nothing is in the way; 1 something is, or a file cannot be read; 2 a directory \
      cannot be read.
      """)

  @Argument(help: "Directories with journals and logs.")
  var directories: [String] = []

  @OptionGroup var layout: LayoutOptions

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput()
    let machine = MachineReport(
      terminalWidth: StandardOutput.isTerminal ? StandardOutput.width : nil,
      libraries: [SQLiteLibrary.version])
    output.append(machine.text)
    if !machine.isSound { diagnostics.noteFindings() }
    for directory in directories {
      do {
        let report = try DirectoryReport(directory, layouts: layout.layouts())
        output.append(report.text)
        if !report.isReadable { diagnostics.noteFindings() }
      } catch let error as JournalError {
        diagnostics.reportUnusable(error)
      }
    }
    try output.flush()
    try diagnostics.finish()
  }
}
