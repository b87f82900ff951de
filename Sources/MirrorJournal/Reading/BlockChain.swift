/// How the blocks of a journal hang together: the first record of each points back to the last one
/// of the block before it.
///
/// A checksum says that a block's bytes are whole, not that the block stands where it was written.
/// The links tell, except between blocks whose first records stand and point back alike.
struct BlockChain {
  let storage: any JournalStorage
  let blocks: BlockLayout
  // At a fixed place: asked for every block of a file, it is not to be copied.
  let records: InternedRecordLayout

  init(storage: any JournalStorage, layout: JournalLayout) {
    self.storage = storage
    blocks = layout.block
    records = InternedRecordLayout(layout)
  }

  /// Whether the layout has what the chain is made of: checksums, so that a block is known to be whole,
  /// and links. Records that cross blocks hang together by themselves.
  static func isKnown(in layout: JournalLayout) -> Bool {
    layout.record.knowsPrevious && layout.block.checksum.isKnown && !layout.record.walksAcross
  }

  /// The block at `start`, as far as it lies in `bytes`, which begin at address `base`.
  @_lifetime(copy bytes)
  func block(at start: JournalAddress, in bytes: RawSpan, from base: JournalAddress) -> RawSpan? {
    bytes.slice(start - base, min(blocks.size, bytes.byteCount - (start - base)))
  }

  /// What `block`, the bytes of the one at `start`, says about its place. Its checksum is not compared.
  ///
  /// - Parameter isTail: whether its writer may still be filling it.
  func link(_ block: RawSpan, at start: JournalAddress, isTail: Bool) -> BlockLink {
    var link = BlockLink(start: start)
    let place = Int(
      clamping: block.load(blocks.firstRecord) ?? UInt64(blocks.headerSize))
    link.time =
      block.load(blocks.bufferTime).map(blocks.timeForm.timestamp) ?? link.time
    link.checksum = UInt32(truncatingIfNeeded: block.load(blocks.checksum) ?? 0)
    guard block.byteCount == blocks.size || isTail else { return link }
    if !isTail, link.checksum == 0 {
      guard place != 0 else { return link }
      link.state = .unfinished
    }
    if place == 0 {
      link.state = .empty
      return link
    }
    guard place >= blocks.headerSize, place < blocks.size,
      place % records.layout.alignment == 0,
      let back = records.layout.distanceBack(in: block, at: place, address: start + place)
    else {
      link.state = .silent
      return link
    }
    if link.state == .silent { link.state = link.checksum == 0 ? .filling : .sealed }
    link.first = start + place
    link.target = link.first - (back & 0xFFFF_FFFF)
    return link
  }

  /// Whether a record at `address` ends the block at `start`, whose bytes are `block`. O(1).
  ///
  /// A length that fits the block's end may stand inside a record, too: the one before is asked as well.
  func ends(_ block: RawSpan, at start: JournalAddress, with address: JournalAddress) -> Bool {
    let place = address - start
    guard place >= blocks.headerSize, place < blocks.size else { return false }
    let size = self.size(block, start, place)
    guard size >= records.layout.headerSize, size <= blocks.size - place,
      size % records.layout.alignment == 0
    else { return false }
    guard self.size(block, start, place + size) == 0 else { return false }
    guard let back = records.layout.distanceBack(in: block, at: place, address: address) else {
      return true
    }
    let first = Int(
      clamping: block.load(blocks.firstRecord) ?? UInt64(blocks.headerSize))
    let before = place - (back & 0xFFFF_FFFF)
    return place == first || before >= first && self.size(block, start, before) == place - before
  }

  /// Whether the sealed block with these bytes matches its checksum. O(block).
  func isWhole(_ block: RawSpan) -> Bool {
    block.byteCount == blocks.size
      && block.load(blocks.checksum).map { UInt32(truncatingIfNeeded: $0) }
        == CRC32C.of(block, zeroing: Int(blocks.checksum.offset))
  }

  /// Just past the last record of the block at `start`, as its lengths say. O(block).
  func endOfRecords(_ block: RawSpan, at start: JournalAddress) -> JournalAddress {
    var place = Int(
      clamping: block.load(blocks.firstRecord) ?? UInt64(blocks.headerSize))
    while place < block.byteCount {
      let size = self.size(block, start, place)
      guard size >= max(1, records.layout.headerSize), size <= block.byteCount - place else {
        break
      }
      place += size
    }
    return start + place
  }

