public import MirrorJournal

extension RecordFilter {
  /// Calls `body` with each record of `journal` that matches, in order of address or, with
  /// `isReversed`, last first. Whole blocks outside the filter's addresses and times are skipped.
  ///
  /// - Parameters:
  ///   - journal: the journal to walk through.
  ///   - range: addresses; nil means all data.
  ///   - includesInternal: whether directory additions and extension records count.
  ///   - isReversed: whether the last record comes first.
  ///   - damaged: told of data that could not be read. Blocks that are skipped are not checked.
  ///   - body: called with each record that matches.
  /// - Throws: as `bound(to:)`, what the closures throw, and `JournalError` when the file cannot be
  ///   read.
  public func forEachRecord(
    of journal: Journal, in range: Range<JournalAddress>? = nil, includesInternal: Bool = false,
    isReversed: Bool = false, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Void
  ) throws {
    let matches = try bound(to: journal)
    let ranges = try ranges(in: journal, range)
    if isReversed {
      for range in ranges.reversed() {
        try journal.forEachRecordReversed(in: range, damaged: damaged) { record in
          guard includesInternal || record.type.isVisible, try matches(record) else { return }
          try body(record)
        }
      }
      return
    }
    for range in ranges {
      try journal.forEachRecord(in: range, damaged: damaged) { record in
        guard includesInternal || record.type.isVisible, try matches(record) else { return }
        try body(record)
      }
    }
  }

  /// The parts of `range` that can hold records of the filter, in order: blocks whose time is out of
  /// bounds are left out.
  ///
  /// Reads the header of each block; a compressed journal, which would have to be decompressed for
  /// that, is given whole. O(number of blocks) when the filter has times, else O(1).
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  public func ranges(in journal: Journal, _ range: Range<JournalAddress>? = nil) throws
    -> [Range<JournalAddress>]
  {
    let bounds = bounds(of: journal.path)
    let whole = (range ?? journal.dataRange).clamped(to: journal.dataRange)
      .clamped(to: bounds.addresses)
    guard !whole.isEmpty else { return [] }
    guard !bounds.hasEveryTime, journal.storage is MappedFile else { return [whole] }
    let size = journal.layout.block.size
    var ranges: [Range<JournalAddress>] = []
    var block = whole.lowerBound / size * size
    while block < whole.upperBound {
      let time = try journal.blockTime(at: block)
      // A block whose time cannot be read is walked, so that its damage is told.
      if time.map({ bounds.times.contains($0.milliseconds) }) ?? true {
        let part = (block..<block + size).clamped(to: whole)
        if let last = ranges.last, last.upperBound == part.lowerBound {
          ranges[ranges.count - 1] = last.lowerBound..<part.upperBound
        } else {
          ranges.append(part)
        }
      }
      block += size
    }
    return ranges
  }
}

extension Journal {
  /// The times of the blocks before and behind addresses; nil where they cannot be read or are not in order.
  public func blockTimes(around range: Range<JournalAddress>) -> ClosedRange<Timestamp>? {
    let size = layout.block.size
    let before = range.lowerBound / size * size - size
    let behind = (range.upperBound + size - 1) / size * size
    guard layout.knows(.time), before >= dataRange.lowerBound / size * size,
      behind < dataRange.upperBound, let first = try? blockTime(at: before),
      let last = try? blockTime(at: behind), first <= last
    else { return nil }
    return first...last
  }

  /// The buffer time of the block that begins at `block`, nil when the file ends before.
  func blockTime(at block: JournalAddress) throws -> Timestamp? {
    let end = block + layout.block.headerSize
    guard block >= 0, end <= storage.count else { return nil }
    return try storage.withBytes(block..<end) { layout.block.time(of: $0) }
  }
}
