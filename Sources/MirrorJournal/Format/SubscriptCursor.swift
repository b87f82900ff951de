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
  public let range: Range<Int>
  /// The digits with the fraction mark, or the characters as they are spelled, without mark and end.
  /// Empty for numbers of one byte.
  public let content: Range<Int>
  /// Whether a string's `content` has escapes or runs; without, its bytes are the characters less the
  /// layout's shift.
  public let hasEscapes: Bool

  @inlinable @inline(__always)
  init(kind: Kind, range: Range<Int>, content: Range<Int>, hasEscapes: Bool) {
    self.kind = kind
    self.range = range
    self.content = content
    self.hasEscapes = hasEscapes
  }
}

/// Walks the subscripts of a key without copying anything.
public struct SubscriptCursor: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline let interned: InternedKeyLayout
  /// The offset of the next subscript in the key.
  public var position: Int { place }
  /// Whether the walk ended at bytes that are no subscript, which then stand at `position`.
  public private(set) var isDamaged = false
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
  // A string without escapes and an integer, which most are, become part of the caller.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  public mutating func next() -> EncodedSubscript? {
    guard !isDamaged, place < bytes.byteCount else { return nil }
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
      isDamaged = true
    }
    return element
  }
}
