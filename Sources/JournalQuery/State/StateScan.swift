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
  private(set) var firstUndecodable: StatePlace?
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
    !GUID.differ(journal.header.previousGUID, previous.header.guid)
  }

  private mutating func read(
    _ journal: Journal, file: Int, chain: Int, _ selection: RecordSelection,
    _ damaged: (Damage, Journal) throws -> Void
  ) throws {
    bySFN = [:]
    for damage in journal.structuralDamage
    where [.truncated, .end, .trailing].contains(damage.kind) {
      lose(damage.range, file)
    }
    var told = ToldDamage()
    let range = journal.dataRange
    let parts =
      query.threads > 1 && !journal.storage.isSequential
      ? journal.split(range, into: max(1, range.count / Self.stretch)) : [range]
    guard parts.count > 1 else {
      var stretch = try StateStretch(query, journal, file: file, chain: chain, selection)
      try journal.forEachRecord(in: range, damaged: { stretch.note($0) }) { record in
        try stretch.take(record)
        guard stretch.size >= Self.stretch else { return }
        try take(stretch, of: journal, file: file, &told, damaged)
        stretch.removeAll()
      }
      return try take(stretch, of: journal, file: file, &told, damaged)
    }
    let count = min(query.threads * 2, parts.count)
    let slots = try (0..<count).map { _ in
      Slot(try StateStretch(query, journal, file: file, chain: chain, selection))
    }
    // Where little concerns the subtree, a slot takes several stretches as long as it stays small.
    let ring = PageRing(parts.count, threads: query.threads, slots: slots.count, groups: 4...16)
    try ring.run { slot, group in
      let start = parts[group.lowerBound].lowerBound
      let end = parts[group.upperBound - 1].upperBound
      return try slots[slot].fill(start..<end, of: journal)
    } handOver: { slot in
      try take(slots[slot].stretch, of: journal, file: file, &told, damaged)
    }
  }

  /// Bytes of a stretch where the journal's own segments are not larger, and of what is gathered from one.
  private static let stretch = 1 << 18

  /// Invariant: a slot is touched only by the thread that the ring has given it to.
  private final class Slot: @unchecked Sendable {
    var stretch: StateStretch

    init(_ stretch: consuming StateStretch) { self.stretch = stretch }

    /// One of several threads: a compressed journal is decompressed here.
    func fill(_ range: Range<JournalAddress>, of journal: Journal) throws -> PageRing.Fill {
      stretch.removeAll()
      try journal.forEachRecord(
        in: range, readingAhead: false, damaged: { stretch.note($0) }
      ) { try stretch.take($0) }
      let size = stretch.size
      return size < StateScan.stretch / 4 ? .small : size > StateScan.stretch ? .large : .fitting
    }
  }

  private mutating func lose(_ range: Range<JournalAddress>, _ file: Int) {
    losses.add(
      from: StatePlace(file: file, address: range.lowerBound).sequence,
      to: StatePlace(file: file, address: range.upperBound).sequence)
  }

  /// Takes what was gathered behind what was taken before.
  private mutating func take(
    _ stretch: borrowing StateStretch, of journal: Journal, file: Int, _ told: inout ToldDamage,
    _ damaged: (Damage, Journal) throws -> Void
  ) throws {
    undecodable += stretch.undecodable
    if firstUndecodable == nil {
      firstUndecodable = stretch.firstUndecodable.map { StatePlace(file: file, address: $0) }
    }
    for address in stretch.unread { lose(address..<address + 1, file) }
    unknownTypes += stretch.unknownTypes
    for damage in stretch.damage where told.isNew(damage) {
      lose(damage.range, file)
      try damaged(damage, journal)
    }
    let bytes = stretch.events.bytes.span.bytes
    for item in stretch.items {
      guard let start = item.event else {
        tags.take(item.type, level: item.level, of: item.owner, at: item.sequence)
        continue
      }
      guard let event = StateEvent(bytes, at: start),
        let whole = bytes.slice(start, event.end - start)
      else { continue }
      let database = number(of: item.sfn, in: journal)
      let transaction = event.isInTransaction ? tags.tag(of: item.owner) : 0
      if event.kind == .kill, keyLength > 0, event.key.count <= keyLength {
        note(WholeKill(database: database, sequence: item.sequence, transaction: transaction))
      }
      try store.append(
        whole, database: database, transaction: transaction, sequence: item.sequence)
    }
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

  private mutating func number(of sfn: UInt32, in journal: Journal) -> UInt32 {
    if let known = bySFN[sfn] { return known }
    let database = StateReader.database(sfn, of: journal)
    let number = numbers[database] ?? UInt32(clamping: databases.count)
    if numbers[database] == nil { databases.append(database) }
    numbers[database] = number
    bySFN[sfn] = number
    return number
  }
}
