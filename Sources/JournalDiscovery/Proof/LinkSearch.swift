internal import MirrorJournal

/// A second number by which records name each other.
struct SecondLink: Hashable {
  enum Kind: String {
    case distanceBack = "distance to the record before"
    case previousAddress = "address of the record before"
    case nextAddress = "address of the next record"
    case length = "length of the record"
    case lengthAtEnd = "length of the record, at its end"
  }

  /// What a block's first record has instead of a link to the last one of the block before.
  enum InFirst: String {
    case previous = "the record before"
    case zero = "nothing"
    case block = "its block's start"
  }

  var kind: Kind
  /// Offset in the record; of a length at the end from the record's end back.
  var field: Field
  var unit: Int
  var inFirst = InFirst.previous
  /// Records that bear it out, and those that do not.
  var hits = 0
  var misses = 0
}

/// Finds numbers that are links besides the one that the walk goes by.
struct LinkSearch {
  let table: RecordTable
  let framing: Framing

  /// The links found, best first.
  func search(_ bytes: RawSpan) -> [SecondLink] {
    var found: [SecondLink] = []
    let sample = Array(table.rows.dropFirst().prefix(3000))
    guard sample.count >= 16 else { return [] }
    let shortest = sample.map(\.length).min() ?? 0
    let own =
      framing.isAtEnd
      ? [] : framing.rule.parts.map { $0.at + framing.offset..<$0.at + framing.offset + $0.width }
    for width in [8, 4, 2] as [UInt8] {
      for isBigEndian in [false, true] {
        for offset in 0..<max(1, min(60, shortest - Int(width) + 1)) {
          let field = Field(UInt16(offset), width: width, isBigEndian: isBigEndian)
          let isOwn = own.contains { $0.lowerBound < field.end && offset < $0.upperBound }
          for kind in [SecondLink.Kind.distanceBack, .previousAddress, .nextAddress, .length] {
            if isOwn, !framing.rule.isAddress, !framing.rule.goesBack || kind == .distanceBack {
              continue
            }
            for unit in [1, 4, 8, 2] {
              if let link = test(kind, field, unit, sample, bytes) { found.append(link) }
            }
          }
        }
        if !framing.isAtEnd {
          for unit in [1, 4, 8] {
            let field = Field(UInt16(width), width: width, isBigEndian: isBigEndian)
            if let link = test(.lengthAtEnd, field, unit, sample, bytes) { found.append(link) }
          }
        }
      }
    }
    return Self.distinct(found)
  }

  /// Without those that are the same number seen wider or narrower.
  private static func distinct(_ links: [SecondLink]) -> [SecondLink] {
    var kept: [SecondLink] = []
    let sorted = links.sorted { left, right in
      if left.misses != right.misses { return left.misses < right.misses }
      // As wide as it fits, but hardly ever eight bytes.
      let (a, b) = (
        left.field.width == 8 ? 1 : left.field.width, right.field.width == 8 ? 1 : right.field.width
      )
      return a > b
    }
    for link in sorted
    where !kept.contains(where: {
      $0.kind == link.kind && Int($0.field.offset) < link.field.end
        && Int(link.field.offset) < $0.field.end
    }) {
      kept.append(link)
    }
    return kept
  }

  /// Whether the field is a link of `kind` in at least 98 of 100 records that are not a block's first.
  private func test(
    _ kind: SecondLink.Kind, _ field: Field, _ unit: Int, _ sample: [RecordTable.Row],
    _ bytes: RawSpan
  ) -> SecondLink? {
    var link = SecondLink(kind: kind, field: field, unit: unit)
    var values: Set<Int> = []
    var firsts: [SecondLink.InFirst: Int] = [:]
    var firstCount = 0
    for row in sample {
      guard let expected = expected(kind, row), let value = load(kind, field, row, bytes) else {
        continue
      }
      let isHit = value == expected / unit && expected % unit == 0
      if row.isFirst, kind == .distanceBack || kind == .previousAddress {
        firstCount += 1
        if isHit { firsts[.previous, default: 0] += 1 }
        if value == 0 { firsts[.zero, default: 0] += 1 }
        let start = kind == .distanceBack ? row.start - row.block : row.block
        if value == start / unit { firsts[.block, default: 0] += 1 }
        continue
      }
      if isHit {
        link.hits += 1
        if values.count < 8 { values.insert(value) }
      } else {
        link.misses += 1
        if link.misses > 8, link.misses * 20 > link.hits { return nil }
      }
    }
    guard link.hits >= 12, link.misses * 50 <= link.hits, values.count >= 3 else { return nil }
    if let best = firsts.max(by: { $0.value < $1.value }), firstCount > 0 {
      link.inFirst = best.key
      link.misses += firstCount - best.value
      link.hits += best.value
      guard link.misses * 25 <= link.hits else { return nil }
    }
    return link
  }

  private func expected(_ kind: SecondLink.Kind, _ row: RecordTable.Row) -> Int? {
    switch kind {
    case .distanceBack: row.previous.map { row.start - $0 }
    case .previousAddress: row.previous
    case .nextAddress: row.next
    case .length, .lengthAtEnd: row.length
    }
  }

  private func load(
    _ kind: SecondLink.Kind, _ field: Field, _ row: RecordTable.Row, _ bytes: RawSpan
  ) -> Int? {
    let start =
      kind == .lengthAtEnd
      ? table.grid.advance(row.start, by: row.length - 2 * Int(field.width)) : row.start
    guard let value = bytes.load(field, from: start), value < 1 << 40 else { return nil }
    return Int(value)
  }
}
