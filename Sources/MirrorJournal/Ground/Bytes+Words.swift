/// Single bytes and eight at a time, for loops over text and keys.
extension RawSpan {
  /// The byte at `offset`, which must be inside the span (checked).
  @inlinable
  @inline(__always)
  func octet(at offset: Int) -> UInt8 {
    unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The offset, from `start` on, of the first byte that is `first` or `second`; `byteCount` if
  /// there is none. Eight bytes a step.
  @inlinable @inline(__always)
  func firstOffset(of first: UInt8, or second: UInt8, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let firsts = ones &* UInt64(first)
    let seconds = ones &* UInt64(second)
    var offset = start
    while offset < byteCount, let word = word(at: offset) {
      let firstHit = word ^ firsts
      let secondHit = word ^ seconds
      let hits =
        (((firstHit &- ones) & ~firstHit) | ((secondHit &- ones) & ~secondHit))
        & (ones &* 0x80)
      // What `word` has past the end are zeros, which may be what is looked for.
      if hits != 0 { return min(offset &+ hits.trailingZeroBitCount / 8, byteCount) }
      offset &+= 8
    }
    while offset < byteCount, octet(at: offset) != first, octet(at: offset) != second {
      offset += 1
    }
    return min(offset, byteCount)
  }

  /// The UTF-16LE unit at byte `offset`; both bytes must be inside the span (checked).
  @inlinable
  @inline(__always)
  func utf16Unit(at offset: Int) -> UInt16 {
    UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// Eight bytes from `offset` on, the first the lowest; zeros where the span ends before. Nil when
  /// it holds fewer than eight, or none from there on.
  @inlinable @inline(__always)
  func word(at offset: Int) -> UInt64? {
    guard offset >= 0, offset < byteCount, byteCount >= 8 else { return nil }
    let start = min(offset, byteCount &- 8)
    guard let word: UInt64 = loadLittle(at: start) else { return nil }
    return word &>> UInt64(truncatingIfNeeded: (offset &- start) &* 8)
  }
}
