/// Names and subscripts of the usual form, checked and rendered in one pass over the key.
///
/// Nearly all keys are letters, digits and short ASCII strings. What is anything else is refused
/// here without a trace and takes the general way, which also says what is damaged.
struct PlainSubscripts {
  private let layout: KeyLayout
  private let insideJSON: Bool
  /// Whether no printable character ends or escapes a string, so that a plain run stops at both.
  private let marksAreUnprintable: Bool

  init(_ layout: KeyLayout, insideJSON: Bool) {
    self.layout = layout
    self.insideJSON = insideJSON
    marksAreUnprintable = ![layout.stringEnd, layout.escape].contains { 0x20..<0x7F ~= $0 }
  }

  /// Appends the subscript at `position` and steps behind it; false, and nothing has happened, when
  /// it is not of the usual form.
  @inline(__always)
  func append(_ key: RawSpan, at position: inout Int, to buffer: inout TextBuffer) -> Bool {
    let mark = key.octet(at: position)
    if mark == layout.latin1Mark {
      return marksAreUnprintable && appendString(key, at: &position, to: &buffer)
    }
    let digits = Int(mark) &- Int(layout.numberBase)
    return digits > 0 && digits <= min(8, Int(layout.maximumIntegerDigits))
      && mark != layout.wideMark && appendInteger(key, digits, at: &position, to: &buffer)
  }

  @inline(__always)
  private func appendString(
    _ key: RawSpan, at position: inout Int, to buffer: inout TextBuffer
  ) -> Bool {
    let quote = UInt8(ascii: "\"")
    let start = buffer.count
    if insideJSON { buffer.append(UInt8(ascii: "\\")) }
    buffer.append(quote)
    let content = position &+ 1
    let end =
      content
      &+ buffer.appendPlainRun(
        of: key, from: content, to: key.byteCount, excluding: quote,
        insideJSON ? UInt8(ascii: "\\") : quote)
    guard end < key.byteCount, key.octet(at: end) == layout.stringEnd else {
      buffer.truncate(to: start)
      return false
    }
    if insideJSON { buffer.append(UInt8(ascii: "\\")) }
    buffer.append(quote)
    position = end &+ 1
    return true
  }

  /// A positive integer without leading zero; `digits` is 1 to 8.
  @inline(__always)
  private func appendInteger(
    _ key: RawSpan, _ digits: Int, at position: inout Int, to buffer: inout TextBuffer
  ) -> Bool {
    let end = position &+ 1 &+ digits
    guard end <= key.byteCount, key.byteCount >= 8 else { return false }
    // Near the key's end, the last eight bytes hold the digits at their end.
    let start = min(position &+ 1, key.byteCount &- 8)
    let shift = UInt64(truncatingIfNeeded: (position &+ 1 &- start) &* 8)
    guard let loaded: UInt64 = key.loadLittle(at: start) else { return false }
    let word = loaded &>> shift
    let isDigit = (word ^ 0x3030_3030_3030_3030)
    let wrong = (isDigit | (isDigit &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0
    // What stands behind the digits does not count, and carries only into what is behind.
    guard wrong &<< UInt64(truncatingIfNeeded: (8 &- digits) &* 8) == 0, word & 0xFF != 0x30,
      end == key.byteCount || key.octet(at: end) != layout.fractionMark
    else { return false }
    buffer.append(word: word, count: digits)
    position = end
    return true
  }
}

extension TextBuffer {
  /// Appends the first `count` bytes of `key` when they are a name of ASCII characters;
  /// otherwise false, and nothing is appended. Eight bytes a step.
  @inline(__always)
  mutating func appendPlainName(of key: RawSpan, count: Int) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones &* 0x80
    let start = self.count
    var offset = 0
    var last: UInt8 = 0
    while offset < count {
      guard let word: UInt64 = key.loadLittle(at: offset) else { break }
      // A byte's high bit is set exactly where the byte is in the range; none carries, because
      // bytes above 127 are cleared before and refused after.
      let low = word & ~highs
      let lower = low | ones &* 0x20
      let letters = (lower &+ ones &* 0x1F) & ~(lower &+ ones &* 0x05)
      let digits = (low &+ ones &* 0x50) & ~(low &+ ones &* 0x46)
      let dots = (low &+ ones &* 0x52) & ~(low &+ ones &* 0x51)
      var fits = letters | digits | dots
      if offset == 0 { fits = word & 0xFF == 0x25 ? fits | 0x80 : fits & (letters | ~0xFF) }
      let step = min(8, count &- offset)
      guard (~fits | word) & highs & (UInt64.max &>> UInt64(truncatingIfNeeded: (8 &- step) &* 8)) == 0
      else { break }
      append(word: word, count: step)
      last = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: (step &- 1) &* 8))
      offset &+= step
    }
    if offset == count, count > 0, last != UInt8(ascii: ".") { return true }
    truncate(to: start)
    return false
  }
}
