public import MirrorJournal

/// A value before or after a change.
public enum ChangedValue: Sendable, Hashable {
  /// The value, as the record holds it.
  case value(JournalValue)
  /// The record does not hold it: outside a transaction no old value is written (class D), and a
  /// KILL says nothing about the values below its node.
  case notRecorded
  /// After a KILL there is none.
  case none
  /// It is there and does not decode, or the journal is encrypted.
  case unreadable(reason: String)
}

/// One change of a node: who, when, from what, to what.
public struct NodeChange: Sendable, Hashable {
  /// The file as the user named it.
  public let file: String
  /// The record's address in the file.
  public let address: JournalAddress
  /// The change happened then or later; nil when the layout does not know the blocks' times.
  public let notBefore: Timestamp?
  /// The operation.
  public let type: RecordType
  /// How the record's node relates to the one asked for.
  public let relation: NodeHistory.Relation
  /// The node that the record is about, or nil when its key does not decode.
  public let global: String?
  /// Whether the operation is part of a transaction.
  public let isInTransaction: Bool
  /// The job that made the change.
  public let jobID: UInt32
  /// Nil when the journal does not name the job's process.
  public let processID: UInt32?
  /// The raw remote system id; 0x40000000 is the local system (class O).
  public let remoteSystemID: UInt32
  /// The database's directory, or nil when the journal does not name it.
  public let database: String?
  /// The value before.
  public let old: ChangedValue
  /// The value after.
  public let new: ChangedValue
  /// The bit that a BitSET changed; its values are then `.notRecorded`.
  public let bit: BitSetBody?

  /// - Throws: only what the storage throws.
  init(_ record: borrowing Record, of journal: Journal, _ relation: NodeHistory.Relation) throws {
    file = journal.path
    address = record.address
    notBefore = journal.layout.knows(.time) ? record.blockTime : nil
    type = record.type
    self.relation = relation
    global = record.referenceText
    isInTransaction = record.isInTransaction
    jobID = record.jobID
    processID = journal.processID(jobID: record.jobID)
    remoteSystemID = record.remoteSystemID
    database = journal.database(sfn: record.sfn)?.directory
    bit = record.type == .bitSet ? try? record.bitSet() : nil
    let places = ValuePlaces(type: record.type, count: record.valueCount)
    if record.type.isKill {
      new = .none
    } else {
      new = try ChangedValue(places.new, of: record, journal)
    }
    // What an ancestor held says nothing about this node.
    old =
      relation == .ancestor
      ? .notRecorded : try ChangedValue(places.old, of: record, journal)
  }
}

extension NodeChange {
  /// Whether a part of the change could not be read.
  public var isUnreadable: Bool {
    if case .unreadable = old { return true }
    if case .unreadable = new { return true }
    return global == nil || type == .bitSet && bit == nil
  }
}

extension ChangedValue {
  /// Value `index` of `record`, or `.notRecorded` when `index` is nil.
  ///
  /// - Throws: only what the storage throws.
  init(_ index: Int?, of record: borrowing Record, _ journal: Journal) throws {
    guard let index else {
      self = .notRecorded
      return
    }
    if journal.header.isEncrypted {
      self = .unreadable(reason: "the journal is encrypted")
      return
    }
    do {
      self = .value(
        try journal.withValue(index, of: record) { bytes, storage in
          try ValueView(bytes, storageCode: storage).value()
        })
    } catch let error as JournalError where error.isAboutContent {
      self = .unreadable(reason: error.reason)
    }
  }
}

extension ChangedValue: CustomStringConvertible {
  /// A value as ZWRITE prints it, or in words.
  public var description: String {
    switch self {
    case .value(let value): value.description
    case .notRecorded: "not recorded"
    case .none: "killed"
    case .unreadable(let reason): "unreadable: \(reason)"
    }
  }
}
