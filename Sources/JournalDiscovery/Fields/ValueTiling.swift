internal import MirrorJournal

/// Finds the words that count the bytes of values: with them, key and values fill a record to its end but
/// for padding of zeros.
struct ValueTiling {
  struct Found {
    var keyLength: Field
    var wordWidth: Int
    var isBigEndian: Bool
    var countBits: Int
    var isInterleaved: Bool
    var hits: Int
    var records: Int
    /// Of each record that is filled, how many values it has.
    var counts: [(row: RecordTable.Row, count: Int)]
  }

  let table: RecordTable
  let names: NamePlace
  let alignment: Int
  let isBigEndian: Bool

  func search(_ bytes: RawSpan, keyLength known: Field?) -> Found? {
    let named = table.rows.filter { row in
      row.length > names.key
        && NameAnchors.canBegin(bytes.loadUInt8(at: row.start + names.key) ?? 0)
    }
    let step = max(1, named.count / 300)
    let sample = stride(from: 0, to: named.count, by: step).map { named[$0] }
    guard sample.count >= 12 else { return nil }
    var best: Found?
    for field in known.map({ [$0] }) ?? candidates() {
      for wordWidth in [4, 2] {
        for countBits in wordWidth == 4 ? [32, 28] : [16] {
          for isInterleaved in [true, false] {
            let found = test(
              field, wordWidth, countBits, isInterleaved, sample, bytes)
            if let found, found.hits > best?.hits ?? 0 { best = found }
          }
        }
      }
    }
    return best
  }

  private func candidates() -> [Field] {
    ([2, 1, 4] as [UInt8]).flatMap { width in
      (0..<max(1, names.key - Int(width) + 1)).map {
        Field(UInt16($0), width: width, isBigEndian: isBigEndian && width > 1)
      }
    }
  }

  private func test(
    _ field: Field, _ wordWidth: Int, _ countBits: Int, _ isInterleaved: Bool,
    _ sample: [RecordTable.Row], _ bytes: RawSpan
  ) -> Found? {
    var found = Found(
      keyLength: field, wordWidth: wordWidth, isBigEndian: isBigEndian, countBits: countBits,
      isInterleaved: isInterleaved, hits: 0, records: sample.count, counts: [])
    for (index, row) in sample.enumerated() {
      if index == 24, found.hits < 10 { return nil }
      guard let length = bytes.load(field, from: row.start), length >= 2,
        Int(clamping: length) <= row.length - names.key
      else { continue }
      let count = (0...2).first {
        fills(row, names.key + Int(length), $0, found, bytes)
      }
      guard let count else { continue }
      found.hits += 1
      found.counts.append((row, count))
    }
    let withValues = found.counts.count { $0.count > 0 }
    // Some records with a key hold something else.
    guard found.hits * 10 >= sample.count * 8, withValues * 2 >= found.hits else { return nil }
    return found
  }

  /// Whether `count` values behind `offset` fill the record.
  private func fills(
    _ row: RecordTable.Row, _ offset: Int, _ count: Int, _ form: Found, _ bytes: RawSpan
  ) -> Bool {
    var place = offset
    var values = 0
    for _ in 0..<count {
      guard place + form.wordWidth <= row.length else { return false }
      let field = Field(0, width: UInt8(form.wordWidth), isBigEndian: form.isBigEndian)
      let word = bytes.load(field, from: row.start + place) ?? 0
      let length = Int(
        word & (form.countBits == 32 ? 0xFFFF_FFFF : 1 << UInt64(form.countBits) - 1))
      place += form.wordWidth
      if form.isInterleaved { place += length } else { values += length }
    }
    place += values
    let rest = row.length - place
    return rest >= 0 && rest < max(alignment, 1)
      && bytes.slice(row.start + place, rest)?.isAllZero == true
  }
}
