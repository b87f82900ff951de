internal import MirrorJournal

/// The state of a single node from the last record about it, found from the place backwards: what lies before
/// that record is not read.
///
/// It answers only where that record alone decides: its value is whole, nothing is lost behind it, and no
/// rollback behind it can have undone it or something before it. Otherwise the whole way has to be gone.
struct RecentState {
  let query: StateQuery
  let journals: [Journal]
  let place: StatePlace

  private static let firstStep = 1 << 20
  private static let longestStep = 1 << 26

  private enum Outcome {
    case nothing
    case undecided
    case found(Candidate)
  }

  private struct Candidate {
    var file: Int
    var address: JournalAddress
    var kind: StateEvent.Kind
    var database: StateDatabase
    var owner: TransactionTags.Owner?
    var content: NodeState.Content
  }

  private struct Undecided: Error {}
  private struct Ended: Error { let isKept: Bool }

  /// The node's state, or nil where one record does not decide.
  ///
  /// - Throws: as `StateQuery.run`.
  func find(selecting selection: RecordSelection) throws -> StateNode? {
    guard let reference = query.reference, !query.includesSubtree, !journals.isEmpty else {
      return nil
    }
    let chains = TransactionScan.chains(of: journals)
    guard Set(chains).count == 1 else { return nil }
    for file in stride(from: min(place.file, journals.count - 1), through: 0, by: -1) {
      let journal = journals[file]
      let reader = try StateReader(query, journal, file: file, chain: chains[file])
      let wanted = try selection(journal)
      if file < place.file, !journal.structuralDamage.isEmpty { return nil }
      let start = journal.dataRange.lowerBound
      var end = file == place.file ? min(place.address, journal.dataLimit) : journal.dataLimit
      var step = journal.storage.isSequential ? Int.max / 2 : Self.firstStep
      while end > start {
        let from = max(start, end - step)
        switch try look(in: from..<max(from, end), reader, wanted) {
        case .undecided: return nil
        case .nothing: break
        case .found(let candidate):
          return try isKept(candidate, from: from) ? node(candidate, reference) : nil
        }
        end = from
        step = min(step * 4, journal.storage.isSequential ? Int.max / 2 : Self.longestStep)
      }
      if file > 0, !StateScan.follows(journal, journals[file - 1]) { return nil }
    }
    return nil
  }

  private func node(_ candidate: Candidate, _ reference: GlobalReference) -> StateNode {
    let source: NodeState.Source =
      switch candidate.kind {
      case .set: .set
      case .increment: .increment
      default: .kill
      }
    return StateNode(
      database: candidate.database, reference: reference,
      states: [
        NodeState(
          content: candidate.content, source: source,
          record: StatePlace(file: candidate.file, address: candidate.address), isCertain: true)
      ])
  }

  /// The last record about the node in a stretch.
  private func look(
    in range: Range<JournalAddress>, _ reader: StateReader,
    _ wanted: (borrowing Record) throws -> Bool
  ) throws -> Outcome {
    var candidate: Candidate?
    // Transactions that began behind the candidate: no rollback of theirs reaches it.
    var begun: Set<TransactionTags.Owner> = []
    do {
      try reader.journal.forEachRecord(in: range, damaged: { _ in throw Undecided() }) { record in
        let type = record.type
        if type == .beginTransaction {
          begun.insert(reader.owner(of: record))
        } else if type == .rollback {
          // It may undo the candidate, or a change of the node before it.
          if !begun.contains(reader.owner(of: record)) { throw Undecided() }
        }
        guard type.hasKey else { return }
        switch reader.bearing(of: record) {
        case .none: return
        case .unreadable: throw Undecided()
        case .changes: break
        }
        guard try wanted(record) else { return }
        candidate = try self.candidate(record, reader)
        begun = []
      }
    } catch is Undecided {
      return .undecided
    }
    return candidate.map { .found($0) } ?? .nothing
  }

  private func candidate(_ record: borrowing Record, _ reader: StateReader) throws -> Candidate {
    let kind = StateReader.kind(of: record.type)
    var content = NodeState.Content.absent
    if kind == .set || kind == .increment {
      guard let new = ValuePlaces(type: record.type, count: record.valueCount).new else {
        throw Undecided()
      }
      do {
        content = .value(
          try reader.journal.withValue(new, of: record) { bytes, storage in
            try ValueView(bytes, storageCode: storage).value()
          })
      } catch let error as JournalError where error.isAboutContent {
        throw Undecided()
      }
    } else if kind == .bit {
      throw Undecided()
    }
    return Candidate(
      file: reader.file, address: record.address, kind: kind,
      database: StateReader.database(record.sfn, of: reader.journal),
      owner: record.isInTransaction ? reader.owner(of: record) : nil, content: content)
  }

  /// Whether the transaction of the candidate does not end with a rollback before the place, and no level of it
  /// is rolled back.
  private func isKept(_ candidate: Candidate, from start: JournalAddress) throws -> Bool {
    guard let owner = candidate.owner else { return true }
    do {
      for file in candidate.file...max(candidate.file, min(place.file, journals.count - 1)) {
        let journal = journals[file]
        let from = file == candidate.file ? candidate.address + 1 : journal.dataRange.lowerBound
        let end = file == place.file ? min(place.address, journal.dataLimit) : journal.dataLimit
        let reader = try StateReader(query, journal, file: file, chain: owner.chain)
        try journal.forEachRecord(
          in: from..<max(from, end), damaged: { _ in throw Undecided() }
        ) { record in
          let type = record.type
          guard type.isTransactionControl, reader.owner(of: record) == owner else { return }
          let level = (try? record.transactionLevel()) ?? 1
          switch type {
          case .rollback: throw Ended(isKept: false)
          case .commitTransaction: throw Ended(isKept: true)
          // Its end is not recorded.
          case .beginTransaction: throw Ended(isKept: false)
          case .commitLevel where level <= 1: throw Ended(isKept: true)
          default: break
          }
        }
      }
      return true
    } catch let ended as Ended {
      return ended.isKept
    } catch is Undecided {
      return false
    }
  }
}
