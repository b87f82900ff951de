internal import Glibc
internal import MirrorJournal

/// What stands around the rule's number in records, against what stands anywhere: tells a place that is
/// one of a record from one that a wrong step led to.
struct HeadProfile {
  /// Offsets from the place that say most.
  private(set) var offsets: [Int] = []
  /// For each of `offsets` and each byte, the bits that speak for a record.
  private var weights: [Float] = []
  /// Places with at least so many bits are records.
  private(set) var threshold: Float = 0

  /// Learns from chains that a search found.
  init(_ scored: ScoredRule, _ bytes: RawSpan) {
    let places = scored.goodChains.flatMap { chain in
      // Before it meets the records, a chain may run through anything.
      scored.rule.goesBack
        ? Array(chain.dropLast(chain.count / 8))
        : Array(chain.dropFirst(chain.count / 8))
    }
    let step = max(1, places.count / 600)
    let sample = stride(from: 0, to: places.count, by: step).map { places[$0] }
    guard let first = sample.min(), let last = sample.max(), sample.count >= 8 else { return }
    // Bytes anywhere between them.
    var anywhere = [Float](repeating: 0.5, count: 256)
    var total: Float = 128
    let stride = max(1, (last - first) / 8192)
    var place = first
    while place < last {
      anywhere[Int(bytes.loadUInt8(at: place) ?? 0)] += 1
      total += 1
      place += stride | 1
    }
    var ranked: [(offset: Int, gain: Float, weights: [Float])] = []
    let own = scored.rule.parts.flatMap { $0.at..<$0.at + $0.width }
    for offset in -32..<40 where !own.contains(offset) {
      var counts = [Float](repeating: 0, count: 256)
      for place in sample { counts[Int(bytes.loadUInt8(at: place + offset) ?? 0)] += 1 }
      var weights = [Float](repeating: 0, count: 256)
      var gain: Float = 0
      for byte in 0..<256 {
        let here = (counts[byte] + 0.25) / (Float(sample.count) + 64)
        weights[byte] = min(4, max(-4, log2(here / (anywhere[byte] / total))))
        gain += counts[byte] / Float(sample.count) * weights[byte]
      }
      ranked.append((offset, gain, weights))
    }
    ranked.sort { $0.gain > $1.gain }
    let best = ranked.prefix(16).filter { $0.gain > 0.5 }
    offsets = best.map(\.offset)
    weights = best.flatMap(\.weights)
    let scores = sample.map { score(bytes, at: $0) }
    // Records of a rare kind are like the others in few places, bytes elsewhere in none.
    let low = scores.sorted()[scores.count / 16]
    threshold = max(1, min(low, scores.reduce(0, +) / Float(scores.count) * 0.25))
  }

  private func score(_ bytes: RawSpan, at place: Int) -> Float {
    var sum: Float = 0
    for (index, offset) in offsets.enumerated() {
      sum += weights[index &* 256 &+ Int(bytes.loadUInt8(at: place &+ offset) ?? 0)]
    }
    return sum
  }

  /// Whether a record's number can stand at `place`.
  func fits(_ bytes: RawSpan, at place: Int) -> Bool { score(bytes, at: place) >= threshold }

  /// Whether a chain of records can begin at `place`: the first of all is often like no other.
  func begins(_ rule: ChainRule, _ bytes: RawSpan, at place: Int) -> Bool {
    let step = rule.step(bytes, from: place)
    guard step != 0 else { return false }
    if fits(bytes, at: place) { return true }
    var next = place + step
    var fit = 0
    for _ in 0..<3 {
      if fits(bytes, at: next) { fit += 1 }
      next += rule.step(bytes, from: next)
    }
    return fit >= 2
  }

  /// Of `places`, the share that can be records' numbers; at most `most` of them are looked at.
  func share(_ bytes: RawSpan, _ places: some RandomAccessCollection<Int64>, most: Int = 64)
    -> Double
  {
    guard !places.isEmpty else { return 0 }
    let step = max(1, places.count / most)
    var fit = 0
    var seen = 0
    var index = places.startIndex
    while index < places.endIndex {
      seen += 1
      if fits(bytes, at: Int(places[index])) { fit += 1 }
      guard places.distance(from: index, to: places.endIndex) > step else { break }
      index = places.index(index, offsetBy: step)
    }
    return Double(fit) / Double(seen)
  }
}
