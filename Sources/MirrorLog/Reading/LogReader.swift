internal import Glibc
internal import MirrorJournal

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
  /// Lines without a stamp before the first entry, blank ones left out.
  public internal(set) var bannerLines = 0
  /// Lines longer than the limit; they were read in pieces.
  public internal(set) var truncatedLines = 0
  /// Holes of NUL bytes, as a crash leaves them; what follows them was read.
  public internal(set) var nulLines = 0
  /// Messages that begin like one that says where data are and cannot be read to their end.
  public internal(set) var unreadableCount = 0
  /// The first of them.
  public internal(set) var unreadable: [UnreadableMessage] = []
  /// Where a tool wrote before each line whose it is: the entries of each name.
  public internal(set) var writers: [String: Int] = [:]
  /// The number of characters at which lines were broken and have been joined again; else nil.
  public internal(set) var wrapWidth: Int?
  /// `UTF-16`, or nil for UTF-8 and what reads like it.
  public internal(set) var encoding: String?
  /// `gzip`, `zstd` or `lz4` where the file is compressed.
  public internal(set) var compression: String?
  /// Why the rest of a compressed file could not be read; what stands before was.
  public internal(set) var damage: String?
  /// True when nearly all stamps go back, as in what viewers of logs export: the events were turned
  /// round.
  public internal(set) var isNewestFirst = false
  /// True when a part of the lines does not stand where it was written, as where a part was pasted newest
  /// first or an older file was put behind a newer one: the events were sorted.
  public internal(set) var isRearranged = false
  /// True when the input ended without a line feed: the last line may be cut.
  public internal(set) var endsUnterminated = false
  /// The first entry's stamp, which orders the rotated logs of one member.
  public internal(set) var firstStamp: LogStamp?
  /// The last entry's stamp, in the member's local time.
  public internal(set) var lastStamp: LogStamp?

  init(file: String) { self.file = file }

  /// The counts of files that had this name before.
  private var closed: [LogSummary] = []

  /// Takes over the counts of the file that has the name now.
  mutating func take(_ current: LogSummary) {
    let closed = closed
    self = current
    self.closed = closed
    for past in closed {
      lines += past.lines
      entries += past.entries
      events += past.events
      unreadableCount += past.unreadableCount
    }
    unreadable = closed.flatMap(\.unreadable) + unreadable
    firstStamp = closed.lazy.compactMap(\.firstStamp).first ?? firstStamp
  }

  /// Another file has the name from now on.
  mutating func close() {
    var own = self
    own.closed = []
    closed = [own]
  }

  mutating func add(_ message: UnreadableMessage) {
    unreadableCount += 1
    if unreadable.count < 100 { unreadable.append(message) }
  }
}

/// A message that begins like one that says where data are, and cannot be read.
public struct UnreadableMessage: Sendable, Hashable {
  /// The line it begins in, from 1.
  public let line: Int
  /// Its beginning.
  public let text: String

  static let limit = 120
}

/// Reads logs of any size in one buffer of fixed size and hands over the events in them.
///
/// Accepted are the plain forms with and without category, milliseconds, severity and year, the
/// structured name-value and JSON forms, and any mixture, in UTF-8, Latin-1 or UTF-16. Lines end in
/// LF, CRLF or CR, and a file may be compressed with gzip, zstd or lz4. What a tool wrote before each line is taken off, lines that a terminal broke are
/// joined, and of lines that several writers tore each message is read. A message that says nothing
/// about journals or roles costs no allocation.
public struct LogReader: Sendable {
  /// Bytes asked for in one read, at most 1 GiB.
  public var chunk = 1 << 18
  /// Bytes of a line that are read at once, from 64 to 1 GiB. A longer line is read in pieces, and is
  /// counted in `LogSummary.truncatedLines`.
  public var lineLimit = 1 << 16
  /// Bytes without a single entry after which an input is refused.
  public var patience = 16 << 20

  /// Lines after which a look at a log is enough.
  private var linesWanted = Int.max

  /// A reader with the usual limits.
  public init() {}

  /// Reads a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: the log.
  ///   - member: the name that events carry as their source.
  ///   - onEvent: gets each event in line order.
  /// - Throws: `cannotOpen`, `cannotRead`; `notALog` when the input has text but no entry.
  @discardableResult
  public func read(
    path: String, member: String = "", _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    if path == "-" {
      return try read(descriptor: STDIN_FILENO, name: path, member: member, onEvent)
    }
    let descriptor = openPath(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw LogError(.cannotOpen, "cannot open: \(String(cString: strerror(errno)))", in: path)
    }
    defer { close(descriptor) }
    try waitForWriter(descriptor, path)
    return try read(descriptor: descriptor, name: path, member: member, onEvent)
  }

  /// Seconds to wait for the first byte of a named pipe.
  public var pipePatience: Int32 = 30

