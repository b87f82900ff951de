internal import MirrorJournal

/// Finds the blocks that records do not cross: the sizes and first places from which walks end where
/// blocks do.
struct GridSearch {
  struct Found {
    var size: Int
    /// In-block offset of the first record's number.
    var lead: Int
    /// How the sampled blocks end.
    var ends: [BlockEnd]
    var used: BlockNumber?
    /// How far from a block's end the number of a further record would stand.
    var left: Int?
    /// Bytes at a block's end that are no record's.
    var trailer = 0
    /// Sampled blocks, and those that close.
    var blocks: Int
    var closed: Int
    /// Blocks whose first place looks like a record's.
    var begun = 0
    /// Records in the sampled blocks.
    var records: Int
  }

  /// The documented size first: it takes ties.
  static let sizes = [
    65_536, 32_768, 16_384, 8192, 131_072, 262_144, 524_288, 1_048_576, 4096, 2048, 1024, 512,
  ]
  /// A block's header and what stands before the number in the first record.
  static let leads = 0..<124
  static let sampledBlocks = 8
  static let fewBlocks = 6

  let scored: ScoredRule
  let profile: HeadProfile
  let extent: DataExtent

  /// The block sizes that sampled blocks bear out, best first.
  func search(_ bytes: RawSpan) -> [Found] {
    let found = Self.sizes.flatMap { best(of: $0, bytes) }
    // Of blocks that are too small a part would not begin with a record; what is too large can hold by
    // links that lead over headers. With one block nothing tells, and the documented size stands first.
    let tested = found.filter { $0.closed > 1 }.sorted { left, right in
      let (all, other) = (left.closed == left.blocks, right.closed == right.blocks)
      return all != other ? all : left.size < right.size
    }
    guard let first = tested.first ?? found.first else { return [] }
    // Of few blocks, the documented size is always tried.
    let documented = found.first { $0.size == Self.sizes[0] && $0.blocks < Self.fewBlocks }
    let sizes =
      [first.size] + tested.map(\.size).filter { $0 != first.size }.prefix(1)
      + (documented.map { [$0.size] } ?? [])
    return (tested + found.filter { $0.closed < 2 }).filter { sizes.contains($0.size) }
  }

  /// Starts of blocks of `size`, spread over the data: of whole ones, and of the last where these are few.
  func blocks(of size: Int, _ count: Int = sampledBlocks) -> [Int] {
    let first = (extent.start + size - 1) / size
    let behind = extent.end / size
    guard first < behind else {
      let last = max(0, extent.end - 1) / size
      return last > 0 || size >= extent.end ? [last * size] : []
    }
    let number = behind - first
    if number < Self.fewBlocks {
      // The first of all can begin later than others.
      let all = Array(first...(extent.end - 1) / size)
      return (all.count > 2 ? all.dropFirst() : all[...]).map { $0 * size }
    }
    guard number > count else { return (first..<behind).map { $0 * size } }
    return (0..<count).map { (first + $0 * (number - 1) / (count - 1)) * size }
  }

  private func best(of size: Int, _ bytes: RawSpan) -> [Found] {
    let blocks = blocks(of: size)
    guard !blocks.isEmpty else { return [] }
    var plain = best(of: size, blocks, trailer: 0, bytes)
    if plain.found.isEmpty, blocks.count == 2 {
      // In the first of all, the first record may stand later.
      plain = best(of: size, Array(blocks.dropFirst()), trailer: 0, bytes)
    }
    guard plain.tail > 0 else { return plain.found }
    // What stands behind the zeros may be a block's own: then every block has it.
    let other = best(of: size, blocks, trailer: plain.tail, bytes).found
    guard let first = other.first, first.closed > plain.found.first?.closed ?? 0 else {
      return plain.found
    }
    return other
  }

