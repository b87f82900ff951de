public import MirrorJournal

/// Holds the records of transactions back until they commit, while a journal grows: what `TransactionWalk` does with
/// whole journals, for records that come one by one.
public struct CommittedRecords {
  /// What was left out so far, and at the end what is open.
  public private(set) var leftOut = TransactionWalk.Summary()
  /// The most records whose places are remembered until the commit. 16 bytes each.
  public var rememberedLimit: Int {
    get { waiting.limit }
    set { waiting.limit = newValue }
  }

  private let filter: RecordFilter
  private var tracker: TransactionTracker
  private var open: [TransactionTracker.Key: HeldRecords.Held] = [:]
  private var waiting = HeldRecords(limit: TransactionWalk().rememberedLimit)
  /// From the first one on in which a record waits, each as it was opened last.
  private var journals: [Journal] = []
  private var matches: [(borrowing Record) throws -> Bool] = []

  /// Lets out records that `filter` accepts; of transactions beyond `openLimit` at the same time, none.
  public init(_ filter: RecordFilter, openLimit: Int = TransactionScan.defaultOpenLimit) {
    self.filter = filter
    tracker = TransactionTracker(limit: openLimit)
  }

  /// Takes the next visible record of `journal`, which may have been opened anew since the last one, or follow it.
  ///
  /// - Parameter body: called with the records that are let out: this one, or those that waited for it.
  /// - Throws: what `body` throws, as `RecordFilter.bound(to:)`, `badLayout` when a layout does not tell of
  ///   transactions, and `JournalError` when a record that waited cannot be read again.
  public mutating func take(
    _ record: borrowing Record, of journal: Journal,
    _ body: (Journal, borrowing Record) throws -> Void
  ) throws {
    if journals.last !== journal { try enter(journal) }
    let file = journals.count - 1
    let key = TransactionTracker.Key(
      chain: 0, job: record.jobID, system: record.remoteSystemID)
    var interrupted: TransactionTracker.Active?
    let part = try tracker.take(record, of: journal, file: file, chain: 0, charge: 0) {
      interrupted = $0
    }
    if let interrupted {
      leftOut.open += interrupted.transaction.records
      if let left = open.removeValue(forKey: interrupted.key) { waiting.release(left) }
    }
    let isWanted = try matches[file](record)
    switch part {
    case .none: if isWanted { try body(journal, record) }
    case .rest: leftOut.rest += 1
    case .member, .end:
      var held = open.removeValue(forKey: key) ?? HeldRecords.Held()
      if isWanted { waiting.hold(.init(file: file, address: record.address), with: &held) }
      guard case .end(let active) = part else {
        open[key] = held
        break
      }
      waiting.release(held)
      if active.transaction.state == .committed {
        try HeldRecords.letOut(held, of: active.transaction, in: journals, where: matches) {
          try body(journals[$0], $1)
        }
      } else {
        leftOut.rolledBack += active.transaction.records
      }
    }
  }

  /// Notes that data are lost: what is open may lack records.
  public mutating func noteLoss() { tracker.noteLoss(chain: 0) }

  /// No more records come: what is open counts as left out.
  public mutating func finish() {
    for left in tracker.takeOpen() { leftOut.open += left.transaction.records }
    open = [:]
  }

  private mutating func enter(_ journal: Journal) throws {
    try journal.layout.require([.type, .transaction, .job], for: "transactions without it")
    let isSame =
      journals.last.map { $0.path == journal.path && $0.header.guid == journal.header.guid }
      ?? false
    if isSame {
      journals.removeLast()
      matches.removeLast()
    } else if open.isEmpty {
      // No record waits in any of them.
      journals = []
      matches = []
    }
    journals.append(journal)
    matches.append(try filter.bound(to: journal))
  }
}
