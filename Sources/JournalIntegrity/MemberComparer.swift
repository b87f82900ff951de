internal import MirrorJournal

/// The work of comparing one file on two members, block by block.
struct MemberComparer {
  let first: Journal
  let second: Journal
  let limit: Int
  private(set) var result = MemberComparison()

  init(first: Journal, second: Journal, limit: Int) {
    self.first = first
    self.second = second
    self.limit = limit
  }

  mutating func compareHeaders() {
    let (left, right) = (first.header, second.header)
    compare("isMirrorJournal", left.isMirrorJournal, right.isMirrorJournal)
    compare("mirrorGUID", left.mirrorGUID, right.mirrorGUID)
    compare("mirrorFileCount", left.mirrorFileCount, right.mirrorFileCount)
    compare("isClosed", left.isClosed, right.isClosed)
    compare("endAddress", left.endAddress, right.endAddress)
  }

  private mutating func compare<T: Equatable>(_ field: String, _ left: T, _ right: T) {
    if left != right {
      result.headerDifferences.append(
        .init(field: field, left: "\(left)", right: "\(right)"))
    }
  }

  mutating func compareBlocks(trustsChecksums: Bool) throws {
    let size = first.layout.block.size
    var block = first.layout.block.firstDataAddress
    let end = max(first.dataLimit, second.dataLimit)
    while block < end {
      if let left = try checksum(first, block), left == (try checksum(second, block)),
        try trustsChecksums || isEqualAndSound(block..<block + size)
      {
        result.equalBlocks += 1
      } else {
        try compareBlock(block, block + size)
      }
      block += size
    }
  }

  /// Whether both files have the same bytes in a block, and they are those that the writer sealed.
  private func isEqualAndSound(_ block: Range<JournalAddress>) throws -> Bool {
    do {
      let isEqual = try first.storage.withBytes(block) { left in
        try second.storage.withBytes(block) { right in left.isEqual(to: right) }
      }
      guard isEqual else { return false }
      var isSound = true
      try first.forEachRecord(in: block, damaged: { _ in isSound = false }) { _ in }
      return isSound
    } catch let error as JournalError where error.code == .compressedDamaged {
      return false
    }
  }

  /// The stored checksum of a block; nil if it has none.
  private func checksum(_ journal: Journal, _ block: JournalAddress) throws -> UInt64? {
    let layout = journal.layout.block
    guard block < journal.dataLimit, block + layout.size <= journal.storage.count else {
      return nil
    }
    do {
      return try journal.storage.withBytes(block..<block + layout.headerSize) { bytes in
        bytes.load(layout.checksum).flatMap { $0 == 0 ? nil : $0 }
      }
    } catch let error as JournalError where error.code == .compressedDamaged {
      // The walk of the block will tell.
      return nil
    }
  }

  private mutating func compareBlock(_ start: JournalAddress, _ end: JournalAddress) throws {
    result.blocksCompared += 1
    let left = try records(first, start..<end)
    let right = try records(second, start..<end)
    var (i, j) = (left.startIndex, right.startIndex)
    while i < left.endIndex || j < right.endIndex {
      let a = i < left.endIndex ? left[i].address : .max
      let b = j < right.endIndex ? right[j].address : .max
      if a == b {
        if left[i].bytes != right[j].bytes {
          result.differingRecords += 1
          note(.differs, left[i], try fields(at: a))
        }
        i += 1
        j += 1
      } else if a < b {
        result.onlyInFirst += 1
        note(.onlyInFirst, left[i], [])
        i += 1
      } else {
        result.onlyInSecond += 1
        note(.onlyInSecond, right[j], [])
        j += 1
      }
    }
  }

  private mutating func note(
    _ kind: MemberComparison.RecordDifference.Kind, _ record: KeptRecord, _ fields: [String]
  ) {
    guard result.differences.count < limit else { return }
    result.differences.append(
      .init(
        kind: kind, address: record.address, type: record.type, global: record.global,
        fields: fields))
  }

  /// A record's bytes, kept for the comparison of one block.
  private struct KeptRecord {
    let address: JournalAddress
    let type: RecordType
    let bytes: [UInt8]
    let global: String?
  }

  private mutating func records(_ journal: Journal, _ range: Range<JournalAddress>) throws
    -> [KeptRecord]
  {
    var kept: [KeptRecord] = []
    guard range.lowerBound < journal.dataLimit else { return kept }
    var damage: [IntegrityFinding] = []
    try journal.forEachRecord(
      in: range, damaged: { damage.append(IntegrityFinding($0, in: journal.path)) }
    ) { record in
      kept.append(
        KeptRecord(
          address: record.address, type: record.type, bytes: record.bytes.copied(),
          global: record.referenceText))
    }
    result.damage += damage
    return kept
  }

  /// What differs between the two records at `address`.
  private func fields(at address: JournalAddress) throws -> [String] {
    try first.withRecord(at: address) { left in
      try second.withRecord(at: address) { right in try fields(left, right) }
    }
  }

  private func fields(_ left: borrowing Record, _ right: borrowing Record) throws -> [String] {
    var fields: [String] = []
    if left.type != right.type { fields.append("type") }
    if left.length != right.length { fields.append("length") }
    if left.isInTransaction != right.isInTransaction { fields.append("transaction") }
    if left.jobID != right.jobID { fields.append("job") }
    if left.remoteSystemID != right.remoteSystemID { fields.append("remoteSystem") }
    if left.sfn != right.sfn { fields.append("database") }
    if left.keyBytes()?.copied() != right.keyBytes()?.copied() { fields.append("global") }
    if left.type == right.type, left.type.hasKeyAndValues {
      let places = ValuePlaces(type: left.type, count: left.valueCount)
      let others = ValuePlaces(type: right.type, count: right.valueCount)
      if try value(places.new, left, first) != value(others.new, right, second) {
        fields.append("newValue")
      }
      if try value(places.old, left, first) != value(others.old, right, second) {
        fields.append("oldValue")
      }
    }
    return fields.isEmpty ? ["body"] : fields
  }

  /// A value, to be compared; nil where there is none or it cannot be read.
  private func value(_ index: Int?, _ record: borrowing Record, _ journal: Journal) throws
    -> StoredValue?
  {
    guard let index else { return nil }
    do {
      return try journal.withValue(index, of: record) { bytes, storage in
        StoredValue(bytes.copied(), storageCode: storage)
      }
    } catch let error as JournalError where error.isAboutContent {
      return nil
    }
  }
}
