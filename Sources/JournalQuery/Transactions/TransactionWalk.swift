public import MirrorJournal

/// Walks journals with the transaction of each record: in the order of the files, or in the order of commits, with
/// the records of a transaction where it commits and those of others left out.
public struct TransactionWalk: Sendable {
  /// What was left out.
  public struct Summary: Sendable, Hashable {
    /// Records of transactions that were rolled back.
    public internal(set) var rolledBack = 0
    /// Records of transactions that are open at the end, or whose end is not recorded.
    public internal(set) var open = 0
    /// Records of transactions beyond those that are followed.
    public internal(set) var rest = 0

    /// Nothing.
    public init() {}
  }

  /// Whether records wait for the commit of their transaction. Records outside of transactions stand where they
  /// are.
  public var isCommittedOnly = false
  /// Whether directory additions and extension records count.
  public var includesInternal = false
  /// The most records whose places are remembered until the commit; a transaction beyond is walked again. 16 bytes
  /// each.
  public var rememberedLimit = 1 << 21
  /// The most transactions that are followed at the same time.
  public var openLimit = TransactionScan.defaultOpenLimit

  /// A walk in the order of the files.
  public init() {}

  private struct Open {
    var start: JournalTransaction.Position?
    var first: JournalTransaction.Position
    var held = HeldRecords.Held()
  }

  /// Walks `journals` from `from` on.
  ///
  /// - Parameters:
  ///   - journals: in journal order; of those that can be read from the front only, the records that wait are
  ///     read again at a high price.
  ///   - from: where to begin; transactions that are open there are known from there on only.
  ///   - selection: which records are handed over.
  ///   - damaged: told of data that could not be read.
  ///   - passed: told after each record how far the walk is, and where the first record of the oldest transaction
  ///     stands that is open; asking for that costs no more over the whole walk than there are transactions.
  ///   - body: called with the file's index, the record, and where its transaction began.
  /// - Throws: as `RecordFilter.bound(to:)`, what the closures throw, and `JournalError` when a file cannot be read.
  public func run(
    _ journals: [Journal], from: JournalTransaction.Position? = nil,
    selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void,
    passed: (JournalTransaction.Position, () -> JournalTransaction.Position?) throws -> Void,
    _ body: (Int, borrowing Record, JournalTransaction.Position?) throws -> Void
  ) throws -> Summary {
    for journal in journals {
      try journal.layout.require([.type, .transaction, .job], for: "transactions without it")
    }
    var summary = Summary()
    var tracker = TransactionTracker(limit: openLimit)
    var open: [TransactionTracker.Key: Open] = [:]
    var order = BeginOrder()
    var waiting = HeldRecords(limit: rememberedLimit)
    let chains = TransactionScan.chains(of: journals)
    let wanted = try journals.map(selection)
    for (file, journal) in journals.enumerated() where file >= from?.file ?? 0 {
      let chain = chains[file]
      let start = file == from?.file ? from?.address ?? 0 : 0
      let range = max(start, journal.dataRange.lowerBound)..<max(start, journal.dataLimit)
      try journal.forEachRecord(
        in: range,
        damaged: {
          tracker.noteLoss(chain: chain)
          try damaged($0, journal)
        }
      ) { record in
        let here = JournalTransaction.Position(file: file, address: record.address)
        guard record.type.isVisible else {
          if includesInternal, try wanted[file](record) { try body(file, record, nil) }
          return
        }
        let key = TransactionTracker.Key(
          chain: chain, job: record.jobID, system: record.remoteSystemID)
        let part = try tracker.take(
          record, of: journal, file: file, chain: chain, charge: 0
        ) { old in
          summary.open += old.transaction.records
          if let left = open.removeValue(forKey: old.key) { waiting.release(left.held) }
        }
        switch part {
        case .none:
          if try wanted[file](record) { try body(file, record, nil) }
        case .rest:
          if isCommittedOnly {
            summary.rest += 1
          } else if try wanted[file](record) {
            try body(file, record, nil)
          }
        case .member, .end:
          var entry: Open
          // Out of the table: what is appended to what stands there, too, is copied first.
          if let known = open.removeValue(forKey: key) {
            entry = known
          } else {
            entry = Open(start: record.type.beginsTransaction ? here : nil, first: here)
            order.begin(key, at: here, among: open.count) { open[$0]?.first == $1 }
          }
          let isWanted = try wanted[file](record)
          if !isCommittedOnly {
            if isWanted { try body(file, record, entry.start) }
          } else if isWanted {
            waiting.hold(here, with: &entry.held)
          }
          guard case .end(let active) = part else {
            open[key] = entry
            break
          }
          waiting.release(entry.held)
          guard isCommittedOnly else { break }
          if active.transaction.state == .committed {
            try HeldRecords.letOut(
              entry.held, of: active.transaction, in: journals, where: wanted
            ) { try body($0, $1, entry.start) }
          } else {
            summary.rolledBack += active.transaction.records
          }
        }
        let next = JournalTransaction.Position(file: file, address: record.address + 1)
        try passed(next) { order.oldest(openWhere: { open[$0]?.first == $1 }) }
      }
    }
    for left in tracker.takeOpen() { summary.open += left.transaction.records }
    return summary
  }
}

/// The transactions of a walk in the order in which they began. Memory for twice as many as are open.
private struct BeginOrder {
  private var begun: [(key: TransactionTracker.Key, first: JournalTransaction.Position)] = []
  /// Those before it have ended.
  private var head = 0

  mutating func begin(
    _ key: TransactionTracker.Key, at first: JournalTransaction.Position, among count: Int,
    openWhere isOpen: (TransactionTracker.Key, JournalTransaction.Position) -> Bool
  ) {
    if begun.count > 2 * count + 1024 {
      begun = begun[head...].filter { isOpen($0.key, $0.first) }
      head = 0
    }
    begun.append((key, first))
  }

  /// Where the oldest one began that `isOpen`.
  mutating func oldest(
    openWhere isOpen: (TransactionTracker.Key, JournalTransaction.Position) -> Bool
  ) -> JournalTransaction.Position? {
    while head < begun.count, !isOpen(begun[head].key, begun[head].first) { head += 1 }
    return head < begun.count ? begun[head].first : nil
  }
}

extension [Journal] {
  /// The index of each journal; of one that stands there twice the first.
  package var indexByIdentity: [ObjectIdentifier: Int] {
    Dictionary(
      enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension RecordType {
  fileprivate var beginsTransaction: Bool { self == .beginTransaction || self == .beginLevel }
}
