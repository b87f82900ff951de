internal import MirrorJournal

/// Blocks that records cross.
extension BlockSearch {
  /// One walk through all blocks, from the first listed record to the last.
  func across(_ model: BlockModel, _ bytes: RawSpan) -> Result? {
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
  func step(_ address: Int, _ model: BlockModel, _ bytes: RawSpan) -> Int? {
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
}
