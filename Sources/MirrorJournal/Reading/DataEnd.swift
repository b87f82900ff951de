/// Where the data of a journal end, and what is wrong there.
struct DataEnd {
  var limit: JournalAddress
  var tailBlock: JournalAddress?
  var damage: Damage?

  private init(limit: JournalAddress, tailBlock: JournalAddress? = nil, damage: Damage? = nil) {
    self.limit = limit
    self.tailBlock = tailBlock
    self.damage = damage
  }

  /// The end that a closed file's header names, and what the file lacks of it or has behind it.
  init(closedAt end: JournalAddress, storage: any JournalStorage, layout: JournalLayout) {
    guard end > storage.count else {
      self.init(limit: end, damage: Self.trailing(behind: end, storage, layout))
      return
    }
    // Of a block without a record not even the header was written.
    let isWhole =
      storage.count % layout.block.size == 0 && end <= storage.count + layout.block.headerSize
    self.init(
      limit: storage.count,
      damage: isWhole
        ? nil : Damage(.truncated, storage.count..<end, "the file ends before its data do"))
  }

  /// The first address behind the data of a file that was closed at `end` where nothing has been written.
  static func unwritten(behind end: JournalAddress, _ layout: JournalLayout) -> JournalAddress {
    let block = layout.block
    let records = block.firstDataAddress + block.headerSize
    if end <= records { return records }
    // Where records cross blocks, what stands behind the last one in its block is not known to be zero.
    if layout.record.walksAcross { return (end + block.size - 1) / block.size * block.size }
    let inBlock = end % block.size
    // A block may have been begun without a record.
    return inBlock > 0 && inBlock < block.headerSize ? end - inBlock + block.headerSize : end
  }

  /// What stands behind the `end` that the header names, in its block or the next one: records, if the header
  /// is of an earlier moment. O(1); what is further on is for an integrity check.
  private static func trailing(
    behind end: JournalAddress, _ storage: any JournalStorage, _ layout: JournalLayout
  ) -> Damage? {
    let size = layout.block.size
    let start = unwritten(behind: end, layout)
    for block in [start / size * size, start / size * size + size] {
      let part = (max(start, block)..<block + size).clamped(to: 0..<storage.count)
      guard !part.isEmpty, storage.hole(with: part) == nil else { continue }
      // What cannot be decompressed is told by whoever reads it.
      let isZero = try? storage.withBytes(part) { $0.isAllZero }
      guard isZero == false else { continue }
      return Damage(
        .trailing, start..<storage.count, "the bytes behind the end of the data are not zero")
    }
    return nil
  }

  /// The end of the last block of an active file that its writer has begun: behind it all block
  /// headers are zero. O(number of blocks that are allocated and not begun), holes of the file left out.
  init(ofActive storage: any JournalStorage, layout: JournalLayout) throws {
    let size = layout.block.size
    let first = layout.block.firstDataAddress
    let chain = BlockChain(storage: storage, layout: layout)
    var tail = (storage.count - 1) / size * size
    if !layout.header.knowsEnd, !layout.block.checksum.isKnown {
      // Nothing says where the data end; behind them stand zeros.
      self.init(limit: storage.count, tailBlock: tail)
      return
    }
    tail = try chain.lastBlock(upTo: tail, where: chain.hasBegun)
    guard tail >= first else {
      self.init(limit: min(first, storage.count))
      return
    }
    if let real = Self.leftBehind(tail, chain) {
      self.init(
        limit: real + size, tailBlock: real,
        damage: Damage(
          .link, real + size..<min(tail + size, storage.count),
          "blocks of another file stand behind the last one of this file"))
      return
    }
    let end = tail + size
    self.init(
      limit: min(end, storage.count), tailBlock: tail,
      damage: end <= storage.count
        ? nil
        : Damage(.truncated, storage.count..<end, "the file ends inside its last block"))
  }

  /// The block that is being filled, if the one at `last` does not belong to the file; nil if it does. A
  /// file usually ends with the unsealed block itself.
  private static func leftBehind(_ last: JournalAddress, _ chain: BlockChain) -> JournalAddress? {
    let size = chain.blocks.size
    guard chain.records.layout.knowsPrevious, chain.blocks.checksum.isKnown,
      !chain.records.layout.walksAcross, !chain.continuesBlockBefore(last)
    else { return nil }
    let block = chain.lastBlock(upTo: last - size, where: chain.isUnsealed)
    guard block >= chain.blocks.firstDataAddress, chain.continuesBlockBefore(block),
      !chain.continuesBlockBefore(block + size)
    else { return nil }
    return block
  }
}
