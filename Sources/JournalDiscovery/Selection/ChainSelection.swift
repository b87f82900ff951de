internal import MirrorJournal

/// The framings that explain most of a file, best first: forwards, by the parts of records, backwards.
struct ChainSelection {
  struct Chosen {
    var candidate: FramingSearch.Candidate
    var framing: Framing
    var sample: FramingSample
  }

  /// How much a framing has to explain so that no other kind is looked for.
  static let enough = 0.98
  /// Rules with less of the best one's score are not looked at.
  static let shareOfBest = 0.45

  let extent: DataExtent

  /// Chains that are judged at most of one kind.
  static let mostJudged = 12

  /// Every kind of framing, until one explains the file.
  func search(_ bytes: RawSpan) -> [ChainJudgement] {
    guard extent.end - extent.start >= 512 else { return [] }
    var rules = ChainRule.distances
    for window in extent.windows(of: ChainSearch.windowSize).prefix(2) {
      guard let part = bytes.slice(window.lowerBound, window.count) else { continue }
      for rule in ChainRule.addresses(in: part, at: window.lowerBound) where !rules.contains(rule) {
        rules.append(rule)
      }
    }
    let scored = ChainSearch(extent: extent).search(bytes, rules)
    let forward = judged(scored.filter { !$0.rule.goesBack }, bytes)
    if forward.first?.isEnough == true { return forward }
    let parts = judged(
      ChainSearch(extent: extent).search(bytes, PartSearch(extent: extent).rules(bytes)), bytes)
    if parts.first?.isEnough == true { return ChainJudgement.sorted(parts + forward) }
    let back = judged(scored.filter { $0.rule.goesBack }, bytes)
    return ChainJudgement.sorted(forward + parts + back)
  }

  /// What agrees with the chains that explain nearly as much as the best one.
  private func judged(_ scored: [ScoredRule], _ bytes: RawSpan) -> [ChainJudgement] {
    let chosen = chosen(scored, bytes)
    let least = chosen.first?.sample.loss ?? 1
    var seen: Set<Framing> = []
    let near = chosen.filter { $0.sample.loss <= least + 0.1 && seen.insert($0.framing).inserted }
    return ChainJudgement.sorted(
      near.prefix(Self.mostJudged).map { ChainJudgement($0, extent, bytes) })
  }

  private func chosen(_ scored: [ScoredRule], _ bytes: RawSpan) -> [Chosen] {
    var result: [Chosen] = []
    let best = scored.first?.score ?? 0
    for rule in scored.prefix(10) where rule.score >= best * Self.shareOfBest {
      for candidate in FramingSearch(extent: extent).candidates(rule, bytes) {
        let framing = StartOffset(candidate: candidate, extent: extent).resolve(bytes)
        let sample = FramingSample(candidate, framing, extent, bytes)
        guard sample.records >= 8 else { continue }
        // Without blocks nothing stands before the first record but the file's header.
        if framing.grid.size == 0, !framing.rule.goesBack,
          framing.firstRecord != framing.dataStart
        {
          continue
        }
        result.append(Chosen(candidate: candidate, framing: framing, sample: sample))
      }
    }
    return result.sorted(by: Self.precedes)
  }

  /// Whether the first explains more, or as much and is simpler.
  static func precedes(_ left: Chosen, _ right: Chosen) -> Bool {
    let (a, b) = (left.sample, right.sample)
    if abs(a.loss - b.loss) > 0.01 { return a.loss < b.loss }
    if a.unexplained != b.unexplained { return a.unexplained < b.unexplained }
    // A part that is left out runs records together.
    if left.framing.rule.parts.count > 1, right.framing.rule.parts.count > 1,
      a.records != b.records
    {
      return a.records > b.records
    }
    if left.framing.rule == right.framing.rule {
      return left.framing.grid.size < right.framing.grid.size
    }
    return left.framing.rule.simplicity.lexicographicallyPrecedes(right.framing.rule.simplicity)
  }
}

extension ChainRule {
  /// Of rules that explain the same, the least comes first.
  var simplicity: [Int] {
    [
      goesBack ? 1 : 0, rounds, -parts.reduce(0) { $0 + $1.width }, isAddress ? 1 : 0, adds,
      unit, isBigEndian ? 1 : 0,
    ]
  }
}
