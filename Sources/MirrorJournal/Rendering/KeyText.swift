extension KeyView {
  /// Appends the reference as ZWRITE prints it, `^NAME("sub",1)`, straight from the key's bytes.
  ///
  /// Subscripts of an unknown form appear as the number of their bytes. Allocates nothing beyond the buffer's growth.
  ///
  /// - Parameters:
  ///   - caret: whether the reference begins with `^`.
  ///   - insideJSON: whether the text is escaped as part of a JSON string.
  /// - Returns: false if the key is damaged; nothing is appended then.
  @discardableResult
  public func appendReference(
    to buffer: inout TextBuffer, caret: Bool = true, insideJSON: Bool = false
  ) -> Bool {
    let start = buffer.count
    if caret { buffer.append(UInt8(ascii: "^")) }
    guard appendName(to: &buffer) else {
      buffer.truncate(to: start)
      return false
    }
    if !layout.knowsSubscripts {
      if nameLength < bytes.byteCount {
        buffer.append("(<")
        buffer.append(decimal: bytes.byteCount - nameLength)
        buffer.append(" unknown bytes>)")
      }
      return true
    }
    let plain = PlainSubscripts(layout, insideJSON: insideJSON)
    var position = subscriptsStart
    var separator = UInt8(ascii: "(")
    while position < bytes.byteCount {
      buffer.append(separator)
      separator = UInt8(ascii: ",")
      if plain.append(bytes, at: &position, to: &buffer) { continue }
      var cursor = SubscriptCursor(bytes, from: position, layout: layout)
      guard let element = cursor.next() else {
        buffer.truncate(to: start)
        return false
      }
      append(element, to: &buffer, insideJSON: insideJSON)
      position = cursor.position
    }
    if separator == UInt8(ascii: ",") { buffer.append(UInt8(ascii: ")")) }
    return true
  }

  /// Appends the name; false when it is none that a global can have.
  @inline(__always)
  private func appendName(to buffer: inout TextBuffer) -> Bool {
    if hasPlainName {
      buffer.append(short: 0..<nameLength, of: bytes)
      return true
    }
    guard hasUnusualName else { return false }
    buffer.appendLatin1(name)
    return true
  }

  /// Appends the reference as a JSON string.
  ///
  /// - Returns: false if the key is damaged; nothing is appended then.
  @discardableResult
  public func appendJSON(to buffer: inout TextBuffer, caret: Bool = true) -> Bool {
    let start = buffer.count
    buffer.append(UInt8(ascii: "\""))
    guard appendReference(to: &buffer, caret: caret, insideJSON: true) else {
      buffer.truncate(to: start)
      return false
    }
    buffer.append(UInt8(ascii: "\""))
    return true
  }

  /// Appends one subscript of this key as ZWRITE prints it.
  ///
  /// - Parameter insideJSON: whether the text is escaped as part of a JSON string.
  public func append(
    _ element: EncodedSubscript, to buffer: inout TextBuffer, insideJSON: Bool = false
  ) {
    // An element of another key could name bytes that this one lacks.
    guard element.range.upperBound <= bytes.byteCount else { return }
    switch element.kind {
    case .zero, .positive, .negative:
      appendNumber(element, to: &buffer)
    case .latin1 where !element.hasEscapes:
      buffer.appendZWriteString(
        latin1: bytes.extracting(element.content), insideJSON: insideJSON)
    case .latin1:
      var quoting = ZWriteQuoting(insideJSON: insideJSON)
      forEachByte(of: element) { quoting.append(Unicode.Scalar($0), to: &buffer) }
      quoting.finish(in: &buffer)
    case .wide:
      appendWide(element, to: &buffer, insideJSON: insideJSON)
    }
  }

  /// Appends the characters of one subscript in UTF-8, unquoted; a number's are its canonical text.
  public func appendCharacters(of element: EncodedSubscript, to buffer: inout TextBuffer) {
    guard element.range.upperBound <= bytes.byteCount else { return }
    switch element.kind {
    case .zero, .positive, .negative: appendNumber(element, to: &buffer)
    case .latin1: forEachByte(of: element) { buffer.append(scalar: Unicode.Scalar($0)) }
    case .wide: forEachByte(of: element) { buffer.append($0) }
    }
  }

  /// Appends a number's canonical text.
  @inline(__always)
  func appendNumber(_ element: EncodedSubscript, to buffer: inout TextBuffer) {
    var digits = element.content
    switch element.kind {
    case .zero:
      buffer.append(UInt8(ascii: "0"))
    case .positive:
      // The key writes 0.5, M prints .5; no other number starts with that digit.
      if bytes.octet(at: digits.lowerBound) == UInt8(ascii: "0") { digits = digits.dropFirst() }
      buffer.append(short: digits, of: bytes)
    default:
      buffer.append(UInt8(ascii: "-"))
      if bytes.octet(at: digits.lowerBound) == UInt8(ascii: "9") { digits = digits.dropFirst() }
      for offset in digits {
        let byte = bytes.octet(at: offset)
        buffer.append(byte == layout.fractionMark ? byte : Self.complement &- byte)
      }
    }
  }

  /// A digit and its nines' complement add up to this.
  private static var complement: UInt8 { UInt8(ascii: "0") + UInt8(ascii: "9") }

  private func appendWide(
    _ element: EncodedSubscript, to buffer: inout TextBuffer, insideJSON: Bool
  ) {
    var quoting = ZWriteQuoting(insideJSON: insideJSON)
    let text = bytes.extracting(element.content)
    var offset = 0
    while offset < text.byteCount {
      let byte = text.octet(at: offset)
      if byte == layout.escape, offset + 1 < text.byteCount {
        let isEnd = text.octet(at: offset + 1) == layout.escapedEnd
        quoting.append(Unicode.Scalar(isEnd ? layout.stringEnd : layout.escape), to: &buffer)
        offset += 2
      } else {
        let (scalar, length) = UTF8Decoding.scalar(in: text, at: offset)
        quoting.append(scalar ?? "\u{FFFD}", to: &buffer)
        offset += length
      }
    }
    quoting.finish(in: &buffer)
  }
}
