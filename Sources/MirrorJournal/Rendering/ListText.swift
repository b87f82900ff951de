extension TextBuffer {
  /// Appends a valid list as `$lb(…)`; `depth` counts the lists around it.
  ///
  /// - Parameter insideJSON: whether the text is escaped as part of a JSON string.
  mutating func appendList(_ bytes: RawSpan, depth: Int = 1, insideJSON: Bool = false) {
    append("$lb(")
    var cursor = ListCursor(bytes)
    var isFirst = true
    while let element = cursor.next() {
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      appendListElement(element, of: bytes, depth: depth, insideJSON: insideJSON)
    }
    append(UInt8(ascii: ")"))
  }

  /// Appends the canonical text of a number in a list, `-.5` or `1E20`, as a string of it would read.
  ///
  /// - Parameter bytes: the list that `element` stands in.
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
      if depth < ListView.maximumDepth, ListView.isValidList(content) {
        appendList(content, depth: depth + 1, insideJSON: insideJSON)
      } else if !appendPlainZWriteString(bytes, element.content, insideJSON: insideJSON) {
        appendZWriteString(latin1: content, insideJSON: insideJSON)
      }
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
    guard var digits = ListView.magnitude(of: bytes, range, isNegative: isNegative), digits > 0
    else {
      append(UInt8(ascii: "0"))
      return
    }
    if isNegative { append(UInt8(ascii: "-")) }
    var exponent = exponent
    while exponent < 0 {
      let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { break }
      digits = quotient
      exponent += 1
    }
    if exponent >= 0 {
      append(decimal: digits)
      append(repeating: UInt8(ascii: "0"), count: exponent)
    } else {
      append(decimal: digits, places: -exponent)
    }
  }

  /// Appends `digits` with a point before the last `places` of them, without a 0 before it.
  private mutating func append(decimal digits: UInt64, places: Int) {
    // 20 digits are the most.
    var power: UInt64 = 1
    for _ in 0..<min(places, 19) { power = power &* 10 }
    let (whole, part) = places < 20 ? digits.quotientAndRemainder(dividingBy: power) : (0, digits)
    if whole > 0 { append(decimal: whole) }
    append(UInt8(ascii: "."))
    append(decimal: part, digits: places)
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
