internal import MirrorJournal

/// One pass over journals that gathers what happened to a subtree.
struct StateScan: ~Copyable {
  /// A KILL of the whole subtree that was asked for, or of more.
  struct WholeKill {
    var database: UInt32
    var sequence: StateSequence
    var transaction: UInt32
  }

  let query: StateQuery
  let journals: [Journal]
  let places: [StateSequence]
  var store: EventStore
  var tags = TransactionTags(limit: TransactionScan.defaultOpenLimit)
  var losses = StateLosses()
  private(set) var databases: [StateDatabase] = []
  private(set) var wholeKills: [WholeKill] = []
  /// Records whose key or value does not decode.
  private(set) var undecodable = 0
  /// Records of types whose meaning is not known.
  private(set) var unknownTypes = 0
  private var numbers: [StateDatabase: UInt32] = [:]
  // Of the journal that is being read.
  private var bySFN: [UInt32: UInt32] = [:]
  /// Bytes of the key that was asked for; 0 for all nodes.
  let keyLength: Int

  init(_ query: StateQuery, _ journals: [Journal], _ places: [StatePlace]) throws {
    self.query = query
    self.journals = journals
    self.places = places.map(\.sequence)
    store = EventStore(budget: query.memoryBudget)
    store.keepsFrom = query.digests ? 0 : self.places.min() ?? 0
    keyLength = try query.reference?.encodedKey().bytes.count ?? 0
  }

  /// Reads all of the journals.
  ///
  /// - Throws: as `StateQuery.run`.
  mutating func run(
    selecting selection: RecordSelection, damaged: (Damage, Journal) throws -> Void
  ) throws {
    let chains = TransactionScan.chains(of: journals)
    var before: [Int: Journal] = [:]
    for (file, journal) in journals.enumerated() {
      if let previous = before[chains[file]], !Self.follows(journal, previous) {
        let place = StatePlace(file: file, address: 0).sequence
        losses.add(from: place, to: place + 1)
      }
      before[chains[file]] = journal
      try read(journal, file: file, chain: chains[file], selection, damaged)
    }
    losses.sort()
  }

  /// Whether nothing is missing between two files of one chain, as far as their headers say it.
  static func follows(_ journal: Journal, _ previous: Journal) -> Bool {
    let known = journal.header.previousGUID
    return known == .zero || previous.header.guid == .zero || known == previous.header.guid
  }

  private mutating func read(
    _ journal: Journal, file: Int, chain: Int, _ selection: RecordSelection,
    _ damaged: (Damage, Journal) throws -> Void
  ) throws {
    let reader = try StateReader(query, journal, file: file, chain: chain)
    let wanted = try selection(journal)
    bySFN = [:]
    for damage in journal.structuralDamage
    where [.truncated, .end, .trailing].contains(damage.kind) {
      lose(damage.range, file)
    }
    try journal.forEachRecord(
      damaged: {
        lose($0.range, file)
        try damaged($0, journal)
      }
    ) { record in
      let type = record.type
      if type.isTransactionControl {
        let level = (try? record.transactionLevel()).map { Int(clamping: $0) }
        tags.take(
          type, level: level, of: reader.owner(of: record),
          at: StatePlace(file: file, address: record.address).sequence)
        return
      }
      guard type.hasKey else {
        if type.rawValue > RecordType.rollback.rawValue { unknownTypes += 1 }
        return
      }
      // The mirror's own bookkeeping is no data (class D: restore ignores it).
      guard type != .mirrorSet, type != .mirrorKill, reader.concerns(record), try wanted(record)
      else { return }
      try take(record, reader)
    }
  }

  private mutating func lose(_ range: Range<JournalAddress>, _ file: Int) {
    losses.add(
      from: StatePlace(file: file, address: range.lowerBound).sequence,
      to: StatePlace(file: file, address: range.upperBound).sequence)
  }

  private mutating func take(_ record: borrowing Record, _ reader: StateReader) throws {
    let sequence = StatePlace(file: reader.file, address: record.address).sequence
    guard let key = reader.key(of: record) else {
      undecodable += 1
      return
    }
    let database = number(of: record, reader)
    let isInTransaction = record.isInTransaction
    let transaction = isInTransaction ? tags.tag(of: reader.owner(of: record)) : 0
    let kind = StateReader.kind(of: record.type)
    if kind == .kill, keyLength > 0, key.count <= keyLength {
      note(WholeKill(database: database, sequence: sequence, transaction: transaction))
    }
    let places = ValuePlaces(type: record.type, count: record.valueCount)
    let head = StateEventHead(
      kind: kind, database: database, transaction: transaction, sequence: sequence,
      isInTransaction: isInTransaction,
      // Class D: in a transaction the old value of a SET, KILL or KILLdes is recorded if there is one.
      provesAbsence: isInTransaction && places.old == nil
        && [.set, .kill, .killDescendant].contains(record.type))
    let start = store.begin(head, key: key.span.bytes)
    var isUnreadable = false
    if kind == .bit {
      isUnreadable = !appendBit(record, to: start)
    } else {
      if let new = places.new {
        isUnreadable = try !append(new, of: record, in: reader.journal, isNew: true, to: start)
      } else if kind == .set || kind == .increment {
        isUnreadable = true
      }
      if let old = places.old,
        try !append(old, of: record, in: reader.journal, isNew: false, to: start)
      {
        undecodable += 1
      }
    }
    if isUnreadable {
      undecodable += 1
      store.setKind(.unreadable, of: start)
    }
    try store.end(start)
  }

  /// Keeps the KILLs that can prove a state at one of the places: of those in no transaction the last before
  /// each.
  private mutating func note(_ kill: WholeKill) {
    if kill.transaction == 0 {
      let part = places.count { $0 <= kill.sequence }
      wholeKills.removeAll { old in
        old.database == kill.database && part == places.count { $0 <= old.sequence }
      }
    }
    wholeKills.append(kill)
  }

  private mutating func number(of record: borrowing Record, _ reader: StateReader) -> UInt32 {
    if let known = bySFN[record.sfn] { return known }
    let database = reader.database(of: record)
    let number = numbers[database] ?? UInt32(clamping: databases.count)
    if numbers[database] == nil { databases.append(database) }
    numbers[database] = number
    bySFN[record.sfn] = number
    return number
  }

  private mutating func appendBit(_ record: borrowing Record, to start: Int) -> Bool {
    guard let body = try? record.bitSet() else { return false }
    let words = [body.position, body.oldLength, UInt32(body.newBit), UInt32(body.oldBit)]
    var bytes: [UInt8] = []
    for word in words {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    store.appendNew(bytes.span.bytes, storageCode: 0, to: start)
    return true
  }

  private mutating func append(
    _ index: Int, of record: borrowing Record, in journal: Journal, isNew: Bool, to start: Int
  ) throws -> Bool {
    do {
      try journal.withValue(index, of: record) { bytes, storage in
        if query.digests {
          let digest = StateReader.digest(bytes, storage)
          if isNew {
            store.appendNew(digest.span.bytes, storageCode: 0, to: start)
          } else {
            store.appendOld(digest.span.bytes, storageCode: 0, to: start)
          }
        } else if isNew {
          store.appendNew(bytes, storageCode: storage, to: start)
        } else {
          store.appendOld(bytes, storageCode: storage, to: start)
        }
      }
      return true
    } catch let error as JournalError where error.isAboutContent {
      return false
    }
  }
}
