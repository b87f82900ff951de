import ArgumentParser
import MirrorLog
import MirrorPositions

/// Whether the members of a mirror agree about every position.
struct Positions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Check from the members' logs and journals that every mirror journal position agrees.",
    discussion: """
      Give the messages.log files of all members. For each mirror journal file a drawing shows the \
      members as columns and the positions that their logs name; below it stand the failovers, the \
      findings with the log lines that prove them, and the verdict.

      A member's name is taken from MEMBER=FILE, from a file name such as MEMBER.messages.log, or \
      from what the other logs say. Clocks and time zones decide nothing: only the order of the \
      lines within a log does.

      With --journals, every position also has to be a record's start or the data's end in the \
      journal, the files have to chain, and what was lost or applied twice is counted by global. \
      Journals are read compressed or not; values are never shown.

      Exit status: 0 everything that can be compared agrees; 1 findings; 2 a log cannot be read, or \
      the logs name nothing that could be compared.
      """)

  @OptionGroup var input: LogOptions

  @Option(
    help: ArgumentHelp(
      "Directory of mirror journals, or one file; of one member or of all. May be repeated.",
      valueName: "[member=]dir"))
  var journals: [String] = []

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @Flag(help: "Draw with ASCII characters only.")
  var ascii = false

  @OptionGroup var layout: LayoutOptions

  func run() throws {
    let logs = try input.read()
    var positions = MirrorPositions(logs)
    if !journals.isEmpty {
      var found = try MirrorJournals(sources(positions.members), layouts: layout.layouts())
      PositionCheck.run(&positions, against: &found)
    }
    var output = StandardOutput()
    switch format {
    case .text:
      output.append(
        positions.text(
          width: StandardOutput.width,
          style: ReportStyle(usesColour: StandardOutput.wantsColour, isASCII: ascii)))
    case .ndjson: output.append(positions.ndjson())
    }
    try output.flush()
    if positions.verdict == .nothingToCompare { refuse(positions) }
    try positions.verdict.exit()
  }

  /// - Throws: `ValidationError` when a directory is of no member.
  private func sources(_ members: [String]) throws -> [MirrorJournals.Source] {
    try journals.map { argument in
      // The same form as for logs.
      let input = LogInput(argument: argument)
      guard let name = input.member else { return MirrorJournals.Source(path: input.path) }
      guard let member = members.first(where: { $0.lowercased() == name.lowercased() }) else {
        throw ValidationError(
          "--journals names \(name), the logs are of \(members.joined(separator: ", "))")
      }
      return MirrorJournals.Source(path: input.path, member: member)
    }
  }

  /// Says why there is no answer, and what would give one.
  private func refuse(_ positions: MirrorPositions) {
    let logs = input.logs.joined(separator: ", ")
    Diagnostics.line(
      positions.namedPositions.isEmpty
        ? "mjournal: \(logs): no line names a position in a mirror journal; give the messages.log "
          + "of a mirror member, from before the failover on"
        : "mjournal: \(logs): no two lines name positions that have to agree; give the logs of the "
          + "other members too")
  }
}
