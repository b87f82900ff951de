import ArgumentParser
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
    help: ArgumentHelp(
      "A member's time zone, for display only; may be repeated.", valueName: "member=+HH:MM"))
  var tz: [TimeZoneArgument] = []

  func validate() throws {
    let inputs = logs.map { LogInput(argument: $0) }
    guard inputs.count(where: { $0.path == "-" }) <= 1 else {
      throw ValidationError("standard input ('-') can be read only once")
    }
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

  /// Zones by member.
  var zones: [String: Int] {
    Dictionary(tz.map { ($0.member, $0.seconds) }) { _, last in last }
  }

  /// Reads all logs. A log without a single line about journals or mirrors is named on standard
  /// error.
  ///
  /// - Throws: `LogError`; `ValidationError` when a time zone is of no member.
  func read(_ inputs: Inputs) throws -> MirrorLogs {
    let read = try MirrorLogs(reading: inputs.logs, timeZoneOffsets: zones)
    try check(read)
    return read
  }

  /// - Throws: `ValidationError` when a time zone is of no member.
  func check(_ read: MirrorLogs) throws {
    let names = read.members.map(\.name)
    if let stranger = zones.keys.sorted().first(where: { !names.contains($0) }) {
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

/// `MEMBER=+02:00`, also `-0330`, `+2` and `Z`.
struct TimeZoneArgument: ExpressibleByArgument {
  let member: String
  /// Seconds east of UTC.
  let seconds: Int

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex,
      let seconds = Self.seconds(argument[argument.index(after: equals)...])
    else { return nil }
    member = String(argument[..<equals])
    self.seconds = seconds
  }

  private static func seconds(_ text: Substring) -> Int? {
    if text == "Z" { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst()
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ":") }) else { return nil }
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    let hours: Int?
    let minutes: Int?
    switch (parts.count, digits.count) {
    case (2, _) where parts[1].count == 2: (hours, minutes) = (Int(parts[0]), Int(parts[1]))
    case (1, 1), (1, 2): (hours, minutes) = (Int(digits), 0)
    case (1, 4): (hours, minutes) = (Int(digits.prefix(2)), Int(digits.suffix(2)))
    default: return nil
    }
    guard let hours, let minutes, hours <= 14, minutes < 60 else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
  }
}
