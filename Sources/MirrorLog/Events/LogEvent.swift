/// Where a line stands.
public struct LogSource: Sendable, Hashable {
  /// The member's name, as given or deduced.
  public var member: String
  /// The log's path, as given.
  public let file: String
  /// The line's number, from 1.
  public let line: Int
  /// What a tool wrote before the line to say whose it is, such as a container's name.
  public let writer: String?

  /// The place of a line: whose log, which file, and the number from 1.
  public init(member: String, file: String, line: Int, writer: String? = nil) {
    self.member = member
    self.file = file
    self.line = line
    self.writer = writer
  }
}

/// One message of a log that says something about journal files, positions, sizes or roles.
public struct LogEvent: Sendable, Hashable {
  /// Where the message stands.
  public var source: LogSource
  /// Local time of the member, without a zone.
  public let stamp: LogStamp
  /// Process id on the member's host, as printed.
  public let pid: Int
  /// Nil in logs that print none.
  public let severity: LogSeverity?
  /// Such as `Utility.Event`, or nil.
  public let category: String?
  /// What the message says.
  public let kind: LogEventKind

  /// An event as its line gives it; nothing is checked.
  public init(
    source: LogSource, stamp: LogStamp, pid: Int, severity: LogSeverity?, category: String?,
    kind: LogEventKind
  ) {
    self.source = source
    self.stamp = stamp
    self.pid = pid
    self.severity = severity
    self.category = category
    self.kind = kind
  }
}
