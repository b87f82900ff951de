/// A record to be written: its fixed fields and its body.
public struct RecordContent: Sendable, Hashable {
  /// What follows the fixed fields.
  public enum Body: Sendable, Hashable {
    /// A key, and as many values as the type has: new, old, or new then old.
    case node(key: [UInt8], nameLength: Int, values: [StoredValue])
    /// A key and the bit of a BitSET.
    case bit(key: [UInt8], nameLength: Int, BitSetBody)
    /// A Marker's numbers and text.
    case marker(MarkerBody)
    /// A transaction level.
    case level(UInt32)
    /// The opaque bytes of a netsyn record.
    case netsyn([UInt8])
    /// The bytes after the header, as they are: for types without a documented code.
    case opaque([UInt8])
  }

  /// The operation.
  public var type: RecordType
  /// Whether the operation is part of a transaction.
  public var isInTransaction: Bool
  /// Whether the record is marked as deleted.
  public var isDeleted: Bool
  /// 5 is IRIS standard (class D).
  public var collation: UInt8
  /// The job, as the directory names it.
  public var jobID: UInt32
  /// 0x40000000 is the local system (class O).
  public var remoteSystemID: UInt32
  /// The system file number of the database, as the directory names it.
  public var sfn: UInt32
  /// What follows the fixed fields.
  public var body: Body

  /// A record with these fields; of the local system and outside a transaction unless said so.
  public init(
    _ type: RecordType, _ body: Body, isInTransaction: Bool = false, isDeleted: Bool = false,
    collation: UInt8 = 5, jobID: UInt32 = 1, remoteSystemID: UInt32 = 0x4000_0000, sfn: UInt32 = 0
  ) {
    self.type = type
    self.body = body
    self.isInTransaction = isInTransaction
    self.isDeleted = isDeleted
    self.collation = collation
    self.jobID = jobID
    self.remoteSystemID = remoteSystemID
    self.sfn = sfn
  }
}

/// The bytes of a value and how they are stored (class R).
public struct StoredValue: Sendable, Hashable {
  /// The value, in the form that `storageCode` says.
  public var bytes: [UInt8]
  /// 0 8-bit string, `$LIST` or bit string, 1 UTF-16LE string, 3 vector.
  public var storageCode: UInt8

  /// A value; without a code an 8-bit string, a `$LIST` or a bit string.
  public init(_ bytes: [UInt8], storageCode: UInt8 = 0) {
    self.bytes = bytes
    self.storageCode = storageCode
  }
}

extension StoredValue {
  /// The bytes of `value` as a record holds them.
  public init(_ value: JournalValue) {
    self.init(value.encodedBytes, storageCode: value.storageCode)
  }
}

extension RecordContent {
  /// A record about `reference`.
  ///
  /// - Parameters:
  ///   - type: the operation.
  ///   - reference: the node.
  ///   - new: the value set, for types that set.
  ///   - old: the value before; recorded only in transactions (class D).
  ///   - isInTransaction: whether the operation is part of a transaction.
  ///   - jobID: the job that made the change.
  ///   - sfn: the system file number of the database.
  /// - Throws: `badKey` when the reference cannot be encoded.
  public init(
    _ type: RecordType, _ reference: GlobalReference, new: JournalValue? = nil,
    old: JournalValue? = nil, isInTransaction: Bool = false, jobID: UInt32 = 1, sfn: UInt32 = 0
  ) throws(JournalError) {
    let key = try reference.encodedKey()
    let values = [new, old].compactMap { $0.map { StoredValue($0) } }
    self.init(
      type, .node(key: key.bytes, nameLength: key.nameLength, values: values),
      isInTransaction: isInTransaction, jobID: jobID, sfn: sfn)
  }
}
