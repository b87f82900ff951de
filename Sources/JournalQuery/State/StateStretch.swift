internal import MirrorJournal

/// What the records of a stretch say of a subtree, in their order, with what the order across stretches decides
/// left open. It is used again and again.
struct StateStretch: ~Copyable {
  /// A record that begins or ends a transaction, or one that changes the subtree.
  struct Item {
    var type: RecordType
    /// The level that a record of a transaction states.
    var level: Int?
    /// Where the change begins in `events`; nil for a record that begins or ends a transaction.
    var event: Int?
    var sequence: StateSequence
    var owner: TransactionTags.Owner
    var sfn: UInt32
  }

  private let reader: StateReader
  private let wanted: (borrowing Record) throws -> Bool
  private let holdsDigests: Bool
  private(set) var items: [Item] = []
  private var pairs = TransactionPairs()
  private(set) var events = EventBuffer()
  private(set) var damage: [Damage] = []
  /// Records whose key or value does not decode.
  private(set) var undecodable = 0
  /// Those of them whose key does not: what they change is not known.
  private(set) var unread: [JournalAddress] = []
  /// The first of them.
  private(set) var firstUndecodable: JournalAddress?
  /// Records of types whose meaning is not known.
  private(set) var unknownTypes = 0

  /// - Throws: as `StateReader.init`, and what `selection` throws.
  init(
    _ query: StateQuery, _ journal: Journal, file: Int, chain: Int, _ selection: RecordSelection
  ) throws {
    let reader = try StateReader(query, journal, file: file, chain: chain)
    let wanted = try selection(journal)
    self.reader = reader
    self.wanted = wanted
    holdsDigests = query.digests
  }

  /// Bytes that it holds.
  var size: Int { events.bytes.count + items.count * MemoryLayout<Item>.stride }

  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    pairs.removeAll()
    events.removeAll()
    damage.removeAll(keepingCapacity: true)
    undecodable = 0
    unread.removeAll(keepingCapacity: true)
    firstUndecodable = nil
    unknownTypes = 0
  }

  mutating func note(_ damage: Damage) { self.damage.append(damage) }

  /// Takes what the record says.
  @inline(__always)
  mutating func take(_ record: borrowing Record) throws {
    let type = record.type
    if type.hasKey {
      let bearing = reader.bearing(of: record)
      guard bearing != .none, try wanted(record) else { return }
      if bearing == .changes { try takeChange(record) } else { noteUnreadKey(record) }
    } else if type.isTransactionControl {
      takeControl(record)
    } else if type.rawValue > RecordType.rollback.rawValue {
      unknownTypes += 1
    }
  }

  private mutating func takeControl(_ record: borrowing Record) {
    let owner = reader.owner(of: record)
    var level: Int?
    switch record.type {
    case .beginTransaction: pairs.begin(owner, item: items.count)
    case .commitTransaction:
      switch pairs.commit(owner) {
      case .told: break
      case .dropped(let begin) where begin == items.count - 1:
        items.removeLast()
        return
      // In its place, it ends nothing that was not ended.
      case .dropped(let begin), .merged(let begin):
        items[begin].type = .commitTransaction
        return
      }
    default:
      pairs.touch(owner)
      level = (try? record.transactionLevel()).map { Int(clamping: $0) }
    }
    items.append(item(of: record, owner, level: level))
  }

  private func item(
    of record: borrowing Record, _ owner: TransactionTags.Owner, level: Int? = nil
  ) -> Item {
    Item(
      type: record.type, level: level,
      sequence: StatePlace(file: reader.file, address: record.address).sequence, owner: owner,
      sfn: record.sfn)
  }

  private mutating func takeChange(_ record: borrowing Record) throws {
    guard let key = reader.key(of: record) else { return noteUnreadKey(record) }
    let kind = StateReader.kind(of: record.type)
    let places = ValuePlaces(type: record.type, count: record.valueCount)
    let owner = reader.owner(of: record)
    if record.isInTransaction { pairs.touch(owner) }
    var item = item(of: record, owner)
    let head = StateEventHead(
      kind: kind, sequence: item.sequence, isInTransaction: record.isInTransaction,
      // Class D: in a transaction the old value of a SET, KILL or KILLdes is recorded if there is one.
      provesAbsence: record.isInTransaction && places.old == nil
        && [.set, .kill, .killDescendant].contains(record.type))
    let start = events.begin(head, key: key.span.bytes)
    var isUnreadable = false
    if kind == .bit {
      isUnreadable = !appendBit(record, to: start)
    } else {
      if let new = places.new {
        isUnreadable = try !append(new, of: record, isNew: true, to: start)
      } else if kind == .set || kind == .increment {
        isUnreadable = true
      }
      if let old = places.old, try !append(old, of: record, isNew: false, to: start) {
        noteUndecodable(record)
      }
    }
    if isUnreadable {
      noteUndecodable(record)
      events.setKind(.unreadable, of: start)
    }
    events.end(start)
    item.event = start
    items.append(item)
  }

  private mutating func noteUndecodable(_ record: borrowing Record) {
    undecodable += 1
    if firstUndecodable == nil { firstUndecodable = record.address }
  }

  private mutating func noteUnreadKey(_ record: borrowing Record) {
    noteUndecodable(record)
    unread.append(record.address)
  }

  private mutating func appendBit(_ record: borrowing Record, to start: Int) -> Bool {
    guard let body = try? record.bitSet() else { return false }
    let words = [body.position, body.oldLength, UInt32(body.newBit), UInt32(body.oldBit)]
    var bytes = [UInt8](repeating: 0, count: 4 * words.count)
    for (index, word) in words.enumerated() { bytes.store(word, at: 4 * index) }
    events.appendNew(bytes.span.bytes, storageCode: 0, to: start)
    return true
  }

  private mutating func append(
    _ index: Int, of record: borrowing Record, isNew: Bool, to start: Int
  ) throws -> Bool {
    do {
      try reader.journal.withValue(index, of: record) { bytes, storage in
        // Of bit strings BitSETs tell parts.
        if holdsDigests, BitStringView(bytes) == nil {
          let digest = StateReader.digest(bytes, storage)
          append(digest.span.bytes, storageCode: 0, isNew: isNew, to: start)
        } else {
          append(bytes, storageCode: storage, isNew: isNew, to: start)
        }
      }
      return true
    } catch let error as JournalError where error.isAboutContent {
      return false
    }
  }

  private mutating func append(
    _ bytes: RawSpan, storageCode: UInt8, isNew: Bool, to start: Int
  ) {
    if isNew {
      events.appendNew(bytes, storageCode: storageCode, to: start)
    } else {
      events.appendOld(bytes, storageCode: storageCode, to: start)
    }
  }
}
