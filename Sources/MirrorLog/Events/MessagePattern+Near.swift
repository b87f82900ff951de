/// Messages of which a few characters are wrong: what they say is lost, and that has to be told.
extension MessagePattern {
  /// Characters that the beginning of a wording needs before it can be told from another one that is
  /// like it.
  private static let shortest = 12

  /// Whether a text begins like the wording but for one character that is wrong, missing or too many;
  /// two of them in a long beginning.
  ///
  /// After each difference the next two characters have to agree, so that a text that is another one
  /// costs three comparisons.
  func isNear(_ cursor: TextCursor) -> Bool {
    text.withUTF8Buffer { pattern in
      // Digits stand before some wordings.
      var start = 0
      var cursor = cursor
      if pattern.first == UInt8(ascii: "~") {
        start = 1
        while let byte = cursor.peek, isDigit(byte) { cursor.position += 1 }
      }
      var count = start
      while count < pattern.count, !Self.isMark(pattern[count]) { count += 1 }
      guard count - start >= Self.shortest else { return false }
      let beginning = UnsafeBufferPointer(rebasing: pattern[start..<count])
      return Self.agrees(beginning, 0, cursor, cursor.position, beginning.count >= 20 ? 2 : 1)
    }
  }

  static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "^") || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "*")
  }

  private static func agrees(
    _ wording: UnsafeBufferPointer<UInt8>, _ from: Int, _ cursor: TextCursor, _ place: Int,
    _ wrong: Int
  ) -> Bool {
    var index = from
    var place = place
    while index < wording.count {
      // A few characters have to follow on one that is wrong.
      guard place < cursor.end else { return index >= shortest && index - from >= 3 }
      if cursor.bytes[place] != wording[index] { break }
      index += 1
      place += 1
    }
    if index == wording.count { return true }
    guard wrong > 0 else { return false }
    for (skipped, added) in [(1, 1), (0, 1), (1, 0)]
    where goesOn(wording, index + skipped, cursor, place + added) {
      if agrees(wording, index + skipped, cursor, place + added, wrong - 1) { return true }
    }
    return false
  }

  private static func goesOn(
    _ wording: UnsafeBufferPointer<UInt8>, _ index: Int, _ cursor: TextCursor, _ place: Int
  ) -> Bool {
    for step in 0..<2 where index + step < wording.count {
      guard place + step < cursor.end else { return index >= shortest }
      if cursor.bytes[place + step] != wording[index + step] { return false }
    }
    return true
  }
}

/// All wordings by their fifth to eighth character, for texts whose first ones are wrong.
struct NearGate {
  static let all = NearGate()

  let patterns: [MessagePattern]
  /// One bit per hash of four characters.
  private var bits = [UInt64](repeating: 0, count: 64)

  private init() {
    var patterns: [MessagePattern] = []
    for first in UInt8(ascii: "0")...UInt8(ascii: "z") {
      guard !isDigit(first) || first == UInt8(ascii: "0") else { continue }
      patterns += MessagePattern.patterns(first).filter(\.decides)
      patterns += TroubleMessages.messages(first).map(\.pattern)
    }
    self.patterns = patterns
    for pattern in patterns {
      pattern.text.withUTF8Buffer { text in
        guard text.count >= 8, !text[..<8].contains(where: MessagePattern.isMark) else { return }
        let hash = Self.hash(Self.word(text[4], text[5], text[6], text[7]))
        bits[hash >> 6] |= 1 << UInt64(hash & 63)
      }
    }
  }

  /// Whether a text holds such four characters about where a wording has them. O(1).
  func mayBeNear(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start >= 0, end <= text.count, end - start >= 12 else { return false }
    var word = Self.word(text[start + 3], text[start + 4], text[start + 5], text[start + 6])
    if has(word) { return true }
    for next in start + 7...start + 8 {
      word = word >> 8 | UInt32(text[next]) << 24
      if has(word) { return true }
    }
    return false
  }

  private func has(_ word: UInt32) -> Bool {
    let hash = Self.hash(word)
    return bits[hash >> 6] >> UInt64(hash & 63) & 1 != 0
  }

  private static func word(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt32 {
    UInt32(a) | UInt32(b) << 8 | UInt32(c) << 16 | UInt32(d) << 24
  }

  /// 12 bits.
  private static func hash(_ word: UInt32) -> Int { Int((word &* 0x9E37_79B1) >> 20) }
}
