/// JSON strings (RFC 8259) from the character forms that journals hold.
///
/// The result is valid JSON for every input: control characters and lone surrogates are written as
/// `\u` escapes, everything else as UTF-8.
extension TextBuffer {
  /// Appends a JSON string, quotes included, whose characters are the bytes of `latin1`.
  public mutating func appendJSONString(latin1 bytes: RawSpan) {
    append(UInt8(ascii: "\""))
    var position = 0
    while true {
      position += appendPlainRun(
        of: bytes, from: position, excluding: UInt8(ascii: "\""), UInt8(ascii: "\\"))
      guard position < bytes.byteCount else { break }
      // What is not plain seldom stands alone: a few characters at once, whatever they are.
      let end = min(position &+ 8, bytes.byteCount)
      let characters = JSONCharacters.latin1
      while position < end {
        let character = characters[Int(bytes.octet(at: position))]
        append(word: character, count: JSONCharacters.count(of: character))
        position &+= 1
      }
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a JSON string, quotes included, whose characters are UTF-16LE units.
  ///
  /// A last odd byte is no character and is left out.
  public mutating func appendJSONString(utf16 bytes: RawSpan) {
    append(UInt8(ascii: "\""))
    var cursor = UTF16Cursor()
    while let element = cursor.next(in: bytes) {
      if let scalar = element.scalar {
        appendJSONScalar(scalar)
      } else {
        append("\\u")
        append(hex: UInt64(element.unit), digits: 4)
      }
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a JSON string, quotes included, from UTF-8; malformed sequences become U+FFFD.
  public mutating func appendJSONString(utf8 bytes: RawSpan) {
    append(UInt8(ascii: "\""))
    var position = 0
    while true {
      position += appendPlainRun(
        of: bytes, from: position, excluding: UInt8(ascii: "\""), UInt8(ascii: "\\"))
      guard position < bytes.byteCount else { break }
      let (scalar, length) = UTF8Decoding.scalar(in: bytes, at: position)
      appendJSONScalar(scalar ?? "\u{FFFD}")
      position += length
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a JSON string, quotes included.
  public mutating func appendJSONString(_ text: String) {
    append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars { appendJSONScalar(scalar) }
    append(UInt8(ascii: "\""))
  }

  mutating func appendJSONScalar(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": append("\\\"")
    case "\\": append("\\\\")
    case "\n": append("\\n")
    case "\r": append("\\r")
    case "\t": append("\\t")
    default:
      if scalar.value < 0x20 || scalar.value == 0x7F {
        append("\\u")
        append(hex: UInt64(scalar.value), digits: 4)
      } else {
        append(scalar: scalar)
      }
    }
  }

  /// Escapes the text written since byte `start` for use between the quotes of a JSON string.
  ///
  /// For text without control characters, as references and ZWRITE values are: only `"` and `\`
  /// are escaped.
  public mutating func escapeJSON(from start: Int) {
    guard start >= 0, start < used else { return }
    let end = used
    let backslash = UInt8(ascii: "\\")
    appendCopy(of: start..<end, marking: UInt8(ascii: "\""), backslash, with: backslash)
    moveTail(from: end, to: start)
  }
}

/// What each Latin-1 character is in a JSON string: its at most six bytes, the first the lowest, and
/// their number in the highest byte.
private enum JSONCharacters {
  static let latin1: [UInt64] = (0...255).map { code in
    var text = TextBuffer()
    text.appendJSONScalar(Unicode.Scalar(UInt8(code)))
    let word = text.withBytes { bytes in
      (0..<bytes.byteCount).reduce(0 as UInt64) { $0 | UInt64(bytes.octet(at: $1)) << (8 * $1) }
    }
    return word | UInt64(text.count) << 56
  }

  static func count(of character: UInt64) -> Int { Int(truncatingIfNeeded: character >> 56) }
}
