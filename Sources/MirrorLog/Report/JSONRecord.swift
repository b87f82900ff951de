/// One flat JSON object in one line, its members in the order they were added.
package struct JSONRecord {
  private var text = "{"

  package init(type: String) { add("type", type) }

  package mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    text += JSONRecord.quoted(value)
  }

  package mutating func add(_ name: String, _ value: Int?) {
    guard let value else { return }
    key(name)
    text += String(value)
  }

  package mutating func add(_ name: String, _ value: Bool) {
    key(name)
    text += value ? "true" : "false"
  }

  /// A number that is already text, such as `3.2`.
  package mutating func add(_ name: String, number: String) {
    key(name)
    text += number
  }

  package mutating func add(_ name: String, _ records: [JSONRecord]) {
    key(name)
    text += "[" + records.map(\.line).joined(separator: ",") + "]"
  }

  package mutating func add(_ name: String, _ texts: [String]) {
    key(name)
    text += "[" + texts.map(JSONRecord.quoted).joined(separator: ",") + "]"
  }

  /// Without a type, for nested objects.
  package init() {}

  /// The object without a line feed.
  package var line: String { text + "}" }

  private mutating func key(_ name: String) {
    if text.utf8.count > 1 { text += "," }
    text += "\"\(name)\":"
  }

  private static func quoted(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
