/// A strict reading of restore scripts, byte by byte: a line is a comment or one statement of the few forms
/// that scripts have, in printable ASCII. Whatever else a line holds is refused.
package struct ScriptParser {
  package enum Verb: String { case set, append, kill, zkill, bit, begin, commit, compare }

  package struct Statement: Equatable {
    package var verb: Verb
    /// The value of the expression between the bars of an extended reference.
    package var environment: String?
    package var name: String
    /// Each as its characters.
    package var subscripts: [[UInt16]]
    package var value: [UInt16] = []

    package init(
      verb: Verb, environment: String? = nil, name: String, subscripts: [[UInt16]],
      value: [UInt16] = []
    ) {
      self.verb = verb
      self.environment = environment
      self.name = name
      self.subscripts = subscripts
      self.value = value
    }
  }

  package struct Refusal: Error { package let line: String, column: Int }

  private let line: [UInt8]
  private var at = 0

  /// The statements of `script`.
  package static func statements(_ script: [UInt8]) throws -> [Statement] {
    guard script.isEmpty || script.last == 0x0A else {
      throw Refusal(line: "no line end", column: 0)
    }
    return try script.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
      .compactMap { line in
        var parser = ScriptParser(line: Array(line))
        return try parser.read()
      }
  }

  private init(line: [UInt8]) { self.line = line }

  private func refusal() -> Refusal {
    Refusal(line: String(decoding: line, as: UTF8.self), column: at)
  }

  private mutating func read() throws -> Statement? {
    guard line.allSatisfy({ (0x20..<0x7F).contains($0) }) else { throw refusal() }
    if take(" ; ") { return nil }
    var statement: Statement
    if take(" TStart") {
      statement = Statement(verb: .begin, name: "", subscripts: [])
    } else if take(" TCommit") {
      statement = Statement(verb: .commit, name: "", subscripts: [])
    } else if take(" Set mjvalue=") {
      statement = Statement(verb: .compare, name: "mjvalue", subscripts: [])
      if take("mjvalue_") {}
      statement.value = try expression()
    } else if take(" If ") {
      statement = try comparison()
    } else if take(" Set $BIT(") {
      statement = try reference(.bit)
      try expect(",")
      _ = try number()
      try expect(")=")
      statement.value = Array(String(try number()).utf16)
    } else if take(" Set ") {
      statement = try reference(.set)
      try expect("=")
      if at < line.count, line[at] == UInt8(ascii: "^") {
        var target = try reference(.set)
        target.verb = statement.verb
        guard target == statement else { throw refusal() }
        try expect("_")
        statement.verb = .append
      }
      statement.value = try expression()
    } else if take(" Kill ") {
      statement = try reference(.kill)
    } else {
      try expect(" ZKill ")
      statement = try reference(.zkill)
    }
    guard at == line.count else { throw refusal() }
    return statement
  }

  /// A line that writes where a node is not what it is to be, and sets nothing.
  private mutating func comparison() throws -> Statement {
    let isAbsent = take("'(")
    try expect("$Data(")
    var statement = try reference(.compare)
    try expect(")#2")
    if isAbsent {
      try expect(")")
    } else if take(",") {
      guard try reference(.compare) == statement else { throw refusal() }
      try expect("'=mjvalue")
    }
    try expect(" Write ")
    statement.value = try string()
    try expect(",")
    _ = try string()
    try expect(",!")
    return statement
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let bytes = Array("\(word)".utf8)
    guard line.count - at >= bytes.count, line[at..<at + bytes.count].elementsEqual(bytes) else {
      return false
    }
    at += bytes.count
    return true
  }

  private mutating func expect(_ word: StaticString) throws {
    guard take(word) else { throw refusal() }
  }

  private mutating func reference(_ verb: Verb) throws -> Statement {
    try expect("^")
    var statement = Statement(verb: verb, name: "", subscripts: [])
    if take("|") {
      statement.environment = String(decoding: try string(), as: UTF16.self)
      try expect("|")
    }
    let start = at
    while at < line.count {
      let byte = line[at]
      let isLetter = (0x41...0x5A).contains(byte & 0xDF)
      let isLater = at > start && ((0x30...0x39).contains(byte) || byte == UInt8(ascii: "."))
      guard isLetter || isLater || at == start && byte == UInt8(ascii: "%") else { break }
      at += 1
    }
    guard at > start, line[at - 1] != UInt8(ascii: ".") else { throw refusal() }
    statement.name = String(decoding: line[start..<at], as: UTF8.self)
    guard take("(") else { return statement }
    repeat { statement.subscripts.append(try expression()) } while take(",")
    try expect(")")
    return statement
  }

  private mutating func expression() throws -> [UInt16] {
    guard at < line.count else { throw refusal() }
    switch line[at] {
    case UInt8(ascii: "\""), UInt8(ascii: "$"): return try string()
    default: return Array(String(try decimal()).utf16)
    }
  }

  /// Literals and `$c(…)`, joined by `_`.
  private mutating func string() throws -> [UInt16] {
    var units: [UInt16] = []
    repeat {
      if take("\"") {
        while true {
          guard at < line.count else { throw refusal() }
          if take("\"\"") {
            units.append(0x22)
          } else if take("\"") {
            break
          } else {
            units.append(UInt16(line[at]))
            at += 1
          }
        }
      } else {
        try expect("$c(")
        repeat {
          let code = try number()
          if let unit = UInt16(exactly: code) {
            units.append(unit)
          } else {
            // GT.M's characters are Unicode's.
            guard let scalar = UInt32(exactly: code).flatMap(UnicodeScalar.init) else {
              throw refusal()
            }
            units += Array(String(scalar).utf16)
          }
        } while take(",")
        try expect(")")
      }
    } while take("_")
    return units
  }

  private mutating func number() throws -> Int {
    let start = at
    while at < line.count, (0x30...0x39).contains(line[at]) { at += 1 }
    guard let value = Int(String(decoding: line[start..<at], as: UTF8.self)) else {
      throw refusal()
    }
    return value
  }

  private mutating func decimal() throws -> Substring {
    let start = at
    while at < line.count, (0x30...0x39).contains(line[at]) || line[at] == 0x2D || line[at] == 0x2E
    {
      at += 1
    }
    guard at > start else { throw refusal() }
    return String(decoding: line[start..<at], as: UTF8.self)[...]
  }
}
