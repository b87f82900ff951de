internal import MirrorJournal

/// Finds the blocks that records cross: the sizes and headers over which a walk goes on from records to
/// records.
struct CrossingSearch {
  struct Found {
    var grid: Grid
    /// A record's number from which the walk began.
    var from: Int
    /// Blocks' headers over which the walk went.
    var crossed: Int
    /// Records met.
    var records: Int
    /// Whether the walk came to the end of the data.
    var isWhole: Bool
    var isDocumented: Bool { grid.size == 65_536 && grid.header == 16 }
  }

  let scored: ScoredRule
  let profile: HeadProfile
  let extent: DataExtent
  private var places: [Int64] = []

  init(scored: ScoredRule, profile: HeadProfile, extent: DataExtent) {
    self.scored = scored
    self.profile = profile
    self.extent = extent
  }

  /// The divisions under which the walk goes on, the one that goes furthest first.
  mutating func search(_ bytes: RawSpan) -> [Found] {
    var found: [Found] = []
    // Backwards from the last window, so that there are blocks to go over.
    let chains = scored.goodChains.sorted {
      scored.rule.goesBack ? $0[0] > $1[0] : $0[0] < $1[0]
    }
    // Late in the chain, which may have begun anywhere; of a chain back that is near the end, early, too.
    var starts: [Int] = []
    for chain in chains.prefix(2) where !chain.isEmpty {
      let count = chain.count
      let late = scored.rule.goesBack ? [count / 4, count * 15 / 16] : [count * 3 / 4]
      starts += late.map { chain[$0] }
    }
    for from in starts {
      if let plain = walk(bytes, Grid(), from), plain.isWhole || plain.records > 2000 {
        found.append(plain)
        // Over edges of blocks that it met it went as if there were none.
        let rest = scored.rule.goesBack ? from - extent.start : extent.end - from
        if rest > 1 << 17 { continue }
      }
      for size in GridSearch.sizes { found += headers(of: size, bytes, from) }
    }
    return found.sorted { left, right in
      if left.isWhole != right.isWhole { return left.isWhole }
      if (left.grid.size == 0) != (right.grid.size == 0) { return left.grid.size == 0 }
      if left.isDocumented != right.isDocumented { return left.isDocumented }
      return left.crossed > right.crossed
    }
  }

  /// The headers of blocks of `size` over which the walk goes on.
  private mutating func headers(of size: Int, _ bytes: RawSpan, _ from: Int) -> [Found] {
    let goesBack = scored.rule.goesBack
    let edge = goesBack ? from / size * size : (from / size + 1) * size
    guard edge > 0, edge < extent.end else { return [] }
    let count = scored.rule.walk(
      bytes, from: from, to: edge, most: size / ChainRule.steps.lowerBound + 2, into: &places)
    guard count > 0 else { return [] }
    let last = Int(places[count - 1])
    var found: [Found] = []
    for header in 1...64 {
      let grid = Grid(size: size, header: header)
      var place = last
      var isSound = true
      for _ in 0..<3 where isSound {
        let step = scored.rule.step(bytes, from: place, grid: grid)
        place = grid.advance(place, by: step)
        isSound = step != 0 && (profile.fits(bytes, at: place) || place >= extent.end)
      }
      guard isSound, let walk = walk(bytes, grid, from), walk.crossed > 0 else { continue }
      found.append(walk)
    }
    return found
  }

  /// A walk over several blocks; nil where it meets what are no records.
  private mutating func walk(_ bytes: RawSpan, _ grid: Grid, _ from: Int) -> Found? {
    let goesBack = scored.rule.goesBack
    let most = 200_000
    let blocks = grid.size == 0 ? 1 << 22 : max(1 << 22, 8 * grid.size)
    let limit = goesBack ? max(0, from - blocks) : min(bytes.byteCount, from + blocks)
    let count = scored.rule.walk(
      bytes, from: from, to: limit, grid: grid, most: most, into: &places)
    guard count >= ChainSearch.leastRecords else { return nil }
    let last = Int(places[count - 1])
    let isWhole =
      count == most || (goesBack ? last <= extent.start + 8192 : last >= extent.end - 64)
    let isAtLimit = limit > 0 && (goesBack ? last - limit < 65_536 : limit - last < 65_536)
    guard profile.share(bytes, places[0..<count], most: 512) >= 0.85 else { return nil }
    let crossed = grid.size == 0 ? 0 : abs(last / grid.size - from / grid.size)
    return Found(
      grid: grid, from: from, crossed: crossed, records: count, isWhole: isWhole || isAtLimit)
  }
}
