extension ValueView {
  /// Appends the value as ZWRITE prints it: a valid list as `$lb(…)`, a canonical number bare, any
  /// other string in quotes.
  ///
  /// Bit strings and vectors, whose inner form is not documented, are printed as `<bits 0x…>` and
  /// `<vector 0x…>`; bytes that cannot be read as their storage code says as `<damaged 0x…>`.
  public func appendZWrite(to buffer: inout TextBuffer) { appendZWrite(as: kind, to: &buffer) }

  /// As `appendZWrite(to:)`, where `kind` is already known.
  public func appendZWrite(as kind: Kind, to buffer: inout TextBuffer) {
    switch kind {
    case .string:
      if CanonicalNumber.isCanonical(bytes) {
        buffer.append(bytes: bytes)
      } else {
        buffer.appendZWriteString(latin1: bytes)
      }
    case .list: buffer.appendList(bytes)
    case .wideString: buffer.appendZWriteString(utf16: bytes)
    case .bits: appendHex("<bits 0x", to: &buffer)
    case .vector: appendHex("<vector 0x", to: &buffer)
    case .damaged: appendHex("<damaged 0x", to: &buffer)
    }
  }

  /// Appends the characters as they are, in UTF-8; a lone surrogate becomes U+FFFD. A list is
  /// appended as the characters of its bytes, other values as `appendZWrite(to:)` does.
  public func appendPlain(to buffer: inout TextBuffer) {
    switch kind {
    case .string, .list: buffer.appendLatin1(bytes)
    case .wideString:
      var cursor = UTF16Cursor()
      while let element = cursor.next(in: bytes) {
        buffer.append(scalar: element.scalar ?? "\u{FFFD}")
      }
    case .bits, .vector, .damaged: appendZWrite(to: &buffer)
    }
  }

  /// Appends a JSON string: the characters of a string, the `$lb(…)` text of a list, the bytes of
  /// anything else in hexadecimal.
  public func appendJSON(to buffer: inout TextBuffer) { appendJSON(as: kind, to: &buffer) }

  /// As `appendJSON(to:)`, where `kind` is already known.
  public func appendJSON(as kind: Kind, to buffer: inout TextBuffer) {
    switch kind {
    case .string: buffer.appendJSONString(latin1: bytes)
    case .wideString: buffer.appendJSONString(utf16: bytes)
    case .list:
      buffer.append(UInt8(ascii: "\""))
      buffer.appendList(bytes, insideJSON: true)
      buffer.append(UInt8(ascii: "\""))
    case .bits, .vector, .damaged:
      buffer.append(UInt8(ascii: "\""))
      buffer.append(hexBytes: bytes)
      buffer.append(UInt8(ascii: "\""))
    }
  }

  private func appendHex(_ lead: StaticString, to buffer: inout TextBuffer) {
    buffer.append(lead)
    buffer.append(hexBytes: bytes)
    buffer.append(UInt8(ascii: ">"))
  }
}
