internal import Synchronization

/// Which blocks a walk leaves out, because they do not stand where they were written.
extension Journal {
  /// A cursor over `bytes`, which begin at address `base`, a block's start: one that leaves out blocks
  /// whose links contradict their neighbours'.
  ///
  /// The links of these blocks and of a few around them are compared before their records are shown, O(1)
  /// for each. Only where two contradict each other are all blocks of the file asked, once, in O(file).
  ///
  /// - Parameters:
  ///   - bytes: of one segment of the journal's storage at the most.
  ///   - base: the address of the first of `bytes`.
  ///   - previous: start of the record before `base`, if known, to check the first link against.
  ///   - verifyingChecksums: whether each block is compared with its checksum first.
  /// - Throws: `JournalError` when the file cannot be read.
  @_lifetime(copy bytes)
  public func cursor(
    over bytes: RawSpan, at base: JournalAddress, previous: JournalAddress? = nil,
    verifyingChecksums: Bool = true
  ) throws -> RecordCursor {
    var cursor = RecordCursor(
      bytes, at: base, limit: dataLimit, tailBlock: tailBlock, previous: previous,
      verifyingChecksums: verifyingChecksums, layout: layout)
    cursor.journal = self
    if let recordsEnd { cursor.recordsEnd = recordsEnd }
    guard BlockChain.isKnown(in: layout), bytes.byteCount > 0 else { return cursor }
    // Where the end confirms the last blocks, what is far off says nothing, whether it is known or not:
    // a walk in parts finds the same as one that comes from the beginning.
    let isKnown = knownFences.withLock({ $0 }) != nil && !isEndConfirmed
    if !isKnown, let file = storage as? MappedFile {
      cursor.look(ahead: file, since: base, previous)
    } else if try isKnown || isDoubtful(bytes, at: base, previous) {
      cursor.fence(try fences(from: base, upTo: base + bytes.byteCount))
    }
    return cursor
  }

  /// Asks all blocks, unless the end address of the header confirms the last of them: in such a file
  /// nothing that stands near a block may tell that a block far before it is missing.
  ///
  /// Reads a few bytes of each block of an active file, and all of one that is damaged.
  func examineUnlessConfirmed() throws {
    guard BlockChain.isKnown(in: layout), knownFences.withLock({ $0 }) == nil,
      dataRange.count > layout.block.size, !isEndConfirmed
    else { return }
    if let file = storage as? MappedFile {
      let isDoubtful = try file.withBytes(dataRange.lowerBound..<min(wholeDataEnd, file.count)) {
        contradicts($0, at: dataRange.lowerBound, nil)
      }
      guard isDoubtful else { return }
    }
    _ = try allFences()
  }

  /// Where the last record of a closed file has to end; nil where the header does not say.
  ///
  /// Its end address, or the block's start where that is inside a block's own bytes: a block was begun
  /// and no record.
  package var recordsEnd: JournalAddress? {
    guard header.isClosed else { return nil }
    let inBlock = header.endAddress % layout.block.size
    return inBlock > layout.block.headerSize ? header.endAddress : header.endAddress - inBlock
  }

  /// The end of the last data block.
  private var wholeDataEnd: JournalAddress {
    (dataLimit + layout.block.size - 1) / layout.block.size * layout.block.size
  }

  /// The fences of blocks from address `start` on, up to `end`.
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  func fences(from start: JournalAddress, upTo end: JournalAddress) throws -> [Damage] {
    // A compressed file is seen a segment at a time: what has been shown of the one before is told here.
    let isBehind = !(storage is MappedFile) && start % storage.segmentSize == 0
    return try allFences().filter {
      $0.range.lowerBound < end && $0.range.upperBound > start
        || isBehind && $0.range.upperBound == start
    }
  }

  /// Whether something contradicts itself in `bytes`, which were decompressed, or near them.
  private func isDoubtful(
    _ bytes: RawSpan, at base: JournalAddress, _ previous: JournalAddress?
  ) throws -> Bool {
    let size = layout.block.size
    let reach = ChainWatch.reach * size
    let first = layout.block.firstDataAddress
    let end = base + bytes.byteCount
    let around = (base - reach..<end + reach).clamped(to: first..<max(first, storage.count))
    // What would have to be decompressed for it is left alone, but for the block before.
    let segment = base / storage.segmentSize * storage.segmentSize
    if bytes.byteCount <= size {
      let near = around.clamped(to: segment..<segment + storage.segmentSize)
      let known = near.lowerBound == base ? previous : nil
      if try storage.withBytes(near, { contradicts($0, at: near.lowerBound, known) }) {
        return true
      }
    } else if contradicts(bytes, at: base, previous) {
      return true
    }
    if end >= dataLimit, base > first, end - base < reach {
      // Times before the end of the data are compared even where they stand in two segments.
      let last = try copy(around.lowerBound..<min(end, storage.count))
      if contradicts(last.span.bytes, at: around.lowerBound, nil) { return true }
    }
    guard previous == nil, base > first, base == segment else { return false }
    let before = base - size
    let chain = BlockChain(storage: storage, layout: layout)
    guard let block = bytes.slice(0, min(size, bytes.byteCount)),
      case let link = chain.link(block, at: base, isTail: base == tailBlock), link.state == .sealed
    else { return false }
    let isContradicted = try? storage.withBytes(before..<base) { left in
      chain.link(left, at: before, isTail: false).state == .sealed
        && !chain.ends(left, at: before, with: link.target) && chain.isWhole(left)
    }
    return isContradicted == true && chain.isWhole(block)
  }

