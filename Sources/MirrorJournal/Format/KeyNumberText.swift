extension KeyView {
  /// Appends a number's canonical text, as M prints it.
  func appendNumber(_ element: EncodedSubscript, to buffer: inout TextBuffer) {
    let numbers = layout.numbers
    let lead = bytes.octet(at: element.range.lowerBound + (layout.subscriptStart >= 0 ? 1 : 0))
    if element.content.isEmpty {
      buffer.append(element.kind == .zero ? UInt8(ascii: "0") : UInt8(ascii: "1"))
      return
    }
    let isNegative = element.kind == .negative
    if isNegative { buffer.append(UInt8(ascii: "-")) }
    let digits = KeyDigits(numbers, isNegative: isNegative)
    let small = isNegative ? numbers.smallNegative : numbers.smallPositive
    if Int16(lead) == small {
      let stored = bytes.octet(at: element.content.lowerBound)
      let exponent = Int(isNegative ? 255 - stored : stored) - Int(numbers.exponentBase)
      buffer.append(UInt8(ascii: "."))
      buffer.append(
        repeating: UInt8(ascii: "0"), count: (-1 - exponent) * numbers.decimalsPerDigit)
      digits.append(element.content.dropFirst(), of: bytes, isFraction: true, to: &buffer)
      return
    }
    let count = Int(isNegative ? numbers.negativeBase &- lead : lead &- numbers.positiveBase)
    let content = element.content
    let integerEnd = min(content.lowerBound + count, content.upperBound)
    digits.append(content.lowerBound..<integerEnd, of: bytes, isFraction: false, to: &buffer)
    let missing = count - (integerEnd - content.lowerBound)
    buffer.append(repeating: UInt8(ascii: "0"), count: missing * numbers.decimalsPerDigit)
    let fraction = integerEnd + (numbers.fractionMark >= 0 ? 1 : 0)
    guard fraction < content.upperBound else { return }
    buffer.append(UInt8(ascii: "."))
    digits.append(fraction..<content.upperBound, of: bytes, isFraction: true, to: &buffer)
  }
}

/// The digits of a number in a key as decimal text.
private struct KeyDigits {
  let spelling: NumberSpelling
  let isNegative: Bool

  init(_ spelling: NumberSpelling, isNegative: Bool) {
    self.spelling = spelling
    self.isNegative = isNegative
  }

  /// Appends the digits of `range`: of an integer without the zero in front, of a fraction without the
  /// one behind.
  func append(
    _ range: Range<Int>, of bytes: RawSpan, isFraction: Bool, to buffer: inout TextBuffer
  ) {
    for offset in range {
      let byte = bytes.octet(at: offset)
      let digit = isNegative ? spelling.digits.upperBound &- byte : byte &- spelling.digitBase
      let (tens, ones) = digit.quotientAndRemainder(dividingBy: 10)
      let isFirst = !isFraction && offset == range.lowerBound
      let isLast = isFraction && offset == range.upperBound - 1
      if spelling.radix == 100, !(isFirst && tens == 0) {
        buffer.append(UInt8(ascii: "0") &+ tens)
      }
      // M prints .5, not 0.5; no other integer part is 0.
      let isLeadingZero = isFirst && tens == 0 && ones == 0
      if !isLeadingZero, !(spelling.radix == 100 && isLast && ones == 0) {
        buffer.append(UInt8(ascii: "0") &+ ones)
      }
    }
  }
}
