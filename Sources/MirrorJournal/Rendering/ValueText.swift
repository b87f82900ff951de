extension ValueView {
  /// Appends the value as ZWRITE prints it: a bit string as `$zwc(…)/*$bit(2..5,9)*/`, a valid list
  /// as `$lb(…)`, a canonical number bare, any other string in quotes.
  ///
  /// A vector, whose inner form is not documented, is printed as `<vector 0x…>`; bytes that cannot be
  /// read as their storage code says as `<damaged 0x…>`.
  ///
  /// - Parameters:
  ///   - buffer: takes the text.
  ///   - limit: what stands behind this many bytes is left out, and a `+` says so; of a list whole
  ///     elements are shown, of a bit string no more than this many positions and ranges.
  /// - Returns: what the value is.
  @discardableResult
  public func appendZWrite(to buffer: inout TextBuffer, limit: Int = .max) -> Kind {
    if let bits = bitString() {
      buffer.append(bits, limit: limit)
      return .bits
    }
    var kind = storedKind
    if kind == .string, buffer.appendList(ifValid: bytes, limit: limit) { return .list }
    if kind == .wideString, bytes.hasLoneSurrogate { kind = .brokenWideString }
    if bytes.byteCount <= limit {
      appendZWrite(as: kind, to: &buffer)
    } else {
      // The cut is even, so that no 16-bit character is halved.
      ValueView(bytes.extracting(first: limit & ~1), storageCode: storageCode)
        .appendZWrite(as: kind, to: &buffer)
      buffer.append(UInt8(ascii: "+"))
    }
    return kind
  }

  private func appendZWrite(as kind: Kind, to buffer: inout TextBuffer) {
    switch kind {
    case .string, .list, .bits:
      if CanonicalNumber.isCanonical(bytes) {
        buffer.append(bytes: bytes)
      } else {
        buffer.appendZWriteString(latin1: bytes)
      }
    case .wideString, .brokenWideString: buffer.appendZWriteString(utf16: bytes)
    case .vector: appendHex("<vector 0x", to: &buffer)
    case .damaged: appendHex("<damaged 0x", to: &buffer)
    }
  }

  /// Appends the characters as they are, in UTF-8; a lone surrogate becomes U+FFFD. Lists and bit
  /// strings are appended as the characters of their bytes, other values as `appendZWrite(to:)` does.
  public func appendPlain(to buffer: inout TextBuffer) {
    switch storedKind {
    case .string, .list, .bits: buffer.appendLatin1(bytes)
    case .wideString, .brokenWideString:
      var cursor = UTF16Cursor()
      while let element = cursor.next(in: bytes) {
        buffer.append(scalar: element.scalar ?? "\u{FFFD}")
      }
    case .vector, .damaged: appendZWrite(to: &buffer)
    }
  }

  /// Appends the characters of a string in UTF-8, a string with a lone surrogate as ZWRITE prints it
  /// (`"a"_$c(55357)`), a list as `$lb(…)`, a bit string as `$zwc(…)/*$bit(…)*/`, the bytes of
  /// anything else in hexadecimal. The kind tells them apart.
  ///
  /// - Returns: what the value is.
  @discardableResult
  public func appendField(to buffer: inout TextBuffer) -> Kind {
    if let bits = bitString() {
      buffer.append(bits)
      return .bits
    }
    let kind = storedKind
    switch kind {
    case .string, .list, .bits:
      if buffer.appendList(ifValid: bytes) { return .list }
      buffer.appendLatin1(bytes)
    case .wideString, .brokenWideString:
      guard !bytes.hasLoneSurrogate else {
        buffer.appendZWriteString(utf16: bytes)
        return .brokenWideString
      }
      appendPlain(to: &buffer)
    case .vector, .damaged: buffer.append(hexBytes: bytes)
    }
    return kind
  }

  /// Appends a JSON string with the same text as `appendField(to:)`.
  ///
  /// - Returns: what the value is.
  @discardableResult
  public func appendJSON(to buffer: inout TextBuffer) -> Kind {
    let quote = UInt8(ascii: "\"")
    if let bits = bitString() {
      buffer.append(quote)
      buffer.append(bits)
      buffer.append(quote)
      return .bits
    }
    let kind = storedKind
    switch kind {
    case .string, .list, .bits:
      if ListView.mayBeList(bytes) {
        buffer.append(quote)
        if buffer.appendList(ifValid: bytes, insideJSON: true) {
          buffer.append(quote)
          return .list
        }
        buffer.truncate(to: buffer.count - 1)
      }
      buffer.appendJSONString(latin1: bytes)
    case .wideString, .brokenWideString:
      guard !bytes.hasLoneSurrogate else {
        buffer.append(quote)
        buffer.appendZWriteString(utf16: bytes, insideJSON: true)
        buffer.append(quote)
        return .brokenWideString
      }
      buffer.appendJSONString(utf16: bytes)
    case .vector, .damaged:
      buffer.append(quote)
      buffer.append(hexBytes: bytes)
      buffer.append(quote)
    }
    return kind
  }

  private func appendHex(_ lead: StaticString, to buffer: inout TextBuffer) {
    buffer.append(lead)
    buffer.append(hexBytes: bytes)
    buffer.append(UInt8(ascii: ">"))
  }
}
