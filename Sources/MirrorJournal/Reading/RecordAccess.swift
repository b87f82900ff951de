/// Access to single records: by address, to the nearest, and backwards.
extension Journal {
  /// Calls `body` with the record that starts at `address`.
  ///
  /// Reads one block, whose checksum is verified.
  ///
  /// - Throws: `noRecord` when no record starts there, `blockDamaged` when its block is damaged.
  public func withRecord<R>(
    at address: JournalAddress, _ body: (borrowing Record) throws -> R
  ) throws -> R {
    var result: R?
    var damage: Damage?
    try forEachRecordInBlock(containing: address, damaged: { damage = $0 }) { record in
      guard record.address == address else { return record.address < address }
      result = try body(record)
      return false
    }
    if let result { return result }
    if let damage, damage.range.contains(address) {
      throw JournalError(.blockDamaged, damage.reason, at: address, in: path)
    }
    throw JournalError(
      .noRecord, "no record starts", at: address, in: path,
      advice: "'mjournal show' without --exact finds the nearest one")
  }

  /// Walks the records of the one block that holds `address` until `body` returns false.
  func forEachRecordInBlock(
    containing address: JournalAddress, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Bool
  ) throws {
    let start = address / layout.block.size * layout.block.size
    guard dataRange.contains(start) || dataRange.contains(address) else { return }
    let end = min(start + layout.block.size, storage.count)
    guard start < end else { return }
    if layout.record.walksAcross {
      return try walkAcross(start..<end, damaged: damaged, body)
    }
    let lost = try withBytesUnlessLost(start..<end) { bytes in
      var cursor = try cursor(over: bytes, at: start)
      while true {
        do {
          guard let record = try cursor.next() else { return }
          guard try body(record) else { return }
        } catch let damage as Damage {
          try damaged(damage)
        }
      }
    }
    if let lost { try damaged(lost) }
  }

  /// Calls `body` with the bytes of `range`, or says that the segment they are in cannot be produced, and
  /// does not: walks that go from block to block go on behind it, as those do that go from segment to
  /// segment. What `body` throws is thrown.
  func withBytesUnlessLost(
    _ range: Range<JournalAddress>, _ body: (RawSpan) throws -> Void
  ) throws -> Damage? {
    var isProduced = false
    do {
      try storage.withBytes(range) {
        isProduced = true
        try body($0)
      }
      return nil
    } catch let error as JournalError where !isProduced && error.code == .compressedDamaged {
      let segment = range.lowerBound / storage.segmentSize * storage.segmentSize
      let lost = segment..<segment + storage.segmentSize
      return Damage(
        .chunk, lost.clamped(to: dataRange.lowerBound..<storage.count), error.reason)
    }
  }

  /// The address of the first record at or after `address`, or nil when there is none.
  ///
  /// - Parameters:
  ///   - address: any address.
  ///   - wanted: which records count; by default those that the vendor's lists show.
  public func recordAddress(
    atOrAfter address: JournalAddress,
    where wanted: (borrowing Record) -> Bool = { $0.type.isVisible }
  ) throws -> JournalAddress? {
    var block = max(address, dataRange.lowerBound)
    while block < dataLimit {
      var found: JournalAddress?
      var lost: Damage?
      try forEachRecordInBlock(containing: block, damaged: { lost = $0 }) { record in
        if record.address >= address, wanted(record) { found = record.address }
        return found == nil
      }
      if let found { return found }
      block = (block / layout.block.size + 1) * layout.block.size
      // What cannot be decompressed need not be tried again for each of its blocks.
      if let lost, lost.kind == .chunk { block = max(block, lost.range.upperBound) }
    }
    return nil
  }

