internal import MirrorJournal

/// Where records keep the names of globals.
struct NamePlace: Hashable {
  /// Offset of the first character.
  var key: Int
  /// The number that counts the characters; unknown where a name ends by itself.
  var length = Field.unknown
  /// Records with a name there, of how many looked at.
  var hits = 0
  var records = 0
  /// Different names.
  var kinds = 0
}

/// Finds the one place at which names of globals stand.
struct NameSearch {
  let table: RecordTable
  let isBigEndian: Bool

  /// The place of the names; nil where no place has them.
  func search(_ bytes: RawSpan) -> NamePlace? {
    let step = max(1, table.rows.count / 1200)
    let rows = stride(from: 0, to: table.rows.count, by: step).map { table.rows[$0] }
    guard rows.count >= 16 else { return nil }
    var best: (place: NamePlace, score: Double)?
    for key in 4..<96 {
      let runs = rows.map { row -> (row: RecordTable.Row, run: Int) in
        guard row.length > key + 2,
          NameAnchors.canBegin(bytes.loadUInt8(at: row.start + key) ?? 0)
        else { return (row, 0) }
        return (row, NameAnchors.run(bytes, at: row.start + key, most: min(40, row.length - key)))
      }
      let some = runs.filter { $0.run >= 3 }
      guard some.count * 12 >= rows.count else { continue }
      // Behind a letter it is not the name's first one.
      let later = some.count {
        NameAnchors.canBegin(bytes.loadUInt8(at: $0.row.start + key - 1) ?? 0)
      }
      guard later * 4 < some.count * 3 else { continue }
      // A number before it that counts the run, else the same names again and again.
      if let counted = counted(some, key, bytes, rows.count),
        counted.hits * 12 >= rows.count
      {
        var place = counted
        place.records = rows.count
        let score = Double(place.hits) * 4 + Double(place.kinds)
        if score > best?.score ?? 0 { best = (place, score) }
      } else if let place = ended(some, key, bytes, rows.count) {
        let score = Double(place.hits)
        if score > best?.score ?? 0 { best = (place, score) }
      }
    }
    return best?.place
  }

  private func counted(
    _ runs: [(row: RecordTable.Row, run: Int)], _ key: Int, _ bytes: RawSpan,
    _ records: Int
  ) -> NamePlace? {
    var best: NamePlace?
    for width in [2, 1, 4] as [UInt8] {
      for isBigEndian in width == 1 ? [false] : [isBigEndian, !isBigEndian] {
        for offset in 0..<max(1, key - Int(width) + 1) {
          let field = Field(UInt16(offset), width: width, isBigEndian: isBigEndian)
          var names: Set<[UInt8]> = []
          var hits = 0
          var whole = 0
          for (row, run) in runs {
            // What follows may be letters, too: the number counts no more than the run.
            guard let value = bytes.load(field, from: row.start), value >= 2, value <= run else {
              continue
            }
            hits += 1
            if value == run { whole += 1 }
            names.insert(bytes.slice(row.start + key, Int(value))?.copied() ?? [])
          }
          let lengths = Set(names.map(\.count))
          guard hits * 10 >= runs.count * 9, names.count >= 3, lengths.count >= 2,
            names.count * 4 <= hits,
            // Where it counts less than what could be a name, the places have to be many.
            whole * 10 >= hits * 9 || hits * 5 >= records * 2
          else { continue }
          if hits > best?.hits ?? 0 {
            best = NamePlace(key: key, length: field, hits: hits, kinds: names.count)
          }
        }
      }
    }
    return best
  }

  /// Names that a byte ends that no name has.
  private func ended(
    _ runs: [(row: RecordTable.Row, run: Int)], _ key: Int, _ bytes: RawSpan, _ records: Int
  ) -> NamePlace? {
    guard runs.count * 2 >= records else { return nil }
    var names: [[UInt8]: Int] = [:]
    for (row, run) in runs {
      names[bytes.slice(row.start + key, run)?.copied() ?? [], default: 0] += 1
    }
    // The same few names, each met again and again.
    let often = names.filter { $0.value >= 3 }
    let hits = often.values.reduce(0, +)
    guard often.count >= 3, hits * 2 >= records, hits * 10 >= runs.count * 8,
      often.count * 6 <= hits,
      Set(often.keys.map(\.count)).count >= 2
    else { return nil }
    return NamePlace(key: key, hits: hits, records: records, kinds: often.count)
  }
}
