/// One entry of a structured log: name-value pairs or one JSON object in a line (class D).
///
/// Both carry `when`, `pid`, `level`, `event` and `text`; `pid` may be a string, and unknown names
/// are passed over.
enum StructuredEntry {
  /// Whether a line may be one of the two forms: cheap, so that other lines cost nothing.
  static func isLikely(_ line: Span<UInt8>) -> Bool {
    guard line.count > 10 else { return false }
    return line[0] == UInt8(ascii: "{")
      || line[0] == UInt8(ascii: "w")
        && TextCursor(line).looking(at: "when=\"")
  }

  /// The fields found in a line. The text is unescaped into `scratch`, which is cleared first and
  /// keeps its capacity.
  static func header(_ line: Span<UInt8>, scratch: inout [UInt8]) -> EntryHeader? {
    var fields = Fields()
    let isJSON = line[0] == UInt8(ascii: "{")
    let found = isJSON ? fields.readJSON(line) : fields.readPairs(line)
    guard found, let when = fields.when, let text = fields.text else { return nil }
    var cursor = TextCursor(line, from: when.lowerBound, to: when.upperBound)
    guard let stamp = stamp(&cursor) else { return nil }
    if isJSON {
      unescape(line, text, into: &scratch)
    } else {
      copy(line, text, into: &scratch)
    }
    let pid = fields.pid.flatMap { range in
      var cursor = TextCursor(line, from: range.lowerBound, to: range.upperBound)
      return cursor.takeInteger()
    }
    return EntryHeader(
      stamp: stamp, pid: pid ?? 0,
      severity: fields.level.flatMap {
        severity(TextCursor(line, from: $0.lowerBound, to: $0.upperBound))
      },
      category: fields.event ?? 0..<0, text: 0..<scratch.count)
  }

  /// Whether a line is a JSON object in which a container runtime or a journal keeps one line of a
  /// log; that line is put into `scratch` (class D: the `json-file` form of Docker, journald's JSON).
  static func wrapped(_ line: Span<UInt8>, scratch: inout [UInt8]) -> Bool {
    guard line.count > 10, line[0] == UInt8(ascii: "{") else { return false }
    var fields = Fields()
    _ = fields.readJSON(line)
    guard let text = fields.wrapped else { return false }
    unescape(line, text, into: &scratch)
    while scratch.last == 10 || scratch.last == 13 { scratch.removeLast() }
    return true
  }

  /// `2019-08-01 18:43:05.493`, also with a `T` between.
  private static func stamp(_ cursor: inout TextCursor) -> LogStamp? {
    guard let century = cursor.takeTwoDigits(), let year = cursor.takeTwoDigits(),
      cursor.take("-"), let month = cursor.takeTwoDigits(), cursor.take("-"),
      let day = cursor.takeTwoDigits(), cursor.take(" ") || cursor.take("T"),
      let time = TimeOfDay(&cursor)
    else { return nil }
    return LogStamp(
      year: century * 100 + year, month: month, day: day, hour: time.hour, minute: time.minute,
      second: time.second, millisecond: time.millisecond)
  }

  private static func severity(_ level: TextCursor) -> LogSeverity? {
    switch true {
    case level.looking(at: "DEBUG"), level.looking(at: "INFO"): .informational
    case level.looking(at: "WARN"): .warning
    case level.looking(at: "SEVERE"): .severe
    case level.looking(at: "FATAL"): .fatal
    default: nil
    }
  }

