/// From block to block: what stands around the records.
extension RecordCursor {
  /// What `leaveBlock` and `enterBlock` do where nothing is wrong and neither block is the file's last:
  /// the run that begins with the next block's first record, or nil, and then nothing has changed.
  ///
  /// Where records are large, this is most of the walk. The next block is looked into before this
  /// one's padding, so that its second record is under way meanwhile.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func usualNextBlock(_ wanted: Range<JournalAddress>) -> Run? {
    let start = nextBlock
    guard !verifiesChecksums, previous >= 0, blockEnd == start,
      start <= limit &- block.size, start != tailBlock, start &- block.size != tailBlock,
      start < nextFence
    else { return nil }
    // In bounds: the limit is at most where the bytes end.
    let offset = start &- base
    let first = Int(truncatingIfNeeded: bytes.load(block.firstRecord, from: offset) ?? 0)
    guard first >= block.headerSize, first <= block.size &- reach, first & alignmentMask == 0,
      bytes.load(block.checksum, from: offset) != 0
    else { return nil }
    let address = start &+ first
    let place = unsafe BytePlace(bytes, at: offset &+ first)
    let (size, back) = unsafe usualSizeAndLink(place, at: address, orBack: address &- previous)
    unsafe place.prefetch(at: size)
    unsafe BytePlace(bytes, at: offset).prefetch(at: block.size)
    guard wanted.contains(address), isSound(size, back, at: address, room: block.size &- first),
      position == start || bytes.slice(position &- base, start &- position)?.isAllZero == true
    else { return nil }
    time = block.timeForm.timestamp(bytes.load(block.bufferTime, from: offset) ?? 0)
    position = address
    nextBlock = start &+ block.size
    blockEnd = nextBlock
    return unsafe run(size, in: wanted)
  }

  /// Checks what lies behind the current block's last record.
  @usableFromInline
  @_lifetime(self: copy self)
  mutating func leaveBlock() throws(Damage) {
    guard position < blockEnd else { return }
    let rest = position..<blockEnd
    position = blockEnd
    if nextBlock - block.size == tailBlock {
      // Into the tail its writer may be writing in this moment; but no file ends inside a length.
      guard rest.count < Int(max(length.width, 1)) else { return }
      throw Damage(.truncated, rest, "the file ends inside the record at \(rest.lowerBound)")
    }
    if blockEnd < nextBlock - block.trailerSize || nextBlock >= recordsEnd {
      throw Damage(
        .end, rest, "the records end at \(rest.lowerBound), before the header's end address")
    }
    guard let padding = bytes.slice(rest.lowerBound - base, rest.count), padding.isAllZero else {
      // A record may hide there, which the next block's first one points to.
      previous = -1
      throw Damage(.padding, rest, "the bytes behind the last record of a block are not zero")
    }
  }

  /// Takes up the block at `nextBlock`.
  @usableFromInline
  @_lifetime(self: copy self)
  mutating func enterBlock() throws(Damage) {
    let start = nextBlock
    if start >= nextFence { try skipFence() }
    let whole = start + block.size
    nextBlock = whole
    // Where records are large, the next block's header is a line that nothing else has asked for.
    if bytes.byteCount > 0 { unsafe BytePlace(bytes, at: 0).prefetch(at: whole &- base) }
    position = start
    blockEnd = start
    let available = min(block.size, bytes.byteCount - (start - base))
    guard let content = bytes.slice(start - base, available),
      available >= block.headerSize
    else {
      previous = -1
      throw Damage(
        .truncated, start..<max(start + 1, min(whole, limit)),
        "the file ends inside the header of the block at \(start)")
    }
    var first = Int(truncatingIfNeeded: content.load(block.firstRecord) ?? UInt64(block.headerSize))
    if block.firstRecordAddress != 0, start == block.firstDataAddress {
      first = block.firstRecordAddress - start
    } else if start == block.firstDataAddress, !block.firstRecord.isKnown {
      first = lateFirst(content, start, first)
    }
    let stored = UInt32(truncatingIfNeeded: content.load(block.checksum) ?? 0)
    time = block.timeForm.timestamp(content.load(block.bufferTime) ?? 0)
    if block.checksum.isKnown {
      try check(content, stored: stored, range: start..<min(whole, limit))
    }
    if first == 0, block.firstRecord.isKnown {
      // Where records cross blocks, one may stand across all of this.
      guard
        interned.layout.crossesBlocks
          || content.slice(block.headerSize, available - block.headerSize)?.isAllZero ?? true
      else {
        previous = -1
        throw Damage(
          .blockHeader, start..<min(whole, limit),
          "the header of the block at \(start) names no first record, and the block is not empty")
      }
      if whole >= recordsEnd, start != block.firstDataAddress {
        throw Damage(
          .end, start..<min(whole, limit),
          "no record ends in the block at \(start), where the header's end address is")
      }
      return
    }
    guard first >= block.headerSize, first < block.size, first & alignmentMask == 0 else {
      previous = -1
      throw Damage(
        .blockHeader, start..<min(whole, limit),
        "the header of the block at \(start) names an impossible first record (\(first))")
    }
    position = start + first
    blockEnd = min(whole - block.trailerSize, limit, start + available)
    if let used = content.load(block.usedLength), used >= UInt64(first), used <= UInt64(block.size)
    {
      blockEnd = min(blockEnd, start + Int(used))
    }
    if previous < 0, start == block.firstDataAddress {
      // The file's first record points nowhere: as if the record before stood where it stands.
      previous = position
    }
  }

  /// Where the first record of all stands, which may be later than `first` (131312 was observed, class O), in
  /// a family whose blocks do not say it: behind zeros, where three records follow each other.
  private func lateFirst(_ content: RawSpan, _ start: JournalAddress, _ first: Int) -> Int {
    let layout = interned.layout
    func next(_ place: Int) -> Int? {
      let size = layout.size(
        in: content, at: place, address: start + place, room: content.byteCount - place)
      return size >= headerSize && size & alignmentMask == 0 && size <= content.byteCount - place
        ? place + size : nil
    }
    let limit = min(first + 8192, content.byteCount)
    guard first < limit, next(first) == nil else { return first }
    var written = first
    while written < limit, content.loadUInt8(at: written) == 0 { written += 1 }
    guard written < limit else { return first }
    for place in stride(from: first, through: written, by: alignmentMask + 1)
    where place + headerSize > written {
      if let second = next(place), let third = next(second), next(third) != nil { return place }
    }
    return first
  }

  private mutating func check(_ content: RawSpan, stored: UInt32, range: Range<JournalAddress>)
    throws(Damage)
  {
    let start = range.lowerBound
    if stored == 0 {
      if let hole = lookout?.file?.hole(with: start..<start + block.size) {
        let first = max(
          block.firstDataAddress, (hole.lowerBound + block.size - 1) / block.size * block.size)
        let end = hole.upperBound / block.size * block.size
        throw leaveOut(
          upTo: end,
          Damage(
            .unsealed, first..<max(first + 1, min(end, limit)),
            "the blocks from \(first) on were never written: the file has a hole there"))
      }
      // One block in 2^32 has a checksum of 0 and is sealed.
      guard start == tailBlock || CRC32C.of(content, zeroing: Int(block.checksum.offset)) == 0
      else {
        previous = -1
        throw Damage(
          .unsealed, range, "the block at \(start) was never finished: it has no checksum")
      }
      return
    }
    guard content.byteCount == block.size else {
      previous = -1
      throw Damage(.truncated, range, "the file ends inside the block at \(start)")
    }
    guard verifiesChecksums else { return }
    guard CRC32C.of(content, zeroing: Int(block.checksum.offset)) == stored else {
      previous = -1
      throw Damage(.checksum, range, "the block at \(start) does not match its checksum")
    }
  }

  /// Gives up the rest of the current block and says why.
  @usableFromInline @inline(never)
  @_lifetime(self: copy self)
  mutating func damagedRecord(size: Int, back: Int) -> Damage {
    let start = position
    let expected = previous
    let end = max(start + 1, min(nextBlock, limit))
    let room = blockEnd - start
    position = blockEnd
    previous = -1
    if size < headerSize || size & alignmentMask != 0 || size > room {
      return Damage(
        .record, start..<end, "the record at \(start) has an impossible length (\(size))")
    }
    return Damage(
      .link, start..<end,
      "the record at \(start) points back \(back) bytes instead of \(start - expected)")
  }
}
