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
  private let clocks: LogClocks
  private let journals: (MirrorLogs) -> [MirrorJournals.Source]
  private let layouts: [JournalLayout]
  private var events: [[Followed]]

  /// An event, and how many files had its log's name before the one that it stands in.
  private struct Followed {
    let event: LogEvent
    let rotations: Int

    /// The event as of now: the name is that of another file when its own was renamed.
    func named(_ current: Int) -> LogEvent {
      guard rotations < current else { return event }
      var event = event
      let source = event.source
      event.source = LogSource(
        member: source.member, file: source.file + " (rotated, \(rotations + 1))",
        line: source.line, writer: source.writer)
      return event
    }
  }

  /// Reads the logs as far as they go.
  ///
  /// - Parameters:
  ///   - inputs: the logs to follow.
  ///   - surveys: of the directories in which they were found.
  ///   - reader: reads them.
  ///   - clocks: the zones of the members' clocks.
  ///   - layouts: the layouts that journals may have.
  ///   - journals: where the journals are, given the members' names; none without any.
  /// - Throws: `LogError` when a log cannot be read, `JournalError` when a directory cannot.
  public init(
    _ inputs: [LogInput], surveys: [TreeSurvey] = [], reader: LogReader = LogReader(),
    clocks: LogClocks = .unknown,
    layouts: [JournalLayout] = JournalLayout.builtIn,
    journals: @escaping (MirrorLogs) -> [MirrorJournals.Source] = { _ in [] }
  ) throws {
    self.inputs = inputs
    self.surveys = surveys
    self.clocks = clocks
    self.layouts = layouts
    self.journals = journals
    followers = try inputs.map { try LogFollower(path: $0.path, reader: reader) }
    events = inputs.map { _ in [] }
    for index in followers.indices {
      events[index] = try Self.poll(followers[index])
    }
    logs = Self.logs(inputs, followers, events, clocks)
    positions = try Self.judge(logs, surveys, journals(logs), layouts)
  }

  /// Reads what has been added.
  ///
  /// - Returns: nil when nothing says anything new.
  /// - Throws: as the initializer.
  public func poll() throws -> Change? {
    var fresh: Set<LogSource> = []
    var hasRotated = false
    for index in followers.indices {
      let before = followers[index].rotations
      let new = try Self.poll(followers[index])
      let rotations = followers[index].rotations
      hasRotated = hasRotated || rotations > before
      fresh.formUnion(new.map { place($0.named(rotations).source) })
      events[index] += new
    }
    guard !fresh.isEmpty || hasRotated else { return nil }
    // A file that was renamed changes what a finding names, not what it says.
    let known = Set(positions.findings.map { Said($0) })
    let answer = positions.answer
    logs = Self.logs(inputs, followers, events, clocks)
    positions = try Self.judge(logs, surveys, journals(logs), layouts)
    return Change(
      events: logs.events.filter { fresh.contains(place($0.source)) },
      findings: positions.findings.filter { !known.contains(Said($0)) },
      isNewAnswer: positions.answer != answer)
  }

  /// What a finding says, without the lines that say it.
  private struct Said: Hashable {
    let code: Finding.Code
    let severity: Finding.Severity
    let sentence: String

    init(_ finding: Finding) {
      (code, severity, sentence) = (finding.code, finding.severity, finding.sentence)
    }
  }

  private static func poll(_ follower: LogFollower) throws(LogError) -> [Followed] {
    var new: [Followed] = []
    _ = try follower.poll { new.append(Followed(event: $0, rotations: follower.rotations)) }
    return new
  }

  /// Where a line stands, whoever's it is.
  private func place(_ source: LogSource) -> LogSource {
    LogSource(member: "", file: source.file, line: source.line)
  }

  private static func logs(
    _ inputs: [LogInput], _ followers: [LogFollower], _ events: [[Followed]],
    _ clocks: LogClocks
  ) -> MirrorLogs {
    MirrorLogs(
      read: inputs.indices.map { index in
        let rotations = followers[index].rotations
        return (
          inputs[index], followers[index].summary, events[index].map { $0.named(rotations) }
        )
      },
      clocks: clocks)
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
