/// Strings as ZWRITE prints them: in quotes, `"` doubled, characters that cannot be printed (see
/// `Unicode.Scalar.isPrintable`) as `$c(n)`, the pieces joined by `_`, as in `"line 1"_$c(13,10)_"line 2"`.
extension TextBuffer {
  /// Appends an 8-bit string; characters that cannot be printed are written as `$c(n)`: 0–31, 127–159
  /// and 173.
  ///
  /// - Parameters:
  ///   - bytes: the characters.
  ///   - insideJSON: whether the text is escaped as part of a JSON string.
  public mutating func appendZWriteString(latin1 bytes: RawSpan, insideJSON: Bool = false) {
    if appendPlainZWriteString(bytes, 0..<bytes.byteCount, insideJSON: insideJSON) { return }
    let quote = UInt8(ascii: "\"")
    let backslash = insideJSON ? UInt8(ascii: "\\") : quote
    var quoting = ZWriteQuoting(insideJSON: insideJSON)
    var position = 0
    while position < bytes.byteCount {
      let byte = bytes.octet(at: position)
      if byte < 0x20 || byte >= 0x7F && (byte < 0xA0 || byte == 0xAD || isASCII) {
        quoting.code(UInt16(byte), in: &self)
        position += 1
        continue
      }
      quoting.text(in: &self)
      position += appendPlainRun(of: bytes, from: position, excluding: quote, backslash)
      guard position < bytes.byteCount else { break }
      let stop = bytes.octet(at: position)
      if stop == quote || stop == backslash || stop >= 0xA0 {
        quoting.append(Unicode.Scalar(stop), to: &self)
        position += 1
      }
    }
    quoting.finish(in: &self)
  }

  /// Appends a string of nothing but printable ASCII without quotes, `range` of `bytes`; false, and
  /// nothing is appended, for any other.
  @inline(__always)
  mutating func appendPlainZWriteString(
    _ bytes: RawSpan, _ range: Range<Int>, insideJSON: Bool = false
  ) -> Bool {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    let start = count
    if insideJSON { append(backslash) }
    append(quote)
    let plain = appendPlainRun(
      of: bytes, from: range.lowerBound, to: range.upperBound, excluding: quote,
      insideJSON ? backslash : quote)
    guard plain == range.count else {
      truncate(to: start)
      return false
    }
    if insideJSON { append(backslash) }
    append(quote)
    return true
  }

  /// Appends a string of UTF-16LE units; lone surrogates and characters that break lines or cannot
  /// be printed are written as `$c(n)`. A last odd byte is left out: check the count before.
  ///
  /// - Parameters:
  ///   - bytes: the units.
  ///   - insideJSON: whether the text is escaped as part of a JSON string.
  public mutating func appendZWriteString(utf16 bytes: RawSpan, insideJSON: Bool = false) {
    var quoting = ZWriteQuoting(insideJSON: insideJSON)
    var cursor = UTF16Cursor()
    while let element = cursor.next(in: bytes) {
      if let scalar = element.scalar {
        quoting.append(scalar, to: &self)
      } else {
        quoting.code(element.unit, in: &self)
      }
    }
    quoting.finish(in: &self)
  }

  /// Appends `text`; characters that break lines or cannot be printed are written as `$c(n)`.
  public mutating func appendZWriteString(_ text: String) {
    var quoting = ZWriteQuoting()
    for scalar in text.unicodeScalars { quoting.append(scalar, to: &self) }
    quoting.finish(in: &self)
  }
}

/// Where a ZWRITE string stands: nothing written, inside quotes, or inside `$c(`.
struct ZWriteQuoting {
  private enum State { case start, text, codes }
  private var state = State.start
  private let insideJSON: Bool

  /// - Parameter insideJSON: whether quotes and backslashes are escaped for a JSON string.
  init(insideJSON: Bool = false) { self.insideJSON = insideJSON }

  private func quote(in buffer: inout TextBuffer) {
    if insideJSON { buffer.append("\\\"") } else { buffer.append(UInt8(ascii: "\"")) }
  }

  /// Makes sure that the next character lands inside quotes.
  mutating func text(in buffer: inout TextBuffer) {
    switch state {
    case .start: quote(in: &buffer)
    case .text: break
    case .codes:
      buffer.append(")_")
      quote(in: &buffer)
    }
    state = .text
  }

  /// Appends a character by its code, a character above U+FFFF by those of its two halves.
  mutating func code(_ value: UInt16, in buffer: inout TextBuffer) {
    switch state {
    case .start: buffer.append("$c(")
    case .text:
      quote(in: &buffer)
      buffer.append("_$c(")
    case .codes: buffer.append(UInt8(ascii: ","))
    }
    state = .codes
    buffer.append(decimal: UInt64(value))
  }

  /// Appends a character, quoted or by its code.
  mutating func append(_ scalar: Unicode.Scalar, to buffer: inout TextBuffer) {
    switch scalar.value {
    case _ where !scalar.isPrintable || buffer.isASCII && !scalar.isASCII:
      for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() { code(unit, in: &buffer) }
    case 0x22:
      text(in: &buffer)
      quote(in: &buffer)
      quote(in: &buffer)
    case 0x5C where insideJSON:
      text(in: &buffer)
      buffer.append("\\\\")
    default:
      text(in: &buffer)
      buffer.append(scalar: scalar)
    }
  }

  mutating func finish(in buffer: inout TextBuffer) {
    switch state {
    case .start:
      quote(in: &buffer)
      quote(in: &buffer)
    case .text: quote(in: &buffer)
    case .codes: buffer.append(UInt8(ascii: ")"))
    }
  }
}
