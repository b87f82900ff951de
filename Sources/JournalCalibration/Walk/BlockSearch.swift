internal import MirrorJournal

/// How a file is divided into blocks, as far as the walk needs it.
struct BlockModel: Hashable {
  var size: Int
  var headerSize: Int
  var crosses: Bool
  /// Where a block says at which offset its first record starts, if that is needed to walk.
  var firstRecord = Field.unknown
  var firstDataAddress = 0
}

/// Finds size and header of the blocks: the ones under which the walk goes through every block that
/// holds a listed record and hits it.
struct BlockSearch {
  struct Result {
    var model: BlockModel
    var hits: Int
    var misses: Int
    /// The part of the file, from 0 to 1, through which the walk goes.
    var reach = 1.0
    var rival: String?

    var score: Double { Double(hits - misses) * reach }
  }

  let link: ForwardLink
  let alignment: Int
  /// Listed addresses, ascending.
  let starts: [Int]

  /// The divisions that explain the file best, all that do so equally well, the likeliest first.
  ///
  /// A file of few blocks has several: the documented and observed size comes first, and the caller proves
  /// each of them.
  func best(_ bytes: RawSpan) -> [Result] {
    var results: [Result] = []
    for shift in 9...20 {
      let size = 1 << shift
      for headerSize in stride(from: 0, through: 64, by: alignment) {
        let model = BlockModel(size: size, headerSize: headerSize, crosses: false)
        if let result = insideBlocks(model, bytes) { results.append(result) }
      }
    }
    if results.allSatisfy({ $0.misses * 8 > $0.hits || $0.reach < 0.9 }) {
      if let result = across(BlockModel(size: 65_536, headerSize: 0, crosses: true), bytes) {
        results.append(result)
      }
      for shift in 9...20 {
        for headerSize in stride(from: alignment, through: 64, by: alignment) {
          let model = BlockModel(size: 1 << shift, headerSize: headerSize, crosses: true)
          if let result = across(model, bytes) { results.append(result) }
        }
      }
    }
    // A block whose first bytes say where its records begin looks like one whose header is a record.
    results += withLaterBegins(bytes)
    results.sort(by: precedes)
    guard let top = results.first else { return [] }
    let tied = results.prefix { abs($0.score - top.score) <= 0.001 }
    let second = results.dropFirst(tied.count).first
    return tied.compactMap { result in
      guard let first = firstData(result.model, bytes) else { return nil }
      var result = result
      result.model.firstDataAddress = first
      result.rival = second.map {
        "\(Self.describe($0.model)): \($0.hits) of \($0.hits + $0.misses)"
      }
      if result.model.crosses, result.model.headerSize == 0 {
        // Nothing in the data tells a block's size; any that the first address is a multiple of will do.
        while first % result.model.size != 0 { result.model.size /= 2 }
      }
      return result
    }
  }

  private func precedes(_ left: Result, _ right: Result) -> Bool {
    if abs(left.score - right.score) > 0.001 { return left.score > right.score }
    // What needs no number to begin its records is simpler.
    if left.model.firstRecord.isKnown != right.model.firstRecord.isKnown {
      return !left.model.firstRecord.isKnown
    }
    let (first, second) = (Self.isObserved(left.model), Self.isObserved(right.model))
    if first != second { return first > second }
    if left.model.size != right.model.size { return left.model.size < right.model.size }
    // A header can look like a record of its own length.
    return left.model.headerSize > right.model.headerSize
  }

  /// How much of a division is what was documented and observed of journals: blocks of 65536 bytes with 16
  /// of their own.
  private static func isObserved(_ model: BlockModel) -> Int {
    guard !model.crosses, model.size == ObservedGrid.blockSize else { return 0 }
    return model.headerSize == ObservedGrid.blockHeaderSize ? 2 : 1
  }

  /// Divisions in which a number in each block's header tells where its first record starts, as it does in
  /// the block behind a switch (class O).
  private func withLaterBegins(_ bytes: RawSpan) -> [Result] {
    var results: [Result] = []
    for shift in 9...20 {
      let size = 1 << shift
      let blocks = Set(starts.map { $0 / size * size }).sorted()
      for offset in stride(from: 0, through: 62, by: 2) {
        for width in [2, 4] as [UInt8] {
          for isBigEndian in [false, true] {
            let field = Field(UInt16(offset), width: width, isBigEndian: isBigEndian)
            let begins = blocks.compactMap { bytes.load(field, from: $0) }
            guard begins.count == blocks.count, let least = begins.min(),
              let most = begins.max(), least < most, most < UInt64(size),
              least >= UInt64(field.end),
              begins.allSatisfy({ $0 % UInt64(alignment) == 0 })
            else { continue }
            // The least of them is where a header ends.
            let model = BlockModel(
              size: size, headerSize: min(Int(least), 64), crosses: false, firstRecord: field)
            if let result = insideBlocks(model, bytes) { results.append(result) }
          }
        }
      }
    }
    return results
  }

