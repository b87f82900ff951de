internal import MirrorJournal

/// How a walk through one block ends.
enum BlockEnd: Equatable {
  /// The number of the next record would stand as many bytes before the block's end; negative: behind.
  case exact(Int)
  /// No record starts there: zeros up to the block's end but for that many last bytes.
  case zeros(tail: Int)
  /// The block's header says so.
  case used
  /// Neither.
  case broken
}

/// The records of one block.
struct BlockWalk {
  /// Where the rule's numbers stand.
  var places: ArraySlice<Int64>
  /// Where the number of a further record would stand.
  var stop: Int
  var end: BlockEnd
}

/// Walks blocks that no record crosses.
struct BlockWalker {
  let rule: ChainRule
  let size: Int
  /// Bytes at a block's end that are no record's.
  var trailer = 0
  /// Behind the last byte of the file that is not zero.
  var dataEnd = Int.max
  /// Room for the places, kept from block to block.
  private var places: [Int64] = []

  init(_ rule: ChainRule, size: Int) {
    self.rule = rule
    self.size = size
  }

  /// The records of the block at `start` whose first number stands at `lead` in it.
  mutating func walk(_ bytes: RawSpan, _ start: Int, lead: Int) -> BlockWalk {
    let end = min(start + size - trailer, bytes.byteCount)
    let found = rule.walk(
      bytes, from: start + lead, to: end, most: size / ChainRule.steps.lowerBound + 2, into: &places
    )
    guard found > 0 else { return BlockWalk(places: [], stop: start + lead, end: .broken) }
    let last = Int(places[found - 1])
    var step = 0
    if let inside = bytes.slice(0, end) { step = rule.step(inside, from: last) }
    if step > 0 {
      return BlockWalk(places: places[0..<found], stop: last + step, end: .exact(end - last - step))
    }
    if rule.isAddress, dataEnd > last, dataEnd <= end {
      // The last record of all names no next one; where it ends, nothing says.
      let stop = last - rule.adds + (dataEnd - last + rule.adds + 7) / 8 * 8
      return BlockWalk(places: places[0..<found], stop: stop, end: .zeros(tail: 0))
    }
    let (isZero, tail) = Self.rest(bytes, last, end)
    return BlockWalk(
      places: places[0..<found - 1], stop: last, end: isZero ? .zeros(tail: tail) : .broken)
  }

  /// Whether `from..<end` is zero but for at most 64 last bytes, and how many these are.
  private static func rest(_ bytes: RawSpan, _ from: Int, _ end: Int) -> (Bool, Int) {
    guard end > from else { return (true, 0) }
    if bytes.slice(from, end - from)?.isAllZero == true { return (true, 0) }
    let body = max(from, end - 64)
    guard body > from, bytes.slice(from, body - from)?.isAllZero == true else { return (false, 0) }
    var place = body
    while place < end, bytes.loadUInt8(at: place) == 0 { place += 1 }
    return (true, end - place)
  }
}
