internal import MirrorJournal

/// The records of open transactions that wait for the commit: their places, as long as not too many wait.
struct HeldRecords {
  /// Those of one transaction.
  struct Held {
    fileprivate var places: [JournalTransaction.Position] = []
    /// Too many were waiting: its records are looked for again when it commits.
    fileprivate var isForgotten = false
  }

  /// The most places that are remembered. 16 bytes each.
  var limit: Int
  private var remembered = 0

  init(limit: Int) { self.limit = limit }

  /// The record at `place` waits with `held`.
  mutating func hold(_ place: JournalTransaction.Position, with held: inout Held) {
    guard !held.isForgotten else { return }
    guard remembered < limit else {
      release(held)
      held = Held(isForgotten: true)
      return
    }
    held.places.append(place)
    remembered += 1
  }

  /// What was held waits no more.
  mutating func release(_ held: Held) { remembered -= held.places.count }

  /// Calls `body` with the records of `transaction` that waited, and the index of the journal of each.
  ///
  /// - Throws: what the closures throw, and `JournalError` when a record cannot be read again.
  static func letOut(
    _ held: Held, of transaction: JournalTransaction, in journals: [Journal],
    where isWanted: [(borrowing Record) throws -> Bool],
    _ body: (Int, borrowing Record) throws -> Void
  ) throws {
    guard held.isForgotten else {
      for place in held.places {
        try journals[place.file].withRecord(at: place.address) { try body(place.file, $0) }
      }
      return
    }
    let files = journals.indexByIdentity
    // Its damage was told when it was met first.
    try TransactionScan().forEachRecord(of: transaction, in: journals, damaged: { _, _ in }) {
      journal, record in
      guard let file = files[ObjectIdentifier(journal)], try isWanted[file](record) else { return }
      try body(file, record)
    }
  }
}
