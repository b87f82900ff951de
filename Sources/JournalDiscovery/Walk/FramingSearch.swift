internal import MirrorJournal

/// Framings that the sampled blocks bear out.
struct FramingSearch {
  struct Candidate {
    var framing: Framing
    let scored: ScoredRule
    let profile: HeadProfile
    /// Of the sampled blocks, how many close or are crossed.
    var closed: Int
    var blocks: Int
  }

  let extent: DataExtent

  /// The framings of one rule, best first.
  func candidates(_ scored: ScoredRule, _ bytes: RawSpan) -> [Candidate] {
    let profile = HeadProfile(scored, bytes)
    guard !profile.offsets.isEmpty else { return [] }
    var result: [Candidate] = []
    if !scored.rule.goesBack {
      let search = GridSearch(scored: scored, profile: profile, extent: extent)
      for found in search.search(bytes).prefix(8) {
        var framing = Framing(
          rule: scored.rule, grid: Grid(size: found.size, trailer: found.trailer))
        framing.lead = found.lead
        framing.used = found.used
        framing.left = found.left
        let candidate = Candidate(
          framing: framing, scored: scored, profile: profile, closed: found.closed,
          blocks: found.blocks)
        if let begun = begin(candidate, bytes) { result.append(begun) }
      }
    }
    // Few blocks that end with zeros may be the end of records that know no blocks.
    if result.allSatisfy({ $0.closed < GridSearch.fewBlocks }) {
      var search = CrossingSearch(scored: scored, profile: profile, extent: extent)
      for found in search.search(bytes).prefix(4) where found.isWhole {
        var framing = Framing(rule: scored.rule, grid: found.grid, crosses: true)
        framing.firstPlace = found.from
        let candidate = Candidate(
          framing: framing, scored: scored, profile: profile, closed: found.crossed,
          blocks: found.crossed)
        if let begun = CrossingBegin(candidate, extent: extent).begin(bytes) {
          result.append(begun)
        }
      }
    }
    return result
  }

  /// The candidate with the first block that has records.
  private func begin(_ candidate: Candidate, _ bytes: RawSpan) -> Candidate? {
    var candidate = candidate
    let size = candidate.framing.grid.size
    let search = GridSearch(
      scored: candidate.scored, profile: candidate.profile, extent: extent)
    candidate.framing.dataStart = -1
    var file = FramedFile(candidate.framing, extent)
    func isSound(_ start: Int) -> Bool {
      let block = file.block(bytes, start)
      return block.end != .broken && !block.places.isEmpty
        && (block.places.count < 3 || candidate.profile.share(bytes, block.places) >= 0.7)
    }
    guard let sound = search.blocks(of: size, 24).first(where: isSound) else { return nil }
    var first = sound
    while first >= size, isSound(first - size) { first -= size }
    candidate.framing.dataStart = first
    candidate.framing.firstPlace = first + candidate.framing.lead
    // The first record of all may stand later in the block before (131312, class O).
    let before = first - size
    if before >= 0, let place = lateStart(candidate, before, bytes) {
      candidate.framing.dataStart = before
      candidate.framing.firstPlace = place
    }
    return candidate
  }

  /// Where the number of the first record stands in a block that does not begin with one.
  private func lateStart(_ candidate: Candidate, _ block: Int, _ bytes: RawSpan) -> Int? {
    var file = candidate.framing
    file.dataStart = block
    var walks = 0
    for place in block..<block + min(8192, file.grid.size / 2)
    where candidate.profile.begins(file.rule, bytes, at: place) {
      walks += 1
      guard walks <= 64 else { return nil }
      file.firstPlace = place
      var walk = FramedFile(file, extent)
      let found = walk.block(bytes, block)
      if found.end != .broken, found.places.count >= ChainSearch.leastRecords,
        candidate.profile.share(bytes, found.places) >= 0.8
      {
        return place
      }
    }
    return nil
  }
}
