import Foundation

/// A checker of the keywords that `docs/schema` uses: `$ref` within the document, `anyOf`, `type`,
/// `const`, `enum`, `properties`, `required`, `additionalProperties`, `items`, `minimum`, `maximum`.
struct JSONSchema {
  private let document: [String: Any]

  init(path: String) throws {
    let data = try Data(contentsOf: URL(filePath: path))
    document = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// The names of `$defs`.
  var names: Set<String> { Set((document["$defs"] as? [String: Any] ?? [:]).keys) }

  /// The definitions that a definition's `anyOf` names.
  func choices(of name: String) -> [String] {
    let schema = resolve(["$ref": "#/$defs/\(name)"])
    return (schema["anyOf"] as? [[String: Any]] ?? []).compactMap {
      ($0["$ref"] as? String).map { String($0.dropFirst(8)) }
    }
  }

  /// Why `value` does not meet the definition `name`; nil when it does.
  func problem(_ value: Any, _ name: String) -> String? {
    problem(value, ["$ref": "#/$defs/\(name)"], "")
  }

  /// The keywords that a schema of this document may have.
  private static let keywords: Set<String> = [
    "$ref", "anyOf", "type", "const", "enum", "properties", "required", "additionalProperties",
    "items", "minimum", "maximum", "description",
  ]

  private func resolve(_ schema: [String: Any]) -> [String: Any] {
    guard let reference = schema["$ref"] as? String else { return schema }
    let definitions = document["$defs"] as? [String: Any] ?? [:]
    return definitions[String(reference.dropFirst("#/$defs/".count))] as? [String: Any]
      ?? ["const": "there is no \(reference)"]
  }

  private func problem(_ value: Any, _ unresolved: [String: Any], _ path: String) -> String? {
    let schema = resolve(unresolved)
    if let stranger = schema.keys.first(where: { !Self.keywords.contains($0) }) {
      return "\(path): the checker does not know \(stranger)"
    }
    if let choices = schema["anyOf"] as? [[String: Any]] {
      let problems = choices.map { problem(value, $0, path) }
      if !problems.contains(where: { $0 == nil }) {
        return problems.compactMap { $0 }.joined(separator: " | ")
      }
    }
    if let constant = schema["const"], !isEqual(value, constant) {
      return "\(path): \(value) is not \(constant)"
    }
    if let choices = schema["enum"] as? [Any], !choices.contains(where: { isEqual(value, $0) }) {
      return "\(path): \(value) is none of \(choices)"
    }
    if let type = schema["type"] {
      let types = type as? [String] ?? [type as? String ?? ""]
      if !types.contains(where: { isOfType(value, $0) }) {
        return "\(path): \(value) is no \(types)"
      }
    }
    if let number = value as? NSNumber, !isBoolean(value) {
      if let least = schema["minimum"] as? NSNumber, number.doubleValue < least.doubleValue {
        return "\(path): \(number) is below \(least)"
      }
      if let most = schema["maximum"] as? NSNumber, number.doubleValue > most.doubleValue {
        return "\(path): \(number) is above \(most)"
      }
    }
    if let items = schema["items"] as? [String: Any], let array = value as? [Any] {
      for (index, item) in array.enumerated() {
        if let problem = problem(item, items, "\(path)[\(index)]") { return problem }
      }
    }
    return (value as? [String: Any]).flatMap { problem(object: $0, schema, path) }
  }

  private func problem(
    object: [String: Any], _ schema: [String: Any], _ path: String
  ) -> String? {
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    for name in schema["required"] as? [String] ?? [] where object[name] == nil {
      return "\(path): \(name) is missing"
    }
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      let place = "\(path).\(name)"
      if let property = properties[name] {
        if let problem = problem(value, property, place) { return problem }
      } else if let others = schema["additionalProperties"] as? [String: Any] {
        if let problem = problem(value, others, place) { return problem }
      } else if schema["additionalProperties"] as? Bool == false {
        return "\(place) is not in the schema"
      }
    }
    return nil
  }

  private func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
  }

  private func isOfType(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "null": value is NSNull
    case "string": value is String
    case "boolean": isBoolean(value)
    case "integer":
      !isBoolean(value)
        && ((value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false)
    case "number": !isBoolean(value) && value is NSNumber
    case "array": value is [Any]
    case "object": value is [String: Any]
    default: false
    }
  }

  private func isEqual(_ a: Any, _ b: Any) -> Bool {
    switch (a, b) {
    case (let a as String, let b as String): a == b
    case (is NSNull, is NSNull): true
    case (let a as NSNumber, let b as NSNumber): a == b
    default: false
    }
  }
}
