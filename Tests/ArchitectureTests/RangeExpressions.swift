/// The ranges that a file of Swift builds from two numbers: where the second is less than the first, the
/// process ends.
struct RangeExpressions {
  /// `LOWER..<UPPER` or `LOWER...UPPER`, each once, in order.
  let expressions: [String]

  init(_ text: String) {
    var expressions: [String] = []
    var line = ""
    for next in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let code = Self.code(of: next)
      let start = code.drop { $0 == " " }
      if start.hasPrefix("..<") || start.hasPrefix("... ") {
        line += " " + start
        continue
      }
      Self.find(in: line, &expressions)
      line = code
    }
    Self.find(in: line, &expressions)
    self.expressions = expressions
  }

  /// Whether the two bounds show by themselves that they are in order.
  static func isEvident(_ lower: String, _ upper: String) -> Bool {
    func isNumber(_ text: String) -> Bool { text.allSatisfy { $0.isHexDigit || "x_".contains($0) } }
    if isNumber(lower), isNumber(upper) { return true }
    if upper.hasPrefix(lower + " + ") || upper.hasPrefix("(" + lower + " + ") { return true }
    if upper.hasPrefix("max(\(lower),") { return true }
    guard lower == "0" else { return false }
    return upper.hasPrefix("max(")
      || ["count", "Count", "width", "Width", "size", "Size"].contains { upper.hasSuffix($0) }
  }

  private static func find(in line: String, _ expressions: inout [String]) {
    let characters = Array(line)
    var place = 0
    while place + 2 < characters.count {
      let sign = String(characters[place...(place + 2)])
      guard sign == "..<" || sign == "..." else {
        place += 1
        continue
      }
      let lower = String(characters[lower(characters, before: place)..<place]).trimmed
      let upper = String(characters[(place + 3)..<upper(characters, from: place + 3)]).trimmed
      if !lower.isEmpty, !upper.isEmpty, !isEvident(lower, upper) {
        let expression = lower + sign + upper
        if !expressions.contains(expression) { expressions.append(expression) }
      }
      place += 3
    }
  }

  private static let operators: Set<String> = ["+", "-", "*", "/", "%", "&+", "&-", "&*", "??"]

  private static func isOperand(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_.!?$".contains(character)
  }

  /// Where the operand begins that ends before `end`.
  private static func lower(_ text: [Character], before end: Int) -> Int {
    var place = end
    while place > 0, text[place - 1] == " " { place -= 1 }
    while place > 0 {
      let last = text[place - 1]
      if ")]".contains(last) {
        var depth = 0
        repeat {
          place -= 1
          if ")]".contains(text[place]) { depth += 1 }
          if "([".contains(text[place]) { depth -= 1 }
        } while depth > 0 && place > 0
      } else if isOperand(last) {
        place -= 1
      } else if last == " " {
        let word = String(text[..<(place - 1)].reversed().prefix { $0 != " " }.reversed())
        guard operators.contains(word), place > word.count + 2 else { break }
        place -= word.count + 2
      } else {
        break
      }
    }
    return place
  }

  /// Where the operand ends that begins at `start`.
  private static func upper(_ text: [Character], from start: Int) -> Int {
    var place = start
    while place < text.count, text[place] == " " { place += 1 }
    while place < text.count {
      let first = text[place]
      if "([".contains(first) {
        var depth = 0
        repeat {
          if "([".contains(text[place]) { depth += 1 }
          if ")]".contains(text[place]) { depth -= 1 }
          place += 1
        } while depth > 0 && place < text.count
      } else if isOperand(first) {
        place += 1
      } else if first == " " {
        let word = String(text[(place + 1)...].prefix { $0 != " " })
        guard operators.contains(word), place + word.count + 2 <= text.count else { break }
        place += word.count + 2
      } else {
        break
      }
    }
    return place
  }

  /// The line without its comment and without what stands in quotes.
  private static func code(of line: Substring) -> String {
    var code = ""
    var isCode = true
    for part in line.split(separator: "\"", omittingEmptySubsequences: false) {
      if isCode, let comment = part.firstRange(of: "//") {
        return code + part[..<comment.lowerBound]
      }
      code += isCode ? String(part) : "\"\""
      isCode.toggle()
    }
    return code
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
