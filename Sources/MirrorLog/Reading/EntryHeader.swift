/// What stands before the text of an entry. Holds places in the line, so that parsing one
/// allocates nothing.
struct EntryHeader {
  var stamp: LogStamp
  var pid: Int
  /// Nil in the oldest form.
  var severity: LogSeverity?
  /// The category's bytes; empty when there is none.
  var category: Range<Int>
  /// The text's bytes.
  var text: Range<Int>

  /// Reads `MM/DD/YY-HH:MM:SS:mmm (pid) severity [Category] text`, where milliseconds and category
  /// may be absent, and the oldest form `MM/DD-HH:MM:SS:mmm ( pid) text`, which has neither year
  /// nor severity (class O). Nil when the line has neither form.
  init?(plain line: Span<UInt8>, from start: Int = 0) {
    if start == 0, let usual = EntryHeader(usual: line) {
      self = usual
      return
    }
    var cursor = TextCursor(line, from: start)
    guard let month = cursor.takeTwoDigits(), cursor.take(byte: "/"),
      let day = cursor.takeTwoDigits()
    else { return nil }
    var year: Int?
    if cursor.take(byte: "/") {
      guard let short = cursor.takeTwoDigits() else { return nil }
      year = short < 70 ? 2000 + short : 1900 + short
    }
    guard cursor.take(byte: "-"), let time = TimeOfDay(&cursor),
      let stamp = LogStamp(
        year: year, month: month, day: day, hour: time.hour, minute: time.minute,
        second: time.second, millisecond: time.millisecond)
    else { return nil }
    cursor.skipSpaces()
    guard cursor.take(byte: "(") else { return nil }
    cursor.skipSpaces()
    guard let pid = cursor.takeInteger() else { return nil }
    cursor.skipSpaces()
    guard cursor.take(byte: ")") else { return nil }
    self.stamp = stamp
    self.pid = pid
    cursor.skipSpaces()
    // The oldest form has neither year nor severity; a category makes the number before it one.
    if year != nil
      || cursor.peek(ahead: 1) == UInt8(ascii: " ") && cursor.peek(ahead: 2) == UInt8(ascii: "[")
    {
      severity = EntryHeader.takeSeverity(&cursor)
    }
    category = EntryHeader.takeCategory(&cursor)
    text = cursor.position..<cursor.end
  }

  /// The first header at or behind `start` that is not at the line's beginning: what a tool wrote
  /// before a line, or another writer's entry in the middle of it. O(line), at the speed of `memchr`.
  static func inside(
    _ line: Span<UInt8>, from start: Int
  ) -> (start: Int, header: EntryHeader)? {
    var from = start
    while let slash = TextCursor(line, from: from).firstIndex(of: UInt8(ascii: "/")) {
      from = slash + 1
      guard slash >= start + 2, slash + 3 < line.count, isDigit(line[slash - 1]),
        isDigit(line[slash - 2]), isDigit(line[slash + 1])
      else { continue }
      // Behind a slash stands the rest of a date, unless the year is there.
      guard let header = EntryHeader(plain: line, from: slash - 2),
        header.stamp.year != nil || slash < 3 || line[slash - 3] != UInt8(ascii: "/")
      else { continue }
      return (slash - 2, header)
    }
    return nil
  }

  /// True when a line begins with a stamp, whatever follows it.
  static func isStamped(_ line: Span<UInt8>) -> Bool {
    guard line.count >= 9, isDigit(line[0]), isDigit(line[1]), line[2] == UInt8(ascii: "/"),
      isDigit(line[3]), isDigit(line[4]), isDigit(line[6]), isDigit(line[7])
    else { return false }
    return line[5] == UInt8(ascii: "/") && line[8] == UInt8(ascii: "-")
      || line[5] == UInt8(ascii: "-") && line[8] == UInt8(ascii: ":")
  }

  /// Whether a line is a stamp, or as much of the beginning of one as there is.
  static func beginsStamp(_ line: Span<UInt8>) -> Bool {
    for (index, byte) in stampShape.enumerated() where index < line.count {
      let isDigit = isDigit(line[index])
      if byte == UInt8(ascii: "0") ? !isDigit : line[index] != byte {
        // The form without a year.
        return index == 5 && line[index] == UInt8(ascii: "-")
      }
    }
    return line.count > 0
  }

  private static let stampShape = Array("00/00/00-00:00:00".utf8)

  /// Whether a line begins with what was a stamp before a few of its characters were garbled.
  static func isNearStamp(_ line: Span<UInt8>) -> Bool {
    guard line.count >= 24 else { return false }
    // Most lines have no slash there and no colon.
    let slashes = line[2] == UInt8(ascii: "/") || line[5] == UInt8(ascii: "/")
    guard slashes, line[11] == UInt8(ascii: ":") || line[14] == UInt8(ascii: ":") else {
      return false
    }
    var wrong = 0
    for (index, byte) in stampShape.enumerated() {
      let isRight = byte == UInt8(ascii: "0") ? isDigit(line[index]) : line[index] == byte
      if !isRight { wrong += 1 }
    }
    return wrong <= 2
  }

  /// Where the text begins behind a header that cannot be read.
  static func textBehindGarbled(_ line: Span<UInt8>) -> Int? {
    var cursor = TextCursor(line, from: 17, to: min(line.count, 48))
    guard cursor.skip(past: ") ") else { return nil }
    cursor.end = line.count
    _ = takeSeverity(&cursor)
    _ = takeCategory(&cursor)
    return cursor.position
  }

  /// A line whose fields were found elsewhere, as in the structured forms.
  init(
    stamp: LogStamp, pid: Int, severity: LogSeverity?, category: Range<Int>, text: Range<Int>
  ) {
    self.stamp = stamp
    self.pid = pid
    self.severity = severity
    self.category = category
    self.text = text
  }

  static func takeSeverity(_ cursor: inout TextCursor) -> LogSeverity? {
    guard let digit = cursor.peek, let severity = LogSeverity(rawValue: Int(digit) - 48),
      cursor.peek(ahead: 1) ?? UInt8(ascii: " ") == UInt8(ascii: " ")
    else { return nil }
    cursor.position += 1
    // One blank: a text may start with blanks of its own.
    _ = cursor.take(byte: " ")
    return severity
  }

  /// `[Generic.Event] `, but not `[SYSTEM MONITOR] `, which belongs to the text.
  static func takeCategory(_ cursor: inout TextCursor) -> Range<Int> {
    var probe = cursor
    let none = cursor.position..<cursor.position
    guard probe.take(byte: "[") else { return none }
    let start = probe.position
    while let byte = probe.peek, isCategoryByte(byte) { probe.position += 1 }
    let range = start..<probe.position
    guard !range.isEmpty, probe.take(byte: "]") else { return none }
    _ = probe.take(byte: " ")
    cursor.position = probe.position
    return range
  }

  static func isCategoryByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "%"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// `HH:MM:SS`, then milliseconds after a colon or a point where there are any.
struct TimeOfDay {
  var hour: Int
  var minute: Int
  var second: Int
  var millisecond: Int?

  init?(_ cursor: inout TextCursor) {
    guard let hour = cursor.takeTwoDigits(), cursor.take(byte: ":"),
      let minute = cursor.takeTwoDigits(), cursor.take(byte: ":"),
      let second = cursor.takeTwoDigits()
    else { return nil }
    self.hour = hour
    self.minute = minute
    self.second = second
    if cursor.take(byte: ":") || cursor.take(byte: ".") {
      guard let value = cursor.takeInteger(), value <= 999 else { return nil }
      millisecond = value
    }
  }
}
