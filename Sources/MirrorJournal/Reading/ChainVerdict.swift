/// Decides which blocks stand where they were written, where the links of neighbours contradict each
/// other.
///
/// Blocks whose links agree form a run, and a run is judged as a whole: by the file's first record, which
/// points nowhere, by the end address of the header, by the block that is being filled, by its length
/// and by the order of times. What nothing speaks for is fenced, as are both sides of a contradiction
/// that nothing decides.
///
/// Two kinds of fault are told apart. Blocks that were overwritten stand between two contradictions,
/// and what follows them stands where it was. At a single contradiction a block is missing or
/// there twice: nothing behind it stands in its place, unless the end of the data says so.
struct ChainVerdict {
  /// How a block hangs on the one before it.
  enum Joint {
    case agrees
    case contradicts
    /// The block is being filled, and no checksum says that its link is whole.
    case contradictsUnsealed
    /// A block between them says nothing.
    case unknown
    /// A block between them was never finished, as the last one of an older file.
    case unknownBehindUnfinished
    /// They hang together, but the order of all times says that one side is of another place.
    case agreesOutOfOrder

    /// Whether what hangs together by it may have to be fenced.
    var isDoubtful: Bool {
      self == .contradicts || self == .contradictsUnsealed || self == .agreesOutOfOrder
    }

    /// Whether it speaks against what stands on its sides.
    var isCut: Bool {
      self == .contradicts || self == .contradictsUnsealed || self == .unknownBehindUnfinished
    }
  }

  /// What is known of the end of the data.
  enum End {
    /// The last record ends where the header says.
    case confirmed
    case contradicted
    /// The last blocks are damaged or not there.
    case lost
    /// The file is active.
    case open
  }

  /// So many blocks that hang together may have been written to the wrong place at once; more speak
  /// for themselves, if their times do.
  static let longestStretch = 4

  /// The blocks in which records start, in order of address, and how each hangs on the one before;
  /// the first agrees when it is known to be the file's first and points nowhere.
  let blocks: [(link: BlockLink, joint: Joint)]
  let end: End
  private let evidence: ChainEvidence
  /// No block of the file is older; the earliest of all times where that is not known.
  let creation: Timestamp
  let blockSize: Int
  let limit: JournalAddress

  /// - Parameter creation: what the header says; not believed where most blocks are older.
  init(
    _ blocks: [(link: BlockLink, joint: Joint)], end: End, creation: Timestamp, blockSize: Int,
    limit: JournalAddress
  ) {
    self.blocks = blocks
    self.end = end
    evidence = ChainEvidence(blocks, longestStretch: Self.longestStretch)
    let older = blocks.count { $0.link.time < creation }
    self.creation = older * 2 > blocks.count ? Timestamp(milliseconds: .min) : creation
    self.blockSize = blockSize
    self.limit = limit
  }

  /// Blocks that hang together, from one joint that does not agree to the next.
  private struct Run {
    let range: Range<Int>
    let joint: Joint
    /// Whether a contradiction stands before it, and behind it.
    let isCutBefore: Bool
    let isCutBehind: Bool
    /// Whether the beginning or the end of the file confirms it.
    let isAnchored: Bool
    /// Whether it is a copy, or its times are out of order although its links are not.
    let isOutOfOrder: Bool
    var isForeign = false
    var isPlaced = false

    /// Whether its blocks stand where others stood.
    var replaces: Bool { isForeign && isCutBefore && isCutBehind }
  }

  /// What has to be fenced, in order of address, without overlap. O(blocks).
  func fences() -> [Damage] {
    var runs = runs()
    guard runs.contains(where: { $0.isCutBefore || $0.isCutBehind }) else { return [] }
    judge(&runs)
    place(&runs)
    var fences: [Damage] = []
    for (index, run) in runs.enumerated() {
      if run.isForeign {
        fences.append(
          fence(
            run.range,
            "what stands here was written to another place or by an older file: it continues "
              + "neither the block before nor is continued by the one behind"))
      } else if !run.isPlaced {
        fences.append(
          fence(
            run.range,
            "nothing says where this belongs: it does not continue the block before, as if "
              + "one were missing or there twice"))
      }
      fences += edgeFences(index > 0 ? runs[index - 1] : nil, run)
    }
    return merged(fences)
  }

