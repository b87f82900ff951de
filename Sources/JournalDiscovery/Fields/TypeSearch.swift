internal import MirrorJournal

/// Finds the byte that tells the kinds of records apart, and what its codes mean where they are the
/// documented ones.
struct TypeSearch {
  struct Found {
    var field: Field
    /// The different codes.
    var codes: [UInt8]
    /// Whether records with a name have documented codes of such, and others of others.
    var isDocumented: Bool
    var hits: Int
    var records: Int
  }

  let table: RecordTable
  let names: NamePlace
  /// Offsets that belong to something else.
  let taken: Set<Int>

  func search(_ bytes: RawSpan) -> Found? {
    let step = max(1, table.rows.count / 1500)
    let rows = stride(from: 0, to: table.rows.count, by: step).map { table.rows[$0] }
    let shortest = rows.map(\.length).min() ?? 0
    var best: (found: Found, score: Double)?
    for offset in 0..<min(names.key, shortest) where !taken.contains(offset) {
      var counts: [UInt8: (named: Int, other: Int)] = [:]
      for row in rows {
        let code = bytes.loadUInt8(at: row.start + offset) ?? 0
        let hasName = self.hasName(row, bytes)
        counts[code, default: (0, 0)].named += hasName ? 1 : 0
        counts[code, default: (0, 0)].other += hasName ? 0 : 1
        if counts.count > 24 { break }
      }
      guard counts.count >= 3, counts.count <= 24 else { continue }
      // Each code goes with a name or never does.
      let apart = counts.values.reduce(0) { $0 + max($1.named, $1.other) }
      guard apart * 100 >= rows.count * 97 else { continue }
      let usual = counts.filter { ($0.value.named + $0.value.other) * 200 >= rows.count }
      let isDocumented = usual.allSatisfy { code, count in
        let type = RecordType(rawValue: code)
        return Self.isDocumented(code) && type.hasKey == (count.named > count.other)
      }
      let found = Found(
        field: Field(UInt16(offset), width: 1), codes: counts.keys.sorted(),
        isDocumented: isDocumented && (counts[6] ?? (0, 0)).named > 0, hits: apart,
        records: rows.count)
      let score = (found.isDocumented ? 1000.0 : 0) + Double(counts.count)
      if score > best?.score ?? 0 { best = (found, score) }
    }
    return best?.found
  }

  private func hasName(_ row: RecordTable.Row, _ bytes: RawSpan) -> Bool {
    guard row.length > names.key,
      NameAnchors.canBegin(bytes.loadUInt8(at: row.start + names.key) ?? 0)
    else { return false }
    guard names.length.isKnown else {
      return NameAnchors.run(bytes, at: row.start + names.key, most: 3) >= 3
    }
    let length = Int(clamping: bytes.load(names.length, from: row.start) ?? 0)
    return length > 0 && length <= 64
      && NameAnchors.run(bytes, at: row.start + names.key, most: length) == length
  }

  /// Codes of the class reference (class D), and those of internal records that R2 has.
  private static func isDocumented(_ code: UInt8) -> Bool { (0...21).contains(code) || code == 134 }
}
