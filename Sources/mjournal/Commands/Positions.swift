import ArgumentParser
import MirrorLog

/// Whether the members of a mirror agree about every position.
struct Positions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check from the members' logs that every mirror journal position agrees.",
    discussion: """
      Give the messages.log files of all members. For each mirror journal file a drawing shows the \
      members as columns and the positions that their logs name; below it stand the failovers, the \
      findings with the log lines that prove them, and the verdict.

      A member's name is taken from MEMBER=FILE, from a file name such as MEMBER.messages.log, or \
      from what the other logs say. Clocks and time zones decide nothing: only the order of the \
      lines within a log does.

      Exit status: 0 everything that can be compared agrees; 1 findings; 2 a log cannot be read, or \
      the logs name nothing that could be compared.
      """)

  @OptionGroup var input: LogOptions

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @Flag(help: "Draw with ASCII characters only.")
  var ascii = false

  func run() throws {
    let positions = MirrorPositions(try input.read())
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
