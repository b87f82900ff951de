/// Keys and values without their content: what is left are names of globals, types and lengths, so
/// that the structure of a journal can be shared without the data in it.
extension KeyView {
  /// Appends the reference with its subscripts masked: each character of a string is an `x`, each
  /// digit of a number a `9`; signs and decimal points stay. `^PATIENT("xxxxx",9999)`.
  ///
  /// - Returns: false if the key is damaged; nothing is appended then.
  @discardableResult
  public func appendRedactedReference(to buffer: inout TextBuffer) -> Bool {
    guard hasValidName else { return false }
    let start = buffer.count
    buffer.append(UInt8(ascii: "^"))
    buffer.appendLatin1(name)
    guard isWhole else {
      buffer.append("(?)")
      return true
    }
    var cursor = subscripts()
    var separator = UInt8(ascii: "(")
    while let element = cursor.next() {
      buffer.append(separator)
      separator = UInt8(ascii: ",")
      appendRedacted(element, to: &buffer)
    }
    if cursor.isDamaged {
      buffer.truncate(to: start)
      return false
    }
    if separator == UInt8(ascii: ",") { buffer.append(UInt8(ascii: ")")) }
    return true
  }

  /// Appends the reference, with its subscripts masked if `redacted`.
  ///
  /// - Returns: false if the key is damaged; nothing is appended then.
  public func appendReference(to buffer: inout TextBuffer, redacted: Bool) -> Bool {
    redacted ? appendRedactedReference(to: &buffer) : appendReference(to: &buffer)
  }

  private func appendRedacted(_ element: EncodedSubscript, to buffer: inout TextBuffer) {
    switch element.kind {
    case .zero, .positive, .negative:
      let start = buffer.count
      appendNumber(element, to: &buffer)
      buffer.maskNumber(from: start)
    case .latin1, .wide:
      var count = 0
      forEachCharacter(of: element) { _ in count += 1 }
      buffer.appendMask(characters: count)
    }
  }
}

extension ValueView {
  /// Appends the value's type and length: `<list, 12 bytes>`.
  ///
  /// - Returns: what the value is.
  @discardableResult
  public func appendRedacted(to buffer: inout TextBuffer) -> Kind {
    let kind = kind
    buffer.append(UInt8(ascii: "<"))
    buffer.append(kind.rawValue)
    buffer.append(", ")
    buffer.append(decimal: bytes.byteCount)
    buffer.append(bytes.byteCount == 1 ? " byte>" : " bytes>")
    return kind
  }

  /// `appendField`, or only type and length if `redacted`.
  ///
  /// - Returns: what the value is.
  public func appendField(to buffer: inout TextBuffer, redacted: Bool) -> Kind {
    redacted ? appendRedacted(to: &buffer) : appendField(to: &buffer)
  }

  /// Appends a value of the same form as ZWRITE prints it, without its content: a string of as many
  /// `x`, a number of as many digits `9`, a list of such elements; a bit string is a string.
  public func appendRedactedZWrite(to buffer: inout TextBuffer) {
    switch kind {
    case .string:
      if CanonicalNumber.isCanonical(bytes) {
        let start = buffer.count
        buffer.append(bytes: bytes)
        buffer.maskNumber(from: start)
      } else {
        buffer.appendMask(characters: bytes.byteCount)
      }
    case .wideString, .brokenWideString: buffer.appendMask(characters: bytes.byteCount / 2)
    case .list: buffer.appendRedactedList(bytes)
    case .bits: buffer.appendMask(characters: bytes.byteCount)
    case .vector, .damaged: appendRedacted(to: &buffer)
    }
  }
}

extension TextBuffer {
  /// Appends a string of `characters` times `x`, in quotes.
  fileprivate mutating func appendMask(characters: Int) {
    append(UInt8(ascii: "\""))
    append(repeating: UInt8(ascii: "x"), count: characters)
    append(UInt8(ascii: "\""))
  }

  /// Makes every digit of the number written since byte `start` a 9.
  fileprivate mutating func maskNumber(from start: Int) {
    for offset in start..<used where base[offset] &- UInt8(ascii: "0") < 10 {
      base[offset] = UInt8(ascii: "9")
    }
  }

  fileprivate mutating func appendRedactedList(_ bytes: RawSpan, depth: Int = 1) {
    append("$lb(")
    var cursor = ListCursor(bytes)
    var isFirst = true
    while let element = cursor.next() {
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      let content = bytes.extracting(element.content)
      switch element.kind {
      case .omitted: break
      case .string8:
        if depth < ListView.maximumDepth, ListView.isValidList(content) {
          appendRedactedList(content, depth: depth + 1)
        } else {
          appendMask(characters: content.byteCount)
        }
      case .string16: appendMask(characters: content.byteCount / 2)
      case .integer, .decimal, .double, .other:
        // What is hidden is the number's value; its size in the list stays.
        append(repeating: UInt8(ascii: "9"), count: max(1, content.byteCount))
      }
    }
    append(UInt8(ascii: ")"))
  }
}
