/// What is wrong with a text of M literals, and where.
public struct LiteralError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was expected, without a final stop.
  public let reason: String
  /// The byte, counted from 1, at which the text stops to make sense.
  public let column: Int

  /// The reason and the column.
  public var description: String { "\(reason) at column \(column)" }
}

/// Reads references and values as ZWRITE writes them.
struct LiteralScanner: ~Escapable {
  private let bytes: RawSpan
  private let isUTF8: Bool
  private(set) var position = 0

  /// A scanner of `bytes` in UTF-8 or else Latin-1.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, isUTF8: Bool) {
    self.bytes = bytes
    self.isUTF8 = isUTF8
  }

  private var next: UInt8? {
    position < bytes.byteCount ? bytes.octet(at: position) : nil
  }

  func failure(_ reason: String) -> LiteralError {
    LiteralError(reason: reason, column: position + 1)
  }

  /// The offset of the end of the text.
  var end: Int { bytes.byteCount }

  var isAtString: Bool { next == UInt8(ascii: "\"") || next == UInt8(ascii: "$") }

  var isAtEndOfElement: Bool { next == UInt8(ascii: ",") || next == UInt8(ascii: ")") }

  mutating func skipOne() {
    if position < bytes.byteCount { position += 1 }
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8, _ reason: String) throws(LiteralError) {
    guard skip(byte) else { throw failure(reason) }
  }

  func expectEnd() throws(LiteralError) {
    guard position == bytes.byteCount else { throw failure("unexpected text") }
  }

  /// Reads `^NAME(subscripts)` with or without an environment.
  mutating func reference(needsCaret: Bool) throws(LiteralError) -> GlobalReference {
    if !skip(UInt8(ascii: "^")), needsCaret { throw failure("expected ^") }
    var reference = GlobalReference("")
    reference.environment = try environment()
    reference.name = try name()
    guard skip(UInt8(ascii: "(")) else { return reference }
    repeat {
      reference.subscripts.append(try element())
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: ")"), "expected , or )")
    return reference
  }

  private mutating func environment() throws(LiteralError) -> String? {
    let start = position
    let end: UInt8
    if skip(UInt8(ascii: "[")) {
      end = UInt8(ascii: "]")
    } else if skip(UInt8(ascii: "|")) {
      end = UInt8(ascii: "|")
    } else {
      return nil
    }
    var isQuoted = false
    while let byte = next {
      position += 1
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == end, !isQuoted, position - start > 2 {
        return text(start..<position)
      }
    }
    position = start
    throw failure("an environment without its end")
  }

  func text(_ range: Range<Int>) -> String {
    let part = bytes.extracting(range)
    if isUTF8 { return part.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    var buffer = TextBuffer(capacity: range.count * 2)
    buffer.appendLatin1(part)
    return buffer.string
  }

  private mutating func name() throws(LiteralError) -> String {
    var name = ""
    var length = 0
    while position < bytes.byteCount {
      let (scalar, step) = character()
      guard let scalar, scalar.value <= 0xFF,
        KeyEncoding.isNameByte(UInt8(scalar.value), at: length)
      else { break }
      name.unicodeScalars.append(scalar)
      length += 1
      position += step
    }
    guard length > 0, name.utf8.last != UInt8(ascii: ".") else {
      throw failure("expected the name of a global")
    }
    return name
  }

  private func character() -> (Unicode.Scalar?, Int) {
    isUTF8
      ? UTF8Decoding.scalar(in: bytes, at: position)
      : (Unicode.Scalar(bytes.octet(at: position)), 1)
  }

  /// Reads one subscript: a number or a string expression.
  private mutating func element() throws(LiteralError) -> Subscript {
    let start = position
    if isAtString {
      var units: [UInt16] = []
      try string(into: &units)
      guard let text = String(validating: units, as: UTF16.self) else {
        position = start
        throw failure("a subscript with half a surrogate pair")
      }
      return Subscript(text)
    }
    return .number(try number())
  }

  /// Reads a canonical number.
  mutating func number() throws(LiteralError) -> CanonicalNumber {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E {
      position += 1
    }
    guard let number = CanonicalNumber(text(start..<position)) else {
      position = start
      throw failure("expected a string in quotes or a number in canonical form")
    }
    return number
  }

  /// Reads `"text"`, `$C(n,…)` and their concatenation with `_` into UTF-16 units.
  mutating func string(into units: inout [UInt16]) throws(LiteralError) {
    repeat {
      if skip(UInt8(ascii: "\"")) {
        try quoted(into: &units)
      } else {
        try codes(into: &units)
      }
    } while skip(UInt8(ascii: "_"))
  }

  private mutating func quoted(into units: inout [UInt16]) throws(LiteralError) {
    let start = position - 1
    while position < bytes.byteCount {
      let byte = bytes.octet(at: position)
      if byte == UInt8(ascii: "\"") {
        position += 1
        guard next == UInt8(ascii: "\"") else { return }
        units.append(UInt16(byte))
        position += 1
      } else if byte < 0x80 {
        units.append(UInt16(byte))
        position += 1
      } else {
        let (scalar, length) = character()
        guard let scalar else { throw failure("malformed UTF-8") }
        units.append(contentsOf: UTF16.encode(scalar) ?? UTF16.EncodedScalar())
        position += length
      }
    }
    position = start
    throw failure("a string without its closing quote")
  }

  /// Reads `$C(n,…)`, also spelled `$CHAR`, `$ZCH` and `$ZCHAR`, in either case.
  private mutating func codes(into units: inout [UInt16]) throws(LiteralError) {
    guard skipWord("$char(") || skipWord("$c(") || skipWord("$zchar(") || skipWord("$zch(") else {
      throw failure("expected a string in quotes or $C(")
    }
    repeat {
      let start = position
      var value: UInt32 = 0
      while let byte = next, (0x30...0x39).contains(byte), value <= 0x10FFFF {
        value = value * 10 + UInt32(byte - 0x30)
        position += 1
      }
      guard position > start, value <= 0x10FFFF else {
        position = start
        throw failure("expected a character code")
      }
      if let unit = UInt16(exactly: value) {
        units.append(unit)
      } else if let scalar = Unicode.Scalar(value) {
        units.append(contentsOf: UTF16.encode(scalar) ?? UTF16.EncodedScalar())
      }
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: ")"), "expected , or )")
  }

  /// Skips a lowercase word, whichever case the text has.
  mutating func skipWord(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard bytes.byteCount - position >= length else { return false }
    let matches = word.withUTF8Buffer { expected in
      for index in 0..<length {
        var byte = bytes.octet(at: position + index)
        if (0x41...0x5A).contains(byte) { byte |= 0x20 }
        if byte != expected[index] { return false }
      }
      return true
    }
    if matches { position += length }
    return matches
  }
}
