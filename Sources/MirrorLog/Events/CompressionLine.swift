/// What one `Journal File Compression` line says, and the one place that writes it.
///
/// The sizes are bytes on disk: in every observed line the first is a multiple of 65536 and the
/// second of 4096 (class O).
public struct CompressionLine: Sendable, Hashable {
  /// The uncompressed file's path, as printed.
  public let path: String
  /// Bytes before.
  public let from: Int
  /// Bytes after.
  public let to: Int

  /// A line for `path`, with sizes in bytes; negative sizes count as 0.
  public init(path: String, from: Int, to: Int) {
    self.path = path
    self.from = max(0, from)
    self.to = max(0, to)
  }

  /// The ratio in tenths, rounded half up, or nil for a file compressed to nothing.
  ///
  /// Five distinct lines have been observed: 262144 → 81920 `3.2` and 327680 → 102400 `3.2` are
  /// exact; 196608 → 73728 `2.7` (2.667), 393216 → 77824 `5.1` (5.053) and 393216 → 106496 `3.7`
  /// (3.692) rule out truncation, which prints 2.6, 5.0 and 3.6. Rounding to nearest and rounding
  /// always up both fit all five. Nearest is chosen (class R), and of its ties half up: no
  /// observed ratio is a tie. `roundedUpTenths` is the other candidate.
  public var tenths: Int? {
    to > 0 ? clamped((UInt128(from) * 20 + UInt128(to)) / (UInt128(to) * 2)) : nil
  }

  /// The ratio in tenths under the other rule that fits what has been observed: always up.
  public var roundedUpTenths: Int? {
    to > 0 ? clamped((UInt128(from) * 10 + UInt128(to) - 1) / UInt128(to)) : nil
  }

  /// The ratio as printed, from / to with one decimal; `0.0` for a file compressed to nothing
  /// (class R).
  public var ratioText: String { CompressionLine.text(tenths: tenths ?? 0) }

  /// Bytes that compression freed; negative when it cost some.
  public var saved: Int { from - to }

  /// The message: `Journal File Compression: Compressed PATH from N bytes to M bytes, compression
  /// ratio = R`.
  public var text: String {
    "Journal File Compression: Compressed \(path) from \(from) bytes to \(to) bytes, "
      + "compression ratio = \(ratioText)"
  }

  /// The message as a line of `messages.log`, without a line feed.
  public func logLine(
    stamp: LogStamp, pid: Int, severity: LogSeverity = .informational,
    category: String? = "Utility.Event"
  ) -> String {
    "\(stamp.logText) (\(pid)) \(severity.rawValue) " + (category.map { "[\($0)] " } ?? "") + text
  }

  static func text(tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }

  private func clamped(_ value: UInt128) -> Int { Int(clamping: value) }
}

/// A compression line found in a log, with the ratio it printed.
public struct PrintedCompression: Sendable, Hashable {
  /// The path and the two sizes, as printed.
  public let line: CompressionLine
  /// The ratio as printed, such as `3.2`.
  public let ratio: String

  /// A line with the ratio text that stood in the log.
  public init(line: CompressionLine, ratio: String) {
    self.line = line
    self.ratio = ratio
  }

  /// How a printed ratio relates to its two sizes.
  public enum Agreement: String, Sendable {
    /// It is the ratio rounded to nearest.
    case follows
    /// It is the ratio rounded up but not to nearest: no error, but evidence about the rule.
    case roundedUp
    /// It does not follow from the sizes.
    case differs
  }

  /// Whether the printed ratio follows from the two sizes. The rounding rule is unpublished, so the
  /// two that fit what has been observed are told apart (class O).
  public var agreement: Agreement {
    if ratio == line.ratioText { return .follows }
    guard let up = line.roundedUpTenths else { return .differs }
    return ratio == CompressionLine.text(tenths: up) ? .roundedUp : .differs
  }

  /// Reads the message that `CompressionLine.text` writes, or nil when it is another one.
  ///
  /// - Parameter text: a message, without stamp, pid, severity and category.
  public init?(parsing text: String) {
    var text = text
    let parsed = text.withUTF8 { bytes -> PrintedCompression? in
      var cursor = TextCursor(bytes.span)
      return PrintedCompression(&cursor)
    }
    guard let parsed else { return nil }
    self = parsed
  }

  init?(_ cursor: inout TextCursor) {
    guard cursor.take("Journal File Compression: Compressed "),
      let path = cursor.takeString(upToLast: " from "), !path.isEmpty,
      let from = cursor.takeInteger(), cursor.take(" bytes to "),
      let to = cursor.takeInteger(), cursor.take(" bytes, compression ratio = ")
    else { return nil }
    self.init(line: CompressionLine(path: path, from: from, to: to), ratio: cursor.rest())
  }
}
