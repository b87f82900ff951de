/// One JSON object, field by field, for lines of NDJSON.
///
///     buffer.beginObject()
///     buffer.field("address", 131088)
///     buffer.endObject()   // {"address":131088}
extension TextBuffer {
  /// Begins the object: `{`.
  public mutating func beginObject() { append(UInt8(ascii: "{")) }

  /// Ends the object and the line.
  public mutating func endObject() { append("}\n") }

  /// Begins a field; its value is appended next.
  public mutating func key(_ name: StaticString) {
    if !endsWith(UInt8(ascii: "{")) { append(UInt8(ascii: ",")) }
    append(UInt8(ascii: "\""))
    append(name)
    append("\":")
  }

  /// A field with a string, escaped; nil is `null`.
  public mutating func field(_ name: StaticString, _ text: String?) {
    key(name)
    if let text { appendJSONString(text) } else { append("null") }
  }

  /// A field with a number; nil is `null`.
  public mutating func field(_ name: StaticString, _ number: Int?) {
    key(name)
    if let number { append(decimal: number) } else { append("null") }
  }

  /// A field with `true` or `false`.
  public mutating func field(_ name: StaticString, _ flag: Bool) {
    key(name)
    append(flag ? "true" : "false")
  }

  /// A number with a fixed count of decimals; null when it is not finite.
  public mutating func field(_ name: StaticString, _ number: Double, decimals: Int) {
    key(name)
    let scale = (0..<max(0, decimals)).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (number * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 9e18 else {
      append("null")
      return
    }
    let digits = Int(scaled)
    if digits < 0 { append(UInt8(ascii: "-")) }
    let whole = UInt64(digits.magnitude) / UInt64(scale)
    append(decimal: whole)
    if decimals > 0 {
      append(UInt8(ascii: "."))
      append(decimal: UInt64(digits.magnitude) % UInt64(scale), digits: decimals)
    }
  }

  private func endsWith(_ byte: UInt8) -> Bool {
    withBytes { $0.loadUInt8(at: $0.byteCount - 1) == byte }
  }
}
