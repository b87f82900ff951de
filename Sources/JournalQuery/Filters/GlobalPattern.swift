public import MirrorJournal

/// Which nodes a filter takes, written as ZWRITE takes them: a node means it and all below it.
///
/// | text | nodes |
/// | --- | --- |
/// | `^PAT` | every node of `^PAT` |
/// | `^PAT*` | every node of each global whose name begins with `PAT` |
/// | `^PAT(42)` | `^PAT(42)` and what lies below |
/// | `^PAT(42,*` | what lies below `^PAT(42)`; the closing parenthesis may be missing |
/// | `^PAT(*,"name")` | `^PAT(x,"name")` of any `x`, and what lies below |
/// | `^PAT(4?,na*)` | subscripts that match `4?` and `na*`, and what lies below |
///
/// Between quotes nothing is a wildcard. The caret may be missing.
public struct GlobalPattern: Sendable, Hashable {
  enum Element: Sendable, Hashable {
    case literal(Subscript)
    case matching(TextPattern)
  }

  /// The pattern as it was written.
  public let text: String
  let name: TextPattern
  let subscripts: [Element]

  /// - Throws: `badArgument` with the column (from 1) at which the text stops to make sense.
  public init(_ text: String) throws(JournalError) {
    self.text = text
    var parser = Parser(text)
    do {
      (name, subscripts) = try parser.parse()
    } catch {
      throw JournalError(
        .badArgument, "\(error.reason) at column \(error.column) of the global '\(text)'",
        advice: "write ^NAME, ^NA*, ^NAME(42,\"text\") or ^NAME(42,*")
    }
    if name.literal != nil || subscripts.isEmpty == false {
      // What cannot be a key is an error here, not an empty answer later.
      for element in subscripts {
        if case .literal(let value) = element {
          _ = try GlobalReference("A", [value]).encodedKey()
        }
      }
    }
  }

  /// The pattern of one node and all below it.
  public init(_ reference: GlobalReference) {
    text = reference.description
    name = TextPattern(literal: reference.name)
    subscripts = reference.subscripts.map { .literal($0) }
  }
}

extension GlobalPattern: CustomStringConvertible {
  /// The pattern as it was written.
  public var description: String { text }
}

/// What is wrong with the text of a filter, and where.
struct PatternError: Error {
  let reason: String
  /// From 1, in characters.
  let column: Int
}

extension GlobalPattern {
  private struct Parser {
    private let characters: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { characters = Array(text.unicodeScalars) }

    private var next: Unicode.Scalar? {
      position < characters.count ? characters[position] : nil
    }

    private func failure(_ reason: String) -> PatternError {
      PatternError(reason: reason, column: position + 1)
    }

    mutating func parse() throws(PatternError) -> (TextPattern, [Element]) {
      if next == "^" { position += 1 }
      if next == "|" || next == "[" {
        throw failure("a database is chosen by its own filter (--database), not in the reference")
      }
      let name = try name()
      guard next == "(" else {
        if next != nil { throw failure("unexpected text") }
        return (name, [])
      }
      position += 1
      var elements: [Element] = []
      while true {
        elements.append(try element())
        switch next {
        case ",": position += 1
        case ")":
          position += 1
          if next != nil { throw failure("unexpected text") }
          return (name, elements)
        case nil:
          if case .matching = elements.last { return (name, elements) }
          throw failure("expected , or )")
        default: throw failure("expected , or )")
        }
      }
    }

    private mutating func name() throws(PatternError) -> TextPattern {
      var text = ""
      while let scalar = next, scalar != "(" {
        guard Self.isNameScalar(scalar, isFirst: text.isEmpty) || scalar == "*" || scalar == "?"
        else { throw failure("'\(scalar)' is not part of a global's name") }
        text.unicodeScalars.append(scalar)
        position += 1
      }
      guard !text.isEmpty else { throw failure("expected a global's name") }
      return TextPattern(text)
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
      switch scalar {
      case "A"..."Z", "a"..."z": true
      case "0"..."9", ".": !isFirst
      case "%": isFirst
      default: (0xC0...0xFF).contains(scalar.value) && scalar.value != 0xD7 && scalar.value != 0xF7
      }
    }

    private mutating func element() throws(PatternError) -> Element {
      if next == "\"" { return .literal(Subscript(try quoted())) }
      let start = position
      var text = ""
      while let scalar = next, scalar != ",", scalar != ")", scalar != "\"" {
        text.unicodeScalars.append(scalar)
        position += 1
      }
      if let number = CanonicalNumber(text) { return .literal(.number(number)) }
      let pattern = TextPattern(text)
      guard pattern.hasWildcard else {
        position = start
        throw failure(
          text.isEmpty
            ? "expected a subscript" : "a subscript that is not a number stands in quotes")
      }
      return .matching(pattern)
    }

    private mutating func quoted() throws(PatternError) -> String {
      position += 1
      var text = ""
      while let scalar = next {
        position += 1
        if scalar == "\"" {
          guard next == "\"" else { return text }
          position += 1
        }
        text.unicodeScalars.append(scalar)
      }
      throw failure("the closing quote is missing")
    }
  }
}
