/// `INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE` (class O), behind which the message itself stands: in the
/// next line, or in the same one where a tool has made one line of both.
enum SystemBanner {
  /// Where the text behind the banner begins, or ends when there is none; nil for another text.
  static func end(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var cursor = TextCursor(line, from: range.lowerBound, to: range.upperBound)
    cursor.skipSpaces()
    guard cursor.peek == UInt8(ascii: "I"), cursor.take("INTERSYSTEMS "),
      cursor.skip(past: "JOURNALING SYSTEM MESSAGE")
    else { return nil }
    while let byte = cursor.peek {
      if byte == UInt8(ascii: " ") || byte == 9 || byte == UInt8(ascii: "|") {
        cursor.position += 1
      } else if !(cursor.take("#012") || cursor.take("#011") || cursor.take("#015")
        || cursor.take("\\n") || cursor.take("\\r") || cursor.take("\\t"))
      {
        break
      }
    }
    return cursor.position
  }
}
