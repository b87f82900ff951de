/// Where one subscript stands in a key, and what it is.
public struct EncodedSubscript: Sendable, Hashable {
  /// How a subscript is encoded (class R).
  public enum Kind: Sendable, Hashable {
    /// The number 0.
    case zero
    /// A number above 0.
    case positive
    /// A number below 0, its digits complemented.
    case negative
    /// 8-bit characters.
    case latin1
    /// UTF-8 with at least one character above 255.
    case wide
  }

  /// How it is encoded.
  public let kind: Kind
  /// All its bytes, as offsets into the key.
  public let range: Range<Int>
  /// The digits with the fraction mark, or the escaped characters, without mark and end.
  public let content: Range<Int>
  /// Whether a string's `content` has escapes; without, it is the characters themselves.
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
  @usableFromInline let layout: KeyLayout
  /// The offset of the next subscript in the key.
  public var position: Int { place }
  /// Whether the walk ended at bytes that are no subscript, which then stand at `position`.
  public private(set) var isDamaged = false
  /// `position`, for the part of `next` that is inlined.
  @usableFromInline var place: Int

  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, from start: Int, layout: KeyLayout) {
    self.bytes = bytes
    self.layout = layout
    place = start
  }

  /// The next subscript; nil at the end of the key or at damage. O(length of the subscript).
  // A string without escapes and an integer of few digits, which most are, become part of the caller.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  public mutating func next() -> EncodedSubscript? {
    guard !isDamaged, place < bytes.byteCount else { return nil }
    let start = place
    guard let end = bytes.endOfPlainSubscript(at: start, layout) else { return nextOfAnyForm() }
    place = end
    let isString = bytes.octet(at: start) == layout.latin1Mark
    return EncodedSubscript(
      kind: isString ? .latin1 : .positive, range: start..<end,
      content: start &+ 1..<(isString ? end &- 1 : end), hasEscapes: false)
  }

  /// As `next`, where something stands at `place`.
  @usableFromInline @inline(never)
  @_lifetime(self: copy self)
  mutating func nextOfAnyForm() -> EncodedSubscript? {
    let mark = bytes.octet(at: place)
    let element: EncodedSubscript?
    if mark == layout.latin1Mark {
      element = string(.latin1)
    } else if mark == layout.wideMark {
      element = string(.wide)
    } else {
      element = number(Int(mark) - Int(layout.numberBase))
    }
    if let element {
      place = element.range.upperBound
    } else {
      isDamaged = true
    }
    return element
  }

  private func string(_ kind: EncodedSubscript.Kind) -> EncodedSubscript? {
    let start = place + 1
    var offset = start
    var hasEscapes = false
    while true {
      offset = bytes.firstOffset(of: layout.stringEnd, or: layout.escape, from: offset)
      guard offset < bytes.byteCount else { return nil }
      if bytes.octet(at: offset) == layout.stringEnd { break }
      hasEscapes = true
      guard bytes.byteCount - offset >= 2 else { return nil }
      let which = bytes.octet(at: offset + 1)
      guard which == layout.escapedEnd || which == layout.escapedEscape else { return nil }
      offset += 2
    }
    let content = start..<offset
    if kind == .wide, !isWideText(content) { return nil }
    return EncodedSubscript(
      kind: kind, range: place..<(offset + 1), content: content, hasEscapes: hasEscapes)
  }

  /// Whether the characters are well-formed UTF-8 with one above 255: only then has the key one
  /// form. Escapes stand for ASCII characters, so they can be walked as they are.
  private func isWideText(_ content: Range<Int>) -> Bool {
    let text = bytes.extracting(content)
    var offset = 0
    var hasWide = false
    while offset < text.byteCount {
      let (scalar, length) = UTF8Decoding.scalar(in: text, at: offset)
      guard let scalar else { return false }
      if scalar.value > 0xFF { hasWide = true }
      offset += length
    }
    return hasWide
  }

  private func number(_ distance: Int) -> EncodedSubscript? {
    if distance == 0 {
      return EncodedSubscript(
        kind: .zero, range: place..<(place + 1), content: place..<place,
        hasEscapes: false)
    }
    let isNegative = distance < 0
    let count = abs(distance)
    let start = place + 1
    guard count <= Int(layout.maximumIntegerDigits), count <= bytes.byteCount - start else {
      return nil
    }
    let zero = isNegative ? UInt8(ascii: "9") : UInt8(ascii: "0")
    var offset = start
    while offset < start + count {
      guard Self.isDigit(bytes.octet(at: offset)) else { return nil }
      offset += 1
    }
    let startsWithZero = bytes.octet(at: start) == zero
    guard offset < bytes.byteCount, bytes.octet(at: offset) == layout.fractionMark else {
      if startsWithZero { return nil }
      return EncodedSubscript(
        kind: isNegative ? .negative : .positive, range: place..<offset, content: start..<offset,
        hasEscapes: false)
    }
    guard !startsWithZero || count == 1 else { return nil }
    offset += 1
    let fraction = offset
    while offset < bytes.byteCount, Self.isDigit(bytes.octet(at: offset)) { offset += 1 }
    let end = isNegative ? layout.negativeFractionEnd : layout.positiveFractionEnd
    guard offset < bytes.byteCount, offset > fraction, bytes.octet(at: offset - 1) != zero,
      bytes.octet(at: offset) == end
    else { return nil }
    return EncodedSubscript(
      kind: isNegative ? .negative : .positive, range: place..<(offset + 1),
      content: start..<offset, hasEscapes: false)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10
  }
}

extension RawSpan {
  /// Where a subscript of the usual form ends, an integer of few digits or a string without escapes;
  /// nil for any other, sound or not.
  @inlinable @inline(__always)
  func endOfPlainSubscript(at offset: Int, _ layout: KeyLayout) -> Int? {
    let mark = octet(at: offset)
    if mark == layout.latin1Mark {
      let end = firstOffset(of: layout.stringEnd, or: layout.escape, from: offset &+ 1)
      return end < byteCount && octet(at: end) == layout.stringEnd ? end &+ 1 : nil
    }
    return mark == layout.wideMark ? nil : endOfPlainInteger(at: offset, layout)
  }

  /// Where the subscript at `offset`, which is inside the span and no string, ends if it is a positive
  /// integer; nil when it has a leading zero, a fraction, another character or more than eight
  /// digits. One step.
  @inlinable @inline(__always)
  func endOfPlainInteger(at offset: Int, _ layout: KeyLayout) -> Int? {
    let digits = Int(octet(at: offset)) &- Int(layout.numberBase)
    let end = offset &+ 1 &+ digits
    guard digits > 0, digits <= min(8, Int(layout.maximumIntegerDigits)), end <= byteCount,
      let word = word(at: offset &+ 1)
    else { return nil }
    let zeros: UInt64 = 0x3030_3030_3030_3030
    let value = word ^ zeros
    // Carries only into what is behind a wrong byte.
    let wrong = (value | (value &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0
    guard wrong &<< UInt64(truncatingIfNeeded: (8 &- digits) &* 8) == 0, value & 0xFF != 0,
      end == byteCount || octet(at: end) != layout.fractionMark
    else { return nil }
    return end
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
