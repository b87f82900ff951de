/// One record, seen where it stands: nothing is copied and nothing is decoded until asked for.
///
/// The view covers the record's bytes, header and padding included, and cannot outlive the mapping
/// that it points into. For what is stored or crosses threads, take `header`.
public struct Record: ~Escapable {
  /// The record's bytes, padding included.
  public let bytes: RawSpan
  /// Where the record starts.
  public let address: JournalAddress
  /// The buffer time of the record's block: the operation happened then or later (class D).
  public let blockTime: Timestamp
  @usableFromInline let interned: InternedRecordLayout

  /// A view of one record: `bytes` are the whole record, header and padding included, and start at
  /// `address`.
  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  public init(
    bytes: RawSpan, address: JournalAddress, blockTime: Timestamp, layout: InternedRecordLayout
  ) {
    self.bytes = bytes
    self.address = address
    self.blockTime = blockTime
    self.interned = layout
  }

  /// Length in bytes, padding included.
  @inlinable @inline(__always) public var length: Int { bytes.byteCount }

  /// The address just past the record.
  @inlinable @inline(__always)
  public var end: JournalAddress {
    interned.layout.crossesBlocks
      ? interned.end(of: bytes.byteCount, at: address) : address &+ bytes.byteCount
  }

  /// The operation, by its code; a code that stands outside the bytes counts as 0. O(1).
  @inlinable @inline(__always)
  public var type: RecordType { interned.type(of: bytes) }

  /// Bytes back to the start of the previous record; 0 for the first record of the file.
  @inlinable @inline(__always)
  public var distanceBack: Int {
    interned.layout.distanceBack(in: bytes, at: 0, address: address) ?? 0
  }

  /// The places of its fields: a field that its family's layout does not know reads as 0 or false.
  public var layout: RecordLayout { interned.layout }

  /// The flags as stored, the lowest 8 bits; 0 when the layout has none. What the bits mean is the
  /// layout's business.
  @inlinable @inline(__always)
  public var flags: UInt8 { UInt8(truncatingIfNeeded: bytes.load(interned.layout.flags) ?? 0) }

  /// Whether the operation is part of a transaction.
  @inlinable @inline(__always)
  public var isInTransaction: Bool { flags & interned.layout.transactionFlag != 0 }

  /// Whether the record counts as deleted.
  @inlinable @inline(__always)
  public var isDeleted: Bool { flags & interned.layout.deletedFlag != 0 }

  /// Whether the leading bytes of its values stand in the extension records before it.
  @inlinable @inline(__always)
  public var isContinued: Bool { flags & interned.layout.continuedFlag != 0 }

  /// The collation number of the key; 5 is IRIS standard (class D).
  @inlinable @inline(__always)
  public var collation: UInt8 {
    UInt8(truncatingIfNeeded: bytes.load(interned.layout.collation) ?? 0)
  }

  /// 0, 1 (new or old by type) or 2 (new, then old).
  @inlinable @inline(__always)
  public var valueCount: Int {
    Int(truncatingIfNeeded: bytes.load(interned.layout.valueCount) ?? 0)
  }

  /// The job that made the change; the directory maps it to a process id.
  @inlinable @inline(__always)
  public var jobID: UInt32 { UInt32(truncatingIfNeeded: bytes.load(interned.layout.jobID) ?? 0) }

  /// The raw remote system id; 0x40000000 is the local system (class O).
  @inlinable @inline(__always)
  public var remoteSystemID: UInt32 {
    UInt32(truncatingIfNeeded: bytes.load(interned.layout.remoteSystemID) ?? 0)
  }

  /// The system file number of the database; the directory maps it to a path.
  @inlinable @inline(__always)
  public var sfn: UInt32 { UInt32(truncatingIfNeeded: bytes.load(interned.layout.sfn) ?? 0) }

  /// The record's fixed fields, to keep.
  public var header: RecordHeader {
    RecordHeader(
      address: address, length: length, type: type, isInTransaction: isInTransaction,
      isContinued: isContinued, jobID: jobID, remoteSystemID: remoteSystemID, sfn: sfn,
      blockTime: blockTime)
  }
}

/// A record's fixed fields, for what is stored, sorted or crosses threads.
public struct RecordHeader: Sendable, Hashable {
  /// Bytes from the start of the journal data.
  public let address: JournalAddress
  /// Length in bytes, padding included.
  public let length: Int
  /// The operation.
  public let type: RecordType
  /// Whether the operation is part of a transaction.
  public let isInTransaction: Bool
  /// Whether the leading value bytes stand in extension records before it (class R).
  public let isContinued: Bool
  /// The job, or the process id where the layout's `jobIsProcess` says so.
  public let jobID: UInt32
  /// The system that asked for the operation; 0x40000000 is the local one (class O).
  public let remoteSystemID: UInt32
  /// The system file number of the database.
  public let sfn: UInt32
  /// The buffer time of the record's block: the earliest moment the operation can have happened
  /// (class D).
  public let blockTime: Timestamp

  /// The address just past the record.
  public var end: JournalAddress { address + length }
}