  /// Whether the first record of the block at `start` points to a record that ends the block
  /// before. O(1).
  func continuesBlockBefore(_ start: JournalAddress) -> Bool {
    guard let first = firstRecord(of: start) else { return false }
    let before = start - blocks.size
    guard before >= blocks.firstDataAddress else { return first.back == 0 }
    guard (try? hasBegun(before)) == true else { return false }
    // A block can be begun and closed without a record; the link then goes beyond it.
    if begins(before) == 0 { return true }
    let answer = try? read(before) { ends($0, at: before, with: first.address - first.back) }
    return answer ?? false
  }

  /// The last block up to the one at `start` of which `isSuch` is true; less than the first data block where
  /// none is. O(blocks), holes of the file left out: nothing was ever written there.
  func lastBlock(
    upTo start: JournalAddress, where isSuch: (JournalAddress) throws -> Bool
  ) rethrows -> JournalAddress {
    if storage.isSequential { return try lastBlockFromTheFront(upTo: start, where: isSuch) }
    var block = start
    while block >= blocks.firstDataAddress {
      let end = min(block + blocks.size, storage.count)
      if let hole = storage.hole(with: block..<end) {
        // The block in which the hole begins may have been written before it.
        block = (hole.lowerBound + blocks.size - 1) / blocks.size * blocks.size - blocks.size
        continue
      }
      if try isSuch(block) { break }
      block -= blocks.size
    }
    return block
  }

  /// The same for a storage where each step back costs all bytes before: one pass.
  private func lastBlockFromTheFront(
    upTo start: JournalAddress, where isSuch: (JournalAddress) throws -> Bool
  ) rethrows -> JournalAddress {
    var last = blocks.firstDataAddress - blocks.size
    var block = blocks.firstDataAddress
    while block <= start {
      if try isSuch(block) { last = block }
      block += blocks.size
    }
    return last
  }

  /// Whether the block at `start` has begun, and is not sealed.
  func isUnsealed(_ start: JournalAddress) -> Bool {
    let answer = try? header(start) { header in
      !header.isAllZero && blocks.checksum.isKnown
        && (header.load(blocks.checksum) ?? 0) == 0
    }
    return answer ?? false
  }

  /// Whether the header of the block at `start` is more than zeros; without a header, the block.
  func hasBegun(_ start: JournalAddress) throws -> Bool {
    if blocks.headerSize == 0 { return try read(start) { !$0.isAllZero } }
    return try header(start) { !$0.isAllZero }
  }

  private func firstRecord(of start: JournalAddress) -> (address: JournalAddress, back: Int)? {
    let answer = try? read(start) { block -> (JournalAddress, Int)? in
      let place = Int(
        clamping: block.load(blocks.firstRecord) ?? UInt64(blocks.headerSize))
      guard place >= blocks.headerSize,
        let back = records.layout.distanceBack(in: block, at: place, address: start + place)
      else { return nil }
      return (start + place, back & 0xFFFF_FFFF)
    }
    return answer ?? nil
  }

  /// Bytes of the record at offset `place` of the block at `start`; 0 where none starts.
  private func size(_ block: borrowing RawSpan, _ start: JournalAddress, _ place: Int) -> Int {
    records.layout.size(
      in: block, at: place, address: start + place, room: block.byteCount - place)
  }

  /// The in-block offset of the first record; 0 if none starts there.
  private func begins(_ start: JournalAddress) -> Int {
    let answer = try? header(start) {
      Int(clamping: $0.load(blocks.firstRecord) ?? UInt64(blocks.headerSize))
    }
    return answer ?? 0
  }

  private func header<R>(_ start: JournalAddress, _ body: (RawSpan) throws -> R) throws -> R {
    try storage.withBytes(start..<min(start + blocks.headerSize, storage.count), body)
  }

  private func read<R>(_ start: JournalAddress, _ body: (RawSpan) throws -> R) throws -> R {
    guard start >= 0, start < storage.count else {
      throw JournalError(.noRecord, "no block starts", at: start)
    }
    return try storage.withBytes(start..<min(start + blocks.size, storage.count), body)
  }
}

/// What a block says about its place among the others.
struct BlockLink: Sendable, Equatable {
  enum State: Sendable {
    /// It is full, and a record starts in it.
    case sealed
    /// Its writer is filling it; it has no checksum.
    case filling
    /// No record starts in it: the next block's link goes beyond it.
    case empty
    /// It has begun and has no checksum, although it is not the one that is being filled.
    case unfinished
    /// Nothing: it is damaged or not there.
    case silent
  }

  let start: JournalAddress
  var state = State.silent
  /// Its first record.
  var first: JournalAddress = 0
  /// The record before that, as it says; itself if it says that there is none.
  var target: JournalAddress = 0
  var time = Timestamp(milliseconds: 0)
  var checksum: UInt32 = 0

  init(start: JournalAddress) { self.start = start }

  var hasRecords: Bool { state == .sealed || state == .filling }
}
