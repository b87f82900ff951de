internal import MirrorJournal

/// Finds where keys stand, how their parts are told apart, and how subscripts are spelled.
struct KeySearch {
  let table: RecordTable
  let matched: [MatchedRecord]
  let limit: Int
  let isBigEndian: Bool

  struct Found {
    var key = 0
    var nameSupport = 0
    var nameContradictions = 0
    var keyRival: String?
    var nameLength: NumberSearch.Found?
    var encoding = KeyLayout()
    var subscriptSupport = 0
    var subscriptContradictions = 0
    var keyLength: NumberSearch.Found?
    var taken: Set<Int> = []
  }

  /// - Parameter taken: offsets of fields that were found before.
  func search(taken: Set<Int>) -> Found? {
    guard var found = place() else { return nil }
    found.taken = taken
    let search = { (taken: Set<Int>) in
      NumberSearch(
        table: table, matched: matched.filter { startsWithName($0, found.key) }, taken: taken,
        limit: min(limit, found.key), isBigEndian: isBigEndian)
    }
    if case .success(let length) = search(found.taken).search(
      widths: [2, 1], number: { $0.listed.name?.utf8.count })
    {
      found.nameLength = length
      found.taken.formUnion(Int(length.field.offset)..<length.field.end)
    }
    learnSubscripts(&found)
    if found.encoding.knowsSubscripts {
      let encoding = found.encoding
      let extras = [0, -1, 1, -2, 2, -3, 3, -4, 4, -6, 6, -8, 8]
      if case .success(let length) = search(found.taken).search(
        widths: [4, 2, 1], extras: extras,
        number: { row in
          guard let reference = row.listed.reference, !row.listed.isCut else { return nil }
          return (try? reference.encodedKey(encoding))?.bytes.count
        })
      {
        found.keyLength = length
        found.taken.formUnion(Int(length.field.offset)..<length.field.end)
      }
    }
    return found
  }

  private func startsWithName(_ row: MatchedRecord, _ key: Int) -> Bool {
    guard let name = row.listed.name else { return false }
    return row.bytes.dropFirst(key).starts(with: Self.latin1(name))
  }

  static func latin1(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  /// The offset at which most records hold their listed name.
  private func place() -> Found? {
    var votes: [Int: Int] = [:]
    var rows = 0
    for row in matched {
      guard let name = row.listed.name, name.utf8.count >= 2 else { continue }
      rows += 1
      let bytes = Self.latin1(name)
      let end = min(row.bytes.count, 256) - bytes.count
      guard end >= 0 else { continue }
      for offset in 0...end where row.bytes[offset...].starts(with: bytes) {
        votes[offset, default: 0] += 1
      }
    }
    guard rows >= 8, let best = votes.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }),
      best.value * 100 >= rows * 85
    else { return nil }
    var found = Found()
    found.key = best.key
    found.nameSupport = best.value
    found.nameContradictions = rows - best.value
    let second = votes.filter { $0.key != best.key }.max { $0.value < $1.value }
    found.keyRival = second.map { "at \($0.key), \($0.value) rows" }
    return found
  }

  /// Tries the observed spelling of subscripts and decimal digits between marks that are learned from
  /// the rows, and takes the one that most rows confirm.
  private func learnSubscripts(_ found: inout Found) {
    let rows = matched.filter {
      startsWithName($0, found.key) && $0.listed.reference != nil && !$0.listed.isCut
    }
    let deep = rows.filter { !($0.listed.reference?.subscripts.isEmpty ?? true) }
    guard deep.count >= 8 else {
      found.encoding.knowsSubscripts = false
      return
    }
    var best: (encoding: KeyLayout, support: Int)?
    let learned = [false, true].compactMap { marks(deep, found.key, $0) }
    for encoding in [.observed] + learned {
      let support = deep.filter { row in
        guard let bytes = try? row.listed.reference?.encodedKey(encoding).bytes else {
          return false
        }
        return row.bytes.dropFirst(found.key).starts(with: bytes)
      }.count
      if support > best?.support ?? 0 { best = (encoding, support) }
    }
    found.subscriptSupport = best?.support ?? 0
    found.subscriptContradictions = deep.count - found.subscriptSupport
    if let best, best.support * 100 >= deep.count * 85 {
      found.encoding = best.encoding
    } else {
      found.encoding = KeyLayout()
      found.encoding.knowsSubscripts = false
      if found.nameLength == nil, let end = nameEnd(rows, found.key) {
        found.encoding.nameEnd = Int16(end)
      }
    }
  }

  /// The byte behind all names, if it is always the same.
  private func nameEnd(_ rows: [MatchedRecord], _ key: Int) -> UInt8? {
    var votes: [UInt8: Int] = [:]
    for row in rows {
      let offset = key + (row.listed.name?.utf8.count ?? 0)
      if offset < row.bytes.count { votes[row.bytes[offset], default: 0] += 1 }
    }
    guard let best = votes.max(by: { $0.value < $1.value }), best.value * 100 >= rows.count * 95
    else { return nil }
    return best.key
  }

  /// The marks that most first subscripts vote for.
  private func marks(_ rows: [MatchedRecord], _ key: Int, _ hasEnd: Bool) -> KeyLayout? {
    var layout = KeyLayout.decimal
    var strings: [UInt8: Int] = [:]
    var wide: [UInt8: Int] = [:]
    var ends: [UInt8: Int] = [:]
    var bases: [UInt8: Int] = [:]
    if hasEnd {
      guard let end = nameEnd(rows, key) else { return nil }
      layout.nameEnd = Int16(end)
    }
    for row in rows {
      guard let reference = row.listed.reference, let first = reference.subscripts.first else {
        continue
      }
      let start = key + reference.name.utf8.count + (hasEnd ? 1 : 0)
      guard start + 1 < row.bytes.count else { continue }
      let mark = row.bytes[start]
      let rest = row.bytes[(start + 1)...]
      switch first {
      case .string(let text) where text.unicodeScalars.allSatisfy { (32...255).contains($0.value) }:
        let bytes = Self.latin1(text)
        guard !bytes.isEmpty, rest.starts(with: bytes), start + 1 + bytes.count < row.bytes.count
        else { continue }
        strings[mark, default: 0] += 1
        ends[row.bytes[start + 1 + bytes.count], default: 0] += 1
      case .string(let text):
        if rest.starts(with: Array(text.utf8)) { wide[mark, default: 0] += 1 }
      case .number(let number):
        let digits = Array(number.text.utf8)
        guard digits.allSatisfy({ (48...57).contains($0) }), digits != [48],
          rest.starts(with: digits)
        else { continue }
        bases[mark &- UInt8(digits.count), default: 0] += 1
      }
    }
    func winner(_ votes: [UInt8: Int]) -> UInt8? {
      let total = votes.values.reduce(0, +)
      guard let best = votes.max(by: { $0.value < $1.value }), best.value * 10 >= total * 8 else {
        return nil
      }
      return best.key
    }
    guard winner(strings) != nil || winner(bases) != nil else { return nil }
    if let mark = winner(strings) { layout.strings.mark = Int16(mark) }
    layout.strings.utf8Mark =
      winner(wide).map(Int16.init) ?? Int16(UInt8(truncatingIfNeeded: layout.strings.mark &+ 1))
    if let end = winner(ends) { layout.strings.end = Int16(end) }
    if let base = winner(bases) {
      layout.numbers.zero = base
      layout.numbers.positiveBase = base
      layout.numbers.negativeBase = base
    }
    return layout
  }
}

extension ListedRecord {
  /// Whether the reference may have been cut by the listing.
  var isCut: Bool { reference == nil }
}
