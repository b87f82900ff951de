internal import MirrorJournal

/// Counts by key in one part of one journal: an open hash table whose keys lie one behind the other.
///
/// A key is what stands in the records (three words of numbers and the bytes of a global), so that
/// counting decodes nothing. When there are more keys than `limit`, those beyond the first `limit` share one
/// row, the rest.
struct ProfileTable: Sendable {
  struct Row: Sendable {
    var hash: UInt64
    var numbers: KeyNumbers
    /// Where the global's bytes begin in `bytes`.
    var start: Int
    var length: Int
  }

  /// The numbers of a key in three words; those that do not count are 0.
  struct KeyNumbers: Sendable, Hashable {
    /// SFN and job.
    var ids: UInt64 = 0
    /// The length of the name, above the type.
    var detail: UInt64 = 0
    /// As `ProfileClock` gives it.
    var minute: Int64 = 0

    /// The row of the keys beyond the limit.
    static let rest = KeyNumbers(detail: .max)

    var sfn: UInt32 { UInt32(truncatingIfNeeded: ids >> 32) }
    var job: UInt32 { UInt32(truncatingIfNeeded: ids) }
    var type: UInt8 { UInt8(truncatingIfNeeded: detail) }
    var nameLength: Int { Int(truncatingIfNeeded: detail >> 8) }
  }

  private let limit: Int
  private(set) var rows: [Row] = []
  private(set) var counts: [ProfileCounts] = []
  private(set) var bytes: [UInt8] = []
  // Row index + 1 by hash; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private var mask = (1 << 10) - 1
  private var rest = -1
  // By a few bytes of the key: most records are about few globals.
  private var recent = [RecentKey](repeating: RecentKey(), count: RecentKey.count)

  init(limit: Int) { self.limit = limit }

  /// Whether keys beyond the limit share a row.
  var isFull: Bool { rest >= 0 }

  /// A table of the same limit with the keys of `tables`, as far as the limit goes, and without counts: the
  /// first keys of the whole, when `tables` are those of its parts in order. Nil when no key is beyond the
  /// limit.
  ///
  /// A part that found the limit knows all keys that can be among the first of the whole, because what
  /// comes before it only lets fewer of them in.
  static func firstKeys(of tables: [ProfileTable], limit: Int) -> ProfileTable? {
    var first = ProfileTable(limit: limit)
    guard tables.reduce(0, { $0 + $1.rows.count }) > limit else { return nil }
    for table in tables {
      let bytes = table.bytes.span.bytes
      for row in table.rows where row.numbers != .rest {
        _ = first.row(row.numbers, bytes.extracting(row.start..<row.start + row.length))
        if first.isFull { return first }
      }
    }
    guard tables.contains(where: \.isFull) else { return nil }
    first.addRest()
    return first
  }

  /// The same keys, with a row for the rest if there is one, and nothing counted.
  var withoutCounts: ProfileTable {
    var copy = self
    copy.counts = Array(repeating: ProfileCounts(), count: rows.count)
    return copy
  }

  /// Adds the counts of a table that began with the keys of this one, all of them.
  mutating func addCounts(of other: ProfileTable) {
    for (index, counts) in zip(counts.indices, other.counts) { self.counts[index].add(counts) }
  }

  private mutating func addRest() {
    rest = rows.count
    rows.append(Row(hash: 0, numbers: .rest, start: bytes.count, length: 0))
    counts.append(ProfileCounts())
  }

  /// Adds a record to its row and returns the row's index.
  @inline(__always)
  mutating func add(_ numbers: KeyNumbers, _ key: RawSpan, charge: Int, _ type: RecordType) -> Int {
    let wanted = RecentKey(numbers, key)
    let place = wanted.place
    let found = recent[place]
    var index = found.row
    if !found.isSame(as: wanted) { index = lookUp(numbers, key, wanted, place) }
    counts[index].take(charge: charge, type)
    return index
  }

  /// The row of a key that is not, or cannot be told to be, the recent one at `place`.
  @inline(never)
  private mutating func lookUp(
    _ numbers: KeyNumbers, _ key: RawSpan, _ wanted: RecentKey, _ place: Int
  ) -> Int {
    let known = recent[place].row
    if known >= 0, matches(known, numbers, key) { return known }
    let index = row(numbers, key)
    recent[place] = wanted
    recent[place].row = index
    return index
  }

