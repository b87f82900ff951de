/// The logs of the members of a mirror: each member's events in the order it wrote them.
///
/// Holds the events, not the logs, and each once: memory follows the number of different messages that say
/// something about journals and roles.
public struct MirrorLogs: Sendable {
  /// One member's logs.
  public struct Member: Sendable {
    /// The name given by the caller, or deduced from the logs.
    public let name: String
    /// The name that logs print for it, where they tell; the other members know it by this one.
    public let printedName: String?
    /// True when the caller calls it by a host's name: then it is nobody who is printed otherwise.
    public let isNamed: Bool
    /// In the order in which they were written.
    public let files: [LogSummary]
    /// In the order the member wrote them, across its files.
    public let events: [LogEvent]
  }

  /// In the order of the inputs.
  public var members: [Member]
  /// For display only.
  public let clocks: LogClocks
  /// All logs, in the order of the inputs, each once.
  public let files: [LogSummary]

  /// Reads all inputs. A member's logs may come in any order, and a file may hold the logs of several
  /// members when what a tool wrote before its lines tells them apart.
  ///
  /// A member without a given name gets the one that only its logs can have: whom the logs mention,
  /// in which role, and where connections meet. File names, directories and prefixes choose between
  /// what that leaves open.
  public init(
    reading inputs: [LogInput], reader: LogReader = LogReader(),
    clocks: LogClocks = .unknown
  ) throws(LogError) {
    var parts: [LogPart] = []
    var files: [LogSummary] = []
    for input in inputs {
      var events = GatheredEvents()
      let summary = try reader.read(path: input.path) { events.add($0) }
      files.append(summary)
      parts += LogPart.parts(of: input, summary, events.inOrder)
    }
    self.init(parts, files, clocks)
  }

  /// Takes logs that are in memory, as `(path, member, bytes)`.
  public init(
    bytes inputs: [(input: LogInput, bytes: [UInt8])], reader: LogReader = LogReader(),
    clocks: LogClocks = .unknown
  ) throws(LogError) {
    var parts: [LogPart] = []
    var files: [LogSummary] = []
    for (input, bytes) in inputs {
      var events = GatheredEvents()
      let summary = try reader.read(bytes: bytes, name: input.path) { events.add($0) }
      files.append(summary)
      parts += LogPart.parts(of: input, summary, events.inOrder)
    }
    self.init(parts, files, clocks)
  }

  /// Takes logs that have been read: each with its summary and its events.
  public init(
    read logs: [(input: LogInput, summary: LogSummary, events: [LogEvent])],
    clocks: LogClocks = .unknown
  ) {
    let parts = logs.flatMap { log in
      var events = GatheredEvents()
      for event in log.events { events.add(event) }
      return LogPart.parts(of: log.input, log.summary, events.inOrder)
    }
    self.init(parts, logs.map(\.summary), clocks)
  }

  private init(_ parts: [LogPart], _ files: [LogSummary], _ clocks: LogClocks) {
    self.clocks = clocks
    self.files = files
    members = MemberAssignment(parts).groups.map { group in
      let sorted = LogOrder.sorted(group.parts.map { parts[$0] })
      let events = MirrorLogs.joined(sorted).map { event in
        var event = event
        event.source.member = group.name
        return event
      }
      return Member(
        name: group.name, printedName: group.label,
        isNamed: group.given.map { !MemberNames.isNickname($0) } ?? false,
        files: sorted.map(\.summary), events: events)
    }
  }

  /// The events of one member's logs in a row. A log given twice, or an excerpt beside the whole,
  /// repeats messages: one with the stamp, process and content of one in an earlier file is left
  /// out, whatever zone its clock shows. So is what one file repeats.
  private static func joined(_ logs: [LogPart]) -> [LogEvent] {
    var seen: Set<LogPart.Message> = []
    var events: [LogEvent] = []
    var earlier = ShiftedCopy()
    for log in logs where !log.name.isAlerts {
      var new = log.events.filter { !seen.contains(LogPart.Message($0)) }
      if new.count == log.events.count { new = earlier.new(in: new) }
      earlier.take(new)
      events += new
      seen.formUnion(log.events.lazy.map(LogPart.Message.init))
    }
    for log in logs where log.name.isAlerts {
      let alerts = log.events.filter { !seen.contains(LogPart.Message($0)) }
      seen.formUnion(alerts.lazy.map(LogPart.Message.init))
      events = merged(alerts, into: events)
    }
    return events
  }

  /// Alerts among the messages of the same clock: which stands where, only the stamps tell.
  private static func merged(_ alerts: [LogEvent], into messages: [LogEvent]) -> [LogEvent] {
    if alerts.isEmpty { return messages }
    var events: [LogEvent] = []
    events.reserveCapacity(messages.count + alerts.count)
    var next = alerts.startIndex
    for message in messages {
      while next < alerts.endIndex, alerts[next].stamp.isBefore(message.stamp) {
        events.append(alerts[next])
        next += 1
      }
      events.append(message)
    }
    return events + alerts[next...]
  }

  /// All events, member by member.
  public var events: [LogEvent] { members.flatMap(\.events) }
}
