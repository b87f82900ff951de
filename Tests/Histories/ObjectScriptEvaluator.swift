package import MirrorJournal

/// Runs the ObjectScript that restore scripts consist of, on a model of globals: a second reading
/// of the language, independent of the code that writes it.
package struct ObjectScriptEvaluator {
  package struct Failure: Error { package let line: String }

  /// Values as UTF-16 units, by canonical reference.
  package var globals: [GlobalReference: [UInt16]] = [:]
  private var text: [Character] = []
  private var at = 0

  package init() {}

  package mutating func run(_ script: String) throws {
    for line in script.split(separator: "\n") {
      let line = line.trimmingPrefix(" ")
      if line.hasPrefix(";") { continue }
      text = Array(line)
      at = 0
      do { try statement() } catch { throw Failure(line: String(line)) }
    }
  }

  private mutating func statement() throws {
    if take("TStart") || take("TCommit") {
      // The whole script is one step here.
    } else if take("Set $BIT(") {
      let node = try reference()
      try expect(",")
      let position = try integer()
      try expect(")=")
      globals[node, default: []].append(
        contentsOf: Array("bit \(position)=\(try integer());".utf16))
    } else if take("Set ") {
      let node = try reference()
      try expect("=")
      globals[node] = try expression()
    } else if take("ZKill ") {
      globals[try reference()] = nil
    } else {
      try expect("Kill ")
      let node = try reference()
      for key in globals.keys
      where key.name == node.name && key.subscripts.starts(with: node.subscripts) {
        globals[key] = nil
      }
    }
    guard at == text.count else { throw Failure(line: "") }
  }

  private mutating func take(_ word: String) -> Bool {
    let word = Array(word)
    guard text.count - at >= word.count, Array(text[at..<at + word.count]) == word else {
      return false
    }
    at += word.count
    return true
  }

  private mutating func expect(_ word: String) throws {
    guard take(word) else { throw Failure(line: "") }
  }

  private mutating func run(of accepted: (Character) -> Bool) -> String {
    let start = at
    while at < text.count, accepted(text[at]) { at += 1 }
    return String(text[start..<at])
  }

  private mutating func integer() throws -> Int {
    guard let value = Int(run { $0.isNumber }) else { throw Failure(line: "") }
    return value
  }

  private mutating func reference() throws -> GlobalReference {
    try expect("^")
    var node = GlobalReference(run { $0.isLetter || $0.isNumber || $0 == "." || $0 == "%" })
    guard take("(") else { return node }
    repeat {
      node.subscripts.append(Subscript(String(decoding: try expression(), as: UTF16.self)))
    } while take(",")
    try expect(")")
    return node
  }

  private mutating func expression() throws -> [UInt16] {
    var units: [UInt16] = []
    repeat { units += try term() } while take("_")
    return units
  }

  private mutating func term() throws -> [UInt16] {
    if take("\"") {
      var units: [UInt16] = []
      while true {
        guard at < text.count else { throw Failure(line: "") }
        if take("\"\"") {
          units.append(34)
        } else if take("\"") {
          return units
        } else {
          units += Array(String(text[at]).utf16)
          at += 1
        }
      }
    }
    if take("$c(") {
      var units: [UInt16] = []
      // A character beyond 65535 is GT.M's.
      repeat {
        let code = try integer()
        guard code > 0xFFFF else {
          units.append(UInt16(code))
          continue
        }
        guard let scalar = UnicodeScalar(UInt32(code)) else { throw Failure(line: "") }
        units += Array(String(scalar).utf16)
      } while take(",")
      try expect(")")
      return units
    }
    if take("$lb(") { return try list().bytes.map(UInt16.init) }
    if at < text.count, text[at] == "^" {
      return globals[try reference()] ?? []
    }
    let number = run { $0.isNumber || $0 == "." || $0 == "-" }
    guard CanonicalNumber(number) != nil else { throw Failure(line: "") }
    return Array(number.utf16)
  }

  private mutating func list() throws -> ListBuilder {
    var list = ListBuilder()
    repeat {
      if at < text.count, text[at] == "," || text[at] == ")" {
        list.appendOmitted()
      } else if at < text.count, text[at] == "-" || text[at] == "." || text[at].isNumber {
        let number = run { $0.isNumber || $0 == "." || $0 == "-" }
        guard let number = CanonicalNumber(number), list.append(number) else {
          throw Failure(line: "")
        }
      } else {
        let units = try expression()
        list.append(
          units.allSatisfy { $0 < 256 } ? .bytes(units.map(UInt8.init)) : .wide(units))
      }
    } while take(",")
    try expect(")")
    return list
  }
}
