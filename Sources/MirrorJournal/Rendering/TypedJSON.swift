extension TextBuffer {
  /// Appends a number in M's canonical form (`-.5`, `1E20`) as a JSON number, or as a JSON string where a
  /// double would lose digits of it: beyond 15 significant ones.
  public mutating func appendJSONNumber(canonical text: String) {
    var digits = text.prefix { $0 != "E" }.filter { $0.isNumber }[...]
    digits = digits.drop { $0 == "0" }
    while digits.last == "0" { digits.removeLast() }
    guard digits.count <= 15, let value = Double(text), value.isFinite,
      value != 0 || digits.isEmpty
    else { return appendJSONString(text) }
    // JSON wants a digit before the point.
    if text.hasPrefix("-.") {
      append("-0" + text.dropFirst())
    } else {
      append(text.hasPrefix(".") ? "0" + text : text)
    }
  }

  /// Appends `{"base64":"…"}`.
  public mutating func appendJSONBase64(_ bytes: RawSpan) {
    append("{\"base64\":\"")
    appendBase64(bytes)
    append("\"}")
  }

  /// Appends bytes in base64 (RFC 4648, with padding).
  public mutating func appendBase64(_ bytes: RawSpan) {
    func character(_ six: Int) -> UInt8 {
      switch six {
      case 0..<26: UInt8(65 + six)
      case 26..<52: UInt8(71 + six)
      case 52..<62: UInt8(six - 4)
      case 62: UInt8(ascii: "+")
      default: UInt8(ascii: "/")
      }
    }
    reserve(bytes.byteCount / 3 * 4 + 4)
    var offset = 0
    while offset < bytes.byteCount {
      let left = bytes.byteCount - offset
      let first = Int(bytes.octet(at: offset))
      let second = left > 1 ? Int(bytes.octet(at: offset + 1)) : 0
      let third = left > 2 ? Int(bytes.octet(at: offset + 2)) : 0
      append(character(first >> 2))
      append(character((first & 3) << 4 | second >> 4))
      append(left > 1 ? character((second & 15) << 2 | third >> 6) : UInt8(ascii: "="))
      append(left > 2 ? character(third & 63) : UInt8(ascii: "="))
      offset += 3
    }
  }

  /// Appends a JSON string of 8-bit characters; `{"base64":"…"}` where control characters other than tab
  /// and line ends say that it is no text.
  fileprivate mutating func appendJSONText(latin1 bytes: RawSpan) {
    var isText = true
    for offset in 0..<bytes.byteCount {
      let byte = bytes.octet(at: offset)
      if byte < 0x20, byte != 9, byte != 10, byte != 13 {
        isText = false
        break
      }
    }
    if isText { appendJSONString(latin1: bytes) } else { appendJSONBase64(bytes) }
  }

  fileprivate mutating func appendJSONText(utf16 bytes: RawSpan) {
    if bytes.hasLoneSurrogate {
      appendJSONBase64(bytes)
    } else {
      appendJSONString(utf16: bytes)
    }
  }

  /// Appends the elements of a valid list as a JSON array.
  fileprivate mutating func appendJSONArray(list bytes: RawSpan, depth: Int) {
    append("[")
    var cursor = ListCursor(bytes)
    var isFirst = true
    while let element = cursor.next() {
      if !isFirst { append(",") }
      isFirst = false
      let content = bytes.extracting(element.content.clamped(to: 0..<bytes.byteCount))
      switch element.kind {
      case .omitted: append("null")
      case .integer, .decimal, .double:
        var number = TextBuffer(capacity: 32)
        _ = number.appendNumber(element, of: bytes)
        let text = number.string
        if element.kind == .double, let value = Double(text), value.isFinite {
          append(value.description)
        } else if element.kind == .double {
          appendJSONString(text.filter { $0 != "\"" })
        } else {
          appendJSONNumber(canonical: text)
        }
      case .string8 where depth < ListView.maximumDepth && ListView.isValidList(content):
        appendJSONArray(list: content, depth: depth + 1)
      case .string8: appendJSONText(latin1: content)
      case .string16: appendJSONText(utf16: content)
      case .other: appendJSONBase64(content)
      }
    }
    append("]")
  }
}

extension ValueView {
  /// Appends the value as JSON that keeps its type: a list as an array (its numbers as numbers, or as strings where
  /// a double would lose digits; `null` for an element that is left out), text as a string, and anything
  /// else, strings with control characters and bit strings among them, as `{"base64":"…"}` of its bytes.
  ///
  /// - Returns: what the value is.
  @discardableResult
  public func appendTypedJSON(to buffer: inout TextBuffer) -> Kind {
    if bitString() != nil {
      buffer.appendJSONBase64(bytes)
      return .bits
    }
    let kind = storedKind
    switch kind {
    case .string, .list, .bits:
      if ListView.isValidList(bytes) {
        buffer.appendJSONArray(list: bytes, depth: 1)
        return .list
      }
      buffer.appendJSONText(latin1: bytes)
    case .wideString, .brokenWideString:
      buffer.appendJSONText(utf16: bytes)
      return bytes.hasLoneSurrogate ? .brokenWideString : .wideString
    case .vector, .damaged: buffer.appendJSONBase64(bytes)
    }
    return kind
  }
}

extension KeyView {
  /// Appends the subscripts as a JSON array: numbers as in lists, strings as strings.
  ///
  /// - Returns: false if the key is damaged or not whole; nothing is appended then.
  public func appendJSONSubscripts(to buffer: inout TextBuffer) -> Bool {
    guard isWhole, let reference = try? reference() else { return false }
    buffer.append("[")
    for (index, element) in reference.subscripts.enumerated() {
      if index > 0 { buffer.append(",") }
      switch element {
      case .number(let number): buffer.appendJSONNumber(canonical: number.text)
      case .string(let text): buffer.appendJSONString(text)
      }
    }
    buffer.append("]")
    return true
  }
}
