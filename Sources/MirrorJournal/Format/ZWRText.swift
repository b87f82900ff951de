/// One line of ZWR text, the exchange format of globals: `^NAME(subscripts)=value`.
public enum ZWRText {
  /// Parses one line without its line end.
  ///
  /// A line of well-formed UTF-8 is read as UTF-8, any other as Latin-1. The value is a string in
  /// quotes, codes as `$C(n)`, a concatenation of both, a canonical number, `$lb(…)` of these, or the
  /// `$zwc(…)` of a bit string, with or without the comment that ZWRITE puts behind it.
  /// The two header lines of a file are no such lines: skip them.
  ///
  /// - Throws: `LiteralError` with the column where the line stops to make sense.
  public static func parse(
    _ line: RawSpan
  ) throws(LiteralError) -> (reference: GlobalReference, value: JournalValue) {
    var scanner = LiteralScanner(line, isUTF8: isUTF8(line))
    let reference = try scanner.reference(needsCaret: true)
    try scanner.expect(UInt8(ascii: "="), "expected =")
    let value = try scanner.value()
    try scanner.expectEnd()
    return (reference, value)
  }

  /// Parses one line without its line end.
  public static func parse(
    _ line: String
  ) throws(LiteralError) -> (reference: GlobalReference, value: JournalValue) {
    let bytes = Array(line.utf8)
    return try parse(bytes.span.bytes)
  }

  private static func isUTF8(_ bytes: RawSpan) -> Bool {
    var offset = 0
    while offset < bytes.byteCount {
      if bytes.octet(at: offset) < 0x80 {
        offset += 1
        continue
      }
      let (scalar, length) = UTF8Decoding.scalar(in: bytes, at: offset)
      guard scalar != nil else { return false }
      offset += length
    }
    return true
  }
}

extension LiteralScanner {
  /// Reads a value as ZWRITE writes it.
  mutating func value() throws(LiteralError) -> JournalValue {
    if skipWord("$lb(") || skipWord("$listbuild(") {
      return JournalValue(try listElements(depth: 1))
    }
    if skipWord("$zwc(") || skipWord("$zwchar(") { return try bitString() }
    return try scalarValue()
  }

  /// Reads the 16-bit words of `$zwc(`, the bytes that may stand behind them, and a comment, which says
  /// nothing that the words and bytes do not say.
  private mutating func bitString() throws(LiteralError) -> JournalValue {
    var units: [UInt16] = []
    repeat {
      let column = position + 1
      guard let word = UInt16(try number().text) else {
        throw LiteralError(reason: "expected a number from 0 to 65535", column: column)
      }
      units.append(word & 0xFF)
      units.append(word >> 8)
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: ")"), "expected , or )")
    if skip(UInt8(ascii: "_")) { try string(into: &units) }
    if skipWord("/*") {
      let start = position
      while !skipWord("*/") {
        guard position < end else {
          throw LiteralError(reason: "a comment without its end", column: start - 1)
        }
        skipOne()
      }
    }
    return JournalValue(units: units)
  }

  private mutating func scalarValue() throws(LiteralError) -> JournalValue {
    var units: [UInt16] = []
    if isAtString {
      try string(into: &units)
      return JournalValue(units: units)
    }
    return JournalValue(try number().text)
  }

  /// Reads the elements of a list and its closing parenthesis.
  private mutating func listElements(depth: Int) throws(LiteralError) -> ListBuilder {
    var list = ListBuilder()
    repeat {
      if isAtEndOfElement {
        list.appendOmitted()
      } else if skipWord("$lb(") || skipWord("$listbuild(") {
        guard depth < ListView.maximumDepth else {
          throw failure("lists nested deeper than \(ListView.maximumDepth)")
        }
        list.append(try listElements(depth: depth + 1))
      } else if skipWord("$double(") {
        list.append(try double())
      } else if isAtString {
        list.append(try scalarValue())
      } else {
        let column = position + 1
        guard list.append(try number()) else {
          throw LiteralError(reason: "a number beyond 64 bits", column: column)
        }
      }
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: ")"), "expected , or )")
    return list
  }

  /// Reads the argument of `$double(` and its closing parenthesis.
  private mutating func double() throws(LiteralError) -> Double {
    let start = position
    if isAtString {
      var units: [UInt16] = []
      try string(into: &units)
      try expect(UInt8(ascii: ")"), "expected )")
      switch String(decoding: units, as: UTF16.self) {
      case "INF": return .infinity
      case "-INF": return -.infinity
      case "NAN": return .nan
      default: throw LiteralError(reason: "expected a number", column: start + 1)
      }
    }
    while !isAtEndOfElement, position < end { skipOne() }
    guard let value = Double(text(start..<position)) else {
      throw LiteralError(reason: "expected a number", column: start + 1)
    }
    try expect(UInt8(ascii: ")"), "expected )")
    return value
  }
}
