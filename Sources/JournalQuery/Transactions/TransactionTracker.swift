internal import MirrorJournal

/// Follows the transactions of every job, record by record, over all files.
///
/// Records belong together by job id and remote system id (and by mirror, so that journals of
/// different systems may be read together). Nothing is allocated for a record of a transaction that
/// is known.
///
/// At most `limit` transactions are followed at the same time. From the first one on that finds no room,
/// records of a job that is not followed begin nothing, for they may be of such a one; its next beginning
/// does, if there is room.
struct TransactionTracker {
  struct Key: Hashable {
    var chain: Int
    var job: UInt32
    var system: UInt32
  }

  struct Active {
    var key: Key
    var transaction: JournalTransaction
    /// Losses of data of its chain before it.
    let lossesBefore: Int
    /// The level that the next end belongs to.
    var level = 1
    /// Whether a record matched the filter.
    var isWanted = false
    /// Whether the record at the address asked for is part of it.
    var isMarked = false
  }

  private let limit: Int
  private var isOverfull = false
  /// How often data were lost, by chain.
  private var losses: [Int: Int] = [:]
  private var active: [Active?] = []
  private var free: [Int] = []
  private var places: [Key: Int] = [:]
  // Place + 1 of the job seen last, by the low bits of its id.
  private var recent = [Int](repeating: 0, count: 256)

  init(limit: Int) { self.limit = limit }

  /// What a record is to its transaction.
  enum Part {
    /// No part of any.
    case none
    case member(place: Int)
    /// Part of one that is not followed.
    case rest
    /// Its end; the transaction is over and no longer known.
    case end(Active)
  }

  /// Takes a visible record. `interrupted` is told of a transaction whose end is not recorded.
  @inline(__always)
  mutating func take(
    _ record: borrowing Record, of journal: Journal, file: Int, chain: Int, charge: Int,
    interrupted: (Active) throws -> Void
  ) throws -> Part {
    let type = record.type
    let isControl = type.isTransactionControl
    guard isControl || record.isInTransaction else { return .none }
    let key = Key(chain: chain, job: record.jobID, system: record.remoteSystemID)
    var place = find(key)
    if type == .beginTransaction, place >= 0 {
      // An inner TSTART is a begin with level; this is a new transaction.
      if let old = remove(place) {
        var old = old
        old.transaction.state = .unfinished
        try interrupted(old)
      }
      place = -1
    }
    if place < 0 {
      if places.count >= limit { isOverfull = true }
      if places.count >= limit || isOverfull && type != .beginTransaction { return .rest }
      place = insert(key, record, journal, file)
    }
    active[place]?.take(record, file: file, charge: charge)
    guard isControl, let end = active[place]?.control(record) else { return .member(place: place) }
    guard var ended = remove(place) else { return .none }
    ended.transaction.state = end
    return .end(ended)
  }

  /// Changes what is noted of a transaction.
  @inline(__always)
  mutating func note(_ place: Int, isWanted: Bool, isMarked: Bool) {
    if isWanted { active[place]?.isWanted = true }
    if isMarked { active[place]?.isMarked = true }
  }

  @inline(__always)
  func isWanted(_ place: Int) -> Bool { active[place]?.isWanted ?? false }

  /// Notes that data of a chain are lost: what is open there may lack records.
  mutating func noteLoss(chain: Int) { losses[chain, default: 0] += 1 }

  /// The transactions that have not ended, in the order in which they began.
  mutating func takeOpen() -> [Active] {
    var open: [Active] = []
    for place in active.indices {
      if let old = remove(place) { open.append(old) }
    }
    active = []
    open.sort { $0.transaction.start < $1.transaction.start }
    return open
  }

  @inline(__always)
  private mutating func find(_ key: Key) -> Int {
    let slot = Int(key.job & 255)
    let place = recent[slot] - 1
    if place >= 0, active[place]?.key == key { return place }
    guard let place = places[key] else { return -1 }
    recent[slot] = place + 1
    return place
  }

  private mutating func insert(
    _ key: Key, _ record: borrowing Record, _ journal: Journal, _ file: Int
  ) -> Int {
    let position = JournalTransaction.Position(file: file, address: record.address)
    let begins = record.type == .beginTransaction || record.type == .beginLevel
    let time = journal.layout.knows(.time) ? record.blockTime : nil
    let transaction = JournalTransaction(
      jobID: key.job, remoteSystemID: key.system, processID: journal.processID(jobID: key.job),
      start: position, end: position, hasBeginning: begins, startTime: time, endTime: time)
    let new = Active(
      key: key, transaction: transaction, lossesBefore: losses[key.chain] ?? 0)
    let place = free.popLast() ?? active.count
    if place == active.count { active.append(new) } else { active[place] = new }
    places[key] = place
    recent[Int(key.job & 255)] = place + 1
    return place
  }

  private mutating func remove(_ place: Int) -> Active? {
    guard var old = active[place] else { return nil }
    if old.lossesBefore != losses[old.key.chain] ?? 0 { old.transaction.hasGap = true }
    active[place] = nil
    free.append(place)
    places[old.key] = nil
    return old
  }
}

extension TransactionTracker.Active {
  @inline(__always)
  fileprivate mutating func take(_ record: borrowing Record, file: Int, charge: Int) {
    transaction.end.file = file
    transaction.end.address = record.address
    if transaction.startTime != nil { transaction.endTime = record.blockTime }
    transaction.records &+= 1
    transaction.bytes &+= charge
    let type = record.type
    if type.isSet { transaction.sets &+= 1 } else if type.isKill { transaction.kills &+= 1 }
  }

  /// Moves between levels; the state in which the record ends the transaction, or nil.
  ///
  /// A commit or rollback of an inner level leaves the transaction open. What the level of a rollback
  /// means is our reading (class R): the level that is undone.
  fileprivate mutating func control(_ record: borrowing Record) -> JournalTransaction.State? {
    let stated = (try? record.transactionLevel()).map(Int.init)
    switch record.type {
    case .beginLevel:
      level = min(max(stated ?? level + 1, 1), 255)
      transaction.deepestLevel = max(transaction.deepestLevel, level)
      return nil
    case .commitTransaction: return .committed
    case .commitLevel where (stated ?? level) <= 1: return .committed
    case .rollback where (stated ?? level) <= 1: return .rolledBack
    case .commitLevel, .commitPendingLevel, .rollback:
      level = max(1, min(stated ?? level, 255) - 1)
      return nil
    default: return nil
    }
  }
}
