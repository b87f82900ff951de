extension RawSpan {
  /// Whether both spans hold the same bytes. O(n).
  @inlinable
  package func isEqual(to other: RawSpan) -> Bool {
    byteCount == other.byteCount && isEqual(to: other, count: byteCount)
  }

  /// Whether the first `count` bytes are the same; false when one span is shorter.
  @inlinable
  package func isEqual(to other: RawSpan, count: Int) -> Bool {
    guard count <= byteCount, count <= other.byteCount else { return false }
    var offset = 0
    while offset + 8 <= count {
      let left: UInt64? = loadLittle(at: offset)
      if left != other.loadLittle(at: offset) { return false }
      offset += 8
    }
    while offset < count {
      if loadUInt8(at: offset) != other.loadUInt8(at: offset) { return false }
      offset += 1
    }
    return true
  }
}