  static func describe(_ model: BlockModel) -> String {
    if model.crosses, model.headerSize == 0 { return "records without blocks" }
    return "blocks of \(model.size) bytes with \(model.headerSize) bytes of their own"
      + (model.crosses ? ", crossed by records" : "")
  }

  /// Blocks that records do not cross: each begins at its header's end.
  private func insideBlocks(_ model: BlockModel, _ bytes: RawSpan) -> Result? {
    var hits = 0
    var misses = 0
    var index = 0
    while index < starts.count {
      let block = starts[index] / model.size * model.size
      var wanted: [Int] = []
      while index < starts.count, starts[index] < block + model.size {
        wanted.append(starts[index])
        index += 1
      }
      let (found, isSound) = walkBlock(block, model, wanted, bytes)
      hits += isSound ? found : 0
      misses += isSound ? wanted.count - found : wanted.count
      if misses > 6, misses * 3 > hits { return nil }
    }
    guard hits > misses * 4 else { return nil }
    return Result(model: model, hits: hits, misses: misses, reach: reach(model, bytes))
  }

  /// The share of sound blocks from the first listed record to the end of the file, or of those that
  /// can be looked at in reasonable time.
  private func reach(_ model: BlockModel, _ bytes: RawSpan) -> Double {
    let first = (starts.first ?? 0) / model.size * model.size
    let end = min(bytes.byteCount, first + 1 << 26)
    var sound = 0
    var total = 0
    var block = first
    while block < end {
      total += 1
      if walkBlock(block, model, [], bytes).isSound { sound += 1 }
      block += model.size
      if total - sound > 8, (total - sound) * 4 > total { break }
    }
    return Double(sound) / Double(max(1, total))
  }

  /// How many of `wanted` the walk through one block hits, and whether it ends where it may.
  private func walkBlock(
    _ block: Int, _ model: BlockModel, _ wanted: [Int], _ bytes: RawSpan
  ) -> (found: Int, isSound: Bool) {
    let end = min(block + model.size, bytes.byteCount)
    var position = block + model.headerSize
    if model.firstRecord.isKnown, let begin = bytes.load(model.firstRecord, from: block), begin > 0
    {
      guard begin >= UInt64(model.headerSize), begin < UInt64(model.size),
        bytes.slice(position, Int(begin) - model.headerSize)?.isAllZero ?? true
      else { return (0, false) }
      position = block + Int(begin)
    }
    var found = 0
    var next = 0
    while position < end {
      while next < wanted.count, wanted[next] < position { next += 1 }
      if next < wanted.count, wanted[next] == position { found += 1 }
      guard let following = link.next(bytes, position) else {
        // The last record of the file names no next one.
        if link.isAddress, isLast(position, end, bytes) { return (found, true) }
        let rest = bytes.slice(position, end - position)
        return (found, rest?.isAllZero ?? true)
      }
      if link.isAddress, following > end { return (found, true) }
      guard following > position, following & (alignment - 1) == 0, following <= end else {
        return (found, false)
      }
      position = following
    }
    return (found, true)
  }

  /// Whether a record that names no next one can be the last of the file: behind its own block's
  /// end there is nothing.
  func isLast(_ position: Int, _ blockEnd: Int, _ bytes: RawSpan) -> Bool {
    guard bytes.load(link.field, from: position) == 0 else { return false }
    return bytes.slice(blockEnd, bytes.byteCount - blockEnd)?.isAllZero ?? false
  }

  /// Where the first block with records starts.
  private func firstData(_ model: BlockModel, _ bytes: RawSpan) -> Int? {
    guard let first = starts.dropFirst(starts.count / 20).first ?? starts.first else { return nil }
    if !model.crosses {
      var block = first / model.size * model.size
      while block >= model.size {
        let before = block - model.size
        let (_, isSound) = walkBlock(before, model, [], bytes)
        let begin =
          model.firstRecord.isKnown
          ? Int(clamping: bytes.load(model.firstRecord, from: before) ?? 0) : model.headerSize
        let begins = begin > 0 && link.next(bytes, before + begin) != nil
        guard isSound, begins else { break }
        block = before
      }
      return block
    }
    var starts = [131_072, 65_536, 8192]
    starts += stride(from: 4096, through: min(first, 1 << 20), by: 4096).filter {
      !starts.contains($0)
    }
    for start in starts where start <= first {
      guard model.headerSize == 0 || start % model.size == 0 else { continue }
      var position = start + model.headerSize
      var steps = 0
      while position < first, steps < 10_000_000, let next = step(position, model, bytes) {
        position = next
        steps += 1
      }
      if position == first, steps > 0 || first == start + model.headerSize { return start }
    }
    return nil
  }
}