  /// What has to be fenced of `run` and the one `before` because they contradict each other.
  private func edgeFences(_ before: Run?, _ run: Run) -> [Damage] {
    guard run.joint.isDoubtful else { return [] }
    guard let before else {
      let isSuspect = !run.isForeign && run.isPlaced
      return isSuspect ? [fence(run.range.prefix(Self.longestStretch), Self.undecided)] : []
    }
    if run.joint == .contradictsUnsealed {
      guard !before.isForeign, before.isPlaced, !run.isForeign, run.isPlaced else { return [] }
      return [fence(run.range, "the block that is being filled does not continue the one before")]
    }
    let left: Int
    let right: Int
    switch (before.isForeign, run.isForeign) {
    case (true, true): return []
    case (false, false):
      guard run.joint == .contradicts else { return [] }
      left = doubtfulBlocks(at: run.range.lowerBound, before.range, run.range)
      right = left
    // What is foreign may be so only because it contradicts something foreign that hangs together with its
    // neighbours by chance.
    case (false, true):
      guard !isExplained(run) else { return [] }
      // Where the links agree, it is what stands behind that the times are out of order with.
      let time =
        run.joint == .contradicts
        ? time(of: run.range.lowerBound)
        : times(run.range.upperBound..<blocks.count).first ?? creation
      left =
        before.range.suffix(Self.longestStretch).reversed().prefix { self.time(of: $0) >= time }
        .count
      right = 0
    case (true, false):
      guard !isExplained(before) else { return [] }
      let time =
        run.joint == .contradicts
        ? time(of: before.range.upperBound - 1)
        : times(0..<before.range.lowerBound).last ?? creation
      left = 0
      right = run.range.prefix(Self.longestStretch).prefix { self.time(of: $0) <= time }.count
    }
    var fences: [Damage] = []
    if left > 0 { fences.append(fence(before.range.suffix(left), Self.undecided)) }
    if right > 0, run.isPlaced { fences.append(fence(run.range.prefix(right), Self.undecided)) }
    return fences
  }

  /// The times of the blocks of `range` that are nearest to its inner end, sorted.
  private func times(_ range: Range<Int>) -> [Timestamp] {
    let near =
      range.lowerBound == 0 ? range.suffix(Self.longestStretch) : range.prefix(Self.longestStretch)
    return near.map(time).sorted()
  }

  /// Whether it is known where the blocks of a foreign run come from.
  private func isExplained(_ run: Run) -> Bool {
    time(of: run.range.lowerBound) < creation || run.range.contains { evidence.hasTwin($0) }
  }

  private static let undecided =
    "two neighbouring blocks contradict each other, and nothing says which of them belongs here"

  /// The runs, cut at contradictions and at the times that make one of them a stretch.
  private func runs() -> [Run] {
    guard !blocks.isEmpty else { return [] }
    var joints = blocks.map(\.joint)
    var doubts = joints.indices.filter { joints[$0].isCut }
    let endsInTail =
      blocks[blocks.count - 1].link.state == .filling && joints[blocks.count - 1] == .agrees
    if end == .contradicted || end == .open && !endsInTail { doubts.append(blocks.count) }
    let evidence = evidence
    let copies = doubts.reduce(into: Set()) { $0.formUnion(evidence.copies(at: $1, end: end)) }
    let outliers = evidence.outliers(near: doubts).union(copies)
    for index in doubts.flatMap(evidence.setBacks) { joints[index] = .contradicts }
    for index in joints.indices where index > 0 && joints[index] == .agrees {
      if outliers.contains(index) != outliers.contains(index - 1) {
        joints[index] = .agreesOutOfOrder
      }
    }
    var starts = joints.indices.filter { $0 == 0 || joints[$0] != .agrees }
    starts.append(blocks.count)
    return zip(starts, starts.dropFirst()).map { start, next in
      let isCutBehind =
        next < blocks.count ? joints[next].isCut : end == .contradicted
      // That the file is older than itself says nothing until something contradicts it.
      let isOlder = start == 0 && joints[0] == .agrees && blocks[0].link.time < creation
      let isCutBefore = joints[start].isCut || isOlder && isCutBehind
      return Run(
        range: start..<next, joint: joints[start], isCutBefore: isCutBefore,
        isCutBehind: isCutBehind,
        isAnchored: start == 0 && joints[0] == .agrees && !isOlder
          || next == blocks.count && end == .confirmed || blocks[next - 1].link.state == .filling,
        isOutOfOrder: copies.contains(start)
          || outliers.contains(start)
            && (joints[start] == .agreesOutOfOrder
              || next < blocks.count && joints[next] == .agreesOutOfOrder)
      )
    }
  }

