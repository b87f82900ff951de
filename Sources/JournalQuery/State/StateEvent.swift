internal import MirrorJournal

/// Where a place or a record stands among several files: files in their order, then addresses.
typealias StateSequence = UInt64

extension StatePlace {
  /// The place as one number that sorts as places do.
  var sequence: StateSequence {
    UInt64(clamping: file) << 40 | UInt64(clamping: address) & 0xFF_FFFF_FFFF
  }

  init(_ sequence: StateSequence) {
    self.init(file: Int(sequence >> 40), address: Int(sequence & 0xFF_FFFF_FFFF))
  }
}

/// Bytes of a value in the store of events.
struct StoredPlace: Equatable {
  var start: Int
  var count: Int
  var storageCode: UInt8
}

/// One change of a node or subtree, as it stands in the store.
///
/// | offset | size | |
/// |---|---|---|
/// | 0 | 4 | length of the whole |
/// | 4 | 4 | length of the key |
/// | 8 | 4 | database |
/// | 12 | 4 | transaction, 0 for none |
/// | 16 | 8 | sequence |
/// | 24 | 4 | kind, flags, storage of the new value, storage of the old one |
/// | 28 | 4 | length of the new value |
/// | 32 | 4 | length of the old value |
/// | 36 | | key, new value, old value |
struct StateEvent {
  enum Kind: UInt8 {
    case set, increment, kill, killDescendant, zkill, bit
    /// A SET whose value is there and cannot be read.
    case unreadable
  }

  static let headSize = 36
  static let databaseOffset = 8
  static let transactionOffset = 12

  var kind: Kind
  var database: UInt32
  /// The transaction that it is part of; 0 for none.
  var transaction: UInt32
  var sequence: StateSequence
  var isInTransaction: Bool
  /// Whether the node had no value before, because a transaction records one where there is.
  var provesAbsence: Bool
  var key: Range<Int>
  var new: StoredPlace?
  var old: StoredPlace?
  /// Where the next event begins.
  var end: Int

  /// The event at `start` of `bytes`; nil at their end.
  init?(_ bytes: RawSpan, at start: Int) {
    guard let total: UInt32 = bytes.loadLittle(at: start),
      let keyLength: UInt32 = bytes.loadLittle(at: start + 4),
      let database: UInt32 = bytes.loadLittle(at: start + 8),
      let transaction: UInt32 = bytes.loadLittle(at: start + 12),
      let sequence: UInt64 = bytes.loadLittle(at: start + 16),
      let code = bytes.loadUInt8(at: start + 24), let kind = Kind(rawValue: code),
      let flags = bytes.loadUInt8(at: start + 25),
      let newStorage = bytes.loadUInt8(at: start + 26),
      let oldStorage = bytes.loadUInt8(at: start + 27),
      let newCount: UInt32 = bytes.loadLittle(at: start + 28),
      let oldCount: UInt32 = bytes.loadLittle(at: start + 32),
      Int(total) >= Self.headSize + Int(keyLength) + Int(newCount) + Int(oldCount)
    else { return nil }
    self.kind = kind
    self.database = database
    self.transaction = transaction
    self.sequence = sequence
    isInTransaction = flags & 1 != 0
    provesAbsence = flags & 8 != 0
    let keyStart = start + Self.headSize
    key = keyStart..<keyStart + Int(keyLength)
    if flags & 2 != 0 {
      new = StoredPlace(start: key.upperBound, count: Int(newCount), storageCode: newStorage)
    }
    if flags & 4 != 0 {
      old = StoredPlace(
        start: key.upperBound + Int(newCount), count: Int(oldCount), storageCode: oldStorage)
    }
    end = start + Int(total)
  }
}

/// What of an event is known before its values.
struct StateEventHead {
  var kind: StateEvent.Kind
  var sequence: StateSequence
  var isInTransaction: Bool
  var provesAbsence: Bool
}
