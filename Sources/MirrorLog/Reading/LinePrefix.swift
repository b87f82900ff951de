/// What a tool wrote before the lines of a log: a container's name, a time, a stream.
///
/// Times and counters change from line to line; all else is the same before all lines of one
/// writer, and is the writer's name.
struct LinePrefix: Equatable {
  enum Part: Equatable {
    case literal([UInt8])
    /// Digits, after any blanks: line numbers and process ids.
    case number
    /// Digits with the marks of dates and times between them.
    case time
    /// The three letters of a month or of a day of the week.
    case name
    /// `stdout` or `stderr`, and the mark that the container runtime writes behind it.
    case output
  }

  let parts: [Part]
  /// The text of the literal parts, without separators; nil when there is none.
  let writer: String?

  /// True for blanks alone, with which the rest of a broken line may begin, too.
  var isBlank: Bool {
    parts.allSatisfy {
      if case .literal(let bytes) = $0 { bytes.allSatisfy { $0 == 32 } } else { false }
    }
  }

  /// Longer texts before a stamp are no prefix.
  static let limit = 200

  /// The shape of `text`, which stands before a stamp.
  init(_ text: Span<UInt8>) {
    var parts: [Part] = []
    var literal: [UInt8] = []
    func flush() {
      if !literal.isEmpty { parts.append(.literal(literal)) }
      literal = []
    }
    var index = 0
    while index < text.count {
      let before: UInt8? = index > 0 ? text[index - 1] : nil
      if let end = Self.end(ofTime: text, from: index) {
        flush()
        parts.append(.time)
        index = end
      } else if let end = Self.end(ofNumber: text, from: index, after: before) {
        while literal.last == UInt8(ascii: " ") { literal.removeLast() }
        flush()
        parts.append(.number)
        index = end
      } else if Self.isEdge(before), let end = Self.end(ofName: text, from: index) {
        flush()
        parts.append(.name)
        index = end
      } else if Self.isEdge(before), let end = Self.end(ofOutput: text, from: index) {
        flush()
        parts.append(.output)
        index = end
      } else {
        literal.append(text[index])
        index += 1
      }
    }
    flush()
    self.parts = parts
    writer = Self.name(parts)
  }

  /// Where the line goes on behind this prefix, or nil when it has another one.
  func end(in line: Span<UInt8>) -> Int? {
    var index = 0
    for part in parts {
      switch part {
      case .literal(let bytes):
        guard bytes.count <= line.count - index else { return nil }
        for offset in bytes.indices where line[index + offset] != bytes[offset] { return nil }
        index += bytes.count
      case .number:
        while index < line.count, line[index] == UInt8(ascii: " ") { index += 1 }
        let from = index
        while index < line.count, isDigit(line[index]) { index += 1 }
        guard index > from else { return nil }
      case .time:
        guard let end = Self.end(ofTime: line, from: index) else { return nil }
        index = end
      case .name:
        guard let end = Self.end(ofName: line, from: index) else { return nil }
        index = end
      case .output:
        guard let end = Self.end(ofOutput: line, from: index) else { return nil }
        index = end
      }
    }
    return index
  }

