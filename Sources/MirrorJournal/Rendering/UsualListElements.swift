/// List elements of the usual form, checked and rendered in one step.
///
/// Nearly all are ASCII strings, positive integers and positive decimals. What is anything else is
/// refused here without a trace and takes the general way, which also says what is damaged.
extension TextBuffer {
  /// Appends the element at `position` and steps behind it; false, and nothing has happened, when it
  /// is not of the usual form.
  @inline(__always)
  mutating func appendUsualElement(
    of list: RawSpan, at position: inout Int, insideJSON: Bool
  ) -> Bool {
    let size = Int(list.octet(at: position))
    let end = position &+ size
    if size < 2 {
      position = end
      return size == 1
    }
    guard end <= list.byteCount else { return false }
    let content = position &+ 2
    switch list.octet(at: position &+ 1) {
    case 0x01:
      // Printable characters never make up a list, so this is none.
      guard appendPlainZWriteString(list, content..<end, insideJSON: insideJSON) else {
        return false
      }
    case 0x04:
      guard let value = list.magnitude(at: content, count: end &- content) else { return false }
      append(decimal: value)
    case 0x06:
      guard let value = list.magnitude(at: content &+ 1, count: end &- content &- 1) else {
        return false
      }
      appendScaled(value, exponent: Int(Int8(bitPattern: list.octet(at: content))))
    default: return false
    }
    position = end
    return true
  }
}

extension RawSpan {
  /// The little-endian number of `count` bytes at `offset`, at least one and at most eight of them,
  /// all inside the span; nil for another count.
  @inline(__always)
  fileprivate func magnitude(at offset: Int, count: Int) -> UInt64? {
    guard count > 0, count <= 8, let word = word(at: offset) else { return nil }
    return word & (~0 &>> UInt64(truncatingIfNeeded: (8 &- count) &* 8))
  }
}
