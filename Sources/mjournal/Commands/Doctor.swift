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
      With directories, each journal and log in them has a line, told by its bytes and not by its name, \
      and below stand the commands to go on with, quoted for a shell. Devices and pipes are not read.

      Exit status: 0 nothing is in the way; 1 something is, or a file cannot be read; 2 there is no such \
      file, or a directory cannot be read.
      """)

  @Argument(help: "Directories with journals and logs, or files.", completion: .file())
  var paths: [String] = []

  @OptionGroup var layout: LayoutOptions

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput()
    let machine = MachineReport(
      terminalWidth: StandardOutput.isTerminal ? StandardOutput.width : nil,
      libraries: [SQLiteLibrary.version])
    output.append(machine.text)
    if !machine.isSound { diagnostics.noteFindings() }
    let layouts = try layout.layouts()
    for path in paths {
      do {
        if let reason = MissingPath.reason(path) { throw reason }
        let isReadable: Bool
        if TreeSurvey.isDirectory(path) {
          let report = try DirectoryReport(path, layouts: layouts)
          output.append(report.text)
          isReadable = report.isReadable
        } else {
          let report = FileReport(path, layouts: layouts)
          output.append(report.text)
          isReadable = report.isReadable
        }
        if !isReadable { diagnostics.noteFindings() }
      } catch let error as JournalError {
        diagnostics.reportUnusable(error)
      }
    }
    try output.flush()
    try diagnostics.finish()
  }
}
