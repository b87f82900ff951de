internal import MirrorJournal

/// Finds the number that counts a key's bytes, by the spelling that was observed (`KEYS.md`): a key of
/// another length does not decode.
struct KeyLengthSearch {
  struct Found {
    var field: Field
    var hits: Int
    var records: Int
  }

  let table: RecordTable
  let names: NamePlace
  let isBigEndian: Bool

  func search(_ bytes: RawSpan) -> Found? {
    guard names.length.isKnown else { return nil }
    let named = table.rows.compactMap { row -> (row: RecordTable.Row, name: Int)? in
      guard let length = bytes.load(names.length, from: row.start), length > 0,
        Int(length) <= row.length - names.key,
        NameAnchors.run(bytes, at: row.start + names.key, most: Int(length)) == Int(length)
      else { return nil }
      return (row, Int(length))
    }
    let step = max(1, named.count / 400)
    let sample = stride(from: 0, to: named.count, by: step).map { named[$0] }
    guard sample.count >= 12 else { return nil }
    var best: Found?
    for width in [2, 1, 4] as [UInt8] {
      for offset in 0..<max(1, names.key - Int(width) + 1) {
        let field = Field(UInt16(offset), width: width, isBigEndian: isBigEndian && width > 1)
        guard Int(field.offset) >= names.length.end || field.end <= Int(names.length.offset) else {
          continue
        }
        var hits = 0
        var longer = 0
        for (index, (row, name)) in sample.enumerated() {
          if index == 24, hits < 12 { break }
          guard let value = bytes.load(field, from: row.start), value >= UInt64(name),
            Int(clamping: value) <= row.length - names.key,
            let key = bytes.slice(row.start + names.key, Int(value)), decodes(key, name)
          else { continue }
          hits += 1
          if Int(value) > name { longer += 1 }
        }
        guard hits * 20 >= sample.count * 19, longer * 2 >= hits else { continue }
        if hits > best?.hits ?? 0 { best = Found(field: field, hits: hits, records: sample.count) }
      }
    }
    return best
  }

  private func decodes(_ key: RawSpan, _ nameLength: Int) -> Bool {
    (try? KeyView(key, nameLength: nameLength).reference()) != nil
  }
}
