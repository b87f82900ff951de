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

  /// One object in a line, without the line's end; its first field is `type`.
  package static func object(type: String, _ fields: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer(capacity: 512)
    buffer.beginObject()
    buffer.field("type", type)
    fields(&buffer)
    buffer.append(UInt8(ascii: "}"))
    return buffer.string
  }

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
    append(fixedIfFinite(number, max(0, decimals)) ?? "null")
  }

  /// A field with a string, escaped; none for nil.
  public mutating func field(_ name: StaticString, ifAny text: String?) {
    if let text { field(name, text) }
  }

  /// A field with a number; none for nil.
  public mutating func field(_ name: StaticString, ifAny number: Int?) {
    if let number { field(name, number) }
  }

  /// A field with a list of strings, escaped.
  public mutating func field(_ name: StaticString, _ texts: [String]) {
    key(name)
    append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      appendJSONString(text)
    }
    append(UInt8(ascii: "]"))
  }

  /// A field with a list of objects, whose fields `fields` appends.
  public mutating func field<Item>(
    _ name: StaticString, _ items: [Item], _ fields: (Item, inout TextBuffer) -> Void
  ) {
    key(name)
    append(UInt8(ascii: "["))
    for (index, item) in items.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      beginObject()
      fields(item, &self)
      append(UInt8(ascii: "}"))
    }
    append(UInt8(ascii: "]"))
  }

  private func endsWith(_ byte: UInt8) -> Bool {
    withBytes { $0.loadUInt8(at: $0.byteCount - 1) == byte }
  }
}
