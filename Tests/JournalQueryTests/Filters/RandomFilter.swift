import JournalQuery
import JournalTestSupport
import MirrorJournal

/// A filter, and the same question asked of the model.
struct RandomFilter {
  var filter: RecordFilter
  var isWanted: (ModelRecord) -> Bool

  init(_ filter: RecordFilter, _ isWanted: @escaping (ModelRecord) -> Bool) {
    self.filter = filter
    self.isWanted = isWanted
  }

  /// A random filter about records like those of `model`.
  static func make(_ dice: inout Dice, _ model: ModelJournal, depth: Int = 3) throws -> RandomFilter
  {
    if depth > 0, dice.next(below: 3) > 0 {
      let left = try make(&dice, model, depth: depth - 1)
      switch dice.next(below: 3) {
      case 0: return RandomFilter(.not(left.filter)) { !left.isWanted($0) }
      case 1:
        let right = try make(&dice, model, depth: depth - 1)
        return RandomFilter(.and(left.filter, right.filter)) {
          left.isWanted($0) && right.isWanted($0)
        }
      default:
        let right = try make(&dice, model, depth: depth - 1)
        return RandomFilter(.or(left.filter, right.filter)) {
          left.isWanted($0) || right.isWanted($0)
        }
      }
    }
    return dice.next(below: 2) == 0 ? try number(&dice, model) : try text(&dice)
  }

  private static func number(_ dice: inout Dice, _ model: ModelJournal) throws -> RandomFilter {
    let some = model.records[dice.next(below: model.records.count)]
    let other = model.records[dice.next(below: model.records.count)]
    switch dice.next(below: 9) {
    case 0:
      let process = UInt32(4711 + dice.next(below: 3))
      let job: UInt32 = process == 4711 ? 1 : process == 4712 ? 257 : 0
      return RandomFilter(.process(process)) { $0.job == job }
    case 1: return RandomFilter(.job(some.job)) { $0.job == some.job }
    case 2: return RandomFilter(.remoteSystem(some.system)) { $0.system == some.system }
    case 3:
      let types: Set = [some.type, other.type]
      return RandomFilter(.types(types)) { types.contains($0.type) }
    case 4: return RandomFilter(.inTransaction) { $0.isInTransaction }
    case 5:
      let range = min(some.time, other.time)..<max(some.time, other.time)
      return RandomFilter(.blockTime(range)) { range.contains($0.time) }
    case 6:
      let range = min(some.address, other.address)..<max(some.address, other.address)
      return RandomFilter(.address(range)) { range.contains($0.address) }
    case 7:
      let range = min(some.length, other.length)..<max(some.length, other.length)
      return RandomFilter(.length(range)) { range.contains($0.length) }
    default:
      let bytes = [[0x53, 0x4D, 0x49], [UInt8](some.body.suffix(3)), [0xA1, 0x6E]][
        dice.next(below: 3)]
      return RandomFilter(.bytes(bytes)) { record in
        func holds(_ content: [UInt8]) -> Bool {
          content.count >= bytes.count
            && (0...(content.count - bytes.count)).contains {
              content[$0..<$0 + bytes.count].elementsEqual(bytes)
            }
        }
        // A long value ends in its record and begins before it.
        let isLong = record.new.map { $0.stored.byteCount > 65_536 } ?? false
        return holds(record.body) || isLong && holds(record.new?.stored.encodedBytes ?? [])
      }
    }
  }

