internal import MirrorJournal

/// A rule and what its chains in the sampled windows look like.
struct ScoredRule {
  let rule: ChainRule
  /// Bits that the chains' surroundings have in common, times the share of the windows they span.
  var score = 0.0
  /// Windows in which the rule has a chain.
  var windows = 0
  /// The chain of each window, as places in the file, ascending, and what it scores.
  var chains: [[Int]] = []
  var scores: [Double] = []

  /// The chains that are as good as the best: others may have missed their window's records.
  var goodChains: [[Int]] {
    let best = scores.max() ?? 0
    return zip(chains, scores).filter { $0.1 >= best * 0.6 }.map(\.0)
  }
}

/// Finds the rules under which numbers form chains through the sampled windows whose surroundings are
/// alike: what stands at the same place of each record's header.
struct ChainSearch {
  static let windowSize = 16_384
  /// Chains of fewer records say nothing.
  static let leastRecords = 10
  /// Bits in common below which a chain is one of any bytes.
  static let leastGain = 12.0

  /// Bits in common that only records have.
  static let tellingGain = 30.0

  let extent: DataExtent

  /// The best rules, best first.
  func search(_ bytes: RawSpan, _ rules: [ChainRule], most: Int = 48) -> [ScoredRule] {
    let windows = extent.windows(of: Self.windowSize)
    var scored: [ChainRule: ScoredRule] = [:]
    var loops = ChainLoops()
    // Until two windows have chains: one may lie within a single long value.
    var told = 0
    for window in windows.prefix(6) {
      guard let part = bytes.slice(window.lowerBound, window.count) else { continue }
      let entropy = ChainLoops.entropy(part)
      // Zeros, text, and what is compressed or random hold no records that could be seen.
      guard entropy > 0.5, entropy < 7.7, Self.textShare(part) < 0.97 else { continue }
      var best = 0.0
      for rule in told < 2 ? rules : scored.values.map(\.rule) {
        guard let (gain, places) = chain(rule, part, window.lowerBound, entropy, &loops) else {
          continue
        }
        best = max(best, gain)
        var entry = scored[rule] ?? ScoredRule(rule: rule)
        entry.windows += 1
        entry.chains.append(places)
        entry.scores.append(gain)
        entry.score += gain
        scored[rule] = entry
      }
      if best >= Self.tellingGain { told += 1 }
      if told >= 2, scored.count > most {
        let kept = Self.sorted(Array(scored.values)).prefix(most)
        scored = Dictionary(uniqueKeysWithValues: kept.map { ($0.rule, $0) })
      }
      if told >= 4 { break }
    }
    return Array(Self.sorted(Array(scored.values)).prefix(most))
  }

  /// The better of the chain that spans most of a window and the one that has most records: where a
  /// block ends in the window, a few long steps anywhere can span more than its records do.
  private func chain(
    _ rule: ChainRule, _ part: RawSpan, _ base: Int, _ entropy: Double, _ loops: inout ChainLoops
  ) -> (gain: Double, places: [Int])? {
    var best: (gain: Double, places: [Int])?
    for begin in loops.chains(rule, in: part, at: base) {
      let places = loops.follow(rule, in: part, at: base, from: begin)
      guard places.count >= Self.leastRecords, let first = places.first, let last = places.last
      else { continue }
      let span = abs(Int(last) - Int(first))
      // Before it meets the records, a chain may run through anything.
      let body = places.dropFirst(places.count / 8)
      let gain = loops.gain(rule, in: part, places: body.prefix(96), entropy: entropy)
      guard gain >= Self.leastGain else { continue }
      // A few places are alike by chance.
      let records = Double(places.count)
      let score = gain * Double(span) / Double(part.byteCount) * records / (records + 32)
      guard score > best?.gain ?? 0 else { continue }
      let sorted = places.map { Int($0) + base }
      best = (score, rule.goesBack ? sorted.reversed() : sorted)
    }
    return best
  }

  /// Of the bytes, the share that is printable or breaks a line.
  private static func textShare(_ part: RawSpan) -> Double {
    var count = 0
    var place = 0
    while place < part.byteCount {
      let byte = part.loadUInt8(at: place) ?? 0
      if byte >= 0x20 && byte < 0x7F || byte == 9 || byte == 10 || byte == 13 { count += 1 }
      place += 8
    }
    return Double(count * 8) / Double(max(8, part.byteCount))
  }

  /// Best first; of equals the one that says more.
  static func sorted(_ rules: [ScoredRule]) -> [ScoredRule] {
    rules.sorted { left, right in
      if abs(left.score - right.score) > 0.01 { return left.score > right.score }
      return left.rule.preference.lexicographicallyPrecedes(right.rule.preference)
    }
  }
}

extension ChainRule {
  /// Of rules that make the same chain, the least comes first.
  var preference: [Int] {
    [
      goesBack ? 1 : 0, -(parts.first?.width ?? 0), adds, rounds, unit, isBigEndian ? 1 : 0,
      isAddress ? 1 : 0,
    ]
  }
}
