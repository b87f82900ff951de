/// Messages of which a few characters are wrong: what they say is lost, and that has to be told.
extension MessagePattern {
  /// Characters that the beginning of a wording needs before it can be told from another one that is
  /// like it, with one that is wrong; and with two.
  private static let shortest = 12
  private static let longer = 20

  /// Whether a text begins like the wording but for one character that is wrong, missing or too many;
  /// two of them in a long beginning.
  ///
  /// After each difference the next two characters have to agree, so that a text that is another one
  /// costs three comparisons.
  func isNear(_ cursor: TextCursor) -> Bool {
    text.withUTF8Buffer { pattern in
      var cursor = cursor
      guard pattern.first == UInt8(ascii: "~") else {
        return Self.agrees(pattern, 0, cursor, cursor.position, 0)
      }
      // Digits stand before some wordings.
      while let byte = cursor.peek, isDigit(byte) { cursor.position += 1 }
      return Self.agrees(
        UnsafeBufferPointer(rebasing: pattern[1...]), 0, cursor, cursor.position, 0)
    }
  }

  static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "^") || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "*")
  }

  /// Whether a text that agrees with a wording before `from` goes on like it, with `wrong` characters
  /// wrong already.
  static func agrees(
    _ wording: UnsafeBufferPointer<UInt8>, _ from: Int, _ cursor: TextCursor, _ place: Int,
    _ wrong: Int
  ) -> Bool {
    var index = from
    var place = place
    let enough = wrong > 1 ? longer : shortest
    while index < wording.count, !isMark(wording[index]) {
      // A few characters have to follow on one that is wrong.
      guard place < cursor.end else { return index >= enough && index - from >= 3 }
      if cursor.bytes[place] != wording[index] { break }
      index += 1
      place += 1
    }
    if index == wording.count || isMark(wording[index]) { return index >= enough }
    guard wrong < 2 else { return false }
    return goesOn(wording, index + 1, cursor, place + 1, wrong)
      || goesOn(wording, index, cursor, place + 1, wrong)
      || goesOn(wording, index + 1, cursor, place, wrong)
  }

  private static func goesOn(
    _ wording: UnsafeBufferPointer<UInt8>, _ index: Int, _ cursor: TextCursor, _ place: Int,
    _ wrong: Int
  ) -> Bool {
    for step in 0..<2 where index + step < wording.count {
      if isMark(wording[index + step]) { break }
      guard place + step < cursor.end, cursor.bytes[place + step] == wording[index + step] else {
        return false
      }
    }
    return agrees(wording, index, cursor, place, wrong + 1)
  }
}

/// All wordings by their fifth to eighth character, for texts whose first ones are wrong.
struct NearGate {
  static let all = NearGate()

  private struct Anchor {
    let word: UInt32
    let first: UInt8
    let pattern: MessagePattern
  }

  private var anchors: [Anchor] = []
  /// One bit per hash of four characters.
  private var bits = [UInt64](repeating: 0, count: 64)

  private init() {
    var patterns: [MessagePattern] = []
    for first in UInt8(ascii: "0")...UInt8(ascii: "z") {
      guard !isDigit(first) || first == UInt8(ascii: "0") else { continue }
      patterns += MessagePattern.patterns(first).filter(\.decides)
      patterns += TroubleMessages.messages(first).map(\.pattern)
    }
    for pattern in patterns {
      pattern.text.withUTF8Buffer { text in
        guard text.count >= 8, !text[..<8].contains(where: MessagePattern.isMark) else { return }
        let word = Self.word(text[4], text[5], text[6], text[7])
        anchors.append(Anchor(word: word, first: text[0], pattern: pattern))
        let hash = Self.hash(word)
        bits[hash >> 6] |= 1 << UInt64(hash & 63)
      }
    }
  }

  /// Whether a text is a wording but for a few characters. O(1) where no four characters of a wording
  /// stand about where it has them.
  ///
  /// - Parameter isCompared: whether the wordings with the text's first character need no comparison.
  func isNear(_ cursor: TextCursor, isCompared: Bool) -> Bool {
    let (start, end) = (cursor.position, cursor.end)
    guard end - start >= 12 else { return false }
    let text = cursor.bytes
    var word = Self.word(text[start + 3], text[start + 4], text[start + 5], text[start + 6])
    for next in start + 7...start + 9 {
      if has(word), isNear(cursor, word, isCompared) { return true }
      word = word >> 8 | UInt32(text[next]) << 24
    }
    return false
  }

  private func isNear(_ cursor: TextCursor, _ word: UInt32, _ isCompared: Bool) -> Bool {
    anchors.contains { anchor in
      anchor.word == word && !(isCompared && anchor.first == cursor.bytes[cursor.position])
        && anchor.pattern.isNear(cursor)
    }
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
