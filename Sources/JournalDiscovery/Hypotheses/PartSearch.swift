internal import MirrorJournal

/// Finds lengths of parts that together make the distance from one name to the next: how records lead on
/// that have no length of their own.
struct PartSearch {
  private struct Number: Hashable {
    var at: Int
    var width: Int
    var isBigEndian: Bool
  }

  let extent: DataExtent

  /// Rules of two and three parts, best first.
  func rules(_ bytes: RawSpan) -> [ChainRule] {
    let windows = Array(extent.windows(of: ChainSearch.windowSize).prefix(5))
    let anchors = NameAnchors(bytes, windows)
    var pairs: [(from: Int, distance: Int)] = []
    for window in anchors.windows {
      for (place, next) in zip(window, window.dropFirst()) where next - place >= 12 {
        if next - place < 2048 { pairs.append((place, next - place)) }
      }
    }
    let step = max(1, pairs.count / 160)
    pairs = stride(from: 0, to: pairs.count, by: step).map { pairs[$0] }
    guard pairs.count >= 24 else { return [] }
    let distances = pairs.map(\.distance)
    let numbers = numbers(bytes, pairs)
    var found: [(rule: ChainRule, hits: Int)] = []
    for (first, one) in numbers.enumerated() {
      for second in numbers.indices.dropFirst(first + 1)
      where Self.areApart(one.number, numbers[second].number) {
        let two = numbers[second]
        let sums = zip(one.values, two.values).map(&+)
        let plain = fit(distances, sums, [one.number, two.number], &found)
        guard plain * 5 >= pairs.count else { continue }
        for third in numbers.indices
        where third != first && third != second && Self.areApart(two.number, numbers[third].number)
          && Self.areApart(one.number, numbers[third].number)
        {
          let all = zip(sums, numbers[third].values).map(&+)
          _ = fit(distances, all, [one.number, two.number, numbers[third].number], &found)
        }
      }
    }
    found.sort { left, right in
      if left.hits != right.hits { return left.hits > right.hits }
      let (a, b) = (left.rule, right.rule)
      if a.parts.count != b.parts.count { return a.parts.count < b.parts.count }
      // A number that is narrower than its field fails where a record is long.
      let (width, other) = (a.width, b.width)
      return width != other ? width > other : (a.adds, a.rounds) < (b.adds, b.rounds)
    }
    // Of the same places in other widths, or with other padding, the best.
    var kinds: [[Int]: Int] = [:]
    var seen: Set<ChainRule> = []
    return found.map(\.rule).filter { rule in
      guard seen.insert(rule).inserted else { return false }
      let kind = rule.parts.map(\.at) + [rule.rounds]
      kinds[kind, default: 0] += 1
      return kinds[kind, default: 0] <= 2
    }.prefix(60).map { $0 }
  }

  /// Whether the two do not overlap and have one byte order.
  private static func areApart(_ left: Number, _ right: Number) -> Bool {
    guard left.at + left.width <= right.at || right.at + right.width <= left.at else {
      return false
    }
    return left.width == 1 || right.width == 1 || left.isBigEndian == right.isBigEndian
  }

  /// The numbers before the names that differ from record to record and fit into records.
  private func numbers(_ bytes: RawSpan, _ pairs: [(from: Int, distance: Int)])
    -> [(number: Number, values: [Int])]
  {
    var result: [(number: Number, values: [Int])] = []
    for at in -40..<0 {
      for width in [1, 2, 4] where at + width <= 0 {
        for isBigEndian in width == 1 ? [false] : [false, true] {
          let field = Field(0, width: UInt8(width), isBigEndian: isBigEndian)
          let values = pairs.map { pair in
            Int(clamping: (bytes.load(field, from: pair.from + at) ?? 0) & 0xFFFF_FFFF)
          }
          let fitting = zip(values, pairs).count { $0 < $1.distance }
          guard fitting * 10 >= pairs.count * 9, Set(values).count >= 3 else { continue }
          result.append((Number(at: at, width: width, isBigEndian: isBigEndian), values))
        }
      }
    }
    return result
  }

  /// Counts the distances that are the sum, a constant and a padding; notes the rule if they are many.
  private func fit(
    _ distances: [Int], _ sums: [Int], _ numbers: [Number],
    _ found: inout [(rule: ChainRule, hits: Int)]
  ) -> Int {
    var counts = [Int](repeating: 0, count: 72)
    for (distance, sum) in zip(distances, sums) where distance - sum >= 0 && distance - sum < 64 {
      counts[distance - sum] += 1
    }
    var best = 0
    for rounds in [1, 4, 8] {
      for adds in 0..<64 {
        let hits = (adds..<adds + rounds).reduce(0) { $0 + counts[$1] }
        best = max(best, hits)
        // Padding is anything up to its unit; what never occurs is none.
        guard hits * 4 >= distances.count, rounds == 1 || counts[adds] * 16 >= hits else {
          continue
        }
        let sorted = numbers.sorted { $0.at < $1.at }
        let first = sorted[0].at
        let isBigEndian = numbers.contains { $0.width > 1 && $0.isBigEndian }
        found.append(
          (
            ChainRule(
              sorted.map { ChainRule.Part(at: $0.at - first, width: $0.width) },
              isBigEndian: isBigEndian, adds: adds, rounds: rounds), hits
          ))
      }
    }
    return best
  }
}
