public import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// Statements that bring back old values.
struct RestoreScriptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore-script",
    abstract: "Write the statements that bring back old values, or set new ones again.",
    discussion: """
      Nothing is guessed: a change whose old value the journal does not hold is a comment in the \
      script and a line on standard error. The statements write below ^mjrestore, with the global's \
      name as first subscript, unless --in-place is given. Statements that undo stand in reverse \
      order. ZWR holds SETs only. Exit status 1 when a selected change is not in the script.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "undo or redo.")
  var direction: RestoreDirection = .undo

  @Option(help: "objectScript or zwr.")
  var dialect: RestoreScript.Dialect = .objectScript

  @Option(help: "Write below this global instead of ^mjrestore.")
  var redirect = "mjrestore"

  @Flag(help: "Write where the records did.")
  var inPlace = false

  @Flag(help: "Name the database in each reference: ^|\"^^/dir/\"|X(1).")
  var qualify = false

  @Option(help: "Length of a line of ObjectScript, in characters.")
  var lineLimit = 4000

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    guard lineLimit >= 80 else { throw ValidationError("--line-limit takes 80 or more") }
  }

  func run() throws {
    var script = RestoreScript()
    script.direction = direction
    script.dialect = dialect
    script.lineLimit = lineLimit
    script.qualifiesDatabase = qualify
    if inPlace {
      script.target = .inPlace
    } else {
      let target = try GlobalReference(parsing: redirect)
      guard target.subscripts.isEmpty else {
        throw ValidationError("--redirect takes the name of a global")
      }
      script.target = .redirected(target.name)
    }
    let selection = try filters.makeFilter(withAddresses: false).selection
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    try input.forEachJournal(&diagnostics) { journal, _ in
      journals.append(
        direction == .undo ? try JournalInputs.readableBackwards(journal) : journal)
    }
    var output = StandardOutput()
    let summary = try script.write(
      journals, in: filters.addresses, selecting: selection,
      damaged: { diagnostics.report($0, in: $1.path) },
      warned: { warning in
        Diagnostics.line(
          "mjournal: \(warning.file): \(warning.type) at \(warning.address) "
            + "\(warning.global ?? ""): \(warning.reason)")
        diagnostics.noteFindings()
      }
    ) { text in
      output.buffer.append(bytes: text)
      try output.flushIfLarge()
    }
    try output.flush()
    Diagnostics.line(
      "\(summary.restored) changes in \(summary.lines) statements, "
        + "\(summary.warnings.values.reduce(0, +)) not in the script")
    try diagnostics.finish()
  }
}

extension RestoreDirection: ExpressibleByArgument {}
extension RestoreScript.Dialect: ExpressibleByArgument {}
