/// How the bytes of a bit string say which of its bits are set.
public enum BitStringForm: String, Sendable, Hashable, CaseIterable {
  /// A bit for each position, those of a byte from its lowest one on.
  case plain
  /// The positions of the ones.
  case list
  /// The positions of the zeros.
  case invertedList
}

/// A bit string, as `$BIT` keeps it, read where it stands.
///
/// | offset | size | content |
/// |---|---|---|
/// | 0 | 1 | 0x80 + 0x10 list + 0x08 inverted + the bits, 0 to 7, that the last byte has too many |
/// | 1 | 1 | 0 bits follow, 1 positions follow |
/// | 2 | 2 | N, little-endian: the length is 8N − unused bits |
/// | 4 | | N bytes, or two little-endian bytes a position, ascending, counted from 0 |
///
/// Class O: 226 bit strings in public database files; the six that the vendor's guides print, and the
/// `$BITCOUNT` of three of them, agree. That the inverted flag without a list, no bits at all, or
/// positions out of order make no bit string is class R: nobody has seen such bytes, and they are shown
/// as the string that they are. Bits that the last byte has too many count for nothing (R).
public struct BitStringView: ~Escapable {
  /// The longest bit string, in bits (class D).
  public static let maximumLength = 262_104
  /// Where bits or positions begin.
  @inlinable static var headSize: Int { 4 }

  /// The whole bit string.
  public let bytes: RawSpan
  /// What follows the head.
  public let form: BitStringForm
  /// The number of bits, set or not.
  public let length: Int

  /// Nil unless `bytes` are exactly one bit string.
  ///
  /// O(1) for the plain form and for whatever begins as no bit string does, else O(positions).
  @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard Self.mayBeBitString(bytes), let shape = Self.shape(bytes) else { return nil }
    self.bytes = bytes
    form = shape.form
    length = shape.length
  }

  /// Whether `bytes` are exactly one bit string; as `init`.
  @inlinable @inline(__always)
  public static func isBitString(_ bytes: RawSpan) -> Bool {
    mayBeBitString(bytes) && shape(bytes) != nil
  }

  /// False for what its first byte tells to be no bit string: all text but that of a few controls.
  @inlinable @inline(__always)
  static func mayBeBitString(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= headSize && bytes.octet(at: 0) & 0xE0 == 0x80
  }

  @usableFromInline @inline(never)
  static func shape(_ bytes: RawSpan) -> (form: BitStringForm, length: Int)? {
    let head = bytes.octet(at: 0)
    let isList = head & 0x10 != 0
    let isInverted = head & 0x08 != 0
    let byteCount = Int(bytes.utf16Unit(at: 2))
    guard bytes.octet(at: 1) == (isList ? 1 : 0), isList || !isInverted, byteCount > 0,
      byteCount <= maximumLength / 8
    else { return nil }
    let length = 8 * byteCount - Int(head & 7)
    if !isList { return bytes.byteCount == headSize + byteCount ? (.plain, length) : nil }
    guard bytes.byteCount.isMultiple(of: 2) else { return nil }
    var offset = headSize
    var least = 0
    while offset < bytes.byteCount {
      let position = Int(bytes.utf16Unit(at: offset))
      guard position >= least, position < length else { return nil }
      least = position + 1
      offset += 2
    }
    return (isInverted ? .invertedList : .list, length)
  }

  /// How many positions are listed; 0 in the plain form.
  var listedCount: Int { form == .plain ? 0 : (bytes.byteCount - Self.headSize) / 2 }

  /// The listed position at `index`, from 0; it has to be there.
  func listed(_ index: Int) -> Int { Int(bytes.utf16Unit(at: Self.headSize + 2 * index)) }

  /// The bit at `position`, counted from 1 as `$BIT` does; false where there is none.
  ///
  /// O(1) in the plain form, else O(log positions).
  public func bit(_ position: Int) -> Bool {
    guard position >= 1, position <= length else { return false }
    let wanted = position - 1
    if form == .plain {
      return bytes.octet(at: Self.headSize + wanted / 8) >> UInt8(wanted % 8) & 1 != 0
    }
    var low = 0
    var high = listedCount
    while low < high {
      let middle = (low + high) / 2
      if listed(middle) < wanted { low = middle + 1 } else { high = middle }
    }
    let isListed = low < listedCount && listed(low) == wanted
    return isListed == (form == .list)
  }

  /// The number of bits that are set. O(bytes) in the plain form, else O(1).
  public var setCount: Int {
    switch form {
    case .list: return listedCount
    case .invertedList: return length - listedCount
    case .plain:
      var count = 0
      var runs = runs()
      while let run = runs.next() { count += run.count }
      return count
    }
  }

  /// The positions of the bits that are set, as runs of neighbours.
  @_lifetime(copy self)
  public func runs() -> BitRunCursor { BitRunCursor(self) }
}

/// Walks the bits of a bit string that are set, run by run, without a copy of them.
public struct BitRunCursor: ~Escapable {
  private let bytes: RawSpan
  private let form: BitStringForm
  private let length: Int
  /// The bit, from 0, at which the search goes on.
  private var position = 0
  /// The next listed position.
  private var index = 0
  private let listedCount: Int

  @_lifetime(copy bits)
  init(_ bits: borrowing BitStringView) {
    bytes = bits.bytes
    form = bits.form
    length = bits.length
    listedCount = bits.listedCount
  }

  /// The next bits that are set, counted from 1 as `$BIT` does: as many as stand side by side. Nil at
  /// the end. A whole walk is O(bytes), however long the bit string says to be.
  public mutating func next() -> ClosedRange<Int>? {
    switch form {
    case .plain: nextPlain()
    case .list: nextListed()
    case .invertedList: nextBetweenListed()
    }
  }

  private mutating func nextPlain() -> ClosedRange<Int>? {
    let start = firstBit(true, from: position)
    guard start < length else {
      position = length
      return nil
    }
    position = firstBit(false, from: start)
    return start + 1...position
  }

  private mutating func nextListed() -> ClosedRange<Int>? {
    guard index < listedCount else { return nil }
    let start = listed(index)
    var end = start + 1
    index += 1
    while index < listedCount, listed(index) == end {
      end += 1
      index += 1
    }
    return start + 1...end
  }

  private mutating func nextBetweenListed() -> ClosedRange<Int>? {
    while position < length {
      let start = position
      let zero = index < listedCount ? listed(index) : length
      index += 1
      position = zero + 1
      if zero > start { return start + 1...zero }
    }
    return nil
  }

  private func listed(_ index: Int) -> Int {
    Int(bytes.utf16Unit(at: BitStringView.headSize + 2 * index))
  }

  /// The first bit from `start` on that is as `wanted`, or the length: eight bytes a step.
  private func firstBit(_ wanted: Bool, from start: Int) -> Int {
    var position = start
    while position < length {
      let offset = BitStringView.headSize + position >> 3
      let shift = position & 7
      var word: UInt64
      var count = 8
      if let whole: UInt64 = bytes.loadLittle(at: offset) {
        word = whole
      } else {
        word = 0
        count = bytes.byteCount - offset
        for place in 0..<count {
          word |= UInt64(bytes.octet(at: offset + place)) << UInt64(8 * place)
        }
      }
      if !wanted { word = ~word }
      let distance = (word >> UInt64(shift)).trailingZeroBitCount
      let left = 8 * count - shift
      if distance < left { return min(position + distance, length) }
      position += left
    }
    return length
  }
}
