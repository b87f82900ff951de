internal import MirrorJournal

/// What a rollback undoes: the records of a transaction between two places.
struct RollbackWindow: Equatable {
  /// Behind the record that began what is undone.
  var from: StateSequence
  /// The rollback's own record; of one that is supposed, the record that shows that an end is missing.
  var at: StateSequence
  /// Whether it is not recorded: the transaction ended somehow before `at`.
  var isSupposed = false
}

/// Gives each transaction a number and notes which of its records a rollback undoes.
///
/// Records belong together as in `TransactionTracker`. What the level of a rollback means is our reading
/// (class R): the level that is undone.
struct TransactionTags {
  struct Owner: Hashable {
    var chain: Int
    var job: UInt32
    var system: UInt32
  }

  private struct Open {
    var tag: UInt32
    /// Where each level began, 0 for before the files.
    var begins: [StateSequence]
    var isTouched = false

    mutating func cut(to levels: Int) {
      if begins.count > max(levels, 1) { begins.removeLast(begins.count - max(levels, 1)) }
    }
  }

  private let limit: Int
  private var open: [Owner: Open] = [:]
  private var last: UInt32 = 0
  /// By transaction, in order: the rollbacks of those that have an event.
  private(set) var windows: [UInt32: [RollbackWindow]] = [:]
  /// Records of transactions that were not followed because too many were open.
  private(set) var unfollowed = 0

  init(limit: Int) { self.limit = limit }

  /// The transactions that have an event and have not ended.
  var openTags: Set<UInt32> { Set(open.values.lazy.filter(\.isTouched).map(\.tag)) }

  /// The number of the transaction that a record of `owner` is part of, which from now on has an event.
  mutating func tag(of owner: Owner) -> UInt32 {
    if let place = open.index(forKey: owner) {
      open.values[place].isTouched = true
      return open.values[place].tag
    }
    guard var new = begin(at: 0) else { return 0 }
    new.isTouched = true
    open[owner] = new
    return new.tag
  }

  /// Takes a record that begins or ends a transaction or a level of one.
  mutating func take(
    _ type: RecordType, level stated: Int?, of owner: Owner, at sequence: StateSequence
  ) {
    switch type {
    case .beginTransaction:
      // An end of the one before is not recorded: what it did may have been rolled back.
      if let before = open[owner] {
        if before.isTouched {
          windows[before.tag, default: []].append(
            RollbackWindow(from: before.begins.first ?? 0, at: sequence, isSupposed: true))
        }
        open[owner] = nil
      }
      open[owner] = begin(at: sequence)
    case .beginLevel:
      var entry = open[owner] ?? begin(at: 0)
      let level = min(max(stated ?? (entry?.begins.count ?? 0) + 1, 1), 255)
      entry?.cut(to: level - 1)
      while let count = entry?.begins.count, count < level { entry?.begins.append(sequence) }
      open[owner] = entry
    case .commitTransaction: open[owner] = nil
    case .commitLevel, .commitPendingLevel:
      guard let place = open.index(forKey: owner) else { return }
      let level = min(stated ?? open.values[place].begins.count, 255)
      if level <= 1 {
        if type == .commitLevel { open[owner] = nil }
      } else {
        open.values[place].cut(to: level - 1)
      }
    case .rollback:
      guard let place = open.index(forKey: owner) else { return }
      let entry = open.values[place]
      let level = min(stated ?? entry.begins.count, 255)
      let from = level <= 1 ? entry.begins.first : entry.begins.dropFirst(level - 1).first
      if entry.isTouched {
        windows[entry.tag, default: []].append(
          RollbackWindow(from: from ?? sequence, at: sequence))
      }
      if level <= 1 { open[owner] = nil } else { open.values[place].cut(to: level - 1) }
    default: break
    }
  }

  private mutating func begin(at sequence: StateSequence) -> Open? {
    guard open.count < limit, last < .max else {
      unfollowed += 1
      return nil
    }
    last += 1
    return Open(tag: last, begins: [sequence])
  }
}
