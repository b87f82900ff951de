/// What the beginning of a log shows of the form in which it came.
struct LogShape {
  /// The byte that ends a line.
  private(set) var terminator: UInt8 = 10
  /// The number of characters at which a terminal or a mail broke the lines; nil when they are whole.
  private(set) var width: Int?

  /// Bytes that are looked at.
  static let size = 256 << 10

  /// Looks at the first bytes of a log. O(`head`).
  init(_ head: [UInt8]) {
    if !head.contains(10), head.contains(13) { terminator = 13 }
    width = Self.width(head.span, terminator)
  }

  /// Lines are broken when most of those that do not begin an entry follow a line of the greatest
  /// length, and most lines of that length are followed by one that does not begin an entry.
  private static func width(_ text: Span<UInt8>, _ terminator: UInt8) -> Int? {
    var lines: [(range: Range<Int>, length: Int)] = []
    var longest = 0
    var start = 0
    while start < text.count {
      var cursor = TextCursor(text, from: start)
      cursor.end = cursor.firstIndex(of: terminator) ?? text.count
      let next = cursor.end + 1
      if cursor.end > start, text[cursor.end - 1] == 13 { cursor.end -= 1 }
      let length = characters(text.extracting(start..<cursor.end))
      lines.append((start..<cursor.end, length))
      longest = max(longest, length)
      start = next
    }
    guard longest >= 30, longest < 1000, lines.count > 3 else { return nil }
    func isLong(_ index: Int) -> Bool { lines[index].length >= longest - slack }
    guard lines.indices.count(where: isLong) > 1 else { return nil }
    var long = 0
    var continued = 0
    var starts = 0
    for index in lines.indices.dropFirst() {
      let isStart = isStart(text.extracting(lines[index].range))
      if isStart { starts += 1 }
      guard isLong(index - 1) else { continue }
      long += 1
      if !isStart { continued += 1 }
    }
    let unstamped = lines.count - 1 - starts
    guard continued > 1, continued * 2 >= long, continued * 5 >= unstamped * 3 else { return nil }
    return longest
  }

  /// Blanks at the end of a broken line that a tool may have removed.
  static let slack = 2

  /// The columns that a text takes, where every character takes one.
  static func characters(_ line: Span<UInt8>) -> Int {
    var count = 0
    for index in line.indices where line[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// Whether a line begins an entry, be it behind a prefix.
  static func isStart(_ line: Span<UInt8>) -> Bool {
    EntryHeader(plain: line) != nil || StructuredEntry.isLikely(line)
      || EntryHeader.inside(line, from: 1) != nil
  }
}
