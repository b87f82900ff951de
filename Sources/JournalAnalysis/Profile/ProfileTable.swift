internal import MirrorJournal

/// Counts by key in one part of one journal: an open hash table whose keys lie one behind the other.
///
/// A key is what stands in the records (two words of numbers and the bytes of a global), so that
/// counting decodes nothing. When there are more keys than `limit`, the rest share one row.
struct ProfileTable: Sendable {
  struct Row: Sendable {
    var hash: UInt64
    var numbers: KeyNumbers
    /// Where the global's bytes begin in `bytes`.
    var start: Int
    var length: Int
    var counts = ProfileCounts()
  }

  /// The numbers of a key; those that do not count are 0.
  struct KeyNumbers: Sendable, Hashable {
    var sfn: UInt32 = 0
    var job: UInt32 = 0
    /// Milliseconds since 1970 by 60000.
    var minute: Int64 = 0
    var nameLength: UInt16 = 0
    var type: UInt8 = 0
    /// Whether this is the row of the keys beyond the limit.
    var isRest = false
  }

  static let limit = 1 << 21

  private(set) var rows: [Row] = []
  private(set) var bytes: [UInt8] = []
  // Row index + 1 by hash; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private var mask = (1 << 10) - 1
  private var rest = -1

  /// Adds a record to its row and returns the row's index.
  @inline(__always)
  mutating func add(_ numbers: KeyNumbers, _ key: RawSpan, charge: Int, _ type: RecordType) -> Int {
    let hash = Self.hash(numbers, key)
    var place = Int(truncatingIfNeeded: hash) & mask
    var index = -1
    while true {
      let slot = Int(slots[place])
      if slot == 0 { break }
      if rows[slot &- 1].hash == hash, matches(slot &- 1, numbers, key) {
        index = slot &- 1
        break
      }
      place = (place &+ 1) & mask
    }
    if index < 0 { index = insert(numbers, key, hash, place) }
    rows[index].counts.take(charge: charge, type)
    return index
  }

  /// Charges more bytes to the record that was the first of its part.
  mutating func addToFirst(_ index: Int, missing: Int, charge: Int) {
    rows[index].counts.bytes += missing
    rows[index].counts.largest = max(rows[index].counts.largest, charge + missing)
  }

  @inline(__always)
  private func matches(_ index: Int, _ numbers: KeyNumbers, _ key: RawSpan) -> Bool {
    let row = rows[index]
    guard row.length == key.byteCount, row.numbers == numbers else { return false }
    return bytes.span.bytes.extracting(row.start..<row.start &+ row.length).isEqual(to: key)
  }

  @inline(never)
  private mutating func insert(
    _ numbers: KeyNumbers, _ key: RawSpan, _ hash: UInt64, _ place: Int
  ) -> Int {
    if rows.count >= Self.limit {
      if rest < 0 {
        rest = rows.count
        rows.append(
          Row(hash: 0, numbers: KeyNumbers(isRest: true), start: bytes.count, length: 0))
      }
      return rest
    }
    rows.append(Row(hash: hash, numbers: numbers, start: bytes.count, length: key.byteCount))
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

  /// Multiply and fold, eight bytes a step: keys are short and come from a trusted mix of one file;
  /// a file made to collide costs time, not correctness.
  @inline(__always)
  private static func hash(_ numbers: KeyNumbers, _ key: RawSpan) -> UInt64 {
    let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    let second: UInt64 = 0xD6E8_FEB8_6659_FD93
    var state = UInt64(numbers.sfn) << 32 | UInt64(numbers.job)
    state ^=
      (UInt64(bitPattern: numbers.minute) << 24 | UInt64(numbers.type) << 16
        | UInt64(numbers.nameLength)) &* first
    state = (state ^ state >> 29) &* second
    var offset = 0
    while let word: UInt64 = key.loadLittle(at: offset) {
      state = (state ^ word) &* first
      state ^= state >> 32
      offset &+= 8
    }
    if offset < key.byteCount {
      var word: UInt64 = 0
      if let tail: UInt64 = key.loadLittle(at: key.byteCount &- 8) {
        word = tail
      } else {
        while let byte = key.loadUInt8(at: offset) {
          word = word << 8 | UInt64(byte)
          offset &+= 1
        }
      }
      state = (state ^ word) &* first
      state ^= state >> 32
    }
    return state &* second ^ state >> 31
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
