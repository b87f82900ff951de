extension TextBuffer {
  /// Appends `value` in decimal.
  public mutating func append(decimal value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: UInt64(value.magnitude))
  }

  /// Appends `value` in decimal.
  public mutating func append(decimal value: UInt64) {
    if value < 10 {
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
    } else if value < 100_000_000 {
      let digits = Self.eightDigits(UInt32(truncatingIfNeeded: value))
      // The first digit is the lowest byte, so leading zeros are trailing zero bytes.
      let zeros = digits.trailingZeroBitCount / 8
      append(word: (digits | Self.zeros) &>> UInt64(zeros &* 8), count: 8 &- zeros)
    } else {
      let (head, tail) = value.quotientAndRemainder(dividingBy: 100_000_000)
      append(decimal: head)
      append(word: Self.eightDigits(UInt32(truncatingIfNeeded: tail)) | Self.zeros, count: 8)
    }
  }

  /// Appends `value` in decimal behind as many spaces as fill `width` characters.
  public mutating func append(decimal value: Int, rightAlignedIn width: Int) {
    guard value >= 0, width >= 8, width <= 24 else {
      let digits = Self.decimalDigits(of: UInt64(value.magnitude)) + (value < 0 ? 1 : 0)
      append(repeating: UInt8(ascii: " "), count: width - digits)
      append(decimal: value)
      return
    }
    if value < 100_000_000 {
      let all = Self.eightDigits(UInt32(truncatingIfNeeded: value))
      let count = max(1, 8 &- all.trailingZeroBitCount / 8)
      append(repeating: UInt8(ascii: " "), count: width &- count)
      append(word: (all | Self.zeros) &>> UInt64((8 &- count) &* 8), count: count)
    } else {
      let (head, tail) = value.quotientAndRemainder(dividingBy: 100_000_000)
      append(decimal: head, rightAlignedIn: width &- 8)
      append(word: Self.eightDigits(UInt32(truncatingIfNeeded: tail)) | Self.zeros, count: 8)
    }
  }

  /// Appends `value` in decimal with leading zeros up to `digits` digits.
  public mutating func append(decimal value: UInt64, digits: Int) {
    if 0...8 ~= digits, value < 100_000_000 {
      // Zeros up to eight digits are there; more than `digits` are needed only without them.
      let all = Self.eightDigits(UInt32(truncatingIfNeeded: value))
      let count = max(1, digits, 8 &- all.trailingZeroBitCount / 8)
      append(word: (all | Self.zeros) &>> UInt64((8 &- count) &* 8), count: count)
      return
    }
    append(repeating: UInt8(ascii: "0"), count: digits - Self.decimalDigits(of: value))
    append(decimal: value)
  }

  private static func decimalDigits(of value: UInt64) -> Int {
    var count = 1
    var bound: UInt64 = 10
    // 20 digits are the most; the bound overflows only on the way out.
    while count < 20, value >= bound {
      count += 1
      bound = bound &* 10
    }
    return count
  }

  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// The eight decimal digits of `value`, below 100 000 000, one a byte, the first in the lowest.
  ///
  /// All eight at once: split into two halves of four digits, those into pairs, those into digits;
  /// the multiplications divide by 100 and by 10 exactly in the ranges at hand.
  static func eightDigits(_ value: UInt32) -> UInt64 {
    let high = value / 10_000
    let halves = UInt64(high) | UInt64(value &- high &* 10_000) &<< 32
    let hundreds = (halves &* 10_486) &>> 20 & 0x0000_007F_0000_007F
    let pairs = hundreds | (halves &- hundreds &* 100) &<< 16
    let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
    return tens | (pairs &- tens &* 10) &<< 8
  }

  /// Appends the lowest `count` bytes of `word`, at most 8, lowest first.
  @inline(__always)
  mutating func append(word: UInt64, count: Int) {
    reserve(8)
    UnsafeMutableRawPointer(base + used).storeBytes(of: word.littleEndian, as: UInt64.self)
    used += count
  }

  /// Appends `value` in lowercase hexadecimal with leading zeros up to `digits` digits.
  public mutating func append(hex value: UInt64, digits: Int = 1) {
    let needed = max((64 - value.leadingZeroBitCount + 3) / 4, 1)
    for place in (0..<max(digits, needed)).reversed() {
      append(Self.hexDigit(place < 16 ? UInt8(value >> UInt64(place * 4) & 15) : 0))
    }
  }

  /// Appends each byte as two lowercase hexadecimal digits.
  public mutating func append(hexBytes bytes: RawSpan) {
    reserve(bytes.byteCount * 2)
    for offset in 0..<bytes.byteCount {
      let byte = bytes.octet(at: offset)
      append(Self.hexDigit(byte >> 4))
      append(Self.hexDigit(byte & 15))
    }
  }

  static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble
  }

  /// Appends a Unicode scalar as UTF-8.
  @inlinable
  public mutating func append(scalar: Unicode.Scalar) {
    let value = scalar.value
    if value < 0x80 {
      append(UInt8(truncatingIfNeeded: value))
    } else if value < 0x800 {
      append(0xC0 | UInt8(truncatingIfNeeded: value >> 6))
      append(0x80 | UInt8(truncatingIfNeeded: value & 0x3F))
    } else {
      if value < 0x10000 {
        append(0xE0 | UInt8(truncatingIfNeeded: value >> 12))
      } else {
        append(0xF0 | UInt8(truncatingIfNeeded: value >> 18))
        append(0x80 | UInt8(truncatingIfNeeded: value >> 12 & 0x3F))
      }
      append(0x80 | UInt8(truncatingIfNeeded: value >> 6 & 0x3F))
      append(0x80 | UInt8(truncatingIfNeeded: value & 0x3F))
    }
  }

  /// Appends Latin-1 bytes as UTF-8: each byte is one character.
  public mutating func appendLatin1(_ bytes: RawSpan) {
    // Printable ASCII, which is most of it, in runs: nothing is excluded twice.
    let none = UInt8(ascii: "\n")
    var position = 0
    while true {
      position += appendPlainRun(of: bytes, from: position, excluding: none, none)
      guard position < bytes.byteCount else { return }
      append(scalar: Unicode.Scalar(bytes.octet(at: position)))
      position += 1
    }
  }

  /// Fills the field that began at byte `start` with spaces on its right up to `width` characters.
  ///
  /// Characters are Unicode scalars; a field that is already as wide stays as it is.
  public mutating func padRight(from start: Int, to width: Int) {
    append(repeating: UInt8(ascii: " "), count: width - characters(from: start))
  }

  /// Moves the field that began at byte `start` to the right edge of `width` characters.
  public mutating func padLeft(from start: Int, to width: Int) {
    let length = count - start
    let missing = width - characters(from: start)
    guard missing > 0, start >= 0, length >= 0 else { return }
    append(repeating: UInt8(ascii: " "), count: missing)
    // Both ranges lie inside the initialized bytes; the copy runs from the end because they overlap.
    for offset in (0..<length).reversed() {
      base[start + missing + offset] = base[start + offset]
    }
    for offset in 0..<missing { base[start + offset] = UInt8(ascii: " ") }
  }

  /// Appends `text` behind as many spaces as fill `width` characters.
  public mutating func append(_ text: String, rightAlignedIn width: Int) {
    let start = count
    append(text)
    padLeft(from: start, to: width)
  }

  /// The number of Unicode scalars written since byte `start`.
  private func characters(from start: Int) -> Int {
    guard start >= 0 else { return 0 }
    var result = 0
    var position = start
    while position < used {
      if base[position] & 0xC0 != 0x80 { result += 1 }
      position += 1
    }
    return result
  }
}
