internal import Glibc

/// A place in the bytes of one line, for recognizers that take what they know and leave the rest.
///
/// A `take` that fails leaves the cursor where it was. Nothing here allocates but `string`.
struct TextCursor: ~Escapable {
  let bytes: Span<UInt8>
  var position: Int
  /// One past the last byte to look at.
  var end: Int

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, from position: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    self.end = min(max(end ?? bytes.count, 0), bytes.count)
    self.position = min(max(position, 0), self.end)
  }

  var isAtEnd: Bool { position >= end }
  var peek: UInt8? { position < end ? bytes[position] : nil }

  func peek(ahead distance: Int) -> UInt8? {
    position + distance < end ? bytes[position + distance] : nil
  }

  /// True when the literal stands here. ASCII literals only.
  func looking(at literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard count <= end - position else { return false }
    let text = UnsafeBufferPointer(start: literal.utf8Start, count: count)
    for index in 0..<count where bytes[position + index] != text[index] { return false }
    return true
  }

  mutating func take(_ literal: StaticString) -> Bool {
    guard looking(at: literal) else { return false }
    position += literal.utf8CodeUnitCount
    return true
  }

  /// One byte, for headers: cheaper than a literal.
  @inline(__always)
  mutating func take(byte: Unicode.Scalar) -> Bool {
    guard position < end, bytes[position] == UInt8(truncatingIfNeeded: byte.value) else {
      return false
    }
    position += 1
    return true
  }

  mutating func skipSpaces() {
    while position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
  }

  /// Moves the end before blanks and carriage returns that stand there.
  mutating func trimEnd() {
    while end > position, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == 13 { end -= 1 }
  }

  /// A decimal number without a sign, or nil when there is none or it does not fit in an `Int`.
  mutating func takeInteger() -> Int? {
    var index = position
    var value = 0
    while index < end {
      let digit = Int(bytes[index]) - 48
      guard 0...9 ~= digit else { break }
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(digit)
      guard !over, !carried else { return nil }
      value = sum
      index += 1
    }
    guard index > position else { return nil }
    position = index
    return value
  }

  /// `0x` and up to 15 hexadecimal digits.
  mutating func takeHex() -> Int? {
    var index = position + 2
    guard looking(at: "0x") else { return nil }
    var value = 0
    while index < end, let digit = hexValue(bytes[index]) {
      guard index - position < 17 else { return nil }
      value = value << 4 | digit
      index += 1
    }
    guard index > position + 2 else { return nil }
    position = index
    return value
  }

  /// Exactly two digits, for stamps.
  mutating func takeTwoDigits() -> Int? {
    guard end - position >= 2 else { return nil }
    let tens = Int(bytes[position]) - 48
    let ones = Int(bytes[position + 1]) - 48
    guard 0...9 ~= tens, 0...9 ~= ones else { return nil }
    position += 2
    return tens * 10 + ones
  }

  /// The position of a byte at or after the cursor.
  func firstIndex(of byte: UInt8) -> Int? {
    guard position < end else { return nil }
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress,
        let found = memchr(base + position, CInt(byte), end - position)
      else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// The position of the literal at or after the cursor.
  func find(_ literal: StaticString) -> Int? {
    var probe = self
    while probe.end - probe.position >= literal.utf8CodeUnitCount {
      if probe.looking(at: literal) { return probe.position }
      probe.position += 1
    }
    return nil
  }

  /// The position of the last occurrence of the literal at or after the cursor.
  func findLast(_ literal: StaticString) -> Int? {
    var probe = self
    probe.position = end - literal.utf8CodeUnitCount
    while probe.position >= position {
      if probe.looking(at: literal) { return probe.position }
      probe.position -= 1
    }
    return nil
  }

  /// Moves behind the next occurrence of the literal.
  mutating func skip(past literal: StaticString) -> Bool {
    guard let found = find(literal) else { return false }
    position = found + literal.utf8CodeUnitCount
    return true
  }

  /// The text up to the next occurrence of the literal, which is consumed too.
  mutating func takeString(upTo literal: StaticString) -> String? {
    guard let found = find(literal) else { return nil }
    defer { position = found + literal.utf8CodeUnitCount }
    return string(position..<found)
  }

  /// The text up to the last occurrence of the literal, which is consumed too.
  mutating func takeString(upToLast literal: StaticString) -> String? {
    guard let found = findLast(literal) else { return nil }
    defer { position = found + literal.utf8CodeUnitCount }
    return string(position..<found)
  }

  /// The rest of the line without blanks at its end.
  func rest() -> String {
    var last = end
    while last > position, bytes[last - 1] == UInt8(ascii: " ") { last -= 1 }
    return string(position..<last)
  }

  /// Bytes as text: UTF-8 where they are valid, else Latin-1.
  func string(_ range: Range<Int>) -> String {
    let lower = min(max(range.lowerBound, 0), bytes.count)
    let upper = min(max(range.upperBound, lower), bytes.count)
    return bytes.extracting(lower..<upper).withUnsafeBufferPointer { part in
      String(validating: part, as: UTF8.self)
        ?? String(decoding: part.map { UInt16($0) }, as: UTF16.self)
    }
  }
}

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> Int? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48
  case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 87
  case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 55
  default: nil
  }
}

func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