  /// Which runs are not of this place.
  private func judge(_ runs: inout [Run]) {
    func isShort(_ run: Run) -> Bool { run.range.count <= Self.longestStretch }
    func isDoubtful(_ run: Run) -> Bool {
      !run.isAnchored && (run.isCutBefore || run.isCutBehind)
    }
    var last = creation
    for index in runs.indices {
      let run = runs[index]
      if run.isOutOfOrder {
        runs[index].isForeign = true
        continue
      }
      guard isDoubtful(run) else {
        last = time(of: run.range.upperBound - 1)
        continue
      }
      if isShort(run) {
        runs[index].isForeign = true
      } else if run.isCutBefore, run.isCutBehind {
        // As long as that it is believed when its times fit between those of its neighbours.
        let next = runs[(index + 1)...].first { !isDoubtful($0) || !isShort($0) }
        runs[index].isForeign =
          time(of: run.range.lowerBound) < last
          || next.map { time(of: $0.range.lowerBound) < time(of: run.range.upperBound - 1) }
            ?? false
      }
      if !runs[index].isForeign { last = time(of: run.range.upperBound - 1) }
    }
  }

  /// Which runs stand where they were written: those that blocks which only stand in the place of
  /// others separate from the beginning or from the confirmed end.
  private func place(_ runs: inout [Run]) {
    var isPlaced = true
    for index in runs.indices {
      if runs[index].joint == .contradicts, !runs[index].replaces,
        index == 0 || !runs[index - 1].replaces
      {
        isPlaced = false
      }
      runs[index].isPlaced = isPlaced
    }
    isPlaced = end == .confirmed || end == .contradicted && runs[runs.count - 1].replaces
    for index in runs.indices.reversed() {
      if index < runs.count - 1, runs[index + 1].joint == .contradicts, !runs[index + 1].replaces,
        !runs[index].replaces
      {
        isPlaced = false
      }
      if isPlaced { runs[index].isPlaced = true }
    }
  }

  /// How many blocks on each side of a contradiction may be the wrong ones: only the two neighbours
  /// when all times around are in order, so that none of them can be older.
  private func doubtfulBlocks(at index: Int, _ left: Range<Int>, _ right: Range<Int>) -> Int {
    let around =
      max(
        left.lowerBound, index - Self.longestStretch - 1)..<min(
        right.upperBound, index + Self.longestStretch + 1)
    let isOrdered = around.dropFirst().allSatisfy { time(of: $0 - 1) < time(of: $0) }
    return isOrdered ? 1 : Self.longestStretch
  }

  private func time(of index: Int) -> Timestamp { blocks[index].link.time }

  private func fence(_ range: Range<Int>, _ reason: String) -> Damage {
    let start = blocks[range.lowerBound].link.start
    let end = blocks[range.upperBound - 1].link.start + blockSize
    let isLast = range.upperBound == blocks.count
    return Damage(.link, start..<(isLast ? max(start + 1, limit) : end), reason)
  }

  private func merged(_ fences: [Damage]) -> [Damage] {
    var result: [Damage] = []
    for fence in fences.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard let last = result.last, fence.range.lowerBound < last.range.upperBound else {
        result.append(fence)
        continue
      }
      result[result.count - 1] = Damage(
        .link,
        last.range.lowerBound..<max(last.range.upperBound, fence.range.upperBound), last.reason)
    }
    return result
  }
}
