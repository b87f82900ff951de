internal import MirrorJournal

/// The records of one block, or of what a walk met in it.
struct RecordBlock {
  /// Where the block starts.
  var start: Int
  /// Where the rule's numbers stand, ascending.
  var places: ArraySlice<Int64>
  /// Where the number of the record behind the last stands, or would stand.
  var stop: Int
  var end: BlockEnd
  /// Bytes that nothing explains.
  var unexplained = 0
  /// Bytes behind the used part that are not zero: left over from before.
  var leftover = 0
  /// Bytes of the block up to the file's last one that is not zero.
  var size = 0
}

/// A walk through all blocks of a file by a framing.
struct FramedFile {
  let framing: Framing
  let extent: DataExtent
  private var walker: BlockWalker
  private var places: [Int64] = []

  init(_ framing: Framing, _ extent: DataExtent) {
    self.framing = framing
    self.extent = extent
    walker = BlockWalker(framing.rule, size: framing.grid.size)
    walker.trailer = framing.grid.trailer
    walker.dataEnd = extent.end
  }

  /// The size by which the file is gone through: records without blocks come in pieces, too.
  private var size: Int {
    let size = max(framing.grid.size, framing.seenSize)
    return size == 0 ? 1 << 16 : size
  }

  /// Calls `body` with each block from the one at `start` on, until it returns false.
  mutating func forEachBlock(
    _ bytes: RawSpan, from start: Int? = nil, _ body: (RecordBlock) -> Bool
  ) {
    if framing.rule.goesBack { return backwards(bytes, body) }
    if framing.crosses { return across(bytes, body) }
    var block = start ?? framing.dataStart
    while block < extent.end {
      if !body(self.block(bytes, block)) { return }
      block += size
    }
  }

  /// The block at `start`.
  mutating func block(_ bytes: RawSpan, _ start: Int) -> RecordBlock {
    var found = walked(bytes, start)
    found.size = min(size, extent.end - start)
    return found
  }

  private mutating func walked(_ bytes: RawSpan, _ start: Int) -> RecordBlock {
    let lead = start == framing.dataStart ? framing.firstPlace - start : framing.lead
    let limit = min(start + size, bytes.byteCount)
    if bytes.slice(start, limit - start)?.isAllZero == true {
      return RecordBlock(start: start, places: [], stop: start + lead, end: .zeros(tail: 0))
    }
    let walk = walker.walk(bytes, start, lead: lead)
    var found = RecordBlock(start: start, places: walk.places, stop: walk.stop, end: walk.end)
    if let number = framing.used,
      let stop = UsedNumber(number: number).stop(bytes, start, walk.places, walk.stop)
    {
      found.places = walk.places.prefix { Int($0) < stop }
      found.stop = stop
      found.end = .used
      let end = min(stop, limit)
      if bytes.slice(end, limit - end)?.isAllZero == false { found.leftover = limit - end }
      return found
    }
    let isClosed: Bool
    switch walk.end {
    case .used, .zeros(tail: 0): isClosed = true
    case .exact(let left): isClosed = closes(bytes, left, limit - framing.grid.trailer)
    default: isClosed = false
    }
    if !isClosed {
      found.end = .broken
      let last = walk.places.last.map { Int($0) } ?? start
      found.unexplained = limit - last
    }
    return found
  }

  /// Whether a block can end so that a further record's number would stand `left` bytes before `end`.
  private func closes(_ bytes: RawSpan, _ left: Int, _ end: Int) -> Bool {
    guard let usual = framing.left else { return (-60...0).contains(left) }
    // Too few bytes for a record may be left, all zero.
    let rest = left - usual
    return rest == 0
      || rest > 0 && rest <= 64 && bytes.slice(end - rest, rest)?.isAllZero == true
  }

  /// One walk over all blocks, block by block.
  private mutating func across(_ bytes: RawSpan, _ body: (RecordBlock) -> Bool) {
    var place = framing.firstPlace
    while place < extent.end {
      let start = place / size * size
      let count = framing.rule.walk(
        bytes, from: place, to: start + size, grid: framing.grid, most: size / 8 + 2, into: &places)
      guard count > 0 else { return }
      let last = Int(places[count - 1])
      let step = framing.rule.step(bytes, from: last, grid: framing.grid)
      guard step > 0 else {
        if framing.rule.isAddress,
          bytes.slice(start + size, bytes.byteCount - start - size)?.isAllZero != false
        {
          var found = RecordBlock(
            start: start, places: places[0..<count], stop: extent.end, end: .zeros(tail: 0))
          found.size = extent.end - start
          _ = body(found)
          return
        }
        var found = RecordBlock(
          start: start, places: places[0..<count - 1], stop: last, end: .zeros(tail: 0))
        if bytes.slice(last, bytes.byteCount - last)?.isAllZero != true {
          found.end = .broken
          found.unexplained = extent.end - last
        }
        found.size = extent.end - start
        _ = body(found)
        return
      }
      place = framing.rule.isAddress ? last + step : framing.grid.advance(last, by: step)
      var found = RecordBlock(
        start: start, places: places[0..<count], stop: place, end: .exact(0))
      found.size = min(size, extent.end - start)
      if !body(found) { return }
    }
  }

  /// A walk from the last record to the first, then told from the first on.
  private mutating func backwards(_ bytes: RawSpan, _ body: (RecordBlock) -> Bool) {
    let most = min(extent.end / ChainRule.steps.lowerBound + 1, 1 << 24)
    let count = framing.rule.walk(
      bytes, from: framing.lead, to: 0, grid: framing.grid, most: most, into: &places)
    var all = Array(places[0..<count])
    all.reverse()
    // A chain may go on into what stands before the first record.
    let first = all.firstIndex { Int($0) >= framing.firstPlace } ?? all.count
    all.removeFirst(first)
    var behind = extent.end
    if framing.isAtEnd, let last = all.last {
      // Where each record's last number ends, the next begins.
      let ends = all.map { framing.grid.advance(Int($0), by: framing.rule.reach) }
      behind = framing.grid.advance(Int(last), by: framing.rule.reach)
      all = [Int64(framing.firstPlace)] + ends.dropLast().map { Int64($0) }
    }
    var from = 0
    while from < all.count {
      let start = Int(all[from]) / size * size
      var to = from
      while to < all.count, Int(all[to]) < start + size { to += 1 }
      let isLast = to == all.count
      let stop = isLast ? behind : Int(all[to])
      var found = RecordBlock(
        start: start, places: all[from..<to], stop: stop, end: isLast ? .zeros(tail: 0) : .exact(0))
      found.size = min(size, extent.end - start)
      if !body(found) { return }
      from = to
    }
  }
}
