internal import MirrorJournal

/// Walks one part of a file: every checksum, every record's place, length and distance back, and
/// the bytes that have to be zero.
///
/// A part knows the record before it, so its findings do not depend on how a file is divided.
struct WalkCheck: Sendable {
  let journal: Journal
  let checksValues: Bool
  /// Whether a compressed journal may be decompressed on threads of its own.
  let readingAhead: Bool
  /// The zone of times in messages.
  var zone = ClockZone.utc

  /// What a walk found, to be put together in order of address.
  struct Result: Sendable {
    var list = FindingList()
    var lost: [Range<JournalAddress>] = []
    /// All of them, internal ones included.
    var records = 0
    var internalRecords = 0
    var recordBytes = 0
    var soundBlocks = 0
    var lastRecordEnd: JournalAddress?
    /// Whether the first record takes part in a chain of extensions.
    var beginsContinued = false
    /// The extension that the part ends with, if its record is in the next part.
    var openExtension: Range<JournalAddress>?
    var unknownTypes: [UInt8: Int] = [:]
    /// Of each block in which a record starts, in order of address.
    var checksums: [(block: JournalAddress, checksum: UInt32)] = []
  }

  /// What is known of the data before a part.
  private struct Before {
    var lastAddress: JournalAddress?
    var lastEnd: JournalAddress?
    var time: Timestamp?
  }

  /// Walks `part`, which begins at a block's start.
  func run(_ part: Range<JournalAddress>) throws -> Result {
    var state = try State(before: before(part.lowerBound), path: journal.path)
    let size = journal.layout.block.size
    let end = min((part.upperBound + size - 1) / size * size, journal.storage.count)
    guard part.lowerBound < end else { return state.result }
    let checksValues = checksValues && journal.layout.knows(.value)
    let values = ValueCheck(journal)
    if journal.layout.record.crossesBlocks || journal.layout.record.leadsBack {
      // Such records have no block of their own to be checked with.
      try journal.forEachRecord(in: part, damaged: { state.damaged($0) }) { record in
        state.take(record)
        if checksValues { try state.check(record, values) }
      }
      state.finish()
      return state.result
    }
    try walk(
      part.lowerBound..<end,
      damaged: {
        state.link = nil
        state.damaged($0)
      }
    ) { bytes, base, fences in
      WalkProgress.pass(bytes.byteCount)
      var cursor = try journal.cursor(
        over: bytes, at: base, previous: state.link, verifyingChecksums: true, fences: fences)
      state.blockEnd = base
      while true {
        do {
          guard let record = try cursor.next() else { break }
          if record.address >= state.blockEnd {
            finishBlock(bytes, base, &state)
            beginBlock(record, bytes, base, &state)
          }
          state.take(record)
          if checksValues { try state.check(record, values) }
        } catch let error as Damage {
          finishBlock(bytes, base, &state, before: error.range.lowerBound)
          state.damaged(error)
          // The block after the damage begins anew, whichever block the damage ended in.
          state.blockEnd = (error.range.lowerBound / size + 1) * size
          state.blockIsOpen = false
        }
      }
      finishBlock(bytes, base, &state)
      state.link = cursor.lastAddress
      return true
    }
    state.finish()
    return state.result
  }

  /// Calls `body` with the bytes of `range` and what is to be left out of them, if that is known already.
  private func walk(
    _ range: Range<JournalAddress>, damaged: (Damage) throws -> Void,
    _ body: (RawSpan, JournalAddress, [Damage]?) throws -> Bool
  ) throws {
    guard journal.storage is MappedFile else {
      return try journal.forEachStretch(
        in: range, readingAhead: readingAhead, damaged: damaged, body)
    }
    // A mapped file is looked ahead of by the cursor.
    try journal.storage.forEachSegment(
      in: range, readingAhead: false, damaged: { try damaged(Damage(.chunk, $1, $0.reason)) }
    ) { try body($0, $1, nil) }
  }

  /// The end of the walk before `address`: of the nearest block in which a record starts, unless
  /// damage stands between.
  private func before(_ address: JournalAddress) throws -> Before {
    let size = journal.layout.block.size
    var before = Before()
    var block = address - size
    while block >= journal.dataRange.lowerBound {
      do {
        try journal.storage.withBytes(block..<min(block + size, journal.storage.count)) { bytes in
          var cursor = try journal.cursor(over: bytes, at: block)
          while let record = try cursor.next() {
            before = Before(
              lastAddress: record.address, lastEnd: record.end, time: record.blockTime)
          }
        }
      } catch is Damage {
        return Before()
      } catch let error as JournalError where error.code == .compressedDamaged {
        return Before()
      }
      if before.lastAddress != nil { break }
      block -= size
    }
    return before
  }

