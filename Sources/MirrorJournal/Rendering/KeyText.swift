extension KeyView {
  /// Appends the reference as ZWRITE prints it, `^NAME("sub",1)`, straight from the key's bytes.
  ///
  /// Subscripts that are there and not read appear as `(?)`: a bare name never stands for them. Allocates
  /// nothing beyond the buffer's growth.
  ///
  /// - Parameters:
  ///   - buffer: takes the text.
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
      if !isWhole { buffer.append("(?)") }
      return true
    }
    let plain = PlainSubscripts(interned, insideJSON: insideJSON)
    var position = subscriptsStart
    var separator = UInt8(ascii: "(")
    while position < bytes.byteCount {
      buffer.append(separator)
      separator = UInt8(ascii: ",")
      if plain.append(bytes, at: &position, to: &buffer) { continue }
      var cursor = SubscriptCursor(bytes, from: position, layout: interned)
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
  /// - Parameters:
  ///   - element: a subscript of this key.
  ///   - buffer: takes the text.
  ///   - insideJSON: whether the text is escaped as part of a JSON string.
  public func append(
    _ element: EncodedSubscript, to buffer: inout TextBuffer, insideJSON: Bool = false
  ) {
    // An element of another key could name bytes that this one lacks.
    guard element.range.upperBound <= bytes.byteCount else { return }
    switch element.kind {
    case .zero, .positive, .negative:
      appendNumber(element, to: &buffer)
    case .latin1, .wide:
      var quoting = ZWriteQuoting(insideJSON: insideJSON)
      forEachCharacter(of: element) { quoting.append($0, to: &buffer) }
      quoting.finish(in: &buffer)
    }
  }
}
