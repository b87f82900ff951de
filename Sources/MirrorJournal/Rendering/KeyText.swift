extension KeyView {
  /// Appends the reference as ZWRITE prints it, `^NAME("sub",1)`, straight from the key's bytes.
  ///
  /// Allocates nothing beyond the buffer's growth.
  ///
  /// - Returns: false if the key is damaged; nothing is appended then.
  @discardableResult
  public func appendReference(to buffer: inout TextBuffer, caret: Bool = true) -> Bool {
    guard hasValidName else { return false }
    let start = buffer.count
    if caret { buffer.append(UInt8(ascii: "^")) }
    let plain = buffer.appendPlainRun(of: name, from: 0, excluding: 0, 0)
    if plain < nameLength { buffer.appendLatin1(bytes.extracting(plain..<nameLength)) }
    var cursor = subscripts()
    var separator = UInt8(ascii: "(")
    while let element = cursor.next() {
      buffer.append(separator)
      separator = UInt8(ascii: ",")
      append(element, to: &buffer)
    }
    if cursor.isDamaged {
      buffer.truncate(to: start)
      return false
    }
    if separator == UInt8(ascii: ",") { buffer.append(UInt8(ascii: ")")) }
    return true
  }

  /// Appends one subscript of this key as ZWRITE prints it.
  public func append(_ element: EncodedSubscript, to buffer: inout TextBuffer) {
    // An element of another key could name bytes that this one lacks.
    guard element.range.upperBound <= bytes.byteCount else { return }
    switch element.kind {
    case .zero, .positive, .negative:
      appendNumber(element, to: &buffer)
    case .latin1 where !element.hasEscapes:
      buffer.appendZWriteString(latin1: bytes.extracting(element.content))
    case .latin1:
      var quoting = ZWriteQuoting()
      forEachByte(of: element) { quoting.append(Unicode.Scalar($0), to: &buffer) }
      quoting.finish(in: &buffer)
    case .wide:
      appendWide(element, to: &buffer)
    }
  }

  /// Appends a number's canonical text.
  func appendNumber(_ element: EncodedSubscript, to buffer: inout TextBuffer) {
    if element.kind == .zero {
      buffer.append(UInt8(ascii: "0"))
      return
    }
    let isNegative = element.kind == .negative
    if isNegative { buffer.append(UInt8(ascii: "-")) }
    let zero = isNegative ? UInt8(ascii: "9") : UInt8(ascii: "0")
    let complement = UInt8(ascii: "0") + UInt8(ascii: "9")
    var offset = element.content.lowerBound
    // The key writes 0.5, M prints .5; no other number starts with that digit.
    if bytes.octet(at: offset) == zero { offset += 1 }
    while offset < element.content.upperBound {
      let byte = bytes.octet(at: offset)
      if byte == layout.fractionMark {
        buffer.append(UInt8(ascii: "."))
      } else {
        buffer.append(isNegative ? complement &- byte : byte)
      }
      offset += 1
    }
  }

  private func appendWide(_ element: EncodedSubscript, to buffer: inout TextBuffer) {
    var quoting = ZWriteQuoting()
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
