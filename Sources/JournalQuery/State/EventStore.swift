internal import Glibc
internal import MirrorJournal

/// Events by node: gathered in the order of the journals, handed out in the order of databases, keys and
/// sequence.
///
/// What exceeds the budget is sorted and written to an unnamed temporary file, run by run; the runs are merged
/// at the end. The file vanishes with the process, however that ends.
struct EventStore: ~Copyable {
  private let budget: Int
  private var arena: [UInt8] = []
  private var entries: [Entry] = []
  private var spool: SpoolFile?
  private var spooled = 0
  private var runs: [Range<Int>] = []
  private var hasTransactions = false
  private var lastSequence: StateSequence = 0
  /// Of the events before it only the last of each node is asked for; those of a run that lies before it
  /// need not all be kept.
  var keepsFrom: StateSequence = 0
  /// How many events there are.
  private(set) var count = 0

  private struct Entry {
    var database: UInt32
    var start: Int
  }

  /// - Parameter budget: bytes of memory for events before they go to a file.
  init(budget: Int) { self.budget = max(budget, 1 << 12) }

  /// How many runs went to a file.
  var spilledRuns: Int { runs.count }

  /// Takes an event as an `EventBuffer` holds it.
  ///
  /// - Throws: `cannotWrite` when the temporary file cannot be written.
  mutating func append(
    _ event: RawSpan, database: UInt32, transaction: UInt32, sequence: StateSequence
  ) throws {
    let start = arena.count
    entries.append(Entry(database: database, start: start))
    event.append(to: &arena)
    arena.store(database, at: start + StateEvent.databaseOffset)
    arena.store(transaction, at: start + StateEvent.transactionOffset)
    if transaction != 0 { hasTransactions = true }
    lastSequence = sequence
    count += 1
    if arena.count + entries.count * MemoryLayout<Entry>.size > budget { try spill() }
  }

  private mutating func sort() {
    let head = StateEvent.headSize
    arena.withUnsafeBytes { bytes in
      entries.sort { left, right in
        if left.database != right.database { return left.database < right.database }
        let first = Int(bytes.loadUnaligned(fromByteOffset: left.start + 4, as: UInt32.self))
        let second = Int(bytes.loadUnaligned(fromByteOffset: right.start + 4, as: UInt32.self))
        if let base = bytes.baseAddress {
          let order = memcmp(
            base + left.start + head, base + right.start + head, min(first, second))
          if order != 0 { return order < 0 }
        }
        // Within a run the order of the arena is that of the journals.
        return first == second ? left.start < right.start : first < second
      }
    }
  }

  private mutating func spill() throws {
    guard !entries.isEmpty else { return }
    sort()
    if spool == nil { spool = try SpoolFile() }
    let start = spooled
    var buffer: [UInt8] = []
    // Taken out, so that the span over them leaves the rest free to change, and put back with their room.
    var arena: [UInt8] = []
    var entries: [Entry] = []
    swap(&arena, &self.arena)
    swap(&entries, &self.entries)
    try write(entries, arena.span.bytes, &buffer)
    try spool?.append(buffer.span.bytes)
    runs.append(start..<max(start, spooled))
    arena.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    swap(&arena, &self.arena)
    swap(&entries, &self.entries)
    hasTransactions = false
  }

  private mutating func write(
    _ entries: [Entry], _ bytes: RawSpan, _ buffer: inout [UInt8]
  ) throws {
    for (index, entry) in entries.enumerated() {
      // Where nothing of this run can be rolled back, only the last of two SETs of a node says anything.
      if !hasTransactions, index + 1 < entries.count, lastSequence < keepsFrom,
        Self.isReplaced(entry.start, by: entries[index + 1].start, bytes)
      {
        continue
      }
      guard let total: UInt32 = bytes.loadLittle(at: entry.start),
        let event = bytes.slice(entry.start, Int(total))
      else { continue }
      event.append(to: &buffer)
      spooled += event.byteCount
      if buffer.count >= 1 << 20 {
        try spool?.append(buffer.span.bytes)
        buffer.removeAll(keepingCapacity: true)
      }
    }
  }

  private static func isReplaced(_ first: Int, by second: Int, _ bytes: RawSpan) -> Bool {
    guard let left = StateEvent(bytes, at: first), let right = StateEvent(bytes, at: second),
      left.database == right.database, left.key.count == right.key.count, left.kind != .kill,
      right.kind != .bit, let key = bytes.slice(left.key.lowerBound, left.key.count),
      let other = bytes.slice(right.key.lowerBound, right.key.count)
    else { return false }
    return key.isEqual(to: other)
  }

  /// Calls `body` with each event in order, and with the bytes that its places are in, which are the same for
  /// all of them; at last with nil.
  ///
  /// - Throws: what `body` throws, `cannotWrite` and `cannotRead` of the temporary file.
  mutating func forEach(_ body: (StateEvent?, RawSpan) throws -> Void) throws {
    if runs.isEmpty {
      sort()
      let bytes = arena.span.bytes
      for entry in entries {
        if let event = StateEvent(bytes, at: entry.start) { try body(event, bytes) }
      }
      try body(nil, bytes)
      return
    }
    try spill()
    arena = []
    entries = []
    guard let descriptor = spool?.descriptor else { return }
    let file = try MappedFile(descriptor: descriptor, path: SpoolFile.usualDirectory)
    let runs = runs
    try file.withBytes(0..<file.count) { bytes in
      var merge = EventMerge(runs, bytes)
      while let event = merge.next(bytes) { try body(event, bytes) }
      try body(nil, bytes)
    }
  }
}

/// The runs of a store, merged: a heap of their first events.
private struct EventMerge {
  private struct Head {
    var event: StateEvent
    let run: Range<Int>
  }

  private var heap: [Head] = []

  init(_ runs: [Range<Int>], _ bytes: RawSpan) {
    for run in runs {
      if !run.isEmpty, let event = StateEvent(bytes, at: run.lowerBound) {
        heap.append(Head(event: event, run: run))
      }
    }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place, bytes) }
  }

  mutating func next(_ bytes: RawSpan) -> StateEvent? {
    guard let first = heap.first else { return nil }
    if first.event.end < first.run.upperBound,
      let following = StateEvent(bytes, at: first.event.end)
    {
      heap[0].event = following
    } else {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    sink(0, bytes)
    return first.event
  }

  private mutating func sink(_ start: Int, _ bytes: RawSpan) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if Self.precedes(heap[child].event, heap[least].event, bytes) { least = child }
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  private static func precedes(_ left: StateEvent, _ right: StateEvent, _ bytes: RawSpan) -> Bool {
    if left.database != right.database { return left.database < right.database }
    let order = bytes.order(left.key, right.key)
    return order == 0 ? left.sequence < right.sequence : order < 0
  }
}

extension RawSpan {
  /// Less than, equal to or greater than 0 as the bytes in `left` sort against those in `right`.
  func order(_ left: Range<Int>, _ right: Range<Int>) -> Int {
    let common = Swift.min(left.count, right.count)
    var offset = 0
    while offset + 8 <= common {
      guard let first: UInt64 = loadLittle(at: left.lowerBound + offset),
        let second: UInt64 = loadLittle(at: right.lowerBound + offset)
      else { break }
      if first != second { return first.byteSwapped < second.byteSwapped ? -1 : 1 }
      offset += 8
    }
    while offset < common {
      let first = loadUInt8(at: left.lowerBound + offset) ?? 0
      let second = loadUInt8(at: right.lowerBound + offset) ?? 0
      if first != second { return first < second ? -1 : 1 }
      offset += 1
    }
    return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
  }
}
