extension NumberSpelling {
  /// Appends the number whose canonical text is `text`.
  ///
  /// - Returns: false, and nothing is appended, for a number that is spelled as a string: one that is
  ///   too large or too near to 0.
  func append(_ text: String.UTF8View, to bytes: inout [UInt8]) -> Bool {
    let isNegative = text.first == UInt8(ascii: "-")
    let unsigned = isNegative ? text.dropFirst() : text[...]
    let point = unsigned.firstIndex(of: UInt8(ascii: "."))
    var integer = digits(of: unsigned[..<(point ?? unsigned.endIndex)], isFraction: false)
    let fraction =
      point.map { digits(of: unsigned[unsigned.index(after: $0)...], isFraction: true) } ?? []
    if integer == [0] {
      bytes.append(zero)
      return true
    }
    if one >= 0, !isNegative, integer == [1], fraction.isEmpty {
      bytes.append(UInt8(truncatingIfNeeded: one))
      return true
    }
    let small = isNegative ? smallNegative : smallPositive
    if integer.isEmpty, small >= 0 {
      let zeros = fraction.prefix { $0 == 0 }.count
      guard -1 - zeros >= Int(minimumExponent) else { return false }
      bytes.append(UInt8(truncatingIfNeeded: small))
      let exponent = exponentBase &- UInt8(truncatingIfNeeded: zeros + 1)
      bytes.append(isNegative ? 255 - exponent : exponent)
      append(fraction.dropFirst(zeros), isNegative, to: &bytes)
    } else {
      if integer.isEmpty { integer = [0] }
      guard integer.count <= Int(maximumDigits) else { return false }
      let count = UInt8(truncatingIfNeeded: integer.count)
      bytes.append(isNegative ? negativeBase &- count : positiveBase &+ count)
      if fraction.isEmpty, dropsTrailingZeros {
        integer.removeLast(integer.reversed().prefix { $0 == 0 }.count)
      }
      append(integer[...], isNegative, to: &bytes)
      if !fraction.isEmpty, fractionMark >= 0 {
        bytes.append(UInt8(truncatingIfNeeded: fractionMark))
      }
      append(fraction[...], isNegative, to: &bytes)
    }
    let end = isNegative ? negativeEnd : positiveEnd
    if end >= 0, fractionMark < 0 || !fraction.isEmpty {
      bytes.append(UInt8(truncatingIfNeeded: end))
    }
    return true
  }

  /// Digits of this radix; a fraction is filled up with zeros behind, an integer before.
  private func digits(of text: Substring.UTF8View, isFraction: Bool) -> [UInt8] {
    let decimals = text.map { $0 &- UInt8(ascii: "0") }
    guard decimalsPerDigit == 2 else { return decimals }
    let isOdd = !decimals.count.isMultiple(of: 2)
    let padded = isOdd ? (isFraction ? decimals + [0] : [0] + decimals) : decimals
    return stride(from: 0, to: padded.count, by: 2).map { padded[$0] * 10 + padded[$0 + 1] }
  }

  private func append(_ digits: ArraySlice<UInt8>, _ isNegative: Bool, to bytes: inout [UInt8]) {
    for digit in digits {
      bytes.append(isNegative ? self.digits.upperBound - digit : digitBase + digit)
    }
  }
}