  /// Checks the block in which `record` is the first.
  private func beginBlock(
    _ record: borrowing Record, _ bytes: borrowing RawSpan, _ base: JournalAddress,
    _ state: inout State
  ) {
    let layout = journal.layout.block
    let start = record.address / layout.size * layout.size
    state.blockIsOpen = true
    if let last = state.blockBefore, start > last + layout.size {
      state.add(
        .warning, .emptyBlock, last + layout.size..<start,
        "no record starts in \((start - last) / layout.size - 1) block(s) before \(start)")
    }
    state.blockBefore = start
    state.blockEnd = start + layout.size
    let first = start + layout.headerSize
    if record.address > first,
      let gap = bytes.slice(first - base, record.address - first), !gap.isAllZero
    {
      state.add(
        .error, .firstRecord, first..<record.address,
        "the bytes before the first record at \(record.address) are not zero")
    } else if record.address > first, start != layout.firstDataAddress {
      state.add(
        .warning, .firstRecord, first..<record.address,
        "the first record of the block at \(start) stands \(record.address - first) bytes late")
    }
    if let time = state.time {
      if record.blockTime < time {
        state.add(
          .note, .blockTime, start..<start + layout.size,
          "the time of the block at \(start), \(zone.text(record.blockTime)), is before \(zone.text(time))"
        )
      }
    } else if record.blockTime < journal.header.creationTime {
      state.add(
        .note, .blockTime, start..<start + layout.size,
        "the time of the block at \(start), \(zone.text(record.blockTime)), is before the file was begun, "
          + zone.text(journal.header.creationTime))
    }
    state.time = record.blockTime
    if start != journal.tailBlock, layout.checksum.isKnown,
      let stored = bytes.load(layout.checksum, from: start - base), stored != 0
    {
      state.result.checksums.append((start, UInt32(truncatingIfNeeded: stored)))
    }
  }

  /// Checks the padding behind the last record of the current block.
  private func finishBlock(
    _ bytes: borrowing RawSpan, _ base: JournalAddress, _ state: inout State,
    before limit: JournalAddress = .max
  ) {
    guard state.blockIsOpen, limit >= state.blockEnd else { return }
    state.blockIsOpen = false
    state.result.soundBlocks += 1
    let start = state.lastEnd
    let end = min(state.blockEnd, base + bytes.byteCount)
    // The writer of an active file may put the next record there at this moment. What stands behind the end
    // of a closed one has been found by `StructureCheck`.
    guard state.blockBefore != journal.tailBlock, start < end, start != journal.dataLimit,
      let rest = bytes.slice(start - base, end - start), !rest.isAllZero
    else { return }
    state.add(
      .error, .padding, start..<end, "the bytes behind the last record of the block are not zero")
  }

  /// Where a walk stands.
  private struct State {
    let path: String
    var result = Result()
    /// The last sound record.
    var lastAddress: JournalAddress?
    /// The record that the next one has to point back to; nil when damage hides it.
    var link: JournalAddress?
    var lastEnd: JournalAddress
    var blockEnd = 0
    var blockIsOpen = false
    /// Start of the last block in which a record started.
    var blockBefore: JournalAddress?
    var time: Timestamp?
    /// The damage directly before, whose records the next one's distance back may point to.
    var damage: Range<JournalAddress>?
    var isFirst = true
    var told = ToldDamage()

    init(before: Before, path: String) {
      self.path = path
      lastAddress = before.lastAddress
      link = before.lastAddress
      lastEnd = before.lastEnd ?? 0
      time = before.time
    }

    mutating func add(
      _ severity: IntegrityFinding.Severity, _ kind: IntegrityFinding.Kind,
      _ range: Range<JournalAddress>, _ message: String
    ) {
      result.list.append(IntegrityFinding(severity, kind, in: path, at: range, message))
    }

    @inline(__always)
    mutating func take(_ record: borrowing Record) {
      result.records &+= 1
      if !record.type.isVisible { result.internalRecords &+= 1 }
      result.recordBytes &+= record.length
      lastEnd = record.end
      if damage != nil { checkBack(record) }
      lastAddress = record.address
    }

    mutating func checkBack(_ record: borrowing Record) {
      guard let damage else { return }
      let target = record.address - record.distanceBack
      if target < damage.lowerBound, target != lastAddress, lastAddress != nil {
        add(
          .warning, .link, record.address..<record.end,
          "the first record after the damage points back to \(target), which is before it")
      }
      self.damage = nil
    }

    mutating func damaged(_ damage: Damage) {
      if told.isNew(damage) {
        result.list.append(IntegrityFinding(damage, in: path))
        result.lost.append(damage.range)
      }
      self.damage = (self.damage?.lowerBound ?? damage.range.lowerBound)..<damage.range.upperBound
      blockBefore = nil
      // The record of a chain that was open may stand in the damage, or in the data after it.
      result.openExtension = nil
      isFirst = false
    }

    mutating func check(_ record: borrowing Record, _ values: borrowing ValueCheck) throws {
      let isExtension = record.type == .extension
      let continues = isExtension || record.isContinued
      if isFirst {
        result.beginsContinued = continues
        isFirst = false
      }
      if let open = result.openExtension, !continues {
        add(.error, .extension, open, "the extension at \(open.lowerBound) belongs to no record")
      }
      result.openExtension = isExtension ? record.address..<record.end : nil
      try values.check(record, &result)
    }

    mutating func finish() {
      result.lastRecordEnd = result.records > 0 ? lastEnd : nil
    }
  }
}
