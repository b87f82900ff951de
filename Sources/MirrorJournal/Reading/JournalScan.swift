extension Journal {
  /// The addresses that records can have: from the first data block to the end of the data.
  public var dataRange: Range<JournalAddress> {
    let start = min(layout.block.firstDataAddress, dataLimit)
    return start..<dataLimit
  }

  /// The addresses that the data have, or had before the file was cut: from the first data block to the
  /// end that the header names.
  package var wholeDataRange: Range<JournalAddress> {
    dataRange.lowerBound..<max(dataRange.upperBound, header.isClosed ? header.endAddress : 0)
  }

  /// Behind this address of a closed file nothing has been written; nil for an active one, whose writer
  /// may have.
  package var unwrittenStart: JournalAddress? {
    header.isClosed ? DataEnd.unwritten(behind: header.endAddress, layout) : nil
  }

  /// Calls `body` with each record that starts in `range`, in order of address, all types included.
  ///
  /// Damage goes to `damaged`, and the walk goes on at the next sound block. Allocates nothing per
  /// record. O(bytes in the range).
  ///
  /// - Parameters:
  ///   - range: addresses; nil means all data.
  ///   - verifyingChecksums: whether each block is compared with its checksum first.
  ///   - readingAhead: whether a compressed journal may be decompressed on threads of its own;
  ///     false for one of several threads that walk at once.
  ///   - damaged: told of data that could not be read.
  ///   - body: called with each record.
  /// - Throws: what `body` and `damaged` throw, and `JournalError` when the file cannot be read.
  // Inlined at every use, so that `body` becomes a part of the loop instead of a call per record.
  @inlinable @inline(__always)
  public func forEachRecord(
    in range: Range<JournalAddress>? = nil, verifyingChecksums: Bool = true,
    readingAhead: Bool = true, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Void
  ) throws {
    // Not a `Void`: what has no size has one address in all threads, which the sanitizer takes for a race.
    var nothing = false
    try forEachRecord(
      in: range, into: &nothing, verifyingChecksums: verifyingChecksums, readingAhead: readingAhead,
      damaged: damaged
    ) { _, record in try body(record) }
  }

  /// As `forEachRecord(in:verifyingChecksums:readingAhead:damaged:_:)`, gathering into `result`: the
  /// fastest way, because sums and counts stay in registers, which what a closure captures cannot.
  ///
  /// - Parameters:
  ///   - range: addresses; nil means all data.
  ///   - result: handed to `body` with each record.
  ///   - verifyingChecksums: whether each block is compared with its checksum first.
  ///   - readingAhead: whether a compressed journal may be decompressed on threads of its own.
  ///   - damaged: told of data that could not be read.
  ///   - body: called with `result` and each record.
  /// - Throws: what `body` and `damaged` throw, and `JournalError` when the file cannot be read.
  @inlinable @inline(__always)
  public func forEachRecord<Result>(
    in range: Range<JournalAddress>? = nil, into result: inout Result,
    verifyingChecksums: Bool = true, readingAhead: Bool = true, damaged: (Damage) throws -> Void,
    _ body: (inout Result, borrowing Record) throws -> Void
  ) throws {
    let wanted = (range ?? dataRange).clamped(to: dataRange)
    guard !wanted.isEmpty else { return }
    let size = layout.block.size
    let blockStart = wanted.lowerBound / size * size
    // A block is needed whole for its checksum.
    let blockEnd = min((wanted.upperBound + size - 1) / size * size, storage.count)
    guard blockStart < blockEnd else { return }
    let crosses = layout.record.walksAcross
    var previous: JournalAddress?
    var told = ToldDamage()
    if let file = storage as? MappedFile {
      // The bytes are there: without a closure for each segment, `body` becomes part of the loop.
      var start = crosses ? 0 : blockStart
      while start < blockEnd {
        let end =
          crosses ? dataLimit : min((start / file.segmentSize + 1) * file.segmentSize, blockEnd)
        let goesOn: Bool
        do {
          goesOn = try walk(
            file.span(start..<end), at: start, nil, wanted, &previous, verifyingChecksums,
            { if told.isNew($0) { try damaged($0) } }, &result, body)
        } catch {
          // What a body says about zeros that took a lost page's place is not worth telling.
          try file.checkIntact()
          throw error
        }
        try file.checkIntact()
        // What crosses blocks counts them itself.
        if !crosses { WalkProgress.pass(end - start) }
        guard goesOn else { return }
        start = end
      }
      return
    }
    if crosses {
      return try walkAcross(wanted, damaged: damaged) {
        try body(&result, $0)
        return true
      }
    }
    try forEachStretch(
      in: blockStart..<blockEnd, readingAhead: readingAhead,
      damaged: { lost in
        previous = nil
        try damaged(lost)
      }
    ) { bytes, base, fences in
      WalkProgress.pass(bytes.byteCount)
      return try walk(
        bytes, at: base, fences, wanted, &previous, verifyingChecksums,
        { if told.isNew($0) { try damaged($0) } }, &result, body)
    }
  }

  /// Walks one segment, of which `fences` are left out if they are known; false when the walk has left
  /// `wanted`.
  @inlinable @inline(__always)
  func walk<Result>(
    _ bytes: RawSpan, at base: JournalAddress, _ fences: [Damage]?,
    _ wanted: Range<JournalAddress>,
    _ previous: inout JournalAddress?, _ verifyingChecksums: Bool,
    _ damaged: (Damage) throws -> Void,
    _ result: inout Result, _ body: (inout Result, borrowing Record) throws -> Void
  ) throws -> Bool {
    var cursor = try cursor(
      over: bytes, at: base, previous: previous, verifyingChecksums: verifyingChecksums,
      fences: fences)
    if layout.record.walksAcross { try cursor.crossBlocks(wanted, in: self) }
    // A variable of its own, whose place nothing else knows, can be kept in registers.
    var local = consume result
    defer { result = local }
    try cursor.walk(wanted, damaged: damaged) { record in try body(&local, record) }
    previous = cursor.lastAddress
    return cursor.position < wanted.upperBound
  }

  /// Splits `range` into `parts` ranges at segment boundaries, so that threads or processes can
  /// share the work; together they are the whole. Fewer come back when there are fewer segments, and
  /// one for a file that can only be read from front to back.
  public func split(_ range: Range<JournalAddress>? = nil, into parts: Int) -> [Range<
    JournalAddress
  >] {
    let range = (range ?? dataRange).clamped(to: dataRange)
    // A part of a compressed segment would cost all of it.
    let unit = max(layout.block.size, storage is MappedFile ? 1 << 20 : storage.segmentSize)
    let firstUnit = range.lowerBound / unit
    let lastUnit = (range.upperBound + unit - 1) / unit
    // Without the places of the blocks' first records, each part would have to look for its own.
    let isWhole =
      storage.isSequential || layout.record.walksAcross && !layout.block.firstRecord.isKnown
    let parts = isWhole ? 1 : parts
    let count = max(1, min(parts, lastUnit - firstUnit))
    // A part that begins in the middle does not see what a walk from the beginning has met. What cannot
    // be read is told by the walk.
    if count > 1 { try? examineUnlessConfirmed() }
    var result: [Range<JournalAddress>] = []
    var start = range.lowerBound
    for part in 1...count {
      let unitEnd = firstUnit + (lastUnit - firstUnit) * part / count
      let end = part == count ? range.upperBound : min(unitEnd * unit, range.upperBound)
      if end > start { result.append(start..<end) }
      start = max(start, end)
    }
    return result
  }

  /// As `split(_:into:)`, for `threads` threads that take part after part: several for each, so that one
  /// on a slow or busy processor does not keep the others waiting for its half.
  @usableFromInline
  package func split(_ range: Range<JournalAddress>?, amongThreads threads: Int)
    -> [Range<JournalAddress>]
  {
    split(range, into: threads > 1 ? min(threads, Int.max / 8) * 8 : 1)
  }

  /// What one part of a parallel walk gathered.
  public struct Part<Accumulator> {
    /// The addresses that this part walked.
    public let range: Range<JournalAddress>
    /// What was gathered from its records.
    public var value: Accumulator
    /// What could not be read, in order of address.
    public var damage: [Damage]

    @usableFromInline
    init(range: Range<JournalAddress>, value: Accumulator) {
      self.range = range
      self.value = value
      damage = []
    }
  }

  /// Walks `range` by `threads` threads and returns what they gathered, in order of address: of several
  /// parts for each thread, each with an accumulator of its own.
  ///
  /// - Throws: the error of the first part that threw; the other parts are walked to their ends.
  @inlinable
  public func reduce<Accumulator: Sendable>(
    in range: Range<JournalAddress>? = nil, threads: Int, verifyingChecksums: Bool = true,
    into make: @escaping @Sendable (Range<JournalAddress>) -> Accumulator,
    _ body: @escaping @Sendable (inout Accumulator, borrowing Record) throws -> Void
  ) throws -> [Part<Accumulator>] {
    let ranges = split(range, amongThreads: threads)
    var parts = try WorkShare.map(ranges.count, threads: threads) { index in
      var damage: [Damage] = []
      var part = Part(range: ranges[index], value: make(ranges[index]))
      try self.forEachRecord(
        in: part.range, into: &part.value, verifyingChecksums: verifyingChecksums,
        readingAhead: ranges.count == 1, damaged: { damage.append($0) }, body)
      part.damage = damage
      return part
    }
    // What reaches from one part into the next is met in both.
    var told = ToldDamage()
    for index in parts.indices { parts[index].damage.removeAll { !told.isNew($0) } }
    return parts
  }
}

extension Journal.Part: Sendable where Accumulator: Sendable {}
