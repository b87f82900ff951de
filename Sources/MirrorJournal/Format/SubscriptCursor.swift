/// Where one subscript stands in a key, and what it is.
public struct EncodedSubscript: Sendable, Hashable {
  /// What a subscript is.
  public enum Kind: Sendable, Hashable {
    /// The number 0.
    case zero
    /// A number above 0.
    case positive
    /// A number below 0, its digits complemented.
    case negative
    /// 8-bit characters.
    case latin1
    /// With at least one character above 255.
    case wide
  }

  /// What it is.
  public let kind: Kind
  /// All its bytes, as offsets into the key; the byte before a subscript, where there is one, is the
  /// first.
  @inlinable @inline(__always)
  public var range: Range<Int> { Int(start)..<Int(end) }
  /// The digits with the fraction mark, or the characters as they are spelled, without mark and end.
  /// Empty for numbers of one byte.
  @inlinable @inline(__always)
  public var content: Range<Int> { Int(contentStart)..<Int(contentEnd) }
  /// Whether a string's `content` has escapes or runs; without, its bytes are the characters less the
  /// layout's shift.
  public let hasEscapes: Bool

  // Half as wide as offsets usually are, so that an element is handed over in registers.
  @usableFromInline let start: UInt32
  @usableFromInline let end: UInt32
  @usableFromInline let contentStart: UInt32
  @usableFromInline let contentEnd: UInt32

  /// The bounds ascend and lie in a key, which is shorter than a record.
  @inlinable @inline(__always)
  init(kind: Kind, range: Range<Int>, content: Range<Int>, hasEscapes: Bool) {
    self.kind = kind
    self.hasEscapes = hasEscapes
    start = UInt32(truncatingIfNeeded: range.lowerBound)
    end = UInt32(truncatingIfNeeded: range.upperBound)
    contentStart = UInt32(truncatingIfNeeded: content.lowerBound)
    contentEnd = UInt32(truncatingIfNeeded: content.upperBound)
  }
}

/// Walks the subscripts of a key without copying anything.
public struct SubscriptCursor: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline let interned: InternedKeyLayout
  /// The offset of the next subscript in the key.
  public var position: Int { place }
  /// Whether the walk ended at bytes that are no subscript, which then stand at `position`.
  public var isDamaged: Bool { foundDamage }
  @usableFromInline var foundDamage = false
  /// `position`, for the part of `next` that is inlined.
  @usableFromInline var place: Int

  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, from start: Int, layout: InternedKeyLayout) {
    self.bytes = bytes
    interned = layout
    place = start
  }

  /// The next subscript; nil at the end of the key or at damage. O(length of the subscript).
  // Transparent, because what is only to be inlined stays a call here: a string without escapes and an
  // integer, which most are, become part of the caller.
  @_transparent
  @_lifetime(self: copy self)
  public mutating func next() -> EncodedSubscript? {
    guard !foundDamage, place < bytes.byteCount else { return nil }
    let start = place
    guard let plain = bytes.plainSubscript(at: start, interned) else { return nextOfAnyForm() }
    place = plain.end
    return EncodedSubscript(
      kind: plain.isString ? .latin1 : .positive, range: start..<plain.end,
      content: plain.content..<plain.contentEnd, hasEscapes: false)
  }

  /// As `next`, where something stands at `place`.
  @usableFromInline @inline(never)
  @_lifetime(self: copy self)
  mutating func nextOfAnyForm() -> EncodedSubscript? {
    let element = SubscriptReader(bytes, interned.layout).subscript(at: place)
    if let element {
      place = element.range.upperBound
    } else {
      foundDamage = true
    }
    return element
  }
}
