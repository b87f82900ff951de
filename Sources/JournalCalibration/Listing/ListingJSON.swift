internal import FoundationEssentials

/// What a service replies: rows somewhere among other things.
struct JSONReply: Decodable {
  /// The longest list of objects.
  let rows: [[String: JSONScalar]]

  init(from decoder: any Decoder) throws {
    self.init(rows: try Self.rows(decoder, depth: 0))
  }

  private init(rows: [[String: JSONScalar]]) { self.rows = rows }

  private struct Name: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static func rows(_ decoder: any Decoder, depth: Int) throws -> [[String: JSONScalar]] {
    if let list = try? [[String: JSONScalar]](from: decoder) { return list }
    guard depth < 8, let object = try? decoder.container(keyedBy: Name.self) else { return [] }
    var best: [[String: JSONScalar]] = []
    for name in object.allKeys {
      guard let inner = try? object.superDecoder(forKey: name),
        let found = try? rows(inner, depth: depth + 1), found.count > best.count
      else { continue }
      best = found
    }
    return best
  }
}

/// A number, text, truth value or nothing, as text.
struct JSONScalar: Decodable {
  let text: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      text = nil
    } else if let value = try? container.decode(Bool.self) {
      text = value ? "1" : "0"
    } else if let value = try? container.decode(Int.self) {
      text = "\(value)"
    } else if let value = try? container.decode(Double.self) {
      text = "\(value)"
    } else {
      text = try? container.decode(String.self)
    }
  }
}
