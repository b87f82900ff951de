internal import Synchronization

/// The walk through families whose records go on in the next block, behind its header.
extension Journal {
  /// Calls `body` with each record that starts in `range`, until it returns false.
  ///
  /// Damage costs everything up to the next block that says where its first record starts.
  // A call per record, and all of it once: for compressed journals, which cost more, and single blocks.
  // Mapped ones are walked by `forEachRecord` itself.
  @usableFromInline
  func walkAcross(
    _ range: Range<JournalAddress>, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Bool
  ) throws {
    guard !range.isEmpty else { return }
    if let lost = try loss(at: range.lowerBound) { try damaged(lost) }
    guard let start = try firstAcross(atOrAfter: range.lowerBound) else { return }
    var cursor = CrossingCursor(
      layout, from: start, in: range, limit: dataLimit, starts: try backStarts())
    do {
      while let segment = segment(of: cursor) {
        let lost = try withBytesUnlessLost(segment) { bytes in
          try walk(bytes, at: segment.lowerBound, &cursor, damaged, body)
        }
        guard let lost else { continue }
        let whole = try cursor.back?.upToNextStart(lost) ?? upToNextStart(lost)
        try damaged(whole)
        cursor.position = whole.range.upperBound
        cursor.previous = -1
      }
    } catch is Enough {}
  }

  /// What is lost with the segment that holds `address`, if it cannot be produced.
  private func loss(at address: JournalAddress) throws -> Damage? {
    guard layout.block.firstRecord.isKnown, address < storage.count else { return nil }
    return try withBytesUnlessLost(address..<address + 1) { _ in }.map(upToNextStart)
  }

  /// `lost` up to where the next record is known to start: at the next block that says where one does.
  private func upToNextStart(_ lost: Damage) throws -> Damage {
    let next = try nextStart(after: lost.range.upperBound - 1) ?? dataLimit
    let start = lost.range.lowerBound
    return Damage(lost.kind, start..<max(start + 1, next), lost.reason)
  }

  /// Nothing more is wanted.
  private struct Enough: Error {}

  /// Walks the records that start in `bytes`.
  private func walk(
    _ bytes: RawSpan, at base: JournalAddress, _ crossing: inout CrossingCursor,
    _ damaged: (Damage) throws -> Void, _ body: (borrowing Record) throws -> Bool
  ) throws {
    var cursor = RecordCursor(bytes, at: base, limit: dataLimit, layout: layout)
    cursor.journal = self
    cursor.goOn(crossing)
    try cursor.walk(crossing.wanted, damaged: damaged) { if try !body($0) { throw Enough() } }
    if let reached = cursor.crossing { crossing = reached }
  }

  /// The rest of the segment that a walk stands in, from a block's start on, as far as the walk wants
  /// records from it; nil at the walk's end.
  private func segment(of cursor: CrossingCursor) -> Range<JournalAddress>? {
    let shape = cursor.shape
    guard cursor.position < cursor.wanted.upperBound else { return nil }
    let start = shape.block(of: cursor.position)
    let end = ((start + shape.size - 1) / storage.segmentSize + 1) * storage.segmentSize
    let wantedEnd = shape.block(of: cursor.wanted.upperBound - 1) + shape.size
    return start..<min(end, wantedEnd, dataLimit)
  }

  /// Where the first record of the block at `block` stands, as the block says.
  private func statedStart(_ block: JournalAddress) throws -> JournalAddress? {
    let end = min(block + layout.block.headerSize, storage.count)
    guard block < end else { return nil }
    var start: JournalAddress?
    // What is lost says nothing.
    _ = try withBytesUnlessLost(block..<end) { header in
      let place = Int(clamping: header.load(layout.block.firstRecord) ?? 0)
      if place >= layout.block.headerSize, place < layout.block.size { start = block + place }
    }
    return start
  }

  /// The first stated start in a block behind the one that holds `address`.
  func nextStart(after address: JournalAddress) throws -> JournalAddress? {
    guard layout.block.firstRecord.isKnown else { return nil }
    var block = (address / layout.block.size + 1) * layout.block.size
    while block < dataLimit {
      if let start = try statedStart(block) { return start }
      block += layout.block.size
    }
    return nil
  }

  /// Where a walk for records at or after `address` can begin: at a record of its block or before.
  func firstAcross(atOrAfter address: JournalAddress) throws -> JournalAddress? {
    let first = layout.block.firstDataAddress
    let block = max(first, address / layout.block.size * layout.block.size)
    if let starts = try backStarts() {
      var reader = BackStarts.Reader(starts)
      return try reader.start(atOrAfter: block)
    }
    if layout.block.firstRecord.isKnown {
      if let start = try statedStart(block) { return start }
      return try nextStart(after: block)
    }
    if block == first {
      return max(layout.block.firstRecordAddress, first + layout.block.headerSize)
    }
    if let known = crossingStarts.withLock({ $0 }) {
      let index = (block - first) / layout.block.size
      return index < known.count ? known[index] : nil
    }
    var starts: [JournalAddress] = []
    try walkAcross(first..<dataLimit, damaged: { _ in }) { record in
      let index = (record.address - first) / layout.block.size
      while starts.count <= index { starts.append(record.address) }
      return true
    }
    crossingStarts.withLock { $0 = starts }
    return try firstAcross(atOrAfter: address)
  }
}
