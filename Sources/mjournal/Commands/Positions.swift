import ArgumentParser
import Glibc
import MirrorJournal
import MirrorLog
import MirrorPositions

/// Whether anything was lost between the members of a mirror.
struct Positions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell from the members' logs and journals whether a failover lost anything.",
    discussion: """
      Give the messages.log files of all members, or a directory with them. The first line is the \
      answer. Below it stand where each member is, a drawing of each mirror journal file with the \
      positions that the logs name, the failovers, and the findings with the log lines that prove \
      them.

        YES, nothing lost ...    every takeover in the logs was compared: where the new primary was \
      current, and where the old one resumed
        NO, 8720 bytes lost ...  something is wrong; the findings say what
        CANNOT TELL: ...         a statement that decides is missing or cannot be read, and what to \
      bring
        NOTHING TO COMPARE       the logs name no positions

      Logs are read as they come: rotated, compressed with gzip, zstd or lz4, with the prefix of a \
      container tool, in JSON, in UTF-16, with lines that a terminal broke. Whose log it is follows \
      from what it says; MEMBER=FILE gives a name. Clocks and time zones decide nothing: only the \
      order of the lines within a log does.

      With --journals, every position also has to be a record's start or the data's end in the \
      journal, the files have to chain, and what was lost or applied twice is counted by global. \
      Journals below a directory of logs are found without it. Journals are read compressed or not; \
      values are never shown.

      Exit status: 0 YES; 1 NO; 2 NOTHING TO COMPARE, or a log cannot be read; 3 CANNOT TELL.
      """)

  @OptionGroup var input: LogOptions

  @Option(
    help: ArgumentHelp(
      "Directory of mirror journals, or one file; of one member or of all. May be repeated.",
      valueName: "[member=]dir"), completion: .directory)
  var journals: [String] = []

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @OptionGroup var characters: CharacterOptions

  @Flag(help: "Go on reading the logs, and print each new event and finding, until interrupted.")
  var follow = false

  @Option(help: "With --follow, milliseconds between two looks at the logs.")
  var interval = 500

  @OptionGroup var layout: LayoutOptions

  func validate() throws {
    guard interval > 0 else { throw ValidationError("--interval takes a number from 1 on") }
  }

  func run() throws {
    let inputs = try input.inputs()
    if follow { return try goOn(inputs) }
    ProgressLine.begin()
    let logs = try input.read(inputs)
    var positions = MirrorPositions(logs, findings: inputs.surveys.flatMap(\.findings))
    let sources = try sources(logs, inputs.surveys)
    if !sources.isEmpty {
      var found = try MirrorJournals(sources, layouts: layout.layouts())
      PositionCheck.run(&positions, against: &found)
    }
    try show(positions, logs, inputs.surveys)
    if positions.verdict == .nothingToCompare { refuse(positions) }
    try positions.verdict.exit()
  }

  private var style: ReportStyle {
    characters.reportStyle
  }

  private func show(
    _ positions: MirrorPositions, _ logs: MirrorLogs, _ surveys: [TreeSurvey]
  ) throws {
    let inputs = InputReport(logs, surveys: surveys)
    switch format {
    case .text:
      try print(
        positions.text(
          width: StandardOutput.width, style: style, inputs: surveys.isEmpty ? nil : inputs))
    case .ndjson: try print(positions.ndjson(inputs: inputs))
    }
  }

  private func print(_ text: String) throws {
    var output = StandardOutput()
    output.append(text)
    try output.flush()
  }

  /// The report as of now, and then what changes.
  private func goOn(_ inputs: LogOptions.Inputs) throws {
    let interruption = Interruption()
    let follower = try PositionsFollower(
      inputs.logs, surveys: inputs.surveys, clocks: input.clocks(), layouts: layout.layouts()
    ) { logs in (try? sources(logs, inputs.surveys)) ?? [] }
    try input.check(follower.logs)
    _ = try sources(follower.logs, inputs.surveys)
    try show(follower.positions, follower.logs, inputs.surveys)
    while !interruption.isRequested {
      if let change = try follower.poll() { try show(change, follower) }
      usleep(UInt32(clamping: interval * 1000))
    }
    switch format {
    case .text: try print(printable(follower.positions.answer) + "\n")
    case .ndjson: try print(follower.positions.verdictLine())
    }
    try follower.positions.verdict.exit()
  }

  private func show(_ change: PositionsFollower.Change, _ follower: PositionsFollower) throws {
    var text = ""
    switch format {
    case .text:
      for event in change.events { text += event.text + "\n" }
      for finding in change.findings { text += finding.text(style: style) }
      if change.isNewAnswer { text += printable(follower.positions.answer) + "\n" }
    case .ndjson:
      for event in change.events {
        text += event.ndjson(clocks: follower.positions.clocks) + "\n"
      }
      for finding in change.findings { text += finding.ndjson() + "\n" }
      if change.isNewAnswer { text += follower.positions.verdictLine() }
    }
    try print(text)
  }

  /// - Throws: `ValidationError` when a directory is of no member.
  private func sources(
    _ logs: MirrorLogs, _ surveys: [TreeSurvey]
  ) throws -> [MirrorJournals.Source] {
    let members = logs.members.map(\.name)
    let given = try journals.map { argument in
      // The same form as for logs.
      let input = LogInput(argument: argument)
      guard let name = input.member else { return MirrorJournals.Source(path: input.path) }
      guard let member = members.first(where: { $0.lowercased() == name.lowercased() }) else {
        throw ValidationError(
          "--journals names \(name), the logs are of \(members.joined(separator: ", "))")
      }
      return MirrorJournals.Source(path: input.path, member: member)
    }
    return given + surveys.flatMap { $0.sources(logs) }
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
