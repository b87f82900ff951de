import Glibc
import MirrorJournal

/// Standard output, written in large pieces.
///
/// A reader that goes away (`| head`) ends the process quietly through SIGPIPE, whose default action
/// is left in place.
struct StandardOutput: ~Copyable {
  var buffer = TextBuffer(capacity: 1 << 16)
  private var cells: SpreadsheetCSV?

  /// - Parameter cells: what makes CSV fit for spreadsheets, if that was asked for.
  init(_ cells: SpreadsheetCSV? = nil) { self.cells = cells }

  /// Whether a person is looking and has not asked for plain text (`NO_COLOR`).
  static var wantsColour: Bool {
    isatty(STDOUT_FILENO) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
      && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
  }

  /// Whether output goes to a terminal.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The terminal's width in columns; 100 when it is none.
  static var width: Int { knownWidth ?? 100 }

  /// The terminal's width in columns, or what `COLUMNS` says; nil when neither is there.
  static var knownWidth: Int? {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 {
      return Int(size.ws_col)
    }
    guard let text = getenv("COLUMNS").map({ String(cString: $0) }), let columns = Int(text),
      (40...10_000).contains(columns)
    else { return nil }
    return columns
  }

  /// Writes what has gathered, once it is worth a system call.
  mutating func flushIfLarge() throws(JournalError) {
    if buffer.count >= 1 << 15 { try flush() }
  }

  /// Writes what has gathered.
  ///
  /// - Throws: `cannotWrite` when the device is full or gone.
  mutating func flush() throws(JournalError) {
    var cells = cells
    try buffer.withBytes { bytes throws(JournalError) in try Self.write(bytes, &cells) }
    self.cells = cells
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes `text` behind what has gathered, without copying it.
  mutating func write(_ text: RawSpan) throws(JournalError) {
    try flush()
    try Self.write(text, &cells)
  }

  private static func write(
    _ bytes: RawSpan, _ cells: inout SpreadsheetCSV?
  ) throws(JournalError) {
    try cells.pass(bytes, to: writeAll)
  }

  private static func writeAll(_ bytes: RawSpan) throws(JournalError) {
    var start = 0
    while start < bytes.byteCount {
      var (written, problem) = (0, Int32(0))
      ProgressLine.whileHidden(isOutput: true) {
        written = bytes.extracting(droppingFirst: start).withUnsafeBytes {
          Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
        }
        problem = errno
      }
      if written < 0, problem == EINTR { continue }
      guard written > 0 else {
        throw JournalError(.cannotWrite, String(cString: strerror(problem)), in: "standard output")
      }
      start += written
    }
  }

  mutating func append(_ text: String) { buffer.append(text) }

  /// Has `body` append lines, which are written as they come: it calls what it is given behind each.
  mutating func append(
    _ body: (inout TextBuffer, (inout TextBuffer) throws -> Void) throws -> Void
  ) throws {
    var lines = TextBuffer(capacity: 1 << 16)
    try body(&lines) { lines in if lines.count >= 1 << 15 { try drain(&lines) } }
    try drain(&lines)
  }

  private mutating func drain(_ lines: inout TextBuffer) throws {
    try lines.withBytes { try write($0) }
    lines.removeAll(keepingCapacity: true)
  }
}

extension SpreadsheetCSV? {
  /// Hands `bytes` on: as they are, or where CSV is to be fit for spreadsheets, made so.
  mutating func pass<Failure: Error>(
    _ bytes: RawSpan, to write: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    guard var filter = self else { return try write(bytes) }
    var safe = TextBuffer(capacity: bytes.byteCount + 64)
    filter.append(bytes, to: &safe)
    self = filter
    try safe.withBytes(write)
  }
}