  /// Makes a file that was opened without waiting one that is waited for. A named pipe to which nobody
  /// writes would be waited for without end.
  private func waitForWriter(_ descriptor: CInt, _ path: String) throws(LogError) {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&wait, 1, min(max(pipePatience, 0), 3600) * 1000) == 0 {
        throw LogError(
          .cannotRead, "nobody has written to this pipe for \(pipePatience) seconds", in: path,
          advice: "start the program that writes to it first, or give a file")
      }
    }
    let flags = fcntl(descriptor, F_GETFL)
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }
  }

  /// Whether a file is a log: of its first lines, holes left out, at least one in five begins an
  /// entry, which a text that quotes a log does not reach. Its compressed form counts, too.
  public func isLog(path: String) -> Bool {
    (try? recognizes(path: path)) ?? false
  }

  /// The same, with the difference between a file that is no log and one that cannot be read.
  ///
  /// - Throws: `cannotOpen`, `cannotRead`; `notALog` when the file has bytes but no entry, or is
  ///   compressed in a way that is not read.
  public func recognizes(path: String) throws(LogError) -> Bool {
    let descriptor = openPath(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw LogError(
        .cannotOpen, "the file cannot be opened: \(String(cString: strerror(errno)))", in: path,
        advice: "check its permissions")
    }
    defer { close(descriptor) }
    var reader = self
    reader.patience = 1 << 20
    reader.linesWanted = 500
    let summary = try reader.read(descriptor: descriptor, name: path) { _ in }
    return summary.entries > 0 && summary.entries * 5 >= summary.lines
  }

  /// Reads an open file or pipe, which stays the caller's to close.
  @discardableResult
  public func read(
    descriptor: CInt, name: String, member: String = "", _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    if let source = try CompressedSource(descriptor, name: name) {
      var summary: LogSummary
      do throws(LogError) {
        summary = try read(
          source, name: name, member: member, onEvent, compression: source.format)
      } catch {
        // A file of which nothing is left is damaged before it is no log.
        guard let failure = source.failure else { throw error }
        throw LogError(failure.code, failure.reason, in: name, advice: failure.advice)
      }
      summary.damage = source.failure?.reason
      return summary
    }
    return try read(DescriptorSource(descriptor), name: name, member: member, onEvent)
  }

  /// Reads bytes at hand.
  @discardableResult
  public func read(
    bytes: [UInt8], name: String, member: String = "", _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    try read(MemorySource(bytes), name: name, member: member, onEvent)
  }

  private func read(
    _ source: any ByteSource, name: String, member: String, _ onEvent: (LogEvent) -> Void,
    compression: String? = nil
  ) throws(LogError) -> LogSummary {
    do throws(LogError) {
      var summary = try assemble(source, name: name, member: member, onEvent)
      summary.compression = compression
      return summary
    } catch {
      throw LogError(error.code, error.reason, in: error.file ?? name, advice: error.advice)
    }
  }

  private func assemble(
    _ raw: any ByteSource, name: String, member: String, _ onEvent: (LogEvent) -> Void
  ) throws(LogError) -> LogSummary {
    var source = raw
    var encoding: String?
    var head = try source.take(LogShape.size)
    if let format = CompressedSource.unreadable(head) {
      throw LogError(
        .notALog, "the log is compressed with \(format)", advice: "decompress it first")
    }
    if let order = UTF16Source.byteOrder(of: head) {
      let rest = RewoundSource(Array(head.dropFirst(order.mark)), source)
      source = UTF16Source(rest, isBigEndian: order.isBigEndian)
      head = try source.take(LogShape.size)
      encoding = "UTF-16"
    }
    let shape = LogShape(head)
    var scanner = LineScanner(
      RewoundSource(head, source), chunk: chunk, lineLimit: lineLimit,
      terminator: shape.terminator)
    var assembler = EntryAssembler(file: name, member: member)
    assembler.summary.encoding = encoding
    var seen = 0
    if let width = shape.width {
      assembler.summary.wrapWidth = width
      var unwrapper = LineUnwrapper(width: width)
      try scanner.scan { line, place in
        unwrapper.add(line, place, to: &assembler, onEvent)
        seen += line.count + 1
        return assembler.summary.entries > 0 ? place.number < linesWanted : seen < patience
      }
      unwrapper.finish(&assembler, onEvent)
    } else {
      try scanner.scan { line, place in
        assembler.add(line, place, onEvent)
        seen += line.count + 1
        return assembler.summary.entries > 0 ? place.number < linesWanted : seen < patience
      }
    }
    assembler.finish(onEvent)
    assembler.summary.bytes = scanner.byteCount
    // Blank lines alone are an empty log; a hole of NULs alone is a log that is lost.
    let isBlank = assembler.summary.bannerLines == 0 && seen * 2 >= scanner.byteCount
    guard assembler.summary.entries > 0 || isBlank else {
      throw LogError(
        .notALog, "no line has the form of a log entry",
        advice: "give a messages.log, or the structured log as name-value pairs or JSON")
    }
    return assembler.summary
  }
}
