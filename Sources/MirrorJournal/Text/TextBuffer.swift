internal import CJournalSupport
internal import Glibc

/// A growable buffer of UTF-8 text, written byte by byte and handed to the system in one piece.
///
/// Rendering millions of lines a second rules out `String`; this is the one place that writes
/// output through a pointer. Reuse a buffer with `removeAll(keepingCapacity:)`.
///
/// Invariant of the unsafe code: `base` points to `capacity` allocated bytes of which the first
/// `used` are initialized, and `0 <= used <= capacity`. Every write is preceded by a `reserve`
/// that makes room for it. The buffer is not copyable, so nobody else holds `base`.
public struct TextBuffer: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var used: Int

  /// Whether characters beyond ASCII are escaped by what escapes: ZWRITE strings write them as `$c(n)`, names
  /// as `\u{n}`. Formats for programs have escapes of their own and do not look at it.
  public var isASCII = false

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    OutOfMemory.check(self.capacity)
    base = .allocate(capacity: self.capacity)
    used = 0
  }

  deinit {
    base.deallocate()
  }

  /// The number of bytes written.
  @inlinable
  public var count: Int { used }

  /// Whether no byte is held.
  @inlinable
  public var isEmpty: Bool { used == 0 }

  /// Makes room for `extra` more bytes; growth doubles, so appending is amortized O(1) a byte.
  @inlinable
  public mutating func reserve(_ extra: Int) {
    if extra > capacity - used { grow(extra) }
  }

  @usableFromInline
  @inline(never)
  mutating func grow(_ extra: Int) {
    let wanted = max(used + extra, capacity * 2)
    OutOfMemory.check(wanted)
    // `allocate` is malloc for bytes. Of a long text the system moves the pages instead of the bytes, so that
    // it is in memory once.
    if let moved = unsafe realloc(base, wanted) {
      base = unsafe moved.bindMemory(to: UInt8.self, capacity: wanted)
    } else {
      let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
      moved.update(from: base, count: used)
      base.deallocate()
      base = moved
    }
    capacity = wanted
  }

  /// One byte, as it is. Amortized O(1).
  @inlinable
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    base[used] = byte
    used += 1
  }

  /// Appends a literal.
  @inlinable @inline(__always)
  public mutating func append(_ text: StaticString) {
    guard text.hasPointerRepresentation else {
      append(scalar: text.unicodeScalar)
      return
    }
    let length = text.utf8CodeUnitCount
    reserve(length)
    (base + used).update(from: text.utf8Start, count: length)
    used += length
  }

  /// Appends the UTF-8 of `text`.
  @_disfavoredOverload
  public mutating func append(_ text: String) {
    let utf8 = text.utf8
    let length = utf8.count
    reserve(length)
    let copied: Void? = utf8.withContiguousStorageIfAvailable {
      if let start = $0.baseAddress { (base + used).update(from: start, count: length) }
    }
    if copied != nil {
      used += length
    } else {
      for byte in utf8 { append(byte) }
    }
  }

  /// Appends bytes that are already UTF-8.
  @inlinable
  public mutating func append(bytes: RawSpan) {
    let length = bytes.byteCount
    reserve(length)
    bytes.withUnsafeBytes {
      if let start = $0.baseAddress {
        UnsafeMutableRawPointer(base + used).copyMemory(from: start, byteCount: length)
      }
    }
    used += length
  }

  /// Appends a few bytes of `source`, eight a step where as many can be read.
  @inline(__always)
  mutating func append(short range: Range<Int>, of source: RawSpan) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      guard let word = source.word(at: offset) else {
        return append(bytes: source.extracting(offset..<range.upperBound))
      }
      let step = min(8, range.upperBound &- offset)
      append(word: word, count: step)
      offset &+= step
    }
  }

  /// Appends the bytes of `range`, `shift` added to each, unless one becomes `first` or `second`: false
  /// then, and what has been appended is the caller's to drop. Every sum is below 0x80. Eight a step.
  @inline(__always)
  mutating func append(
    _ range: Range<Int>, of source: RawSpan, adding shift: UInt8, unless first: UInt8,
    _ second: UInt8
  ) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let firsts = ones &* UInt64(first)
    let seconds = ones &* UInt64(second)
    reserve(range.count &+ 8)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let step = min(8, range.upperBound &- offset)
      let bits = UInt64(truncatingIfNeeded: (8 &- step) &* 8)
      var stored: UInt64 = 0
      if let word = source.word(at: offset) {
        stored = word
      } else {
        for index in 0..<step {
          stored |= UInt64(source.octet(at: offset &+ index)) &<< UInt64(index &* 8)
        }
      }
      let own = UInt64.max &>> bits
      let word = (stored & own) &+ ((ones &* UInt64(shift)) & own)
      let firstHit = word ^ firsts
      let secondHit = word ^ seconds
      let hits =
        (((firstHit &- ones) & ~firstHit) | ((secondHit &- ones) & ~secondHit))
        & 0x8080_8080_8080_8080
      // Exact: only a hit borrows from the bytes above it, and zeros behind the range are none.
      guard hits == 0 else { return false }
      // In bounds: reserve made room for eight bytes past the range.
      UnsafeMutableRawPointer(base + used).storeBytes(of: word.littleEndian, as: UInt64.self)
      used &+= step
      offset &+= step
    }
    return true
  }

  /// Appends `count` bytes of `source` from `start` on; nothing when they are not all there.
  ///
  /// For pieces of a few dozen bytes: sixteen a step, without a call. The C library copies some
  /// 128 bytes and more with an instruction that takes longer to start than such a piece to copy.
  @inlinable @inline(__always)
  public mutating func append(piece source: borrowing TextBuffer, start: Int, count: Int) {
    guard start >= 0, count >= 0, start <= source.used, count <= source.used - start else { return }
    reserve(count + 16)
    let from = UnsafeRawPointer(source.base + start)
    let target = UnsafeMutableRawPointer(base + used)
    if count <= 512, source.capacity - source.used >= 16 {
      // In bounds: the last step reads and writes at most 15 bytes past the piece, which both
      // buffers have allocated.
      var offset = 0
      while offset < count {
        target.storeBytes(
          of: from.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
          toByteOffset: offset, as: SIMD16<UInt8>.self)
        offset += 16
      }
    } else {
      target.copyMemory(from: from, byteCount: count)
    }
    used += count
  }

  /// Appends `count` copies of `byte`; nothing if `count` is negative.
  @inlinable
  public mutating func append(repeating byte: UInt8, count: Int) {
    guard count > 0 else { return }
    reserve(max(count, 16))
    if count <= 16 {
      // Two stores instead of a call; what they write past the count is overwritten later.
      let word = 0x0101_0101_0101_0101 &* UInt64(byte)
      let place = UnsafeMutableRawPointer(base + used)
      place.storeBytes(of: word, as: UInt64.self)
      place.storeBytes(of: word, toByteOffset: 8, as: UInt64.self)
    } else {
      (base + used).update(repeating: byte, count: count)
    }
    used += count
  }

  /// Appends the longest run of `source`, from `offset` on, that is printable ASCII (0x20–0x7E) and
  /// neither `first` nor `second`; returns its length in bytes.
  ///
  /// This is the fast path of every quoting style: sixteen bytes a step, then eight.
  ///
  /// - Parameter end: where the run ends at the latest. What `source` holds behind it is looked at
  ///   and left alone, so a short piece of something longer is best given as such.
  @inline(__always)
  mutating func appendPlainRun(
    of source: RawSpan, from offset: Int, to end: Int, excluding first: UInt8, _ second: UInt8
  ) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let firsts = ones &* UInt64(first)
    let seconds = ones &* UInt64(second)
    guard offset >= 0, offset < end, end <= source.byteCount else { return 0 }
    reserve(end &- offset &+ 16)
    var position = offset
    while position < end, position &+ 16 <= source.byteCount {
      // In bounds: the source has sixteen bytes there, and reserve made room for them past the run.
      let target = base + used
      let stops = source.withUnsafeBytes { from in
        from.baseAddress.map { mj_copy_marking(target, $0 + position, first, second) } ?? 1
      }
      let clean = min(stops.trailingZeroBitCount, 16, end &- position)
      used += clean
      position += clean
      if clean < 16 { return position &- offset }
    }
    // Zeros come in from above where fewer than eight bytes are left, and end the run.
    while position < end, let word = source.word(at: position) {
      let firstHit = word ^ firsts
      let secondHit = word ^ seconds
      // The lowest flagged byte is exact; carries and borrows can only flag bytes above it.
      let stops =
        (word | (word &+ ones) | ((word &- ones &* 0x20) & ~word)
          | ((firstHit &- ones) & ~firstHit) | ((secondHit &- ones) & ~secondHit)) & highs
      // In bounds: reserve made room for eight bytes past the run.
      UnsafeMutableRawPointer(base + used).storeBytes(of: word.littleEndian, as: UInt64.self)
      let clean = min(stops.trailingZeroBitCount / 8, end &- position)
      used += clean
      position += clean
      if clean < 8 { return position &- offset }
    }
    while position < end {
      let byte = source.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      if byte < 0x20 || byte >= 0x7F || byte == first || byte == second { break }
      base[used] = byte
      used += 1
      position += 1
    }
    return position &- offset
  }

  /// As above, up to the end of `source`.
  mutating func appendPlainRun(
    of source: RawSpan, from offset: Int, excluding first: UInt8, _ second: UInt8
  ) -> Int {
    appendPlainRun(of: source, from: offset, to: source.byteCount, excluding: first, second)
  }

  /// Appends a copy of the bytes of `range`, which are written, with `mark` in front of each that is
  /// `first` or `second`. Sixteen bytes a step.
  mutating func appendCopy(
    of range: Range<Int>, marking first: UInt8, _ second: UInt8, with mark: UInt8
  ) {
    guard range.lowerBound >= 0, range.upperBound <= used else { return }
    reserve(range.count * 2 + 32)
    var position = range.lowerBound
    while position < range.upperBound {
      // In bounds: reserve made room for sixteen bytes past every step; those read past the range
      // are allocated, and left out.
      let stops = mj_copy_matching(base + used, base + position, first, second)
      let step = min(stops.trailingZeroBitCount, 16, range.upperBound &- position)
      used += step
      position += step
      if step < 16, position < range.upperBound {
        append(mark)
        append(base[position])
        position += 1
      }
    }
  }

  /// Puts what stands behind byte `end` into the place of what stands between `start` and `end`.
  mutating func moveTail(from end: Int, to start: Int) {
    guard start >= 0, start <= end, end <= used else { return }
    let length = used - end
    (base + start).update(from: base + end, count: length)
    used = start + length
  }

  /// Drops all text.
  @inlinable
  public mutating func removeAll(keepingCapacity: Bool = true) {
    used = 0
    if !keepingCapacity {
      base.deallocate()
      capacity = 64
      base = .allocate(capacity: 64)
    }
  }

  /// Drops everything after the first `count` bytes; nothing if there are fewer.
  @inlinable
  public mutating func truncate(to count: Int) {
    if count >= 0, count < used { used = count }
  }

  /// The text written so far.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let span = RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: used)
      return _overrideLifetime(span, borrowing: self)
    }
  }

  /// Calls `body` with the text written so far.
  @inlinable
  public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try body(RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: used))
  }

  /// The text as a `String`, for tests and short messages; O(count).
  public var string: String {
    String(decoding: UnsafeBufferPointer(start: base, count: used), as: UTF8.self)
  }
}

// A buffer is owned by one thread at a time because it cannot be copied.
extension TextBuffer: @unchecked Sendable {}
