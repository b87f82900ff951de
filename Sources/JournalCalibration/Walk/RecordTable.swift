internal import MirrorJournal

/// The records of a walk, with the bytes that fields are looked for in.
struct RecordTable {
  /// How many of a record's first bytes are kept.
  static let headSize = 64
  /// How many records are kept: enough for every statistic.
  static let limit = 200_000

  struct Row {
    var address: Int
    var length: Int
    var previous: Int
  }

  private(set) var rows: [Row] = []
  private(set) var heads: [UInt8] = []
  private(set) var byAddress: [Int: Int] = [:]
  /// Records that were walked, kept or not.
  private(set) var count = 0
  private(set) var end = 0
  private(set) var minimumLength = Int.max
  private(set) var lostBytes = 0
  /// The bytes of the wanted records, at most `bytesLimit` of each.
  private(set) var wantedBytes: [Int: [UInt8]] = [:]
  private static let bytesLimit = 1 << 16

  /// Walks `journal`, and keeps the records whose addresses are `wanted` in any case.
  init(_ journal: Journal, wanted: Set<Int>) throws {
    var previous = 0
    try journal.forEachRecord(damaged: { lostBytes += $0.byteCount }) { record in
      count += 1
      end = record.end
      minimumLength = min(minimumLength, record.length)
      if rows.count < Self.limit || wanted.contains(record.address) {
        byAddress[record.address] = rows.count
        rows.append(
          Row(address: record.address, length: record.length, previous: previous))
        for offset in 0..<Self.headSize { heads.append(record.bytes.loadUInt8(at: offset) ?? 0) }
      }
      if wanted.contains(record.address) {
        wantedBytes[record.address] =
          record.bytes.extracting(first: Self.bytesLimit).copied()
      }
      previous = record.address
    }
  }

  /// The number of `width` bytes at `offset` of record `row`.
  @inline(__always)
  func number(_ row: Int, _ offset: Int, _ width: Int, _ isBigEndian: Bool) -> UInt64 {
    let base = row * Self.headSize + offset
    var value: UInt64 = 0
    for index in 0..<width {
      let byte = UInt64(heads[base + (isBigEndian ? index : width - 1 - index)])
      value = value << 8 | byte
    }
    return value
  }

  func number(_ row: Int, _ field: Field) -> UInt64 {
    number(row, Int(field.offset), Int(field.width), field.isBigEndian)
  }

  /// Whether the bytes of `range` are zero in every kept record.
  func isZero(_ range: Range<Int>) -> Bool {
    for row in rows.indices {
      for offset in range where heads[row * Self.headSize + offset] != 0 { return false }
    }
    return true
  }
}

/// A listed record that the walk hit, with its bytes.
struct MatchedRecord {
  let listed: ListedRecord
  /// Its row in the table.
  let row: Int
  let length: Int
  /// The record's bytes, at most 64 KB.
  let bytes: [UInt8]
}
