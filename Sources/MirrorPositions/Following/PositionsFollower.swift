public import MirrorJournal
public import MirrorLog

/// Judges positions anew whenever one of the members' logs has grown, for a failover that is happening.
///
/// Holds all events; every call with something new judges all of them. O(events).
public final class PositionsFollower {
  /// What a look at the logs brought.
  public struct Change: Sendable {
    /// New events, member by member, with the members' names as they are known now.
    public let events: [LogEvent]
    /// Findings that were not there before.
    public let findings: [Finding]
    /// Whether the answer is another one than before.
    public let isNewAnswer: Bool
  }

  /// As of the last call.
  public private(set) var positions: MirrorPositions
  /// The logs behind it.
  public private(set) var logs: MirrorLogs

  private let inputs: [LogInput]
  private let surveys: [TreeSurvey]
  private let followers: [LogFollower]
  private let timeZoneOffsets: [String: Int]
  private let journals: (MirrorLogs) -> [MirrorJournals.Source]
  private let layouts: [JournalLayout]
  private var events: [[LogEvent]]

  /// Reads the logs as far as they go.
  ///
  /// - Parameters:
  ///   - inputs: the logs to follow.
  ///   - surveys: of the directories in which they were found.
  ///   - reader: reads them.
  ///   - timeZoneOffsets: seconds east of UTC by member.
  ///   - layouts: the layouts that journals may have.
  ///   - journals: where the journals are, given the members' names; none without any.
  /// - Throws: `LogError` when a log cannot be read, `JournalError` when a directory cannot.
  public init(
    _ inputs: [LogInput], surveys: [TreeSurvey] = [], reader: LogReader = LogReader(),
    timeZoneOffsets: [String: Int] = [:],
    layouts: [JournalLayout] = JournalLayout.builtIn,
    journals: @escaping (MirrorLogs) -> [MirrorJournals.Source] = { _ in [] }
  ) throws {
    self.inputs = inputs
    self.surveys = surveys
    self.timeZoneOffsets = timeZoneOffsets
    self.layouts = layouts
    self.journals = journals
    followers = try inputs.map { try LogFollower(path: $0.path, reader: reader) }
    events = inputs.map { _ in [] }
    for index in followers.indices {
      var new: [LogEvent] = []
      _ = try followers[index].poll { new.append($0) }
      events[index] = new
    }
    logs = Self.logs(inputs, followers, events, timeZoneOffsets)
    positions = try Self.judge(logs, surveys, journals(logs), layouts)
  }

  /// Reads what has been added.
  ///
  /// - Returns: nil when nothing says anything new.
  /// - Throws: as the initializer.
  public func poll() throws -> Change? {
    var fresh: Set<LogSource> = []
    for index in followers.indices {
      var new: [LogEvent] = []
      _ = try followers[index].poll { new.append($0) }
      fresh.formUnion(new.map { place($0.source) })
      events[index] += new
    }
    guard !fresh.isEmpty else { return nil }
    let known = Set(positions.findings)
    let answer = positions.answer
    logs = Self.logs(inputs, followers, events, timeZoneOffsets)
    positions = try Self.judge(logs, surveys, journals(logs), layouts)
    return Change(
      events: logs.events.filter { fresh.contains(place($0.source)) },
      findings: positions.findings.filter { !known.contains($0) },
      isNewAnswer: positions.answer != answer)
  }

  /// Where a line stands, whoever's it is.
  private func place(_ source: LogSource) -> LogSource {
    LogSource(member: "", file: source.file, line: source.line)
  }

  private static func logs(
    _ inputs: [LogInput], _ followers: [LogFollower], _ events: [[LogEvent]],
    _ timeZoneOffsets: [String: Int]
  ) -> MirrorLogs {
    MirrorLogs(
      read: inputs.indices.map { (inputs[$0], followers[$0].summary, events[$0]) },
      timeZoneOffsets: timeZoneOffsets)
  }

  private static func judge(
    _ logs: MirrorLogs, _ surveys: [TreeSurvey], _ sources: [MirrorJournals.Source],
    _ layouts: [JournalLayout]
  ) throws -> MirrorPositions {
    var positions = MirrorPositions(logs, findings: surveys.flatMap(\.findings))
    if !sources.isEmpty {
      var journals = try MirrorJournals(sources, layouts: layouts)
      PositionCheck.run(&positions, against: &journals)
    }
    return positions
  }
}
