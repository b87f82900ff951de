internal import MirrorJournal

/// Keys and what stands behind them.
extension FieldFinder {
  /// - Throws: `notProved` when the records do not hold their listed names.
  mutating func findKey() throws(JournalError) -> KeySearch.Found? {
    let search = KeySearch(
      table: table, matched: matched, limit: max(limit, 16), isBigEndian: isBigEndian)
    let named = matched.filter { $0.listed.name?.utf8.count ?? 0 >= 2 }.count
    guard let found = search.search(taken: taken) else {
      if named >= 8, belongs {
        // The rows are about these records; how the family keeps keys is not one of the ways looked for.
        evidence.append(
          .unknown(
            "record.key", "names stand at no one place: keys are kept in a way that is not known"))
        return nil
      }
      if named >= 8 {
        throw JournalError.refusal(
          "the records at the listed addresses do not hold the listed names",
          "make the listing of this very file, and keep each row whole")
      }
      evidence.append(.unknown("record.key", "the listing shows too few names"))
      return nil
    }
    taken = found.taken
    layout.record.key = UInt16(found.key)
    layout.record.keyEncoding = found.encoding
    evidence.append(
      FieldEvidence(
        "record.key", "at \(found.key)", support: found.nameSupport,
        contradictions: found.nameContradictions, rival: found.keyRival))
    if let length = found.nameLength {
      layout.record.nameLength = length.field
      report("record.nameLength", length)
    } else {
      evidence.append(.unknown("record.nameLength", "a name ends where no name can go on"))
    }
    if found.encoding.knowsSubscripts {
      let marks = found.encoding
      evidence.append(
        FieldEvidence(
          "record.keyEncoding",
          (marks == .observed
            ? "as InterSystems' engine was observed to spell them"
            : "strings \(marks.strings.mark) … \(marks.strings.end), "
              + "numbers \(marks.numbers.positiveBase) + digits")
            + (marks.nameEnd >= 0 ? ", name ends with \(marks.nameEnd)" : ""),
          support: found.subscriptSupport, contradictions: found.subscriptContradictions))
    } else {
      evidence.append(
        .unknown("record.keyEncoding", "subscripts are spelled in a way that is not known"))
    }
    if let length = found.keyLength {
      layout.record.keyLength = length.field
      layout.record.keyLengthExtra = Int16(length.extra)
      report("record.keyLength", length)
    }
    return found
  }

  /// Whether the records hold what their rows list, wherever: most names, or most values.
  private var belongs: Bool {
    func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
      guard part.count >= 3, bytes.count >= part.count else { return false }
      return (0...bytes.count - part.count).contains { bytes[$0...].starts(with: part) }
    }
    let names = matched.filter { $0.listed.name?.utf8.count ?? 0 >= 3 }
    let there = names.count { holds($0.bytes, KeySearch.latin1($0.listed.name ?? "")) }
    if names.count >= 8, there * 100 >= names.count * 85 { return true }
    let values = matched.filter { row in
      row.listed.newValue.map { !$0.isCut && $0.candidates.contains { $0.count >= 6 } } ?? false
    }
    let held = values.count { row in
      row.listed.newValue?.candidates.contains { $0.count >= 6 && holds(row.bytes, $0) } ?? false
    }
    return values.count >= 12 && held * 100 >= values.count * 80
  }

  /// Whether the record at a row's address has another name: the row is about another record, and
  /// its other labels say nothing of this one.
  func contradictsName(_ row: MatchedRecord) -> Bool {
    guard let name = row.listed.name else { return false }
    return !row.bytes.dropFirst(Int(layout.record.key)).starts(with: KeySearch.latin1(name))
  }

  mutating func findValues(_ key: KeySearch.Found?) {
    guard let key else {
      evidence.append(.unknown("record.values", "the place of keys is not known"))
      return
    }
    let valueCount = layout.record.valueCount
    let search = ValueSearch(table: table, matched: matched, isBigEndian: isBigEndian, key: key)
    guard
      let found = search.search(
        valueCount: valueCount.isKnown ? valueCount : nil, taken: taken, limit: headerLimit)
    else {
      evidence.append(.unknown("record.values", "too few values are found behind their keys"))
      if key.keyLength == nil {
        evidence.append(.unknown("record.keyLength", "nothing goes with the length of the key"))
      }
      return
    }
    if let length = found.keyLength {
      layout.record.keyLength = length.field
      layout.record.keyLengthExtra = Int16(length.extra)
      take(length.field)
      report("record.keyLength", length)
    }
    guard found.width > 0 else {
      evidence.append(.unknown("record.values", found.note ?? "their place is not known"))
      return
    }
    layout.record.valueWordWidth = UInt8(found.width)
    layout.record.valueWordIsBigEndian = found.isBigEndian
    layout.record.valueCountBits = UInt8(found.countBits)
    layout.record.valueAlignment = UInt8(found.alignment)
    layout.record.valuesAreInterleaved = found.isInterleaved
    layout.record.wideStringsAreBigEndian = found.wideIsBigEndian
    evidence.append(
      FieldEvidence(
        "record.values",
        "behind the key, \(found.width) bytes count them"
          + (found.alignment > 1 ? ", at multiples of \(found.alignment)" : "")
          + (found.isInterleaved ? ", each before its value" : "")
          + (found.wideIsBigEndian ? ", wide strings big-endian" : ""),
        support: found.support, contradictions: found.contradictions, note: found.note))
  }
}
