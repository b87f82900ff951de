extension Journal {
  /// Calls `body` with the bytes of `range`, in order of address, and with the blocks in them that are not to
  /// be believed: for storages that have to work for their bytes, a segment at a time.
  ///
  /// The links of blocks are compared some way ahead of what is handed out, whichever segments they are in,
  /// as `RecordCursor` does in a mapped file: what is handed out of a segment are all blocks but the last few,
  /// whose fate the next segment decides. Those are kept as a copy until it is there.
  ///
  /// - Parameters:
  ///   - range: whole blocks, cut to the data that there are.
  ///   - readingAhead: as for `JournalStorage.forEachSegment`.
  ///   - damaged: told of segments that cannot be produced.
  ///   - body: called with the bytes, the address of the first and the fences; returns whether to go on.
  /// - Throws: what the closures throw, and `JournalError` when the file cannot be read.
  @usableFromInline
  package func forEachStretch(
    in range: Range<JournalAddress>, readingAhead: Bool, damaged: (Damage) throws -> Void,
    _ body: (RawSpan, JournalAddress, [Damage]) throws -> Bool
  ) throws {
    guard BlockChain.isKnown(in: layout) else {
      return try storage.forEachSegment(
        in: range, readingAhead: readingAhead,
        damaged: { try damaged(Damage(.chunk, $1, $0.reason)) }
      ) { try body($0, $1, []) }
    }
    var lookout = try StretchLookout(self, before: range.lowerBound)
    let reach = ChainWatch.reach * layout.block.size
    let wantedEnd = min(range.upperBound, storage.count)
    // What has not been handed out of the segments so far; it ends where the next one begins.
    var held: [UInt8] = []
    var heldStart = range.lowerBound
    var goesOn = true
    try storage.forEachSegment(
      in: range, readingAhead: readingAhead,
      damaged: { error, lost in
        guard goesOn else { return }
        if !held.isEmpty {
          goesOn = try body(held.span.bytes, heldStart, lookout.fences(held.count, at: heldStart))
          held.removeAll(keepingCapacity: true)
        }
        heldStart = lost.upperBound
        lookout.lose(upTo: lost.upperBound)
        if goesOn { try damaged(Damage(.chunk, lost, error.reason)) }
      }
    ) { bytes, base in
      guard goesOn else { return false }
      let end = base + bytes.byteCount
      try lookout.look(at: bytes, from: base, behind: held.span.bytes)
      if end >= wantedEnd { try lookout.look(behind: bytes, upTo: end + reach) }
      // So much of the segment is decided.
      let decided = end >= wantedEnd ? bytes.byteCount : bytes.byteCount - reach
      if !held.isEmpty {
        let count = min(held.count, held.count + decided)
        if count > 0 {
          let fences = try lookout.fences(count, at: heldStart)
          goesOn = try body(held.span.bytes.extracting(first: count), heldStart, fences)
          held.removeFirst(count)
          heldStart += count
        }
      }
      if decided > 0, goesOn {
        goesOn = try body(
          bytes.extracting(first: decided), base, lookout.fences(decided, at: base))
        heldStart = base + decided
      }
      bytes.extracting(droppingFirst: max(0, decided)).append(to: &held)
      return goesOn
    }
  }
}

/// What looks ahead of a walk that goes from segment to segment.
private struct StretchLookout {
  private let journal: Journal
  private var watch: ChainWatch
  /// Whether the fences of the whole file count: something contradicts itself.
  private var isDoubtful: Bool

  /// A lookout for a walk that begins at `start`, which looks at a few blocks before as well.
  init(_ journal: Journal, before start: JournalAddress) throws {
    self.journal = journal
    let block = journal.layout.block
    watch = ChainWatch(
      journal, from: max(block.firstDataAddress, start - ChainWatch.reach * block.size))
    isDoubtful = journal.knowsFences
    // The first block with the one before it, whose bytes nobody hands out.
    if !isDoubtful, start > block.firstDataAddress {
      isDoubtful = try watch.isContradicted(inStorageUpTo: start + block.size)
    }
  }

  /// Compares the blocks of `bytes`, which begin at `base`, with what stands before.
  mutating func look(at bytes: RawSpan, from base: JournalAddress, behind: RawSpan) throws {
    guard !isDoubtful else { return }
    isDoubtful = watch.isContradicted(
      in: bytes, at: base, upTo: base + bytes.byteCount, behind: behind)
  }

  /// Compares the blocks up to address `end`, which follow `bytes` in the storage.
  mutating func look(behind bytes: RawSpan, upTo end: JournalAddress) throws {
    guard !isDoubtful else { return }
    isDoubtful = try watch.isContradicted(inStorageUpTo: end, behind: bytes)
  }

  /// What stands before `address` cannot be produced.
  mutating func lose(upTo address: JournalAddress) { watch.lose(upTo: address) }

  /// The fences of `count` bytes from `start` on.
  func fences(_ count: Int, at start: JournalAddress) throws -> [Damage] {
    isDoubtful ? try journal.fences(from: start, upTo: start + count) : []
  }
}
