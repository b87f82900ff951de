public import MirrorJournal

/// Finds the transactions of journals, across files.
public struct TransactionScan: Sendable {
  /// Transactions count that have a record which matches.
  public var filter: RecordFilter

  /// The most transactions that are followed at the same time; what is beyond is counted together, as
  /// `TransactionSummary.rest`.
  public var openLimit = Self.defaultOpenLimit

  /// What `openLimit` is unless it is set: open transactions that together take some 200 MB.
  public static let defaultOpenLimit = 1 << 18

  /// A scan for the transactions of which `filter` accepts a record.
  public init(filter: RecordFilter = .all) { self.filter = filter }

  /// Calls `body` with each transaction when it ends, and at last with those that are open.
  ///
  /// The files are read in their order, which has to be that of the journals. O(bytes); memory for
  /// the transactions that are open at the same time, `openLimit` at most.
  ///
  /// - Parameters:
  ///   - journals: in journal order.
  ///   - damaged: told of data that could not be read; an end may be lost with them.
  ///   - body: called with each transaction.
  /// - Throws: as `RecordFilter.bound(to:)`, what the closures throw, and `JournalError` when a file
  ///   cannot be read.
  public func run(
    _ journals: [Journal], damaged: (Damage, Journal) throws -> Void,
    _ body: (JournalTransaction) throws -> Void
  ) throws -> TransactionSummary {
    var summary = TransactionSummary()
    var rest = TransactionSummary.Rest()
    try walk(journals, marking: nil, rest: &rest, damaged: damaged) { ended in
      guard ended.isWanted else { return }
      summary.count(ended.transaction)
      try body(ended.transaction)
    }
    summary.rest = rest
    return summary
  }

  /// The transactions that `isIncluded` lets pass, the first `limit` of them in `order`.
  ///
  /// - Throws: as `run`.
  public func list(
    _ journals: [Journal], order: TransactionOrder = .start, limit: Int? = nil,
    where isIncluded: (JournalTransaction) -> Bool = { _ in true },
    damaged: (Damage, Journal) throws -> Void
  ) throws -> (transactions: [JournalTransaction], left: Int, summary: TransactionSummary) {
    var list: [JournalTransaction] = []
    var included = 0
    let limit = limit ?? .max
    let summary = try run(journals, damaged: damaged) { transaction in
      guard isIncluded(transaction) else { return }
      included += 1
      list.append(transaction)
      // Cut now and then, so that a short list of a large file stays short.
      if list.count > 4096, list.count / 4 > limit {
        list.sort(by: order.precedes)
        list.removeLast(list.count - limit)
      }
    }
    list.sort(by: order.precedes)
    if list.count > limit { list.removeLast(list.count - limit) }
    return (list, included - list.count, summary)
  }

  /// The transaction that the record at `address` of `journals[file]` is part of; nil when that
  /// record is part of none.
  ///
  /// - Throws: `noRecord` when no record starts there; `badArgument` when its transaction is one of those
  ///   that are not followed; as `run`.
  public func transaction(
    at address: JournalAddress, file: Int = 0, in journals: [Journal]
  ) throws -> JournalTransaction? {
    guard journals.indices.contains(file) else { return nil }
    try journals[file].withRecord(at: address) { _ in }
    let target = JournalTransaction.Position(file: file, address: address)
    var found: JournalTransaction?
    var rest = TransactionSummary.Rest()
    do {
      try walk(journals, marking: target, rest: &rest, damaged: { _, _ in }) { ended in
        guard ended.isMarked else { return }
        found = ended.transaction
        throw Found()
      }
    } catch is Found {}
    return found
  }

  private struct Found: Error {}

  /// Calls `body` with the records of `transaction`, in order.
  ///
  /// - Throws: as `run`.
  public func forEachRecord(
    of transaction: JournalTransaction, in journals: [Journal],
    damaged: (Damage, Journal) throws -> Void,
    _ body: (Journal, borrowing Record) throws -> Void
  ) throws {
    guard journals.indices.contains(transaction.start.file),
      journals.indices.contains(transaction.end.file)
    else { return }
    let chains = Self.chains(of: journals)
    for file in transaction.start.file...transaction.end.file
    where chains[file] == chains[transaction.start.file] {
      let journal = journals[file]
      let isLast = file == transaction.end.file
      let from = file == transaction.start.file ? transaction.start.address : 0
      let end = isLast ? transaction.end.address + 1 : journal.dataLimit
      try journal.forEachRecord(in: from..<max(from, end), damaged: { try damaged($0, journal) }) {
        record in
        guard record.jobID == transaction.jobID,
          record.remoteSystemID == transaction.remoteSystemID, record.type.isVisible,
          record.isInTransaction || record.type.isTransactionControl
        else { return }
        try body(journal, record)
      }
    }
  }

  private func walk(
    _ journals: [Journal], marking target: JournalTransaction.Position?,
    rest: inout TransactionSummary.Rest, damaged: (Damage, Journal) throws -> Void,
    _ body: (TransactionTracker.Active) throws -> Void
  ) throws {
    for journal in journals {
      try journal.layout.require([.type, .transaction, .job], for: "transactions without it")
    }
    var tracker = TransactionTracker(limit: openLimit)
    let takesAll = filter == .all
    let chains = Self.chains(of: journals)
    for (file, journal) in journals.enumerated() {
      let matches = try filter.bound(to: journal)
      let chain = chains[file]
      var end = journal.dataRange.lowerBound
      let marked = target?.file == file ? target?.address : nil
      try journal.forEachRecord(
        damaged: {
          end = max(end, $0.range.upperBound)
          tracker.noteLoss(chain: chain)
          try damaged($0, journal)
        }
      ) { record in
        guard record.type.isVisible else { return }
        let charge = record.end &- end
        end = record.end
        let part = try tracker.take(
          record, of: journal, file: file, chain: chain, charge: charge, interrupted: body)
        switch part {
        case .none: break
        case .rest:
          if record.address == marked {
            throw JournalError(
              .badArgument,
              "more than \(openLimit) transactions are open here, and this one is not "
                + "followed", at: record.address, in: journal.path,
              advice: "give only the files from its beginning on")
          }
          guard try takesAll || matches(record) else { return }
          let position = JournalTransaction.Position(file: file, address: record.address)
          rest.take(record, at: position, charge: charge)
        case .member(let place):
          let isWanted = try takesAll || (!tracker.isWanted(place) && matches(record))
          tracker.note(place, isWanted: isWanted, isMarked: record.address == marked)
        case .end(var ended):
          if try takesAll || (!ended.isWanted && matches(record)) { ended.isWanted = true }
          if record.address == marked { ended.isMarked = true }
          try body(ended)
        }
      }
    }
    for open in tracker.takeOpen() { try body(open) }
  }

  /// Journals of one mirror, or of one system outside a mirror, have the same number.
  static func chains(of journals: [Journal]) -> [Int] {
    var known: [GUID: Int] = [:]
    return journals.map { journal in
      let header = journal.header
      let id = header.isMirrorJournal ? header.mirrorGUID : header.systemGUID
      let next = known.count
      return known[id]
        ?? {
          known[id] = next
          return next
        }()
    }
  }
}

extension TransactionOrder {
  func precedes(_ left: JournalTransaction, _ right: JournalTransaction) -> Bool {
    let (first, second): (Int, Int) =
      switch self {
      case .start: (0, 0)
      case .duration: (Int(left.duration ?? .min), Int(right.duration ?? .min))
      case .records: (left.records, right.records)
      case .bytes: (left.bytes, right.bytes)
      }
    return first == second ? left.start < right.start : first > second
  }
}
