public import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// Statements that bring back old values.
struct RestoreScriptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore-script",
    abstract: "Write the statements that bring nodes back to a place, or undo or redo records.",
    discussion: """
      With --at the script brings the global or node of --global to what 'mjournal state' says of that \
      place: each node once, in an order that can be run again after a stop. With 'undo' it is about the \
      nodes that changed behind the place, with 'redo' about those that changed before it. So a KILL \
      is undone by --at its address.

      Without --at the records that the filters choose are undone one by one, last first, or done again. \
      An old value that such a record does not hold, as outside transactions, is not looked for.

      Nothing is guessed: what the journals do not tell is a comment in the script, and counted in one line \
      on standard error; the exit status is then 1. The statements write below ^mjrestore, with the global's \
      name as first subscript, unless --in-place is given. ZWR holds values only. 'm' is for GT.M and \
      YottaDB, where lists and bit strings are written as the strings that they are. Locks, triggers, \
      mapped namespaces and SQL indices are not looked after.
      """)

  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp("Bring back the state at this place (see 'state').", valueName: "place"))
  var at: PlaceArgument?

  @Option(help: "undo or redo.")
  var direction: RestoreDirection = .undo

  @Option(help: "objectScript, m or zwr.")
  var dialect: RestoreScript.Dialect = .objectScript

  @Option(help: "Write below this global instead of ^mjrestore.")
  var redirect = "mjrestore"

  @Flag(help: "Write where the records did.")
  var inPlace = false

  @Flag(help: "Name the database in each reference: ^|\"^^/dir/\"|X(1).")
  var qualify = false

  @Flag(help: "With --at: a script that compares with the current values and sets nothing.")
  var dryRun = false

  @Flag(help: "With --at: put TStart and TCommit around the statements.")
  var transaction = false

  @Option(help: "Length of a line of ObjectScript, in characters.")
  var lineLimit = 4000

  @Option(
    name: [.short, .customLong("output")],
    help: "Write the script to this file. '-' is standard output.",
    completion: .file())
  var output: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @OptionGroup(title: "With --at") var options: StateOptions

  @OptionGroup(title: "Filters") var filters: FilterOptions

  func validate() throws {
    _ = try at?.text(filters.time.reader())
    guard lineLimit >= 80 else { throw ValidationError("--line-limit takes 80 or more") }
    guard at != nil || !dryRun && !transaction else {
      throw ValidationError("--dry-run and --transaction belong to --at")
    }
    guard dialect != .zwr || !dryRun && !transaction else {
      throw ValidationError("--dry-run and --transaction belong to statements: ZWR has none")
    }
    guard !qualify || dialect != .m else {
      throw ValidationError("--qualify belongs to ObjectScript: in GT.M set the global directory")
    }
    guard at == nil || filters.isOnlyNodes else {
      throw ValidationError("--at takes one --global NODE and --database, no other filter")
    }
    if at != nil, let node = filters.global.first, (try? GlobalReference(parsing: node)) == nil {
      throw ValidationError("--at takes a global or node, such as ^X or ^X(1), not '\(node)'")
    }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [Journal] = []
    let script = try makeScript()
    let ranges = try filters.ranges(in: input)
    try input.forEachJournal(&diagnostics, ranges: ranges) { journal, _ in
      journals.append(
        at == nil && direction == .undo ? try JournalInputs.readableBackwards(journal) : journal)
    }
    var target = try ScriptOutput(output, force: force, files: input.files(journals))
    if let at {
      guard !journals.isEmpty else { return try diagnostics.finish() }
      let place = try at.text(filters.time.reader()).place(in: journals)
      try restore(script, place, journals, &target, &diagnostics)
    } else {
      try undo(script, journals, ranges, &target, &diagnostics)
    }
    try diagnostics.finish()
  }

  private func makeScript() throws -> RestoreScript {
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
    return script
  }

  private func restore(
    _ script: RestoreScript, _ place: StatePlace, _ journals: [Journal],
    _ target: inout ScriptOutput, _ diagnostics: inout Diagnostics
  ) throws {
    var restore = StateRestore(script)
    restore.comparesOnly = dryRun
    restore.isTransaction = transaction
    let summary = try restore.write(
      journals, query: options.query(filters.global.first), at: place,
      selecting: StateOptions.selection(filters.database),
      damaged: { diagnostics.report($0, in: $1.path) }
    ) { try target.write($0) }
    try target.finish()
    StateOptions.report(summary.state, of: journals, &diagnostics)
    if summary.set + summary.killed + summary.unchanged + summary.leftOut == 0 {
      try StateOptions.reportNothing(
        filters.global.first, filters.database, in: journals, filters.time.zone())
    }
    Diagnostics.line(
      "\(summary.set) nodes to set, \(summary.killed) to kill, \(summary.unchanged) unchanged, "
        + "\(summary.leftOut) not in the script")
    if summary.leftOut > 0 { diagnostics.noteFindings() }
  }

  private func undo(
    _ script: RestoreScript, _ journals: [Journal], _ ranges: FileRanges?,
    _ target: inout ScriptOutput, _ diagnostics: inout Diagnostics
  ) throws {
    let selection = try filters.makeFilter().selection
    var matched = 0
    let summary = try script.write(
      journals, in: ranges,
      selecting: { journal in
        let wanted = try selection(journal)
        return { record in
          guard try wanted(record) else { return false }
          matched += 1
          return true
        }
      },
      damaged: { diagnostics.report($0, in: $1.path, within: ranges) }
    ) { try target.write($0) }
    try target.finish()
    if matched == 0 { try filters.reportNothing(filters.makeFilter(in: input), in: journals) }
    let left = summary.warnings.values.reduce(0, +)
    var line =
      "\(summary.restored) changes in \(summary.lines) statements, \(left) not in the script"
    if left > 0 {
      diagnostics.noteFindings()
      let kinds = summary.warnings.sorted { $0.key.rawValue < $1.key.rawValue }
      line += " (" + kinds.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ") + ")"
      if direction == .undo, summary.warnings[.notRecorded] != nil {
        line += "; with --at ADDRESS values that stand in earlier records come back, too"
      }
    }
    Diagnostics.line(line)
  }
}

extension RestoreDirection: ExpressibleByArgument {}
extension RestoreScript.Dialect: ExpressibleByArgument {}
