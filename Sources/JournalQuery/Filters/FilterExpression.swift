public import MirrorJournal

extension RecordFilter {
  /// Reads an expression such as `type = KILL and (global = ^PAT* or pid != 42)`.
  ///
  ///     expression := term { "or" term }
  ///     term       := factor { "and" factor }
  ///     factor     := "not" factor | "(" expression ")" | "in-transaction" | comparison
  ///     comparison := field operator word | field "in" "(" word { "," word } ")"
  ///     field      := a condition's name, "subscript" N or "piece" N
  ///     operator   := "=" | "!=" | "<" | "<=" | ">" | ">="
  ///
  /// A word with blanks or parentheses stands in double quotes, `\"` for a quote. A global is written
  /// as it is, its own quotes and parentheses included, or in double quotes as any word.
  ///
  /// Times are read by `times`.
  ///
  /// - Throws: `badArgument` with the column (from 1) at which the text stops to make sense.
  public init(parsing text: String, times: TimeReader = TimeReader()) throws(JournalError) {
    var parser = ExpressionParser(text, times)
    do {
      self = try parser.whole()
    } catch {
      throw JournalError(
        .badArgument, "\(error.reason) at column \(error.column) of '\(text)'",
        advice: "an example: type = KILL and (global = ^PAT* or not pid = 42)")
    }
  }
}

private struct ExpressionParser {
  private let characters: [Unicode.Scalar]
  private var position = 0
  /// Parentheses and `not`s around the current place.
  private var depth = 0
  private static let maximumDepth = 100

  private let times: TimeReader

  init(_ text: String, _ times: TimeReader) {
    characters = Array(text.unicodeScalars)
    self.times = times
  }

  mutating func whole() throws(PatternError) -> RecordFilter {
    let filter = try expression()
    skipBlanks()
    guard next == nil else { throw failure("expected 'and', 'or' or the end") }
    return filter
  }

  // MARK: Grammar

  private mutating func expression() throws(PatternError) -> RecordFilter {
    var filters = [try term()]
    while skip(word: "or") { filters.append(try term()) }
    return .anyOf(filters)
  }

  private mutating func term() throws(PatternError) -> RecordFilter {
    var filters = [try factor()]
    while skip(word: "and") { filters.append(try factor()) }
    return .allOf(filters)
  }

  private mutating func factor() throws(PatternError) -> RecordFilter {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw failure("too many parentheses") }
    if skip(word: "not") { return .not(try factor()) }
    if skip("(") {
      let filter = try expression()
      guard skip(")") else { throw failure("expected )") }
      return filter
    }
    return try comparison()
  }

  private mutating func comparison() throws(PatternError) -> RecordFilter {
    skipBlanks()
    let start = position
    let name = identifier()
    guard !name.isEmpty else { throw failure("expected a condition") }
    if name == "in-transaction" { return .inTransaction }
    guard let field = FilterField(rawValue: name) else {
      position = start
      throw failure("'\(name)' is no condition")
    }
    var number: Int?
    if field.isNumbered {
      skipBlanks()
      number = try position(of: field)
    }
    if skip(word: "in") {
      guard skip("(") else { throw failure("expected ( after 'in'") }
      var filters: [RecordFilter] = []
      repeat { filters.append(try condition(field, number, .equal)) } while skip(",")
      guard skip(")") else { throw failure("expected , or )") }
      return .anyOf(filters)
    }
    guard let comparison = operation() else {
      throw failure("expected =, !=, <, <=, >, >= or 'in'")
    }
    return try condition(field, number, comparison)
  }

  private mutating func condition(
    _ field: FilterField, _ number: Int?, _ comparison: FilterComparison
  ) throws(PatternError) -> RecordFilter {
    skipBlanks()
    let start = position
    let text = try field == .global ? globalWord() : word()
    do {
      return try field.filter(text, number: number, comparison, times: times)
    } catch {
      position = start
      throw failure(error.reason)
    }
  }

  private mutating func position(of field: FilterField) throws(PatternError) -> Int {
    var digits = ""
    while let scalar = next, ("0"..."9").contains(scalar), digits.count < 4 {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    guard let number = Int(digits), number > 0 else {
      throw failure("expected the number of a \(field.rawValue), from 1")
    }
    return number
  }

  // MARK: Words

  private var next: Unicode.Scalar? {
    position < characters.count ? characters[position] : nil
  }

  private func failure(_ reason: String) -> PatternError {
    PatternError(reason: reason, column: position + 1)
  }

  private mutating func skipBlanks() {
    while let scalar = next, scalar.properties.isWhitespace { position += 1 }
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func skip(word: String) -> Bool {
    skipBlanks()
    let start = position
    if identifier() == word { return true }
    position = start
    return false
  }

  private mutating func identifier() -> String {
    var name = ""
    while let scalar = next, ("a"..."z").contains(scalar) || scalar == "-" {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    return name
  }

  private mutating func operation() -> FilterComparison? {
    skipBlanks()
    let known: [(String, FilterComparison)] = [
      ("!=", .notEqual), ("<=", .atMost), (">=", .atLeast), ("=", .equal), ("<", .less),
      (">", .greater),
    ]
    for (text, comparison) in known
    where characters[position...].starts(with: text.unicodeScalars) {
      position += text.unicodeScalars.count
      return comparison
    }
    return nil
  }

  /// A word up to a blank, a comma or a parenthesis, or in quotes.
  private mutating func word() throws(PatternError) -> String {
    var text = ""
    guard next == "\"" else {
      while let scalar = next, !scalar.properties.isWhitespace,
        !",()\"".unicodeScalars.contains(scalar)
      {
        text.unicodeScalars.append(scalar)
        position += 1
      }
      guard !text.isEmpty else { throw failure("expected a value") }
      return text
    }
    position += 1
    while let scalar = next {
      position += 1
      if scalar == "\"" { return text }
      if scalar == "\\", next == "\"" {
        text += "\""
        position += 1
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    throw failure("the closing quote is missing")
  }

  /// A reference: blanks, commas and parentheses belong to it inside its own parentheses and quotes.
  private mutating func globalWord() throws(PatternError) -> String {
    // No reference begins with a quote: who writes one has put the whole of it in quotes.
    if next == "\"" { return try word() }
    var text = ""
    var depth = 0
    var isQuoted = false
    while let scalar = next {
      if scalar == "\"" { isQuoted.toggle() }
      if !isQuoted {
        if scalar == "(" { depth += 1 }
        if scalar == ")" {
          if depth == 0 { break }
          depth -= 1
        }
        if depth == 0, scalar == "," { break }
        if scalar.properties.isWhitespace { break }
      }
      text.unicodeScalars.append(scalar)
      position += 1
    }
    guard !text.isEmpty else { throw failure("expected a global") }
    return text
  }
}
