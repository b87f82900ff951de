public import JournalCompression
internal import MirrorJournal

extension CompressionLine {
  /// The message as a line of `messages.log`, without a line feed.
  public func logLine(
    stamp: LogStamp, pid: Int, severity: LogSeverity = .informational,
    category: String? = "Utility.Event"
  ) -> String {
    "\(stamp.logText) (\(pid)) \(severity.rawValue) " + (category.map { "[\($0)] " } ?? "") + text
  }
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
    let ratio = cursor.rest()
    // One decimal is always printed: without it the line is cut.
    let digits = ratio.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard digits.count == 2, digits.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
      return nil
    }
    self.init(line: CompressionLine(path: path, from: from, to: to), ratio: ratio)
  }
}
