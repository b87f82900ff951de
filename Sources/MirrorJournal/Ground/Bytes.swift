public import CJournalSupport

/// Numbers out of untrusted bytes: with `MappedFile`, the unsafe room of reading.
///
/// Every read states its place; a place that is not inside the span gives nil, never a trap. The
/// unchecked loads stand directly behind the check of their place.
extension RawSpan {
  /// The unsigned number at `offset`, or nil when it is not inside the span.
  @inlinable @inline(__always)
  public func loadUInt8(at offset: Int) -> UInt8? {
    guard offset >= 0, offset < byteCount else { return nil }
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian number at `offset`, or nil when it is not inside the span.
  @inlinable @inline(__always)
  public func loadLittle<T: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: T.Type = T.self
  ) -> T? {
    guard offset >= 0, byteCount >= MemoryLayout<T>.size,
      offset <= byteCount &- MemoryLayout<T>.size
    else { return nil }
    return T(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self))
  }

  /// The number that `field` describes, `base` bytes into the span; nil when the field is unknown
  /// or not inside the span.
  @inlinable @inline(__always)
  public func load(_ field: Field, from base: Int = 0) -> UInt64? {
    let start = base &+ Int(field.offset)
    let width = Int(field.width)
    guard start >= 0, width > 0, byteCount >= width, start <= byteCount &- width else { return nil }
    switch width {
    case 1:
      return UInt64(unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt8.self))
    case 2:
      let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt16.self)
      return UInt64(field.isBigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw))
    case 4:
      let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self)
      return UInt64(field.isBigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw))
    case 8:
      let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
      return field.isBigEndian ? UInt64(bigEndian: raw) : UInt64(littleEndian: raw)
    default:
      return nil
    }
  }

  /// The `count` bytes from `offset` on, or nil when they are not all inside the span.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public func slice(_ offset: Int, _ count: Int) -> RawSpan? {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount &- offset else {
      return nil
    }
    return unsafe extracting(unchecked: Range(uncheckedBounds: (offset, offset &+ count)))
  }

  /// The `count` bytes at `place`, which the caller has checked to be there.
  @unsafe
  @inlinable @inline(__always)
  @_lifetime(copy self)
  func part(atUnchecked place: BytePlace, _ count: Int) -> RawSpan {
    let part = unsafe RawSpan(_unsafeStart: place.pointer, byteCount: count)
    return unsafe _overrideLifetime(part, copying: self)
  }

  /// Whether every byte is zero. O(n).
  public var isAllZero: Bool {
    unsafe withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return true }
      return unsafe mj_is_zero(start, buffer.count)
    }
  }

  /// Adds a copy of the bytes to `array`.
  package func append(to array: inout [UInt8]) {
    unsafe withUnsafeBytes { unsafe array.append(contentsOf: $0) }
  }

  /// A copy of the bytes.
  public func copied() -> [UInt8] {
    // Initialized by hand, an empty array writes its count into the one storage that all share.
    guard byteCount > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      unsafe withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
      }
      initialized = byteCount
    }
  }
}

/// A place in the bytes of a span that is not empty, for the loop that goes from record to record:
/// whether a place is still inside, and how long the span lives, is what that loop sees to.
@unsafe
@usableFromInline
struct BytePlace {
  @usableFromInline var pointer: UnsafeRawPointer

  @inlinable @inline(__always)
  init(_ bytes: RawSpan, at offset: Int) {
    unsafe pointer = bytes.withUnsafeBytes { unsafe $0.baseAddress.unsafelyUnwrapped + offset }
  }

  @inlinable @inline(__always)
  mutating func advance(by count: Int) { unsafe pointer += count }

  /// The little-endian 32-bit number `offset` bytes on.
  @inlinable @inline(__always)
  func word(at offset: Int) -> Int {
    Int(UInt32(littleEndian: unsafe pointer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  /// The little-endian 64-bit number `offset` bytes on.
  @inlinable @inline(__always)
  func long(at offset: Int) -> Int {
    Int(littleEndian: unsafe pointer.loadUnaligned(fromByteOffset: offset, as: Int.self))
  }

  /// Asks the processor for the cache line `offset` bytes on, which may lie outside the span: a
  /// prefetch reads nothing.
  @inlinable @inline(__always)
  func prefetch(at offset: Int) {
    mj_prefetch(unsafe UInt(bitPattern: pointer) &+ UInt(bitPattern: offset))
  }

  /// Asks for at least as many bytes as the record here has, so far on that the lines between here and
  /// there are under way: 512 bytes if `near`, else 1.5 KiB.
  ///
  /// All of them, although the walk reads one of a record: which line the next lengths stand in nobody
  /// knows yet, and processors whose own prefetcher does not see the pattern would wait for each. Behind
  /// a record of more than 2 KiB, where the next stands has nothing to do with what is asked for here.
  @inlinable @inline(__always)
  func prefetchAhead(of size: Int, near: Bool) {
    // Distances that are known when this is compiled take no register from the loop around it.
    if near { unsafe prefetch(size, ahead: 512) } else { unsafe prefetch(size, ahead: 1536) }
  }

  /// Asks for two lines, or all that a record of `size` has, `distance` bytes on.
  @inlinable @inline(__always)
  func prefetch(_ size: Int, ahead distance: Int) {
    unsafe prefetch(at: distance)
    unsafe prefetch(at: distance &+ 64)
    guard size > 128, size <= 2048 else { return }
    // Lines asked for twice cost less than wrong guesses of how many it takes.
    var offset = 128
    repeat {
      for line in 0..<8 { unsafe prefetch(at: distance &+ offset &+ line &* 64) }
      offset &+= 512
    } while offset < size
  }
}
