import FuzzTargets
import MirrorJournal

/// A journal with a few changes, of which no checksum tells if it was sealed anew.
struct Mutant {
  var bytes: [UInt8]
  /// Whether all checksums are right: what is wrong then stands in the fields and the links alone.
  let isSealed: Bool
  /// Whether a block's or the header's checksum tells that something was changed.
  let isContradicted: Bool

  private static let layout = JournalLayout.r2
  private static let firstBlock = 131_072
  private static let blockSize = 65_536

  /// - Parameters:
  ///   - original: a sound journal of whole blocks.
  ///   - places: where its records start.
  init(of original: [UInt8], places: [JournalAddress], random: inout Randomness) {
    var bytes = original
    for _ in 0...random.below(3) { Self.change(&bytes, places, &random) }
    isSealed = !random.once(in: 5)
    if isSealed { Self.seal(&bytes, as: original) }
    self.bytes = bytes
    isContradicted = !isSealed && !Self.checksumsMatch(bytes, original)
  }

  private static func change(
    _ bytes: inout [UInt8], _ places: [JournalAddress], _ random: inout Randomness
  ) {
    let record = places[random.below(places.count)]
    let number = Mutations.hostileNumbers[random.below(Mutations.hostileNumbers.count)]
    let width = [1, 2, 4, 4, 4, 8][random.below(6)]
    switch random.below(10) {
    case 0: Mutations.put(number, width, at: random.below(320), in: &bytes)
    case 1: Mutations.put(number, width, at: blockSize + random.below(400), in: &bytes)
    case 2:
      let block = record / blockSize * blockSize
      Mutations.put(number, width, at: block + random.below(16), in: &bytes)
    case 3, 4: Mutations.put(number, width, at: record + random.below(30), in: &bytes)
    case 5: bytes[min(bytes.count - 1, record + random.below(200))] ^= 1 << UInt8(random.below(8))
    case 6:
      // A stretch of other records, at the place of records or beside it.
      let from = places[random.below(places.count)]
      let count = min(1 + random.below(4000), bytes.count - max(from, record))
      bytes.replaceSubrange(record..<record + count, with: Array(bytes[from..<from + count]))
    case 7:
      let count = min(1 + random.below(300), bytes.count - record)
      for place in record..<record + count { bytes[place] = 0 }
    case 8:
      // Everything behind moves by some bytes within its block.
      let end = (record / blockSize + 1) * blockSize
      let count = min(4 * (1 + random.below(30)), end - record)
      let moved = Array(bytes[record..<end].dropFirst(count)) + [UInt8](repeating: 0, count: count)
      bytes.replaceSubrange(record..<end, with: moved)
    default:
      let blocks = (bytes.count - firstBlock) / blockSize
      let from = firstBlock + random.below(blocks) * blockSize
      let to = firstBlock + random.below(blocks) * blockSize
      bytes.replaceSubrange(to..<to + blockSize, with: Array(bytes[from..<from + blockSize]))
    }
  }

  private static func seal(_ bytes: inout [UInt8], as original: [UInt8]) {
    for (range, checksum) in sealed(original) where stored(original, range, checksum) != 0 {
      Mutations.put(
        UInt64(sum(bytes, range, checksum)), 4, at: range.lowerBound + Int(checksum.offset),
        in: &bytes)
    }
  }

  private static func checksumsMatch(_ bytes: [UInt8], _ original: [UInt8]) -> Bool {
    sealed(original).allSatisfy { range, checksum in
      stored(original, range, checksum) == 0
        || sum(bytes, range, checksum) == stored(bytes, range, checksum)
    }
  }

  private static func sum(_ bytes: [UInt8], _ range: Range<Int>, _ checksum: Field) -> UInt32 {
    var part = Array(bytes[range])
    Mutations.put(0, 4, at: Int(checksum.offset), in: &part)
    var sum = CRC32C()
    sum.update(part.span.bytes)
    return sum.value
  }

  private static func stored(_ bytes: [UInt8], _ range: Range<Int>, _ checksum: Field) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes.span.bytes.load(checksum, from: range.lowerBound) ?? 0)
  }

  private static func sealed(_ bytes: [UInt8]) -> [(Range<Int>, Field)] {
    [(0..<layout.header.size, layout.header.checksum)]
      + stride(from: blockSize, to: bytes.count, by: blockSize).map {
        ($0..<$0 + blockSize, layout.block.checksum)
      }
  }
}