  /// Copies the text of a name-value entry as it is: how that form escapes is not documented, and
  /// a Windows path must stay one. Only where a quotation opens with `\"` do all of them lose their
  /// backslash (class R).
  private static func copy(
    _ line: Span<UInt8>, _ range: Range<Int>, into scratch: inout [UInt8]
  ) {
    scratch.removeAll(keepingCapacity: true)
    let text = TextCursor(line, from: range.lowerBound, to: range.upperBound)
    let escapes = text.find(" \\\"") != nil || text.find("(\\\"") != nil
    for index in range {
      if escapes, line[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound,
        line[index + 1] == UInt8(ascii: "\"")
      {
        continue
      }
      scratch.append(line[index])
    }
  }

  /// Copies a JSON string's text, resolving its escapes; a surrogate pair stays as it is.
  private static func unescape(
    _ line: Span<UInt8>, _ range: Range<Int>, into scratch: inout [UInt8]
  ) {
    scratch.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = line[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < range.upperBound else {
        scratch.append(byte)
        continue
      }
      let escaped = line[index]
      index += 1
      switch escaped {
      case UInt8(ascii: "n"): scratch.append(10)
      case UInt8(ascii: "r"): scratch.append(13)
      case UInt8(ascii: "t"): scratch.append(9)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(escaped)
      case UInt8(ascii: "u"):
        if let scalar = scalar(line, index, range.upperBound) {
          scratch.append(contentsOf: String(scalar).utf8)
          index += 4
        } else {
          scratch.append(contentsOf: [byte, escaped])
        }
      default: scratch.append(contentsOf: [byte, escaped])
      }
    }
  }

  private static func scalar(_ line: Span<UInt8>, _ index: Int, _ end: Int) -> Character? {
    guard end - index >= 4 else { return nil }
    var value: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = hexValue(line[index + offset]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return Unicode.Scalar(value).map(Character.init)
  }
}

/// Where the values of one structured entry stand in its line.
private struct Fields {
  var when: Range<Int>?
  var pid: Range<Int>?
  var level: Range<Int>?
  var event: Range<Int>?
  var text: Range<Int>?
  /// A whole line of a log.
  var wrapped: Range<Int>?

  mutating func set(_ name: TextCursor, _ value: Range<Int>) {
    switch name.end - name.position {
    case 3 where name.looking(at: "pid"): pid = value
    case 3 where name.looking(at: "log") || name.looking(at: "msg"): wrapped = value
    case 4 where name.looking(at: "line"): wrapped = value
    case 7 where name.looking(at: "message") || name.looking(at: "MESSAGE"): wrapped = value
    case 11 where name.looking(at: "textPayload"): wrapped = value
    case 4 where name.looking(at: "when"): when = value
    case 4 where name.looking(at: "text"): text = value
    case 5 where name.looking(at: "level"): level = value
    case 5 where name.looking(at: "event"): event = value
    default: break
    }
  }

  /// `name=value` and `name="value"`. The text comes last and may hold bare quotation marks, so it
  /// reaches to the last one.
  mutating func readPairs(_ line: Span<UInt8>) -> Bool {
    var cursor = TextCursor(line)
    while !cursor.isAtEnd {
      cursor.skipSpaces()
      let start = cursor.position
      while let byte = cursor.peek, byte != UInt8(ascii: "=") { cursor.position += 1 }
      let name = TextCursor(line, from: start, to: cursor.position)
      guard cursor.take("=") else { break }
      let quoted = cursor.take("\"")
      let from = cursor.position
      let isText = name.looking(at: "text") && name.end - name.position == 4
      if quoted, isText {
        let close = cursor.findLast("\"")
        set(name, from..<(close ?? cursor.end))
        break
      }
      let stop = UInt8(ascii: quoted ? "\"" : " ")
      while let byte = cursor.peek, byte != stop { cursor.position += 1 }
      set(name, from..<cursor.position)
      cursor.position += 1
    }
    return when != nil
  }

  /// One flat object. A value that is neither string nor number ends the reading.
  mutating func readJSON(_ line: Span<UInt8>) -> Bool {
    var cursor = TextCursor(line, from: 1)
    while !cursor.isAtEnd {
      skipBlanks(&cursor)
      guard let name = quoted(&cursor) else { break }
      skipBlanks(&cursor)
      guard cursor.take(":") else { break }
      skipBlanks(&cursor)
      let nameCursor = TextCursor(line, from: name.lowerBound, to: name.upperBound)
      if let value = quoted(&cursor) {
        set(nameCursor, value)
      } else {
        let from = cursor.position
        while let byte = cursor.peek, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") {
          cursor.position += 1
        }
        guard cursor.position > from else { break }
        set(nameCursor, from..<cursor.position)
      }
      skipBlanks(&cursor)
      guard cursor.take(",") else { break }
    }
    return when != nil
  }

  private func skipBlanks(_ cursor: inout TextCursor) {
    while let byte = cursor.peek, byte == 32 || byte == 9 { cursor.position += 1 }
  }

  private func quoted(_ cursor: inout TextCursor) -> Range<Int>? {
    guard cursor.take("\"") else { return nil }
    let from = cursor.position
    while let byte = cursor.peek, byte != UInt8(ascii: "\"") {
      cursor.position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    let range = from..<min(cursor.position, cursor.end)
    cursor.position = min(cursor.position, cursor.end)
    _ = cursor.take("\"")
    return range
  }
}