  private static func text(_ dice: inout Dice) throws -> RandomFilter {
    switch dice.next(below: 7) {
    case 0:
      let (text, isWanted) = database(&dice, ["/iris/user/", "/iris/lab", "/iris/*", "*lab?"])
      return RandomFilter(.database(TextPattern(text))) { record in
        let directory = record.sfn == 0 ? "/iris/user/" : record.sfn == 3 ? "/iris/lab/" : nil
        guard record.name != nil, let directory else { return false }
        return isWanted(directory) || isWanted(String(directory.dropLast()))
      }
    case 1:
      let (text, isWanted) = database(&dice, ["USER", "M:USER", ":mirror:*", "U*", "X"])
      return RandomFilter(.mirrorDatabase(TextPattern(text))) { record in
        record.name != nil && record.sfn == 0
          && [":mirror:M:USER", "M:USER", "USER"].contains(where: isWanted)
      }
    case 2:
      let text = pattern(&dice, ModelJournal.texts)
      return RandomFilter(.newValue(TextPattern(text))) { matches($0.new, text) }
    case 3:
      let text = pattern(&dice, ModelJournal.texts)
      return RandomFilter(.oldValue(TextPattern(text))) { matches($0.old, text) }
    case 4:
      let text = pattern(&dice, ModelJournal.texts)
      let position = 1 + dice.next(below: 4)
      return RandomFilter(.piece(position: position, TextPattern(text))) { record in
        [record.new, record.old].contains { value in
          guard case .list(let elements) = value, position <= elements.count else { return false }
          return matches(elements[position - 1], text)
        }
      }
    case 5:
      let text = pattern(&dice, ModelJournal.subscripts)
      let position = 1 + dice.next(below: 3)
      return RandomFilter(.subscript(position: position, TextPattern(text))) { record in
        position <= record.subscripts.count
          && matchesSlowly(text, record.subscripts[position - 1])
      }
    default: return try global(&dice)
    }
  }

  private static func database(_ dice: inout Dice, _ texts: [String]) -> (String, (String) -> Bool)
  {
    let text = texts[dice.next(below: texts.count)]
    return (text, { matchesSlowly(text, $0) })
  }

  private static func matches(_ value: ModelRecord.Value?, _ pattern: String) -> Bool {
    guard let value else { return false }
    // The whole text of a list is its bytes, which no pattern of these tests means but `*` and `?…`.
    if case .list = value {
      let bytes = String(
        String.UnicodeScalarView(
          value.stored.encodedBytes.map { Unicode.Scalar($0) }))
      if matchesSlowly(pattern, bytes) { return true }
      return value.elements.contains { matches($0, pattern) }
    }
    return value.texts.contains { matchesSlowly(pattern, $0) }
  }

  /// A text of `texts` with some of it made a wildcard.
  static func pattern(_ dice: inout Dice, _ texts: [String]) -> String {
    let text = texts[dice.next(below: texts.count)]
    func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
      scalars.reduce(into: "") { result, scalar in
        if scalar == "*" || scalar == "?" || scalar == "\\" { result += "\\" }
        result.unicodeScalars.append(scalar)
      }
    }
    let scalars = Array(text.unicodeScalars)
    switch dice.next(below: 6) {
    case 0: return "*"
    case 1: return escaped(scalars.prefix(dice.next(below: 3))) + "*"
    case 2: return "*" + escaped(scalars.suffix(dice.next(below: 3)))
    case 3: return "*" + escaped(scalars.dropFirst().prefix(2)) + "*"
    case 4:
      guard !scalars.isEmpty else { return "?" }
      let place = dice.next(below: scalars.count)
      return escaped(scalars[..<place]) + "?" + escaped(scalars[(place + 1)...])
    default: return escaped(scalars)
    }
  }

  private static func global(_ dice: inout Dice) throws -> RandomFilter {
    let name = ["PAT", "P", "PAT*", "*", "?AT", "%SYS", "dc.*", "\u{C0}B"][dice.next(below: 8)]
    var text = "^" + name
    var tests: [(String) -> Bool] = []
    let count = dice.next(below: 3)
    if count > 0 { text += "(" }
    for index in 0..<count {
      if index > 0 { text += "," }
      switch dice.next(below: 3) {
      case 0:
        text += "*"
        tests.append { _ in true }
      case 1:
        let pattern = ["4?", "42*", "na*", "*a*", "-*"][dice.next(below: 5)]
        text += pattern
        tests.append { matchesSlowly(pattern, $0) }
      default:
        let value = ModelJournal.subscripts[dice.next(below: ModelJournal.subscripts.count)]
        text +=
          CanonicalNumber(value).map(\.text)
          ?? "\"" + value.replacing("\"", with: "\"\"") + "\""
        tests.append { $0 == value }
      }
    }
    if count > 0, !text.hasSuffix("*") || dice.next(below: 2) == 0 { text += ")" }
    return RandomFilter(.global(try GlobalPattern(text))) { record in
      guard let recordName = record.name, matchesSlowly(name, recordName),
        record.subscripts.count >= tests.count
      else { return false }
      return zip(tests, record.subscripts).allSatisfy { $0($1) }
    }
  }
}

extension ModelRecord.Value {
  var elements: [ModelRecord.Value?] {
    if case .list(let elements) = self { elements } else { [] }
  }
}
