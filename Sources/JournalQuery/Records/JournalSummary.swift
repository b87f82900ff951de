public import MirrorJournal

/// What `mjournal info` says beyond the header: what is in the data.
public struct JournalSummary: Sendable {
  /// Blocks from the first data block to the end of the data.
  public var blocks = 0
  /// Records that the vendor's lists show.
  public var records = 0
  /// Records that they do not show: directory additions and extensions.
  public var internalRecords = 0
  /// Bytes of all records, internal ones included, without block headers and padding.
  public var recordBytes = 0
  /// Visible records by type code.
  public var recordsByType: [Int]
  /// Of the first record; nil without records.
  public var firstAddress: JournalAddress?
  /// Of the last record; nil without records.
  public var lastAddress: JournalAddress?
  /// Just past the last record.
  public var end: JournalAddress?
  /// The block time of the first record; nil without records.
  public var firstTime: Timestamp?
  /// The block time of the last record; nil without records.
  public var lastTime: Timestamp?
  /// What could not be read: header and directory first, then by address.
  public var damage: [Damage]
  /// Bytes of the data that could not be read.
  public var bytesLost = 0

  /// Reads the whole journal. O(file).
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  public init(of journal: Journal, threads: Int = 1) throws {
    damage = journal.structuralDamage
    recordsByType = Array(repeating: 0, count: 256)
    let parts = try journal.reduce(threads: threads, into: { _ in Tally() }) { tally, record in
      tally.take(record)
    }
    for part in parts {
      damage += part.damage
      let tally = part.value
      records += tally.records
      internalRecords += tally.internalRecords
      recordBytes += tally.bytes
      for code in 0..<256 { recordsByType[code] += Int(tally.types[code]) }
      if tally.end >= 0 { end = tally.end }
      guard tally.first >= 0 else { continue }
      if firstAddress == nil {
        firstAddress = tally.first
        firstTime = tally.firstTime
      }
      lastAddress = tally.last
      lastTime = tally.lastTime
    }
    let range = journal.dataRange
    let size = journal.layout.block.size
    bytesLost = Damage.united(damage.map(\.range), in: journal.wholeDataRange)
      .reduce(0) { $0 + $1.count }
    blocks = (range.count + size - 1) / size
  }

  /// The counts of one part of the file.
  private struct Tally: Sendable {
    var records = 0
    var internalRecords = 0
    var bytes = 0
    var types = [256 of UInt64](repeating: 0)
    // -1 where there is none yet: an optional would be written in two steps for each record.
    var first: JournalAddress = -1
    var last: JournalAddress = -1
    var end: JournalAddress = -1
    var firstTime = Timestamp(milliseconds: 0)
    var lastTime = Timestamp(milliseconds: 0)

    @inline(__always)
    mutating func take(_ record: borrowing Record) {
      bytes &+= record.length
      end = record.end
      let type = record.type
      guard type.isVisible else {
        internalRecords &+= 1
        return
      }
      records &+= 1
      types[Int(type.rawValue)] &+= 1
      if first < 0 {
        first = record.address
        firstTime = record.blockTime
      }
      last = record.address
      lastTime = record.blockTime
    }
  }
}
