/// A JSON value, to lay a layout file over what is unknown and to leave out what a layout does not
/// know when it is written.
enum LayoutTree: Codable, Equatable {
  case object([String: LayoutTree])
  case array([LayoutTree])
  case text(String)
  case bool(Bool)
  case number(Int64)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode([String: LayoutTree].self) {
      self = .object(value)
    } else if let value = try? container.decode([LayoutTree].self) {
      self = .array(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    }
  }

  subscript(key: String) -> LayoutTree? {
    get { if case .object(let members) = self { members[key] } else { nil } }
    set {
      guard case .object(var members) = self else { return }
      members[key] = newValue
      self = .object(members)
    }
  }

  /// Whether it is the place of a number, which is replaced as a whole.
  private var isField: Bool { self["offset"] != nil && self["width"] != nil }

  /// This tree with the members of `other` in place of its own.
  ///
  /// - Throws: `badLayout` with the path of a member of `other` that this tree lacks.
  func overlaid(with other: LayoutTree, path: String = "") throws(JournalError) -> LayoutTree {
    guard case .object(var members) = self, !isField, case .object(let changes) = other else {
      return other
    }
    for (key, change) in changes {
      let place = path.isEmpty ? key : "\(path).\(key)"
      guard let member = members[key] else {
        throw JournalError(
          .badLayout, "the field '\(place)' is none that a layout has",
          advice: "docs/LAYOUTS.md lists them")
      }
      members[key] = try member.overlaid(with: change, path: place)
    }
    return .object(members)
  }

  /// This tree without the members that are as in `other`; nil when nothing is left.
  func without(_ other: LayoutTree) -> LayoutTree? {
    if self == other { return nil }
    guard case .object(var members) = self, !isField, case .object(let same) = other else {
      return self
    }
    for (key, member) in same { members[key] = members[key]?.without(member) }
    return members.isEmpty ? nil : .object(members)
  }
}
