internal import MirrorJournal

/// The KILLs of the nodes above the one that is replayed.
struct KillStack {
  private struct Level {
    var database: UInt32
    var key: Range<Int>
    var kills: [AncestorKill]
  }

  private var levels: [Level] = []
  private var united: [AncestorKill]?

  /// The KILLs of the ancestors of the event's node, in order of sequence. Nodes have to come in collation
  /// order.
  mutating func kills(above event: StateEvent, _ bytes: RawSpan) -> [AncestorKill] {
    while let last = levels.last, !Self.isAbove(last, event, bytes) {
      levels.removeLast()
      united = nil
    }
    if let united { return united }
    let all =
      levels.count == 1
      ? levels[0].kills
      : levels.flatMap(\.kills).sorted { $0.sequence < $1.sequence }
    united = all
    return all
  }

  /// Takes a KILL of the node that is replayed.
  mutating func note(_ event: StateEvent, _ bytes: RawSpan) {
    let kill = AncestorKill(
      sequence: event.sequence, transaction: event.transaction,
      isInTransaction: event.isInTransaction)
    united = nil
    if let last = levels.last, last.database == event.database,
      bytes.order(last.key, event.key) == 0
    {
      levels[levels.count - 1].kills.append(kill)
    } else {
      levels.append(Level(database: event.database, key: event.key, kills: [kill]))
    }
  }

  private static func isAbove(_ level: Level, _ event: StateEvent, _ bytes: RawSpan) -> Bool {
    guard level.database == event.database, level.key.count < event.key.count,
      let above = bytes.slice(level.key.lowerBound, level.key.count),
      let key = bytes.slice(event.key.lowerBound, event.key.count),
      above.isEqual(to: key, count: above.byteCount)
    else { return false }
    return key.loadUInt8(at: above.byteCount) == 0
  }
}
