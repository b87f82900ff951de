internal import Glibc

/// One log to read, and whose it is.
public struct LogInput: Sendable, Hashable {
  /// The log's path; `-` is standard input.
  public let path: String
  /// The member's name, or nil to deduce it.
  public let member: String?

  /// A log at `path`, of `member` or of the member its text names.
  public init(path: String, member: String? = nil) {
    self.path = path
    self.member = member
  }

  /// Takes `PATH` or `NAME=PATH`. A file that exists under the whole argument is a path.
  public init(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex,
      !argument[..<equals].contains("/"), access(argument, F_OK) != 0
    else {
      self.init(path: argument)
      return
    }
    self.init(
      path: String(argument[argument.index(after: equals)...]),
      member: String(argument[..<equals]))
  }
}

/// The logs of the members of a mirror: each member's events in the order it wrote them.
///
/// Holds the events, not the logs: memory follows the number of messages that say something about
/// journals and roles.
public struct MirrorLogs: Sendable {
  /// One member's logs.
  public struct Member: Sendable {
    /// The name given by the caller, or deduced from the logs.
    public let name: String
    /// In the order of their first stamps.
    public let files: [LogSummary]
    /// In the order the member wrote them, across its files.
    public let events: [LogEvent]
    /// Seconds east of UTC, for display only; nil when not known.
    public var timeZoneOffset: Int?
  }

  /// In the order of the inputs.
  public var members: [Member]

  /// Reads all inputs. The rotated logs of one member may come in any order: they are put in the
  /// order of their first stamps.
  ///
  /// A member without a given name gets the part of the file name before `.messages.log`; else
  /// the one name that other logs mention and this one does not; else its directory's or file's
  /// name.
  public init(
    reading inputs: [LogInput], reader: LogReader = LogReader(),
    timeZoneOffsets: [String: Int] = [:]
  ) throws(LogError) {
    var read: [ReadLog] = []
    for input in inputs {
      var events: [LogEvent] = []
      let summary = try reader.read(path: input.path) { events.append($0) }
      read.append(ReadLog(input: input, summary: summary, events: events))
    }
    self.init(read, timeZoneOffsets: timeZoneOffsets)
  }

  /// Takes logs that are in memory, as `(path, member, bytes)`.
  public init(
    bytes inputs: [(input: LogInput, bytes: [UInt8])], reader: LogReader = LogReader(),
    timeZoneOffsets: [String: Int] = [:]
  ) throws(LogError) {
    var read: [ReadLog] = []
    for (input, bytes) in inputs {
      var events: [LogEvent] = []
      let summary = try reader.read(bytes: bytes, name: input.path) { events.append($0) }
      read.append(ReadLog(input: input, summary: summary, events: events))
    }
    self.init(read, timeZoneOffsets: timeZoneOffsets)
  }

  private init(_ read: [ReadLog], timeZoneOffsets: [String: Int]) {
    let names = MemberNames.names(of: read)
    var order: [String] = []
    var logs: [String: [ReadLog]] = [:]
    for (name, log) in zip(names, read) {
      if logs[name] == nil { order.append(name) }
      logs[name, default: []].append(log)
    }
    members = order.map { name in
      let sorted = (logs[name] ?? []).enumerated().sorted { a, b in
        guard let x = a.element.summary.firstStamp, let y = b.element.summary.firstStamp, x != y
        else { return a.offset < b.offset }
        return x < y
      }.map(\.element)
      let events = MirrorLogs.joined(sorted).map { event in
        var event = event
        event.source.member = name
        return event
      }
      return Member(
        name: name, files: sorted.map(\.summary), events: events,
        timeZoneOffset: timeZoneOffsets[name])
    }
  }

  /// The events of one member's logs in a row. A log given twice, or an excerpt beside the whole,
  /// repeats messages: one with the stamp, process and content of one in an earlier file is left
  /// out.
  private static func joined(_ logs: [ReadLog]) -> [LogEvent] {
    struct Message: Hashable {
      let stamp: LogStamp
      let pid: Int
      let kind: LogEventKind
      init(_ event: LogEvent) {
        stamp = event.stamp
        pid = event.pid
        kind = event.kind
      }
    }
    var events: [LogEvent] = []
    for log in logs {
      guard let first = log.summary.firstStamp, let last = events.last?.stamp, first <= last else {
        events += log.events
        continue
      }
      let seen = Set(events.lazy.filter { $0.stamp >= first }.map(Message.init))
      events += log.events.filter { !seen.contains(Message($0)) }
    }
    return events
  }

  /// All events, member by member.
  public var events: [LogEvent] { members.flatMap(\.events) }
}

/// One log's outcome, before it is known whose it is.
struct ReadLog {
  let input: LogInput
  let summary: LogSummary
  let events: [LogEvent]
}
