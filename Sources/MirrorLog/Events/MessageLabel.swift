/// What stands before some messages and is no part of them: `ERROR #1180: `, `Error: `, or a category
/// that is garbled.
enum MessageLabel {
  /// Characters that a label takes at most.
  private static let limit = 40

  /// Where the text begins behind a label; nil when there is none. O(1).
  static func textBehind(_ cursor: TextCursor, _ first: UInt8) -> Int? {
    switch Unicode.Scalar(first) {
    case "E", "W", "e", "w": behindWord(cursor)
    case "[": behindCategory(cursor)
    default: nil
    }
  }

  private static func behindWord(_ cursor: TextCursor) -> Int? {
    var cursor = cursor
    guard
      cursor.take("ERROR") || cursor.take("Error") || cursor.take("error")
        || cursor.take("WARNING") || cursor.take("Warning") || cursor.take("warning")
    else { return nil }
    if cursor.take(" #") { _ = cursor.takeInteger() }
    guard cursor.take(":") || cursor.take("!") else { return nil }
    cursor.skipSpaces()
    return cursor.isAtEnd ? nil : cursor.position
  }

  /// Behind `[Utility.Ev~nt] `, and behind the first blank where no bracket closes.
  private static func behindCategory(_ cursor: TextCursor) -> Int? {
    let head = TextCursor(
      cursor.bytes, from: cursor.position, to: min(cursor.end, cursor.position + limit))
    guard let close = head.firstIndex(of: UInt8(ascii: "]")) ?? head.firstIndex(of: 32),
      close + 1 < cursor.end
    else { return nil }
    return close + 1
  }

  /// Behind the bracket that closes a category whose first one is garbled; nil when there is none.
  static func textBehindBracket(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let end = min(range.upperBound, range.lowerBound + limit)
    let head = TextCursor(text, from: range.lowerBound, to: end)
    guard let close = head.firstIndex(of: UInt8(ascii: "]")), close + 1 < range.upperBound else {
      return nil
    }
    return close + 1
  }
}
