/// What times and contents say about blocks near a contradiction of links.
struct ChainEvidence {
  private let blocks: [(link: BlockLink, joint: ChainVerdict.Joint)]
  private let longestStretch: Int
  /// The blocks of each checksum that several have; of very many the first.
  private let twins: [UInt32: [Int]]

  init(
    _ blocks: [(link: BlockLink, joint: ChainVerdict.Joint)], longestStretch: Int
  ) {
    self.blocks = blocks
    self.longestStretch = longestStretch
    var byChecksum: [UInt32: [Int]] = [:]
    for (index, block) in blocks.enumerated() where block.link.checksum != 0 {
      if byChecksum[block.link.checksum, default: []].count < 8 {
        byChecksum[block.link.checksum, default: []].append(index)
      }
    }
    twins = byChecksum.filter { $0.value.count > 1 }
  }

  /// Whether the same block stands at another place, too.
  func hasTwin(_ index: Int) -> Bool { twins[blocks[index].link.checksum] != nil }

  /// Near the contradiction before block `doubt`, on each side the nearest block that is older than the
  /// one before, or the same, although their links agree.
  func setBacks(near doubt: Int) -> [Int] {
    let before = setBack(in: (doubt - longestStretch..<doubt).reversed())
    let behind = setBack(in: doubt + 1..<doubt + 1 + longestStretch)
    return [before, behind].compactMap(\.self)
  }

  private func setBack(in indices: some Sequence<Int>) -> Int? {
    for index in indices where index > 0 && index < blocks.count {
      guard blocks[index].joint == .agrees else { return nil }
      let (link, before) = (blocks[index].link, blocks[index - 1].link)
      if link.time < before.time || link.checksum != 0 && link.checksum == before.checksum {
        return index
      }
    }
    return nil
  }

  /// The blocks on both sides of the contradiction before block `doubt` that stand at another place, too,
  /// unless they stand between two contradictions, or what only one block of the file has says which is
  /// which: the first points nowhere, the last ends where the header says.
  func copies(at doubt: Int, end: ChainVerdict.End) -> [Int] {
    var behind: [Int] = []
    var index = doubt
    while index < blocks.count, behind.count < longestStretch, hasTwin(index),
      index == doubt || blocks[index].joint == .agrees
    {
      behind.append(index)
      index += 1
    }
    if !behind.isEmpty, index < blocks.count, blocks[index].joint.isCut { return [] }
    var before: [Int] = []
    index = doubt - 1
    while index >= 0, before.count < longestStretch, hasTwin(index),
      index == doubt - 1 || blocks[index + 1].joint == .agrees
    {
      before.append(index)
      index -= 1
    }
    if let first = before.last, blocks[first].joint.isCut { return [] }
    if before.last == 0 { before.removeLast() }
    if doubt + behind.count == blocks.count {
      if end == .confirmed { return before }
      if end == .contradicted { return behind }
    }
    return before + behind
  }

  /// The blocks near `doubts` that have to go, whichever of all go as few as possible, for the times of
  /// the others to be in order; and those that were copied together with them. O(n log n).
  func outliers(near doubts: [Int]) -> Set<Int> {
    guard !doubts.isEmpty else { return [] }
    let times = blocks.map(\.link.time.milliseconds)
    // How long the sequences in order are that end with a block, and those that begin with it.
    let ending = Self.longestOrders(times)
    let beginning = Array(Self.longestOrders(times.reversed().map { ~$0 }).reversed())
    let longest = ending.max() ?? 0
    var result: Set<Int> = []
    for doubt in doubts {
      for index in max(0, doubt - longestStretch)..<min(blocks.count, doubt + longestStretch)
      where ending[index] + beginning[index] - 1 < longest && blocks[index].link.state == .sealed {
        result.insert(index)
      }
    }
    return result.union(result.flatMap(copiedWith))
  }

  /// The blocks around the one at `index` that are the same as those around another that is the same as it.
  private func copiedWith(_ index: Int) -> [Int] {
    func isSame(_ left: Int, _ right: Int) -> Bool {
      guard blocks.indices.contains(left), blocks.indices.contains(right) else { return false }
      let checksum = blocks[left].link.checksum
      return checksum != 0 && checksum == blocks[right].link.checksum
    }
    var copied: [Int] = []
    for twin in twins[blocks[index].link.checksum] ?? [] where twin != index {
      for direction in [1, -1] {
        for step in 1..<longestStretch {
          guard isSame(index + step * direction, twin + step * direction) else { break }
          copied.append(index + step * direction)
        }
      }
    }
    return copied
  }

  /// For each of `times`, the length of the longest sequence in order that ends with it.
  private static func longestOrders(_ times: [Int64]) -> [Int] {
    // The least time that a sequence of each length ends with.
    var ends: [Int64] = []
    return times.map { time in
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] <= time { low = middle + 1 } else { high = middle }
      }
      if low < ends.count { ends[low] = time } else { ends.append(time) }
      return low + 1
    }
  }
}