  /// Whether the blocks in `bytes`, the first of which continues the record at `previous` if that is
  /// known, contradict each other, the beginning or the end of the file.
  private func contradicts(
    _ bytes: RawSpan, at base: JournalAddress, _ previous: JournalAddress?
  ) -> Bool {
    var watch = ChainWatch(self, from: base, previous: previous)
    return watch.isContradicted(in: bytes, at: base, upTo: base + bytes.byteCount)
  }

  /// Whether the end of the file speaks against the last of its blocks, `links`, or against the very last,
  /// `link`.
  func endContradicts(_ link: BlockLink, _ links: [BlockLink]) -> Bool {
    if header.isClosed {
      return header.endAddress <= wholeDataEnd && link.state == .sealed && !isEndConfirmed
    }
    return link.state != .filling
      && zip(links, links.dropFirst()).contains {
        $1.time < $0.time || $1.checksum != 0 && $1.checksum == $0.checksum
      }
  }

  /// Whether the header's end address is where the last block's records end, as that block says.
  private var isEndConfirmed: Bool {
    guard let end = recordsEnd, dataRange.contains(end - 1) else { return false }
    let size = layout.block.size
    let chain = BlockChain(storage: storage, layout: layout)
    let start = (end - 1) / size * size
    let isConfirmed = try? storage.withBytes(start..<min(start + size, storage.count)) { block in
      chain.link(block, at: start, isTail: false).state == .sealed && chain.isWhole(block)
        && chain.endOfRecords(block, at: start) == end
    }
    return isConfirmed ?? false
  }

  /// The fences of the whole file. O(file) once, then O(1).
  private func allFences() throws -> [Damage] {
    if let known = knownFences.withLock({ $0 }) { return known }
    let verdict = try verdict()
    let fences = verdict.fences()
    knownFences.withLock { $0 = fences }
    return fences
  }

  /// The bytes of `range`, of whichever segments.
  private func copy(_ range: Range<JournalAddress>) throws -> [UInt8] {
    var copied: [UInt8] = []
    try requireMemory(range.count, "a part of it", path)
    copied.reserveCapacity(range.count)
    try storage.forEachSegment(
      in: range, readingAhead: false,
      damaged: { _, lost in
        copied += [UInt8](repeating: 0, count: lost.count)
      }
    ) { bytes, _ in
      bytes.append(to: &copied)
      return true
    }
    return copied
  }

  /// Whether the block of `link` continues the one of `before`, whether that stands in `bytes` or not.
  private func agrees(
    _ link: BlockLink, _ before: BlockLink, _ bytes: RawSpan, _ base: JournalAddress
  ) throws -> Bool {
    let chain = BlockChain(storage: storage, layout: layout)
    if let left = bytes.slice(before.start - base, layout.block.size) {
      return chain.ends(left, at: before.start, with: link.target)
    }
    return try storage.withBytes(before.start..<before.start + layout.block.size) {
      chain.ends($0, at: before.start, with: link.target)
    }
  }

  /// What all blocks say.
  private func verdict() throws -> ChainVerdict {
    let size = layout.block.size
    let chain = BlockChain(storage: storage, layout: layout)
    var blocks: [(link: BlockLink, joint: ChainVerdict.Joint)] = []
    var hasGap = false
    var isLost = false
    var unfinished: BlockLink?
    let data = dataRange.lowerBound..<min(wholeDataEnd, storage.count)
    try storage.forEachSegment(
      in: data, readingAhead: false, damaged: { _, _ in (hasGap, isLost) = (true, true) }
    ) { bytes, base in
      var start = base
      while start < base + bytes.byteCount {
        defer { start += size }
        guard let block = chain.block(at: start, in: bytes, from: base) else { break }
        var link = chain.link(block, at: start, isTail: start == tailBlock)
        if link.state == .sealed || link.state == .empty, !chain.isWhole(block) {
          link.state = .silent
        }
        if link.state == .silent || link.state == .unfinished { (hasGap, isLost) = (true, true) }
        unfinished = link.state == .unfinished ? link : link.hasRecords ? unfinished : nil
        guard link.hasRecords else { continue }
        let joint: ChainVerdict.Joint
        if let left = unfinished {
          let goesOn = try agrees(link, left, bytes, base)
          // One that continues the block before it is the one that was being filled.
          let isLast =
            try !goesOn && blocks.last.map { try agrees(left, $0.link, bytes, base) } == true
          joint = goesOn ? .unknown : isLast ? .contradicts : .unknownBehindUnfinished
        } else if hasGap {
          joint = .unknown
        } else if let before = blocks.last?.link {
          let agrees = try agrees(link, before, bytes, base)
          joint = agrees ? .agrees : link.state == .filling ? .contradictsUnsealed : .contradicts
        } else {
          joint = link.target == link.first ? .agrees : .contradicts
        }
        blocks.append((link, joint))
        (hasGap, isLost) = (false, false)
        unfinished = nil
      }
      return true
    }
    let end: ChainVerdict.End =
      !header.isClosed
      ? .open
      : isEndConfirmed
        ? .confirmed
        : isLost || header.endAddress > wholeDataEnd ? .lost : .contradicted
    return ChainVerdict(
      blocks, end: end, creation: header.creationTime, blockSize: size, limit: dataLimit)
  }
}