  private static func isEdge(_ byte: UInt8?) -> Bool {
    switch byte {
    case nil, UInt8(ascii: " "), 9, UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: ":"): true
    default: false
    }
  }

  /// `2025-03-11T10:15:00.123456789Z`, `10:15:00`, `2025-03-11`, `10:15:00+02:00`.
  private static func end(ofTime text: Span<UInt8>, from: Int) -> Int? {
    guard from < text.count, isDigit(text[from]), from == 0 || !isWord(text[from - 1]) else {
      return nil
    }
    var index = from
    var digits = 0
    var marks = 0
    loop: while index < text.count {
      switch text[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "/"):
        // Behind a mark of a time stands another digit.
        guard index + 1 < text.count, isDigit(text[index + 1]) else { break loop }
        marks += 1
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "T"), UInt8(ascii: "+"):
        guard index + 1 < text.count, isDigit(text[index + 1]) else { break loop }
      case UInt8(ascii: "Z"):
        index += 1
        break loop
      default: break loop
      }
      index += 1
    }
    return marks >= 2 && digits >= 5 ? index : nil
  }

  /// A counter or a process id: digits between separators.
  private static func end(ofNumber text: Span<UInt8>, from: Int, after before: UInt8?) -> Int? {
    guard isEdge(before) else { return nil }
    var index = from
    while index < text.count, isDigit(text[index]) { index += 1 }
    guard index > from else { return nil }
    guard index < text.count else { return index }
    switch text[index] {
    case UInt8(ascii: " "), 9, UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: ")"):
      return index
    default: return nil
    }
  }

  private static func end(ofName text: Span<UInt8>, from: Int) -> Int? {
    guard from + 3 < text.count, text[from + 3] == UInt8(ascii: " ") else { return nil }
    let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDecMonTueWedThuFriSatSun"
    return names.withUTF8Buffer { names in
      for start in stride(from: 0, to: names.count, by: 3)
      where names[start] == text[from] && names[start + 1] == text[from + 1]
        && names[start + 2] == text[from + 2]
      {
        return from + 3
      }
      return nil
    }
  }

  private static func end(ofOutput text: Span<UInt8>, from: Int) -> Int? {
    let cursor = TextCursor(text, from: from)
    guard cursor.looking(at: "stdout") || cursor.looking(at: "stderr") else { return nil }
    let end = from + 6
    guard end + 2 < text.count, text[end] == UInt8(ascii: " "),
      text[end + 1] == UInt8(ascii: "F") || text[end + 1] == UInt8(ascii: "P"),
      text[end + 2] == UInt8(ascii: " ")
    else { return end }
    return end + 2
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// What is left of the literal parts without escape sequences, blanks and separators around it.
  private static func name(_ parts: [Part]) -> String? {
    var text: [UInt8] = []
    for case .literal(let bytes) in parts {
      var index = 0
      while index < bytes.count {
        if bytes[index] == 0x1B {
          // A colour: ESC [ … m.
          while index < bytes.count, bytes[index] != UInt8(ascii: "m") { index += 1 }
        } else {
          text.append(bytes[index])
        }
        index += 1
      }
    }
    func isSeparator(_ byte: UInt8) -> Bool {
      byte <= 0x20 || "|:[]()<>{}-,;\"'#*=".utf8.contains(byte)
    }
    let kept = text.drop(while: isSeparator).reversed().drop(while: isSeparator).reversed()
    return kept.isEmpty ? nil : TextCursor(Array(kept).span).string(0..<kept.count)
  }
}

/// The prefixes that a log has shown so far, and whose they are.
struct PrefixTable {
  struct Known {
    let prefix: LinePrefix
    /// The index of its writer's name.
    let writer: Int
    var entries: Int
  }

  private(set) var prefixes: [Known] = []
  /// The writers' names; the first one has none.
  private(set) var names: [String?] = [nil]
  private var recent = 0
  private static let limit = 64

  /// Which prefix a line has, and where it goes on.
  mutating func match(_ line: Span<UInt8>) -> (index: Int, end: Int)? {
    if recent < prefixes.count, let end = prefixes[recent].prefix.end(in: line) {
      return (recent, end)
    }
    for index in prefixes.indices where index != recent {
      if let end = prefixes[index].prefix.end(in: line) {
        recent = index
        return (index, end)
      }
    }
    return nil
  }

  /// The index of a prefix that may be new; nil when there are too many of them to be prefixes.
  mutating func learn(_ text: Span<UInt8>) -> Int? {
    let prefix = LinePrefix(text)
    if let known = prefixes.firstIndex(where: { $0.prefix == prefix }) { return known }
    guard prefixes.count < Self.limit else { return nil }
    let writer = names.firstIndex(of: prefix.writer) ?? names.count
    if writer == names.count { names.append(prefix.writer) }
    prefixes.append(Known(prefix: prefix, writer: writer, entries: 0))
    return prefixes.count - 1
  }

  mutating func count(_ index: Int) { prefixes[index].entries += 1 }

  /// How many entries each name stands before.
  var writers: [String: Int] {
    prefixes.reduce(into: [:]) { counts, known in
      if let writer = known.prefix.writer { counts[writer, default: 0] += known.entries }
    }
  }
}
