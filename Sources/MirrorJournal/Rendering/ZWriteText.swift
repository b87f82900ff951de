/// Strings as ZWRITE prints them: in quotes, `"` doubled, characters that cannot be printed as
/// `$c(n)`, the pieces joined by `_`, as in `"line 1"_$c(13,10)_"line 2"`.
extension TextBuffer {
  /// Appends an 8-bit string; characters 0–31 and 127–159 are written as `$c(n)`.
  public mutating func appendZWriteString(latin1 bytes: RawSpan) {
    var quoting = ZWriteQuoting()
    var position = 0
    while position < bytes.byteCount {
      let byte = bytes.octet(at: position)
      if byte < 0x20 || byte >= 0x7F && byte < 0xA0 {
        quoting.code(UInt32(byte), in: &self)
        position += 1
        continue
      }
      quoting.text(in: &self)
      position += appendPlainRun(of: bytes, from: position, excluding: UInt8(ascii: "\""), 0x7F)
      guard position < bytes.byteCount else { break }
      let stop = bytes.octet(at: position)
      if stop == UInt8(ascii: "\"") {
        append("\"\"")
        position += 1
      } else if stop >= 0xA0 {
        append(scalar: Unicode.Scalar(stop))
        position += 1
      }
    }
    quoting.finish(in: &self)
  }

  /// Appends a string of UTF-16LE units; lone surrogates and characters that break lines or cannot
  /// be printed are written as `$c(n)`. A last odd byte is left out: check the count before.
  public mutating func appendZWriteString(utf16 bytes: RawSpan) {
    var quoting = ZWriteQuoting()
    var cursor = UTF16Cursor()
    while let element = cursor.next(in: bytes) {
      if let scalar = element.scalar {
        quoting.append(scalar, to: &self)
      } else {
        quoting.code(UInt32(element.unit), in: &self)
      }
    }
    quoting.finish(in: &self)
  }
}

/// Where a ZWRITE string stands: nothing written, inside quotes, or inside `$c(`.
struct ZWriteQuoting {
  private enum State { case start, text, codes }
  private var state = State.start

  /// Makes sure that the next character lands inside quotes.
  mutating func text(in buffer: inout TextBuffer) {
    switch state {
    case .start: buffer.append(UInt8(ascii: "\""))
    case .text: break
    case .codes: buffer.append(")_\"")
    }
    state = .text
  }

  /// Appends a character by its code.
  mutating func code(_ value: UInt32, in buffer: inout TextBuffer) {
    switch state {
    case .start: buffer.append("$c(")
    case .text: buffer.append("\"_$c(")
    case .codes: buffer.append(UInt8(ascii: ","))
    }
    state = .codes
    buffer.append(decimal: UInt64(value))
  }

  /// Appends a character, quoted or by its code.
  mutating func append(_ scalar: Unicode.Scalar, to buffer: inout TextBuffer) {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
      code(scalar.value, in: &buffer)
    case 0x22:
      text(in: &buffer)
      buffer.append("\"\"")
    default:
      text(in: &buffer)
      buffer.append(scalar: scalar)
    }
  }

  mutating func finish(in buffer: inout TextBuffer) {
    switch state {
    case .start: buffer.append("\"\"")
    case .text: buffer.append(UInt8(ascii: "\""))
    case .codes: buffer.append(UInt8(ascii: ")"))
    }
  }
}
