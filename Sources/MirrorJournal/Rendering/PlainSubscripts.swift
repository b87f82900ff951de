/// Subscripts of the usual form, checked and rendered in one pass over the key.
///
/// Nearly all are integers and ASCII strings. What is anything else is refused here without a trace and
/// takes the general way, which also says what is damaged.
struct PlainSubscripts {
  private let keys: InternedKeyLayout
  private let insideJSON: Bool

  init(_ keys: InternedKeyLayout, insideJSON: Bool) {
    self.keys = keys
    self.insideJSON = insideJSON
  }

  /// Appends the subscript at `position` and steps behind it; false, and nothing has happened, when
  /// it is not of the usual form.
  @inline(__always)
  func append(_ key: RawSpan, at position: inout Int, to buffer: inout TextBuffer) -> Bool {
    guard let plain = key.plainSubscript(at: position, keys) else { return false }
    if plain.isString {
      guard appendString(key, plain.content..<plain.contentEnd, to: &buffer) else { return false }
    } else {
      guard appendInteger(key, at: position, plain, to: &buffer) else { return false }
    }
    position = plain.end
    return true
  }

  /// Appends an integer of up to 18 decimal digits.
  @inline(__always)
  private func appendInteger(
    _ key: RawSpan, at position: Int, _ plain: RawSpan.PlainSubscript, to buffer: inout TextBuffer
  ) -> Bool {
    let count = Int(key.octet(at: position &+ 1) &- keys.plain.integerBase)
    guard count <= 9 else { return false }
    var value: UInt64 = 0
    for offset in plain.content..<plain.contentEnd {
      value = value &* 100 &+ UInt64(key.octet(at: offset) &- keys.plain.zeroDigit)
    }
    var missing = count &- (plain.contentEnd &- plain.content)
    while missing > 0 {
      value = value &* 100
      missing &-= 1
    }
    buffer.append(decimal: value)
    return true
  }

  @inline(__always)
  private func appendString(_ key: RawSpan, _ range: Range<Int>, to buffer: inout TextBuffer)
    -> Bool
  {
    let quote = UInt8(ascii: "\"")
    let start = buffer.count
    if insideJSON { buffer.append(UInt8(ascii: "\\")) }
    buffer.append(quote)
    guard
      buffer.append(
        range, of: key, adding: keys.plain.shift, unless: quote,
        insideJSON ? UInt8(ascii: "\\") : quote)
    else {
      buffer.truncate(to: start)
      return false
    }
    if insideJSON { buffer.append(UInt8(ascii: "\\")) }
    buffer.append(quote)
    return true
  }
}
