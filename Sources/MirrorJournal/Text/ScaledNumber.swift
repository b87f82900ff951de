/// Decimal numbers as M prints them, out of an integer and a power of ten: `150`, `1.5`, `.05`.
extension TextBuffer {
  /// Appends `magnitude` times ten to the power of `exponent` in canonical form.
  mutating func appendScaled(_ magnitude: UInt64, exponent: Int) {
    if magnitude == 0 || exponent == 0 { return append(decimal: magnitude) }
    if magnitude < 100_000_000, -8..<0 ~= exponent {
      return append(UInt32(truncatingIfNeeded: magnitude), places: -exponent)
    }
    var digits = magnitude
    var exponent = exponent
    while exponent < 0 {
      let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { break }
      digits = quotient
      exponent += 1
    }
    if exponent < 0 {
      append(digits, places: -exponent)
    } else {
      append(decimal: digits)
      append(repeating: UInt8(ascii: "0"), count: exponent)
    }
  }

  /// Appends `value`, from 1 to 99 999 999, with the last `places` of its digits, from 1 to 8, behind
  /// the point, without the zeros at their end: all out of one word of digits.
  private mutating func append(_ value: UInt32, places: Int) {
    let digits = Self.eightDigits(value)
    let text = digits | Self.zeros
    let first = digits.trailingZeroBitCount / 8
    let shown = places &- min(places, digits.leadingZeroBitCount / 8)
    let point = 8 &- places
    if first < point {
      append(word: text &>> UInt64(truncatingIfNeeded: first &* 8), count: point &- first)
    }
    if shown > 0 {
      append(UInt8(ascii: "."))
      append(word: text &>> UInt64(truncatingIfNeeded: point &* 8), count: shown)
    }
  }

  /// Appends `digits` with a point before the last `places` of them, without a 0 before it.
  private mutating func append(_ digits: UInt64, places: Int) {
    // 20 digits are the most.
    var power: UInt64 = 1
    for _ in 0..<min(places, 19) { power = power &* 10 }
    let (whole, part) = places < 20 ? digits.quotientAndRemainder(dividingBy: power) : (0, digits)
    if whole > 0 { append(decimal: whole) }
    append(UInt8(ascii: "."))
    append(decimal: part, digits: places)
  }
}
