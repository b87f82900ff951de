extension TextBuffer {
  /// Appends `bytes` as `$lb(…)` if they are one valid list, checked and rendered in one pass.
  ///
  /// - Parameters:
  ///   - limit: what stands behind this many bytes is checked and left out; a `+` behind the list
  ///     says so.
  ///   - depth: counts the lists around it.
  ///   - insideJSON: whether the text is escaped as part of a JSON string.
  /// - Returns: false, and nothing is appended, if they are none. Most strings fail at the first
  ///   element.
  mutating func appendList(
    ifValid bytes: RawSpan, limit: Int = .max, depth: Int = 1, insideJSON: Bool = false
  ) -> Bool {
    guard ListView.mayBeList(bytes) else { return false }
    let start = count
    append("$lb(")
    var position = 0
    while position < bytes.byteCount {
      let end = count
      let elementStart = position
      if position > 0 { append(UInt8(ascii: ",")) }
      if !appendUsualElement(of: bytes, at: &position, insideJSON: insideJSON) {
        var cursor = ListCursor(bytes, from: position)
        guard let element = cursor.next(), element.canBeStored else {
          truncate(to: start)
          return false
        }
        appendListElement(element, of: bytes, depth: depth, insideJSON: insideJSON)
        position = cursor.position
      }
      if position > limit {
        truncate(to: end)
        guard ListView.isValidList(bytes, from: position) else {
          truncate(to: start)
          return false
        }
        appendStart(ofElementAt: elementStart, of: bytes, limit: limit)
        append(")+")
        return true
      }
    }
    append(UInt8(ascii: ")"))
    return true
  }

  /// Appends what an element that crosses `limit` has before it, if it is a string.
  private mutating func appendStart(ofElementAt position: Int, of bytes: RawSpan, limit: Int) {
    var cursor = ListCursor(bytes, from: position)
    guard let element = cursor.next(), element.content.lowerBound < limit else { return }
    let shown = bytes.extracting(
      element.content.lowerBound..<min(limit, element.content.upperBound))
    switch element.kind {
    case .string8 where !ListView.isValidList(bytes.extracting(element.content)):
      if position > 0 { append(UInt8(ascii: ",")) }
      appendZWriteString(latin1: shown)
    case .string16:
      if position > 0 { append(UInt8(ascii: ",")) }
      appendZWriteString(utf16: shown)
    default: break
    }
  }

  /// Appends the canonical text of a number in a list, `-.5` or `1E20`, as a string of it would read.
  ///
  /// - Parameters:
  ///   - element: a number.
  ///   - bytes: the list that `element` stands in.
  /// - Returns: false, and nothing is appended, for an element that is no number.
  public mutating func appendNumber(_ element: ListElement, of bytes: RawSpan) -> Bool {
    guard element.content.upperBound <= bytes.byteCount else { return false }
    switch element.kind {
    case .integer:
      appendScaled(bytes, element.content, isNegative: element.type == 5, exponent: 0)
    case .decimal:
      let exponent = Int8(bitPattern: bytes.octet(at: element.content.lowerBound))
      appendScaled(
        bytes, element.content.dropFirst(), isNegative: element.type == 7, exponent: Int(exponent))
    case .double:
      let value = ListView.double(of: bytes, element.content, type: element.type)
      if value.isFinite {
        append(double: value)
      } else {
        append(value.isNaN ? "NAN" : value < 0 ? "-INF" : "INF")
      }
    case .omitted, .string8, .string16, .other: return false
    }
    return true
  }

  private mutating func appendListElement(
    _ element: ListElement, of bytes: RawSpan, depth: Int, insideJSON: Bool
  ) {
    switch element.kind {
    case .omitted: break
    case .string8:
      let content = bytes.extracting(element.content)
      if depth < ListView.maximumDepth,
        appendList(ifValid: content, depth: depth + 1, insideJSON: insideJSON)
      {
        return
      }
      appendZWriteString(latin1: content, insideJSON: insideJSON)
    case .string16:
      appendZWriteString(utf16: bytes.extracting(element.content), insideJSON: insideJSON)
    case .integer:
      appendScaled(bytes, element.content, isNegative: element.type == 5, exponent: 0)
    case .decimal:
      let exponent = Int8(bitPattern: bytes.octet(at: element.content.lowerBound))
      appendScaled(
        bytes, element.content.dropFirst(), isNegative: element.type == 7, exponent: Int(exponent))
    case .double:
      append("$double(")
      let start = count
      append(double: ListView.double(of: bytes, element.content, type: element.type))
      if insideJSON { escapeJSON(from: start) }
      append(UInt8(ascii: ")"))
    case .other:
      append("<type ")
      append(decimal: UInt64(element.type))
      append(" 0x")
      append(hexBytes: bytes.extracting(element.content))
      append(UInt8(ascii: ">"))
    }
  }

  /// Appends the canonical text of an integer times a power of ten.
  private mutating func appendScaled(
    _ bytes: RawSpan, _ range: Range<Int>, isNegative: Bool, exponent: Int
  ) {
    // The cursor has refused what has no magnitude.
    let digits = ListView.magnitude(of: bytes, range, isNegative: isNegative) ?? 0
    if isNegative, digits > 0 { append(UInt8(ascii: "-")) }
    appendScaled(digits, exponent: exponent)
  }

  /// Appends a double as M prints it: `1.5`, `-.5`, `1E20`, and `"INF"`, `"-INF"`, `"NAN"`.
  private mutating func append(double value: Double) {
    if value.isNaN {
      append("\"NAN\"")
    } else if value.isInfinite {
      append(value < 0 ? "\"-INF\"" : "\"INF\"")
    } else {
      appendMNumber(value.description)
    }
  }

  /// Rewrites Swift's `-0.5`, `2.0`, `1e+20` as M's `-.5`, `2`, `1E20`.
  private mutating func appendMNumber(_ text: String) {
    let exponentAt = text.firstIndex(of: "e") ?? text.endIndex
    var mantissa = text[..<exponentAt]
    if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
    if mantissa.hasPrefix("-") {
      append(UInt8(ascii: "-"))
      mantissa = mantissa.dropFirst()
    }
    if mantissa.hasPrefix("0.") { mantissa = mantissa.dropFirst() }
    append(String(mantissa))
    guard exponentAt < text.endIndex else { return }
    append(UInt8(ascii: "E"))
    var exponent = text[text.index(after: exponentAt)...]
    if exponent.hasPrefix("+") { exponent = exponent.dropFirst() }
    append(String(exponent))
  }
}