  private func best(of size: Int, _ blocks: [Int], trailer: Int, _ bytes: RawSpan)
    -> (found: [Found], tail: Int)
  {
    var walker = BlockWalker(scored.rule, size: size)
    walker.trailer = trailer
    walker.dataEnd = extent.end
    var walks: [Int: [(start: Int, walk: BlockWalk)]] = [:]
    for (index, block) in blocks.enumerated() {
      for lead in Self.leads where index < 2 || walks[lead] != nil {
        guard profile.begins(scored.rule, bytes, at: block + lead) else { continue }
        walks[lead, default: []].append((block, walker.walk(bytes, block, lead: lead)))
      }
    }
    var found: [Found] = []
    var tail = 0
    for (lead, list) in walks where list.count * 3 >= blocks.count * 2 {
      var judged = judge(lead, list, size: size, blocks: blocks.count, bytes)
      judged.trailer = trailer
      found.append(judged)
      var tails: [Int: Int] = [:]
      for (_, walk) in list {
        if case .zeros(let bytes) = walk.end, bytes > 0 { tails[(bytes + 3) / 4, default: 0] += 1 }
      }
      // A trailer can begin with a zero, never end early.
      if let usual = tails.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
        tail = max(tail, usual.key * 4)
      }
    }
    let good = found.filter { $0.closed * 3 >= $0.blocks * 2 }
    let closed = good.map(\.closed).max() ?? 0
    let best = good.filter { $0.closed == closed }.sorted { left, right in
      // A header can be taken for a record, if it leads to the first one.
      let (a, b) = (left.begun * 4 >= left.blocks * 3, right.begun * 4 >= right.blocks * 3)
      if a != b { return a }
      // A later one leaves out the first record of each block.
      return left.lead < right.lead
    }
    // Which of them is the first record, what else agrees with them has to tell.
    return (
      Array(best.prefix(1) + best.dropFirst().filter { $0.lead < best[0].lead }.prefix(3)), tail
    )
  }

  private func judge(
    _ lead: Int, _ list: [(start: Int, walk: BlockWalk)], size: Int, blocks: Int, _ bytes: RawSpan
  ) -> Found {
    var found = Found(size: size, lead: lead, ends: [], blocks: blocks, closed: 0, records: 0)
    var exact: [Int: Int] = [:]
    for (_, walk) in list { if case .exact(let left) = walk.end { exact[left, default: 0] += 1 } }
    // What ends nearest to the block's end ends with it; before others are zeros, too few for a record.
    let usual = exact.keys.filter { (-64...64).contains($0) }.min()
    found.left = usual
    let used = UsedNumber.search(
      bytes, lead: lead, list.map { ($0.start, $0.walk.places, $0.walk.stop) })
    for (start, walk) in list {
      let limit = min(start + size, bytes.byteCount)
      if profile.fits(bytes, at: start + lead) { found.begun += 1 }
      var places = walk.places
      var end = walk.end
      if let used, let stop = used.stop(bytes, start, places, walk.stop) {
        places = places.prefix { Int($0) < stop }
        end = .used
      }
      found.records += places.count
      let isWhole = places.count < 3 || profile.share(bytes, places) >= 0.65
      switch end {
      case .exact(let left) where left == usual && isWhole: found.closed += 1
      case .exact(let left) where usual == nil && (-60...0).contains(left) && isWhole:
        found.closed += 1
      case .exact(let left)
      where left > usual ?? .max && isWhole && isZero(bytes, limit, left - (usual ?? left)):
        found.closed += 1
      case .zeros(tail: 0) where isWhole: found.closed += 1
      case .used where isWhole: found.closed += 1
      default: end = .broken
      }
      if end == .used { (found.used, found.left) = (used?.number, nil) }
      found.ends.append(end)
    }
    return found
  }

  /// Whether the last `count` bytes before `end` are zero: too few for a record.
  private func isZero(_ bytes: RawSpan, _ end: Int, _ count: Int) -> Bool {
    count <= 64 && bytes.slice(end - count, count)?.isAllZero == true
  }
}
