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

  func best(_ bytes: RawSpan) -> Result? {
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
    results.sort { left, right in
      if abs(left.score - right.score) > 0.001 { return left.score > right.score }
      if left.model.size != right.model.size { return left.model.size < right.model.size }
      // A header can look like a record of its own length.
      return left.model.headerSize > right.model.headerSize
    }
    guard var best = results.first else { return nil }
    if let second = results.dropFirst().first {
      best.rival =
        "\(Self.describe(second.model)): \(second.hits) of \(second.hits + second.misses)"
    }
    guard let first = firstData(best.model, bytes) else { return nil }
    best.model.firstDataAddress = first
    if best.model.crosses, best.model.headerSize == 0 {
      // Nothing in the data tells a block's size; any that the first address is a multiple of will do.
      while first % best.model.size != 0 { best.model.size /= 2 }
    }
    return best
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
  private func isLast(_ position: Int, _ blockEnd: Int, _ bytes: RawSpan) -> Bool {
    guard bytes.load(link.field, from: position) == 0 else { return false }
    return bytes.slice(blockEnd, bytes.byteCount - blockEnd)?.isAllZero ?? false
  }

  /// One walk through all blocks, from the first listed record to the last.
  private func across(_ model: BlockModel, _ bytes: RawSpan) -> Result? {
    guard let first = starts.first, let last = starts.last else { return nil }
    var hits = 0
    var misses = 0
    var index = 0
    var position = first
    var restarts = 0
    let limit = min(last, first + 1 << 27)
    while position <= limit, index < starts.count {
      while index < starts.count, starts[index] < position {
        misses += 1
        index += 1
      }
      if index < starts.count, starts[index] == position {
        hits += 1
        index += 1
      }
      if let next = step(position, model, bytes) {
        position = next
      } else {
        // A wrong row may have been the start.
        restarts += 1
        guard restarts < 12, index < starts.count else { break }
        position = starts[index]
      }
      if misses > 12, misses * 3 > hits { return nil }
    }
    misses += restarts
    guard hits > misses * 4 else { return nil }
    // On to the end of the file: behind the last record stand zeros.
    let end = min(bytes.byteCount, first + 1 << 27)
    while position < end, let next = step(position, model, bytes) { position = next }
    let isEnd =
      position >= end || link.isAddress && isLast(position, end, bytes)
      || bytes.slice(position, end - position)?.isAllZero ?? true
    let reach = isEnd ? 1 : Double(position - first) / Double(max(1, end - first))
    return Result(model: model, hits: hits, misses: misses, reach: reach)
  }

  /// The address behind the record at `address`, block headers skipped.
  private func step(_ address: Int, _ model: BlockModel, _ bytes: RawSpan) -> Int? {
    var number = link
    // A header that is cut by a block's edge cannot be read in place.
    let end = Int(link.field.end)
    let inBlock = model.size - address % model.size
    if inBlock < end, model.headerSize > 0 {
      guard inBlock <= Int(link.field.offset) else { return nil }
      number.field = Field(
        link.field.offset + UInt16(model.headerSize), width: link.field.width,
        isBigEndian: link.field.isBigEndian)
    }
    guard let next = number.next(bytes, address), next > address, next - address < 1 << 24 else {
      return nil
    }
    if link.isAddress { return next }
    guard (next - address) & (alignment - 1) == 0 else { return nil }
    let size = next - address
    if size < inBlock { return next }
    let payload = model.size - model.headerSize
    let rest = size - inBlock
    let block = (address / model.size + 1 + rest / payload) * model.size
    let following = block + model.headerSize + rest % payload
    return following <= bytes.byteCount + model.headerSize ? following : nil
  }

  /// Where the first block with records starts.
  private func firstData(_ model: BlockModel, _ bytes: RawSpan) -> Int? {
    guard let first = starts.dropFirst(starts.count / 20).first ?? starts.first else { return nil }
    if !model.crosses {
      var block = first / model.size * model.size
      while block >= model.size {
        let before = block - model.size
        let (_, isSound) = walkBlock(before, model, [], bytes)
        let begins = link.next(bytes, before + model.headerSize) != nil
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
