/// Walks the characters of a string subscript, escapes and runs resolved: UTF-16 units, or the bytes
/// of UTF-8 where a mark says so.
struct KeyCharacters {
  private let strings: StringSpelling
  private let subscriptStart: Int16
  private let limit: Int
  private let isUTF8: Bool
  private var run = StringSpelling.Run.narrow
  /// The run that the last byte went back from: a string does not go back for nothing.
  private var left: StringSpelling.Run?
  /// A first half of a character above U+FFFF, whose second half must follow.
  private var isHalf = false
  /// Offset of the next byte.
  private(set) var position: Int
  /// Whether the walk ended at bytes that are no character.
  private(set) var isDamaged = false
  /// Whether an escape or a run has been met.
  private(set) var hasEscapes = false

  /// - Parameter range: from the string's first byte behind its mark to where it ends at the latest.
  init(_ range: Range<Int>, _ layout: KeyLayout, isUTF8: Bool = false) {
    strings = layout.strings
    subscriptStart = layout.subscriptStart
    position = range.lowerBound
    limit = range.upperBound
    self.isUTF8 = isUTF8
  }

  /// The next unit of `bytes`; nil at the string's end or at damage.
  mutating func next(in bytes: RawSpan) -> UInt16? {
    guard !isDamaged else { return nil }
    guard let unit = step(in: bytes) else {
      if isHalf || left != nil { isDamaged = true }
      return nil
    }
    guard !isUTF8 else { return unit }
    let isSecondHalf = unit & 0xFC00 == 0xDC00
    guard isSecondHalf == isHalf else {
      isDamaged = true
      return nil
    }
    isHalf = unit & 0xFC00 == 0xD800
    return unit
  }

  private mutating func step(in bytes: RawSpan) -> UInt16? {
    while true {
      guard position < limit else {
        // A string with an end of its own does not end with the key.
        if strings.end >= 0, limit == bytes.byteCount { isDamaged = true }
        return nil
      }
      let byte = bytes.octet(at: position)
      switch run {
      case .narrow:
        if Int16(byte) == strings.end || Int16(byte) == subscriptStart { return nil }
        if isUTF8 {
          return byte == strings.escape ? escaped(in: bytes) : take(UInt16(byte))
        }
        if Int16(byte) == strings.pairMark, left != .pairs {
          enter(.pairs)
        } else if Int16(byte) == strings.unitMark, left == nil {
          enter(.units)
        } else if byte == strings.escape, strings.escapedBelow > 0 {
          return escaped(in: bytes)
        } else {
          let code = UInt16(byte) + UInt16(strings.shift)
          guard code <= 0xFF, code >= strings.escapedBelow else { return damage() }
          return take(code)
        }
      case .pairs:
        if byte == strings.back {
          goBack()
        } else if Int16(byte) == strings.unitMark {
          enter(.units)
        } else if Int16(byte) == subscriptStart || Int16(byte) == strings.end {
          return nil
        } else {
          return pair(in: bytes, byte)
        }
      case .units:
        if byte == strings.back {
          goBack()
        } else if Int16(byte) == subscriptStart || Int16(byte) == strings.end {
          return nil
        } else {
          return unit(in: bytes)
        }
      }
      // A run or the way back from it is followed by something.
      guard position < limit, Int16(bytes.octet(at: position)) != subscriptStart,
        run == .narrow || bytes.octet(at: position) != strings.back
      else { return damage() }
    }
  }

  private mutating func enter(_ run: StringSpelling.Run) {
    self.run = run
    left = nil
    hasEscapes = true
    position += 1
  }

  private mutating func goBack() {
    left = run
    run = .narrow
    position += 1
  }

  private mutating func take(_ code: UInt16) -> UInt16 {
    left = nil
    position += 1
    return code
  }

  private mutating func damage() -> UInt16? {
    isDamaged = true
    return nil
  }

  private mutating func escaped(in bytes: RawSpan) -> UInt16? {
    hasEscapes = true
    guard limit - position >= 2 else { return damage() }
    let byte = bytes.octet(at: position + 1)
    guard byte >= strings.escapeShift, byte - strings.escapeShift < strings.escapedBelow else {
      return damage()
    }
    position += 1
    return take(UInt16(byte - strings.escapeShift))
  }

  private mutating func pair(in bytes: RawSpan, _ lead: UInt8) -> UInt16? {
    guard limit - position >= 2 else { return damage() }
    let tail = bytes.octet(at: position + 1)
    guard lead >= strings.pairLead, tail >= strings.tailBase else { return damage() }
    let value =
      Int(lead - strings.pairLead) * StringSpelling.tailValues + Int(tail - strings.tailBase)
      + Int(strings.pairOrigin)
    guard value > 0xFF, value <= Int(strings.pairLast) else { return damage() }
    position += 1
    return take(UInt16(value))
  }

  private mutating func unit(in bytes: RawSpan) -> UInt16? {
    guard limit - position >= 3 else { return damage() }
    var value = 0
    for offset in position..<position + 3 {
      let byte = bytes.octet(at: offset)
      guard byte >= strings.tailBase else { return damage() }
      value = value * StringSpelling.tailValues + Int(byte - strings.tailBase)
    }
    guard value > Int(strings.pairLast), value <= 0xFFFF else { return damage() }
    position += 2
    return take(UInt16(value))
  }
}
