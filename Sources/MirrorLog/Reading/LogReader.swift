internal import Glibc

/// What one log held, whether or not it carried events.
public struct LogSummary: Sendable, Equatable {
  /// The log's path, as given.
  public let file: String
  /// Bytes read.
  public internal(set) var bytes = 0
  /// Lines read, those of no entry included.
  public internal(set) var lines = 0
  /// Lines that start an entry, of any form.
  public internal(set) var entries = 0
  /// Entries of the name-value and JSON forms among them.
  public internal(set) var structuredEntries = 0
  /// Messages that became events.
  public internal(set) var events = 0
  /// Lines without a stamp that belong to the entry before them.
  public internal(set) var continuationLines = 0
  /// Lines without a stamp before the first entry.
  public internal(set) var bannerLines = 0
  /// Lines longer than the limit; their beginnings were read.
  public internal(set) var truncatedLines = 0
  /// Lines that start with NUL bytes, as a crash leaves them; what follows the NULs was read.
  public internal(set) var nulLines = 0
  /// True when the input ended without a line feed: the last line may be cut.
  public internal(set) var endsUnterminated = false
  /// The first entry's stamp, which orders the rotated logs of one member.
  public internal(set) var firstStamp: LogStamp?
  /// The last entry's stamp, in the member's local time.
  public internal(set) var lastStamp: LogStamp?

  init(file: String) { self.file = file }
}

/// Reads logs of any size in one buffer of fixed size and hands over the events in them.
///
/// Accepted are the plain forms with and without category, milliseconds, severity and year, the
/// structured name-value and JSON forms, and any mixture. Lines end in LF or CRLF. A message that
/// says nothing about journals or roles costs no allocation.
public struct LogReader: Sendable {
  /// Bytes asked for in one read, at most 1 GiB.
  public var chunk = 1 << 20
  /// Bytes of a line that are read, from 64 to 1 GiB. The rest of a longer line is passed over,
  /// and the line is counted in `LogSummary.truncatedLines`.
  public var lineLimit = 1 << 16
  /// Bytes without a single entry after which an input is refused.
  public var patience = 16 << 20

  /// A reader with the usual limits.
  public init() {}

  /// Reads a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: the log.
  ///   - member: the name that events carry as their source.
  ///   - onEvent: gets each event in line order.
  /// - Throws: `cannotOpen`, `cannotRead`; `notALog` when the input has bytes but no entry.
  @discardableResult
  public func read(
    path: String, member: String = "", _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    if path == "-" {
      return try read(.descriptor(STDIN_FILENO), name: path, member: member, onEvent)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LogError(.cannotOpen, "cannot open: \(String(cString: strerror(errno)))", in: path)
    }
    defer { close(descriptor) }
    return try read(.descriptor(descriptor), name: path, member: member, onEvent)
  }

  /// Reads an open file or pipe, which stays the caller's to close.
  @discardableResult
  public func read(
    descriptor: CInt, name: String, member: String = "", _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    try read(.descriptor(descriptor), name: name, member: member, onEvent)
  }

  /// Reads bytes at hand.
  @discardableResult
  public func read(
    bytes: [UInt8], name: String, member: String = "", _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    try read(.memory(bytes, taken: 0), name: name, member: member, onEvent)
  }

  private func read(
    _ source: LineScanner.Source, name: String, member: String, _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    var scanner = LineScanner(source, chunk: chunk, lineLimit: lineLimit)
    var assembler = EntryAssembler(file: name, member: member)
    var seen = 0
    do throws(LogError) {
      try scanner.scan { line, place in
        assembler.add(line, place, onEvent)
        seen += line.count + 1
        return assembler.summary.entries > 0 || seen < patience
      }
    } catch {
      throw LogError(error.code, error.reason, in: name, advice: error.advice)
    }
    assembler.summary.bytes = scanner.byteCount
    guard assembler.summary.entries > 0 || scanner.byteCount == 0 else {
      throw LogError(
        .notALog, "no line has the form of a log entry", in: name,
        advice: "give a messages.log, or the structured log as name-value pairs or JSON")
    }
    return assembler.summary
  }
}
