import ArgumentParser
import MirrorJournal
import MirrorLog
import MirrorPositions

/// The message logs that a command reads.
struct LogOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Logs: messages.log files, MEMBER=FILE, '-' for standard input, or a directory tree with the "
        + "logs of all members. Rotated logs of a member in any order, compressed or not.",
      valueName: "log"), completion: .file())
  var logs: [String]

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "MEMBER=ZONE: the zone of a member's clock. ZONE alone: that of all others, and the one in which times are shown. For display only; may be repeated.",
      discussion:
        "Zones are UTC, local, +02:00, Europe/Paris. MJOURNAL_TZ names one for all. Without a zone times are shown as the logs print them.",
      valueName: "[member=]zone"))
  var tz: [LogZoneArgument] = []

  func validate() throws {
    let inputs = logs.map { LogInput(argument: $0) }
    guard inputs.count(where: { $0.path == "-" }) <= 1 else {
      throw ValidationError("standard input ('-') can be read only once")
    }
    _ = try clocks()
  }

  /// The logs and what else the directories hold.
  struct Inputs {
    var logs: [LogInput] = []
    var surveys: [TreeSurvey] = []
  }

  /// Looks into the directories.
  ///
  /// - Throws: `LogError` when there is no log.
  func inputs() throws -> Inputs {
    var inputs = Inputs()
    for argument in logs {
      let input = LogInput(argument: argument)
      guard TreeSurvey.isDirectory(input.path) else {
        inputs.logs.append(input)
        continue
      }
      let survey = try TreeSurvey(input.path)
      inputs.surveys.append(survey)
      inputs.logs += survey.logs.map { LogInput(path: $0.path, member: input.member) }
    }
    guard !inputs.logs.isEmpty else {
      throw LogError(
        .notALog, "there is no log below this directory", in: logs.joined(separator: ", "),
        advice: "'mjournal compare' compares two members' journals without logs")
    }
    return inputs
  }

  /// - Throws: `ValidationError` when a zone is not known.
  func clocks() throws -> LogClocks {
    let shown = try tz.last { $0.member == nil }?.zone() ?? TimeOptions.zone(nil)
    var clocks = LogClocks(others: shown.map { LogClock($0) })
    for argument in tz {
      guard let member = argument.member else { continue }
      clocks.byMember[member] = LogClock(try argument.zone(), shownIn: shown)
    }
    return clocks
  }

  /// Reads all logs. A log without a single line about journals or mirrors is named on standard
  /// error.
  ///
  /// - Throws: `LogError`; `ValidationError` when a time zone is of no member.
  func read(_ inputs: Inputs) throws -> MirrorLogs {
    let read = try MirrorLogs(reading: inputs.logs, clocks: clocks())
    try check(read)
    return read
  }

  /// - Throws: `ValidationError` when a time zone is of no member.
  func check(_ read: MirrorLogs) throws {
    let names = read.members.map(\.name)
    if let stranger = tz.compactMap(\.member).sorted().first(where: { !names.contains($0) }) {
      throw ValidationError(
        "--tz names \(stranger), the logs are of \(names.joined(separator: ", "))")
    }
    let files = read.files
    // Where no log says anything, the command itself says so.
    for log in files where log.events == 0 && files.contains(where: { $0.events > 0 }) {
      Diagnostics.line(
        "mjournal: \(log.file): "
          + (log.bytes == 0
            ? "the log is empty"
            : "none of its \(log.entries) entries is about journals or mirrors"))
    }
  }
}

/// `ZONE`, or `MEMBER=ZONE`.
struct LogZoneArgument: ExpressibleByArgument {
  let member: String?
  private let name: String

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "=") else {
      (member, name) = (nil, argument)
      return
    }
    guard equals > argument.startIndex else { return nil }
    member = String(argument[..<equals])
    name = String(argument[argument.index(after: equals)...])
  }

  /// - Throws: `ValidationError` when the zone is not known.
  func zone() throws -> ClockZone {
    do {
      return try ClockZone(named: name)
    } catch {
      throw ValidationError("--tz \(member.map { $0 + "=" } ?? "")\(name): \(error)")
    }
  }
}
