/// How sealed blocks in the middle of the data continue each other where records have a plain length and
/// distance back: what `BlockChain` says of all layouts, in the fewest steps.
///
/// Unsafe room. Invariant: no field ends more than a block's size behind the start of its structure, as `init`
/// sees to, and what a structure starts in is a block that another one follows in the bytes, as
/// `firstRecord` does.
struct UsualLinks: Sendable {
  /// So many blocks are compared at a time, if there are as many.
  static let burst = 8

  let blockSize: Int
  private let blockHeaderSize: Int
  private let firstRecord: Part
  private let checksum: Part
  private let length: Part
  private let distanceBack: Part
  private let alignmentMask: Int
  private let headerSize: Int

  /// A little-endian field of at most 32 bits, in the 64 bits at its place.
  private struct Part {
    let offset: Int
    let width: Int
    let mask: Int

    init?(_ field: Field, blockSize: Int) {
      guard field.isKnown, field.width <= 4, !field.isBigEndian,
        Int(field.offset) + 8 <= blockSize
      else { return nil }
      offset = Int(field.offset)
      width = Int(field.width)
      mask = 1 << (8 * width) - 1
    }

    @unsafe
    @inline(__always)
    func number(_ place: BytePlace, at offset: Int) -> Int {
      unsafe place.long(at: offset &+ self.offset) & mask
    }
  }

  /// - Returns: nil for a layout whose blocks say it in another way.
  init?(_ layout: JournalLayout) {
    let (block, record) = (layout.block, layout.record)
    guard record.hasPlainLinks, block.headerSize > 0,
      let firstRecord = Part(block.firstRecord, blockSize: block.size),
      let checksum = Part(block.checksum, blockSize: block.size),
      let length = Part(record.length, blockSize: block.size),
      let distanceBack = Part(record.distanceBack, blockSize: block.size)
    else { return nil }
    self.firstRecord = firstRecord
    self.checksum = checksum
    self.length = length
    self.distanceBack = distanceBack
    blockSize = block.size
    blockHeaderSize = block.headerSize
    alignmentMask = record.alignment - 1
    headerSize = record.headerSize
  }

  /// The in-block offset of the first record of the block `offset` bytes into `bytes`, if that continues
  /// the block before it, whose first record stands at its offset `firstBefore`, which is in it.
  @inline(__always)
  func firstRecord(of offset: Int, in bytes: RawSpan, behind firstBefore: Int) -> Int? {
    guard offset >= blockSize, offset <= bytes.byteCount &- 2 &* blockSize else { return nil }
    // In bounds: this block and one on each side of it are in the bytes.
    let place = unsafe BytePlace(bytes, at: offset &- blockSize)
    unsafe prefetch(place, room: bytes.byteCount &- offset)
    let first = unsafe firstRecord.number(place, at: blockSize)
    guard unsafe checksum.number(place, at: blockSize) != 0,
      first >= blockHeaderSize, first < blockSize, first & alignmentMask == 0
    else { return nil }
    // The record before, as an offset in the block before.
    let next = blockSize &+ first
    let last = unsafe next &- distanceBack.number(place, at: next)
    guard last >= firstBefore, last < blockSize else { return nil }
    let size = unsafe length.number(place, at: last)
    let end = last &+ size
    guard size >= headerSize, end <= blockSize, size & alignmentMask == 0 else { return nil }
    if blockSize &- end >= length.width {
      guard unsafe length.number(place, at: end) == 0 else { return nil }
    }
    if last == firstBefore { return first }
    let before = unsafe last &- distanceBack.number(place, at: last)
    guard before >= firstBefore, before < last else { return nil }
    return unsafe length.number(place, at: before) == last &- before ? first : nil
  }

  /// Asks for lines that will be looked at later: a block's header, and the record that an earlier one's
  /// first record points to. Both are so far on that those asked for before have come.
  @unsafe
  @inline(__always)
  private func prefetch(_ place: BytePlace, room: Int) {
    unsafe place.prefetch(at: (2 * Self.burst + 1) &* blockSize)
    let near = (Self.burst + 1) &* blockSize
    guard near &+ blockSize <= room else { return }
    let first = unsafe near &+ firstRecord.number(place, at: near) & (blockSize &- 1)
    unsafe place.prefetch(at: first &- distanceBack.number(place, at: first))
  }
}
