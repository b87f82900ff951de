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
    try cursor(
      over: bytes, at: base, previous: previous, verifyingChecksums: verifyingChecksums,
      fences: nil)
  }

  /// The same; `fences` are the blocks in `bytes` that it leaves out, if they have been found already.
  @usableFromInline
  @_lifetime(copy bytes)
  package func cursor(
    over bytes: RawSpan, at base: JournalAddress, previous: JournalAddress?,
    verifyingChecksums: Bool, fences known: [Damage]?
  ) throws -> RecordCursor {
    var cursor = RecordCursor(
      bytes, at: base, limit: dataLimit, tailBlock: tailBlock, previous: previous,
      verifyingChecksums: verifyingChecksums, layout: layout)
    cursor.journal = self
    if let recordsEnd { cursor.recordsEnd = recordsEnd }
    if let known {
      if !known.isEmpty { cursor.fence(known) }
      return cursor
    }
    guard BlockChain.isKnown(in: layout), bytes.byteCount > 0 else { return cursor }
    if !knowsFences, let file = storage as? MappedFile {
      cursor.look(ahead: file, since: base, previous)
    } else if try knowsFences || isDoubtful(base..<base + bytes.byteCount, previous) {
      cursor.fence(try fences(from: base, upTo: base + bytes.byteCount))
    }
    return cursor
  }

  /// Whether all blocks have been asked, and what was found counts everywhere. Where the end confirms the
  /// last blocks, what is far off says nothing, whether it is known or not: a walk in parts finds the same
  /// as one that comes from the beginning.
  var knowsFences: Bool { knownFences.withLock { $0 } != nil && !isEndConfirmed }

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
    try allFences().filter { $0.range.lowerBound < end && $0.range.upperBound > start }
  }

  /// Whether something contradicts itself in `range` of the storage, or near it.
  private func isDoubtful(
    _ range: Range<JournalAddress>, _ previous: JournalAddress?
  ) throws -> Bool {
    let reach = ChainWatch.reach * layout.block.size
    let start =
      previous == nil
      ? max(layout.block.firstDataAddress, range.lowerBound - reach) : range.lowerBound
    var watch = ChainWatch(self, from: start, previous: previous)
    return try watch.isContradicted(inStorageUpTo: range.upperBound + reach)
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
        } else if link.start == layout.block.firstDataAddress {
          joint = link.target == link.first ? .agrees : .contradicts
        } else {
          // The blocks before it name no record.
          joint = .unknown
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
