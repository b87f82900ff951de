internal import Glibc
internal import MirrorJournal

/// Reads on in a log while it is written, across rotations.
///
/// A log that is replaced or cut begins anew at line 1. Compressed files and what is not a file are
/// read as far as they go.
public final class LogFollower {
  /// The log's path; `-` is standard input.
  public let path: String
  /// What has been read so far, of all files that had the name.
  public private(set) var summary: LogSummary

  /// How many files had the name before the one that has it now.
  public private(set) var rotations = 0

  private let reader: LogReader
  private var descriptor: CInt = -1
  private var scanner: LineScanner?
  private var assembler: EntryAssembler
  private var rest: (any ByteSource)?
  private var isEnded = false

  /// Prepares to read `path` from its beginning.
  ///
  /// - Throws: `cannotOpen`.
  public init(path: String, reader: LogReader = LogReader()) throws(LogError) {
    self.path = path
    self.reader = reader
    summary = LogSummary(file: path)
    assembler = EntryAssembler(file: path, member: "")
    try begin()
  }

  deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

  /// Reads what has been added since the last call and hands over the events in it.
  ///
  /// - Returns: whether there was anything.
  /// - Throws: `cannotRead`.
  public func poll(_ onEvent: (LogEvent) -> Void) throws(LogError) -> Bool {
    if isEnded { return false }
    let before = summary.lines + summary.events
    try readOn(onEvent)
    if hasBeenReplaced {
      try end(onEvent)
      rotations += 1
      try begin()
      try readOn(onEvent)
    }
    return summary.lines + summary.events != before
  }

  /// Hands over what waits for the rest of a line or of a number.
  public func finish(_ onEvent: (LogEvent) -> Void) throws(LogError) {
    if !isEnded { try end(onEvent) }
    isEnded = true
  }

  private func begin() throws(LogError) {
    if descriptor > STDIN_FILENO { close(descriptor) }
    descriptor = path == "-" ? STDIN_FILENO : openPath(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw LogError(.cannotOpen, "cannot open: \(String(cString: strerror(errno)))", in: path)
    }
    assembler = EntryAssembler(file: path, member: "")
    let source: any ByteSource
    if let compressed = try CompressedSource(descriptor, name: path) {
      source = compressed
      assembler.summary.compression = compressed.format
    } else {
      source = AvailableSource(descriptor)
    }
    scanner = LineScanner(source, chunk: reader.chunk, lineLimit: reader.lineLimit)
  }

  private func readOn(_ onEvent: (LogEvent) -> Void) throws(LogError) {
    do throws(LogError) {
      try scanner?.scan(keepsTail: true) { line, place in
        assembler.add(line, place, onEvent)
        return true
      }
    } catch {
      throw LogError(error.code, error.reason, in: path, advice: error.advice)
    }
    assembler.flush(onEvent)
    summary.take(assembler.summary)
  }

  private func end(_ onEvent: (LogEvent) -> Void) throws(LogError) {
    try scanner?.scan { line, place in
      assembler.add(line, place, onEvent)
      return true
    }
    assembler.finish(onEvent)
    summary.take(assembler.summary)
    summary.close()
  }

  /// Whether the path now names another file, or the file is shorter than what was read of it.
  private var hasBeenReplaced: Bool {
    guard path != "-" else { return false }
    var mine = stat()
    guard fstat(descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG,
      let named = statusOfPath(path)
    else { return false }
    return mine.st_ino != named.st_ino || mine.st_dev != named.st_dev
      || named.st_size < lseek(descriptor, 0, SEEK_CUR)
  }
}

/// What a file or a pipe has at this moment: it does not wait for more.
private final class AvailableSource: ByteSource {
  private let descriptor: CInt
  private let source: DescriptorSource

  init(_ descriptor: CInt) {
    self.descriptor = descriptor
    source = DescriptorSource(descriptor)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogError) -> Int {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&ready, 1, 0) > 0 else { return 0 }
    return try source.read(into: buffer)
  }
}