  /// The address of the last record that starts before `address`, or nil when there is none.
  ///
  /// - Parameters:
  ///   - address: any address.
  ///   - wanted: which records count; by default those that the vendor's lists show.
  public func recordAddress(
    before address: JournalAddress, where wanted: (borrowing Record) -> Bool = { $0.type.isVisible }
  ) throws -> JournalAddress? {
    var block = (min(max(address, 1), dataLimit) - 1) / layout.block.size * layout.block.size
    while block >= dataRange.lowerBound, block >= 0 {
      var found: JournalAddress?
      var lost: Damage?
      try forEachRecordInBlock(containing: block, damaged: { lost = $0 }) { record in
        guard record.address < address else { return false }
        if wanted(record) { found = record.address }
        return true
      }
      if let found { return found }
      if let lost, lost.kind == .chunk { block = min(block, lost.range.lowerBound) }
      block -= layout.block.size
    }
    return nil
  }

  /// Whether `address` is where a record starts or where the data end: what a position in a log has
  /// to be (class O).
  public func isPosition(_ address: JournalAddress) throws -> Bool {
    if try address == endOfRecords() { return true }
    return try recordAddress(atOrAfter: address, where: { _ in true }) == address
  }

  /// Just past the last record: the header's end address, or in an active file the end of the last
  /// record that is there.
  public func endOfRecords() throws -> JournalAddress {
    if header.isClosed { return header.endAddress }
    guard let last = try recordAddress(before: dataLimit, where: { _ in true }) else {
      return max(
        layout.block.firstRecordAddress, layout.block.firstDataAddress + layout.block.headerSize)
    }
    return try withRecord(at: last) { $0.end }
  }

  /// Calls `body` with each record that starts in `range`, last first. Block by block: memory for
  /// the addresses of one block.
  public func forEachRecordReversed(
    in range: Range<JournalAddress>? = nil, damaged: (Damage) throws -> Void,
    _ body: (borrowing Record) throws -> Void
  ) throws {
    let wanted = (range ?? dataRange).clamped(to: dataRange)
    guard !wanted.isEmpty else { return }
    try examineUnlessConfirmed()
    var told = ToldDamage()
    var starts: [JournalAddress] = []
    var block = (wanted.upperBound - 1) / layout.block.size * layout.block.size
    while block + layout.block.size > wanted.lowerBound, block >= 0 {
      let end = min(block + layout.block.size, storage.count)
      guard block < end else {
        block -= layout.block.size
        continue
      }
      WalkProgress.pass(end - block)
      if layout.record.walksAcross {
        starts.removeAll(keepingCapacity: true)
        try walkAcross(
          (block..<end).clamped(to: wanted), damaged: { if told.isNew($0) { try damaged($0) } }
        ) { record in
          starts.append(record.address)
          return true
        }
        for start in starts.reversed() { try withRecord(at: start, body) }
        block -= layout.block.size
        continue
      }
      let lost = try withBytesUnlessLost(block..<end) { bytes in
        starts.removeAll(keepingCapacity: true)
        var times = Timestamp(milliseconds: 0)
        var cursor = try cursor(over: bytes, at: block)
        while true {
          do {
            guard let record = try cursor.next() else { break }
            times = record.blockTime
            if wanted.contains(record.address) { starts.append(record.address) }
          } catch let damage as Damage {
            if told.isNew(damage) { try damaged(damage) }
          }
        }
        let interned = InternedRecordLayout(layout)
        for start in starts.reversed() {
          let size = layout.record.size(
            in: bytes, at: start - block, address: start,
            room: min(end, dataLimit) - start)
          guard let record = bytes.slice(start - block, size) else { continue }
          try body(Record(bytes: record, address: start, blockTime: times, layout: interned))
        }
      }
      if let lost {
        // As forwards: what is told lies within the blocks that were asked for.
        let size = layout.block.size
        let asked = wanted.lowerBound / size * size..<(wanted.upperBound + size - 1) / size * size
        let range = lost.range.clamped(to: asked)
        try damaged(Damage(lost.kind, range, lost.reason))
        block = min(block, range.lowerBound)
      }
      block -= layout.block.size
    }
  }
}
