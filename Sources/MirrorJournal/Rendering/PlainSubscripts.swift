/// Subscripts of the usual form, checked and rendered in one pass over the key.
///
/// Nearly all are short integers and ASCII strings. What is anything else is refused here without a
/// trace and takes the general way, which also says what is damaged.
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
    guard mark != layout.wideMark, let end = key.endOfPlainInteger(at: position, layout) else {
      return false
    }
    buffer.append(short: position &+ 1..<end, of: key)
    position = end
    return true
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
}
