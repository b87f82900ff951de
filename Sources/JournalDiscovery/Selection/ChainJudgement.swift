internal import MirrorJournal

/// A framing, and what speaks for it besides the bytes that it explains: of several that explain the same
/// bytes, the one that more agrees with.
struct ChainJudgement {
  let chosen: ChainSelection.Chosen
  let table: RecordTable
  let links: [SecondLink]
  let names: NamePlace?
  /// A record that stands before the first one of the chain.
  let before: Int?
  /// Whether what links the first record back is none of the ways to say that there is no record before.
  let hasWrongStart: Bool
  /// Whether records hold what looks like others that lead to where they end.
  let hidesRecords: Bool

  init(_ chosen: ChainSelection.Chosen, _ extent: DataExtent, _ bytes: RawSpan) {
    self.chosen = chosen
    let framing = chosen.framing
    table = RecordTable(framing, extent, bytes)
    links = LinkSearch(table: table, framing: framing).search(bytes)
    names = NameSearch(table: table, isBigEndian: framing.rule.isBigEndian).search(bytes)
    let first = table.rows.first?.start ?? framing.firstRecord
    var before = StartCheck(chosen.candidate).before(bytes)
    var isWrong = false
    if let link = links.first(where: { $0.kind == .distanceBack || $0.kind == .previousAddress }),
      let value = bytes.load(link.field, from: first), value > 0
    {
      let number = Int(clamping: value & 0xFFFF_FFFF) * link.unit
      let place = link.kind == .distanceBack ? first - number : number
      let size = framing.grid.size
      let block = max(framing.dataStart, size > 0 ? first / size * size : 0)
      // Back to the block's own header is no record, unless a record stands there.
      let isHeader =
        place == block && (link.inFirst == .block || !Self.leads(framing, place, bytes))
      if place >= block, place < first, !isHeader {
        before = before ?? place
      } else if place != block {
        isWrong = true
      }
    }
    self.before = before
    hasWrongStart = isWrong
    hidesRecords = Self.hidden(chosen, table, bytes)
  }

  /// Whether there are more than chance would have of records inside of which others seem to stand, whose
  /// lengths end where theirs do: a rule that leaves out a part runs records together.
  private static func hidden(
    _ chosen: ChainSelection.Chosen, _ table: RecordTable, _ bytes: RawSpan
  ) -> Bool {
    let framing = chosen.framing
    guard framing.rule.parts.count > 1, !framing.crosses else { return false }
    var hidden = 0
    for row in table.rows {
      var place = row.start + framing.offset + ChainRule.steps.lowerBound
      let end = row.start + row.length + framing.offset
      while place + ChainRule.steps.lowerBound < end {
        if place + framing.rule.step(bytes, from: place) == end,
          chosen.candidate.profile.fits(bytes, at: place)
        {
          hidden += 1
          break
        }
        place += framing.alignment
      }
    }
    return hidden * 200 > table.rows.count
  }

  /// Whether what stands at `place` leads to the first record.
  private static func leads(_ framing: Framing, _ place: Int, _ bytes: RawSpan) -> Bool {
    guard !framing.rule.goesBack else { return false }
    return place + framing.offset + framing.rule.step(bytes, from: place + framing.offset)
      == framing.firstPlace
  }

  /// How much agrees with the chain that chance would not make agree.
  var score: Int {
    let framing = chosen.framing
    var score = 0
    if !links.isEmpty { score += 4 }
    if let names { score += names.length.isKnown ? 3 : 2 }
    if chosen.candidate.closed >= 2 { score += 2 }
    // Class O.
    if framing.firstRecord % 65_536 == 16, framing.dataStart == framing.firstRecord - 16 {
      score += 2
    }
    if max(framing.grid.size, framing.seenSize) == 65_536 { score += 1 }
    if framing.rule.goesBack { score -= 3 }
    if before != nil || hasWrongStart || hidesRecords { score -= 6 }
    return score
  }

  /// What agrees with the chain or speaks against it, in words that hold no data.
  var words: [String] {
    var words: [String] = []
    if let link = links.first {
      words.append("\(link.kind.rawValue) (\(link.hits) of \(link.hits + link.misses))")
    }
    if let names { words.append("names at \(names.key) (\(names.hits) of \(names.records))") }
    if chosen.candidate.closed > 0 {
      words.append("ends of blocks (\(chosen.candidate.closed) of \(chosen.candidate.blocks))")
    }
    if before != nil { words.append("against it: a record before the first") }
    if hasWrongStart { words.append("against it: the first record's link") }
    if hidesRecords { words.append("against it: records inside others") }
    if chosen.sample.fit < 0.7 { words.append("against it: records are not alike") }
    return words
  }

  /// Whether no other kind of chain has to be looked for.
  var isEnough: Bool {
    chosen.sample.explained >= ChainSelection.enough && chosen.sample.fit >= 0.7 && before == nil
      && !hasWrongStart && score >= 5 && chosen.sample.loss < 0.1
  }

  /// Best first: what explains more, then what more agrees with, then what is simpler.
  static func sorted(_ judged: [ChainJudgement]) -> [ChainJudgement] {
    judged.sorted { left, right in
      let (a, b) = (left.chosen.sample, right.chosen.sample)
      if abs(a.loss - b.loss) > 0.02 { return a.loss < b.loss }
      if left.score != right.score { return left.score > right.score }
      return ChainSelection.precedes(left.chosen, right.chosen)
    }
  }

  /// Whether this explains as much as `best`, and nearly as much agrees with it.
  func isNear(_ best: ChainJudgement) -> Bool {
    chosen.sample.loss <= best.chosen.sample.loss + 0.02 && score + 4 >= best.score
  }

  /// Whether `other`, a division into other records, has as much for itself.
  func isRivalled(by other: ChainJudgement) -> Bool {
    other.chosen.isRival(of: chosen) && other.chosen.sample.explained >= 0.98
      && other.chosen.sample.loss <= chosen.sample.loss + 0.05
      && other.chosen.sample.fit >= chosen.sample.fit * 0.8 && other.score + 2 >= score
  }
}