  /// Adds a record to a row that is known.
  @inline(__always)
  mutating func add(_ row: Int, charge: Int, _ type: RecordType) {
    counts[row].take(charge: charge, type)
  }

  /// Charges more bytes to the record that was the first of its part.
  mutating func addToFirst(_ index: Int, missing: Int, charge: Int) {
    counts[index].bytes += missing
    counts[index].largest = max(counts[index].largest, charge + missing)
  }

  private func matches(_ index: Int, _ numbers: KeyNumbers, _ key: RawSpan) -> Bool {
    // Through a span, so that the row is compared where it stands.
    let rows = rows.span
    guard rows[index].length == key.byteCount, rows[index].numbers == numbers else { return false }
    return bytes.span.bytes.hasSameBytes(key, at: rows[index].start)
  }

  /// The row of a key, made if it is new.
  @inline(never)
  mutating func row(_ numbers: KeyNumbers, _ key: RawSpan) -> Int {
    let hash = Self.hash(numbers, key)
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = Int(slots[place])
      if slot == 0 { return insert(numbers, key, hash, place) }
      if rows[slot &- 1].hash == hash, matches(slot &- 1, numbers, key) { return slot &- 1 }
      place = (place &+ 1) & mask
    }
  }

  private mutating func insert(
    _ numbers: KeyNumbers, _ key: RawSpan, _ hash: UInt64, _ place: Int
  ) -> Int {
    if rows.count >= limit {
      if rest < 0 { addRest() }
      return rest
    }
    rows.append(Row(hash: hash, numbers: numbers, start: bytes.count, length: key.byteCount))
    counts.append(ProfileCounts())
    bytes += key.copied()
    slots[place] = UInt32(rows.count)
    if rows.count * 2 > slots.count { grow() }
    return rows.count - 1
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    mask = slots.count - 1
    for (index, row) in rows.enumerated() {
      var place = Int(truncatingIfNeeded: row.hash) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = UInt32(index + 1)
    }
  }

  /// Multiply and fold, eight bytes a step. Keys made to collide cost time, not correctness.
  private static func hash(_ numbers: KeyNumbers, _ key: RawSpan) -> UInt64 {
    let second: UInt64 = 0xD6E8_FEB8_6659_FD93
    var state = numbers.ids &* RecentKey.multiplier ^ numbers.detail
    state = (state ^ state >> 29) &* second ^ UInt64(bitPattern: numbers.minute)
    state = (state ^ state >> 32) &* RecentKey.multiplier
    var offset = 0
    while let word: UInt64 = key.loadLittle(at: offset) {
      state = (state ^ word) &* RecentKey.multiplier
      state ^= state >> 32
      offset &+= 8
    }
    var word: UInt64 = 0
    while let byte = key.loadUInt8(at: offset) {
      word = word << 8 | UInt64(byte)
      offset &+= 1
    }
    state = (state ^ word) &* RecentKey.multiplier
    return (state ^ state >> 32) &* second ^ state >> 31
  }
}

extension RawSpan {
  /// Whether the bytes from `start` on are those of `other`. The last step of eight or four bytes
  /// overlaps the one before it.
  @inline(__always)
  fileprivate func hasSameBytes(_ other: RawSpan, at start: Int) -> Bool {
    let count = other.byteCount
    var offset = 0
    if count >= 8 {
      while offset &+ 8 < count {
        let left: UInt64? = loadLittle(at: start &+ offset)
        if left != other.loadLittle(at: offset) { return false }
        offset &+= 8
      }
      let left: UInt64? = loadLittle(at: start &+ count &- 8)
      return left == other.loadLittle(at: count &- 8)
    }
    if count >= 4 {
      let left: UInt32? = loadLittle(at: start)
      let leftEnd: UInt32? = loadLittle(at: start &+ count &- 4)
      return left == other.loadLittle(at: 0) && leftEnd == other.loadLittle(at: count &- 4)
    }
    while offset < count {
      if loadUInt8(at: start &+ offset) != other.loadUInt8(at: offset) { return false }
      offset &+= 1
    }
    return true
  }
}

extension ProfileCounts {
  @inline(__always)
  mutating func take(charge: Int, _ type: RecordType) {
    records &+= 1
    bytes &+= charge
    if charge > largest { largest = charge }
    if type.isSet { sets &+= 1 } else if type.isKill { kills &+= 1 }
  }
}
