/// How the blocks of a journal hang together: the first record of each points back to the last one
/// of the block before it.
///
/// A checksum says that a block's bytes are whole, not that the block stands where it was written.
/// The links tell, except between blocks whose first records stand and point back alike.
struct BlockChain {
  let storage: any JournalStorage
  let layout: JournalLayout

  /// Whether the first record of the block at `start` points to a record that ends the block
  /// before. O(1).
  func continuesBlockBefore(_ start: JournalAddress) -> Bool {
    guard let first = firstRecord(of: start) else { return false }
    let before = start - layout.block.size
    guard before >= layout.block.firstDataAddress else { return first.back == 0 }
    guard (try? hasBegun(before)) == true else { return false }
    // A block can be begun and closed without a record; the link then goes beyond it.
    if begins(before) == 0 { return true }
    let place = first.address - first.back - before
    guard place >= layout.block.headerSize, place < layout.block.size else { return false }
    let answer = try? read(before) { block -> Bool in
      let size = self.size(block, before, place)
      guard size >= layout.record.headerSize, size <= layout.block.size - place,
        size % layout.record.alignment == 0
      else { return false }
      return self.size(block, before, place + size) == 0
    }
    return answer ?? false
  }

  /// Whether the block at `start` is sealed and matches its checksum.
  func isSound(_ start: JournalAddress) -> Bool {
    guard start >= layout.block.firstDataAddress, start + layout.block.size <= storage.count else {
      return false
    }
    guard layout.block.checksum.isKnown else { return true }
    let answer = try? read(start) { block in
      block.load(layout.block.checksum).map { UInt32(truncatingIfNeeded: $0) }
        == CRC32C.of(block, zeroing: Int(layout.block.checksum.offset))
    }
    return answer ?? false
  }

  /// Just past the last record of the block at `start`, as its lengths say. O(block).
  func endOfRecords(inBlock start: JournalAddress) -> JournalAddress {
    let answer = try? read(start) { block -> JournalAddress in
      var place = Int(
        clamping: block.load(layout.block.firstRecord) ?? UInt64(layout.block.headerSize))
      while place < block.byteCount {
        let size = self.size(block, start, place)
        guard size >= layout.record.headerSize, size <= block.byteCount - place else { break }
        place += size
      }
      return start + place
    }
    return answer ?? start
  }

  /// Whether the block at `start` has begun, and is not sealed.
  func isUnsealed(_ start: JournalAddress) -> Bool {
    let answer = try? header(start) { header in
      !header.isAllZero && layout.block.checksum.isKnown
        && (header.load(layout.block.checksum) ?? 0) == 0
    }
    return answer ?? false
  }

  /// Whether the header of the block at `start` is more than zeros; without a header, the block.
  func hasBegun(_ start: JournalAddress) throws -> Bool {
    if layout.block.headerSize == 0 { return try read(start) { !$0.isAllZero } }
    return try header(start) { !$0.isAllZero }
  }

  private func firstRecord(of start: JournalAddress) -> (address: JournalAddress, back: Int)? {
    let answer = try? read(start) { block -> (JournalAddress, Int)? in
      let place = Int(
        clamping: block.load(layout.block.firstRecord) ?? UInt64(layout.block.headerSize))
      guard place >= layout.block.headerSize,
        let back = layout.record.distanceBack(in: block, at: place, address: start + place)
      else { return nil }
      return (start + place, back & 0xFFFF_FFFF)
    }
    return answer ?? nil
  }

  /// Bytes of the record at offset `place` of the block at `start`; 0 where none starts.
  private func size(_ block: borrowing RawSpan, _ start: JournalAddress, _ place: Int) -> Int {
    layout.record.size(
      in: block, at: place, address: start + place, room: block.byteCount - place)
  }

  /// The in-block offset of the first record; 0 if none starts there.
  private func begins(_ start: JournalAddress) -> Int {
    let answer = try? header(start) {
      Int(clamping: $0.load(layout.block.firstRecord) ?? UInt64(layout.block.headerSize))
    }
    return answer ?? 0
  }

  private func header<R>(_ start: JournalAddress, _ body: (RawSpan) throws -> R) throws -> R {
    try storage.withBytes(start..<min(start + layout.block.headerSize, storage.count), body)
  }

  private func read<R>(_ start: JournalAddress, _ body: (RawSpan) throws -> R) throws -> R {
    guard start >= 0, start < storage.count else {
      throw JournalError(.noRecord, "no block starts", at: start)
    }
    return try storage.withBytes(start..<min(start + layout.block.size, storage.count), body)
  }
}

extension Journal {
  /// Whether the sealed block at `start` stands where it was written: it continues the block before
  /// it, or the block behind continues it, or the block before is damaged and cannot tell. O(1) for
  /// a block that does.
  ///
  /// - Parameter mayContinueBlockBefore: false when it is known not to continue the block before.
  func isInPlace(_ start: JournalAddress, mayContinueBlockBefore: Bool = true) -> Bool {
    guard layout.record.knowsPrevious, !layout.record.crossesBlocks else { return true }
    let chain = BlockChain(storage: storage, layout: layout)
    if mayContinueBlockBefore, chain.continuesBlockBefore(start) { return true }
    let next = start + layout.block.size
    if next < dataLimit {
      if chain.continuesBlockBefore(next) { return true }
    } else if header.isClosed, chain.endOfRecords(inBlock: start) == header.endAddress {
      return true
    }
    let before = start - layout.block.size
    return before >= layout.block.firstDataAddress && !chain.isSound(before)
      && !chain.isUnsealed(before)
  }
}
