internal import MirrorJournal

/// The events of one node in their order, and what the node was at the places asked for.
///
/// A rollback undoes what its transaction did to the node, unless its records have done so already: then
/// the last of them left the node as it was. `$INCREMENT` is not undone (class D).
struct NodeReplay {
  /// What the node was at a place.
  struct Snapshot {
    var moment = NodeMoment()
    /// Whether a later record may still tell.
    var isOpen = true
    /// Whether an old value behind it is not the one that was known: what happened between is not recorded.
    var isContradicted = false
  }

  private struct Pending {
    var window: RollbackWindow
    var transaction: UInt32
    /// What was there before its first event, at `firstAt`.
    var first: NodeMoment
    var firstAt: StateSequence
    /// What was there before the first event that there is to undo, at `undoneAt`, and is there again behind the
    /// rollback.
    var undone: NodeMoment?
    var undoneAt: StateSequence = 0
    var last: NodeMoment
    var events = 0
    var hasIncrement = false
  }

  private struct Waiting {
    var sequence: StateSequence
    var transaction: UInt32
    var before: NodeMoment
    /// Whether the old value is asked for.
    var isOpen: Bool
  }

  let places: [StateSequence]
  let losses: StateLosses
  let windows: [UInt32: [RollbackWindow]]
  let openTags: Set<UInt32>
  private(set) var snapshots: [Snapshot] = []
  private var current = NodeMoment()
  private var kills: [AncestorKill] = []
  private var nextKill = 0
  private var pending: [Pending] = []
  private var waiting: Waiting?
  /// Old values that are not the last one known; the caller takes them away.
  var breaks: [Break] = []

  /// A record whose old value is not the last one known.
  struct Break {
    var known: NodeMoment
    var event: StateEvent
  }

  init(
    places: [StateSequence], losses: StateLosses, windows: [UInt32: [RollbackWindow]],
    openTags: Set<UInt32>
  ) {
    self.places = places
    self.losses = losses
    self.windows = windows
    self.openTags = openTags
  }

  /// Begins a node below which these KILLs of ancestors, in order of sequence, happened.
  mutating func begin(_ kills: [AncestorKill]) {
    self.kills = kills
    nextKill = 0
    snapshots.removeAll(keepingCapacity: true)
    current = NodeMoment()
    pending.removeAll(keepingCapacity: true)
    waiting = nil
  }

  /// Takes the node's next event.
  mutating func take(_ event: StateEvent, _ bytes: RawSpan) {
    advance(to: event.sequence, bytes)
    if isTold(of: event, bytes) { return }
    // First, so that a contradiction meets what rests on it.
    closeWaiting(before: event.sequence, told: nil)
    let evidence = evidence(of: event)
    if let evidence, compare(current, evidence, event, bytes) != .same { current = evidence }
    if event.kind == .bit { compareBit(event, bytes) }
    closeSnapshots(evidence, at: event.sequence)
    follow(event.transaction, event.sequence, event.kind)
    apply(event, bytes)
    for index in pending.indices where pending[index].transaction == event.transaction {
      pending[index].last = current
    }
  }

  /// Ends the node: the rest of the kills, rollbacks and places.
  mutating func finish(_ bytes: RawSpan) {
    advance(to: .max, bytes)
    closeWaiting(before: .max, told: nil)
  }

  /// A KILLdes of the KILL above, which has a value to tell and no effect of its own.
  private mutating func isTold(of event: StateEvent, _ bytes: RawSpan) -> Bool {
    guard event.kind == .killDescendant, let waiting,
      waiting.transaction == event.transaction, event.isInTransaction
    else { return false }
    let told = evidence(of: event)
    if let told { _ = compare(waiting.before, told, event, bytes) }
    closeWaiting(before: event.sequence, told: told)
    return true
  }

  private enum Comparison { case notKnown, same, broken }

  /// Compares what is known of the node with what a record tells of it, and notes a break.
  private mutating func compare(
    _ known: NodeMoment, _ told: NodeMoment, _ event: StateEvent, _ bytes: RawSpan
  ) -> Comparison {
    guard known.isKnown, !losses.isBetween(known.since, event.sequence) else { return .notKnown }
    if Self.isSame(known.content, told.content, bytes) { return .same }
    breaks.append(Break(known: known, event: event))
    contradict(known)
    return .broken
  }

  /// Compares what a BitSET says of the bits before it with what is known of them.
  private mutating func compareBit(_ event: StateEvent, _ bytes: RawSpan) {
    guard current.isKnown, !losses.isBetween(current.since, event.sequence),
      BitChange.agrees(with: current.content, event, bytes) == false
    else { return }
    breaks.append(Break(known: current, event: event))
    contradict(current)
    current = NodeMoment(
      content: .unknown, source: .bit, place: event.sequence, since: event.sequence)
  }

  /// What rests on `known`, or lies behind it, is not certain any more.
  private mutating func contradict(_ known: NodeMoment) {
    for index in snapshots.indices
    where places[index] > known.place || snapshots[index].moment.place == known.place {
      snapshots[index].isContradicted = true
    }
  }

  /// What a record tells of the node before it.
  private func evidence(of event: StateEvent) -> NodeMoment? {
    if let old = event.old {
      return NodeMoment(
        content: .stored(old), source: .oldValue, place: event.sequence, since: event.sequence)
    }
    guard event.provesAbsence else { return nil }
    return NodeMoment(
      content: .absent, source: .noOldValue, place: event.sequence, since: event.sequence)
  }

  private mutating func apply(_ event: StateEvent, _ bytes: RawSpan) {
    let before = current
    current.place = event.sequence
    current.since = event.sequence
    switch event.kind {
    case .set, .increment:
      current.content = event.new.map { .stored($0) } ?? .unknown
      current.source = event.kind == .set ? .set : .increment
    case .unreadable:
      current.content = .unknown
      current.source = .unreadable
    case .kill, .killDescendant, .zkill:
      current.content = .absent
      current.source = .kill
    case .bit:
      current.source = .bit
      current.content =
        losses.isBetween(before.since, event.sequence)
        ? .unknown : BitChange.content(of: before.content, event, bytes)
    }
  }

  private mutating func advance(to end: StateSequence, _ bytes: RawSpan) {
    while true {
      let kill = nextKill < kills.count ? kills[nextKill].sequence : .max
      var first: Int?
      for index in pending.indices
      where first.map({ pending[index].window.at < pending[$0].window.at }) ?? true {
        first = index
      }
      let rollback = first.map { pending[$0].window.at } ?? .max
      let next = min(kill, rollback)
      takeSnapshots(upTo: min(next, end))
      guard next < end else { return }
      if rollback < kill, let first {
        // First, so that it hears what is told of its own KILL.
        closeWaiting(before: rollback, told: nil)
        undo(pending.remove(at: first), bytes)
      } else {
        take(kills[nextKill])
        nextKill += 1
        skipKills(before: end)
      }
    }
  }

  /// Of KILLs in a row the last one counts, as long as none of them is undone.
  private mutating func skipKills(before end: StateSequence) {
    guard windows.isEmpty else { return }
    let place = snapshots.count < places.count ? places[snapshots.count] : .max
    let limit = min(end, place)
    var low = nextKill
    var high = kills.count
    while low < high {
      let middle = (low + high) / 2
      if kills[middle].sequence < limit { low = middle + 1 } else { high = middle }
    }
    nextKill = max(nextKill, low - 1)
  }

  private mutating func takeSnapshots(upTo sequence: StateSequence) {
    while snapshots.count < places.count, places[snapshots.count] <= sequence {
      let place = places[snapshots.count]
      let isCertain = current.isKnown && !losses.isBetween(current.since, place)
      snapshots.append(Snapshot(moment: current, isOpen: !isCertain))
    }
  }

  private mutating func take(_ kill: AncestorKill) {
    closeWaiting(before: kill.sequence, told: nil)
    let isCertain = current.isKnown && !losses.isBetween(current.since, kill.sequence)
    if kill.isInTransaction {
      waiting = Waiting(
        sequence: kill.sequence, transaction: kill.transaction, before: current,
        isOpen: !isCertain)
    } else {
      closeSnapshots(nil, at: kill.sequence)
    }
    follow(kill.transaction, kill.sequence, .kill)
    // What was killed already was killed then.
    if isCertain, case .absent = current.content, current.source == .kill {
      current.since = kill.sequence
    } else {
      current = NodeMoment(
        content: .absent, source: .kill, place: kill.sequence, since: kill.sequence)
    }
    for index in pending.indices where pending[index].transaction == kill.transaction {
      pending[index].last = current
    }
  }

  /// Behind a KILL of an ancestor in a transaction: a KILLdes of the node tells its old value; where there is
  /// none, the node had no value (class D).
  private mutating func closeWaiting(before sequence: StateSequence, told: NodeMoment?) {
    guard let kill = waiting else { return }
    waiting = nil
    var answer = told
    let end = sequence == .max ? kill.sequence : sequence
    let isWhole =
      sequence == .max
      ? !losses.isBetween(kill.sequence, .max) && !openTags.contains(kill.transaction)
      : !losses.isBetween(kill.sequence, end)
    if told == nil, isWhole {
      answer = NodeMoment(
        content: .absent, source: .noOldValue, place: kill.sequence, since: kill.sequence)
    }
    closeSnapshots(answer, at: kill.sequence)
    guard let answer, kill.isOpen else { return }
    for index in pending.indices where pending[index].transaction == kill.transaction {
      if pending[index].firstAt == kill.sequence { pending[index].first = answer }
      guard pending[index].undone != nil, pending[index].undoneAt == kill.sequence else { continue }
      // Of what has no value a KILL leaves nothing to undo.
      let isAbsent = if case .absent = answer.content { true } else { false }
      pending[index].undone = isAbsent ? nil : answer
    }
  }

  /// What a record at `sequence` tells of the node before it answers for the places that no other record lies
  /// behind; nil is no answer.
  private mutating func closeSnapshots(_ told: NodeMoment?, at sequence: StateSequence) {
    for index in snapshots.indices where snapshots[index].isOpen {
      snapshots[index].isOpen = false
      if let told, !losses.isBetween(places[index], sequence) {
        snapshots[index].moment = told
        // It is what stood there then.
        snapshots[index].moment.since = places[index]
      }
    }
  }

  /// Notes what a rollback will have to undo.
  ///
  /// An increment is not undone (class D), and of a KILL of what has no value there is nothing to bring back.
  private mutating func follow(
    _ transaction: UInt32, _ sequence: StateSequence, _ kind: StateEvent.Kind
  ) {
    guard transaction != 0, let all = windows[transaction] else { return }
    let isAbsent: Bool =
      if case .absent = current.content { !losses.isBetween(current.since, sequence) } else {
        false
      }
    let isIncrement = kind == .increment
    let isUndone = !isIncrement && !(isAbsent && [.kill, .killDescendant, .zkill].contains(kind))
    for window in all where window.from < sequence && sequence < window.at {
      if let index = pending.firstIndex(where: {
        $0.transaction == transaction && $0.window == window
      }) {
        pending[index].events += 1
        if isIncrement { pending[index].hasIncrement = true }
        guard pending[index].undone == nil, isUndone else { continue }
        pending[index].undone = current
        pending[index].undoneAt = sequence
      } else {
        pending.append(
          Pending(
            window: window, transaction: transaction, first: current, firstAt: sequence,
            undone: isUndone ? current : nil, undoneAt: sequence, last: current, events: 1,
            hasIncrement: isIncrement))
      }
    }
  }

  private mutating func undo(_ rollback: Pending, _ bytes: RawSpan) {
    restore(rollback, bytes)
    for index in pending.indices where pending[index].transaction == rollback.transaction {
      pending[index].last = current
      // What this one has taken back, an outer one need not.
      if pending[index].undoneAt > rollback.window.from { pending[index].undone = nil }
    }
    pending.removeAll {
      $0.transaction == rollback.transaction && $0.firstAt > rollback.window.from
    }
  }

  /// Leaves the node as it is behind the rollback.
  private mutating func restore(_ rollback: Pending, _ bytes: RawSpan) {
    let at = rollback.window.at
    let isUndoneByRecords =
      rollback.first.isKnown && rollback.last.isKnown
      && Self.isSame(rollback.first.content, rollback.last.content, bytes)
    if isUndoneByRecords, !rollback.hasIncrement { return }
    guard let before = rollback.undone else { return }
    if isUndoneByRecords || rollback.window.isSupposed,
      before.isKnown, current.isKnown, Self.isSame(before.content, current.content, bytes)
    {
      return
    }
    // Whether its records have undone it, or its last record is a change like others, cannot be told.
    guard !isUndoneByRecords, !rollback.window.isSupposed, before.isKnown,
      rollback.first.isKnown || rollback.events == 1
    else {
      current = NodeMoment(content: .unknown, source: .rollback, place: at, since: at)
      return
    }
    let isCertain = before.isKnown && !losses.isBetween(before.since, at)
    current = before
    if isCertain { current.since = at }
  }

  static func isSame(
    _ left: NodeMoment.Content, _ right: NodeMoment.Content, _ bytes: RawSpan
  ) -> Bool {
    switch (left, right) {
    case (.absent, .absent): return true
    case (.stored(let left), .stored(let right)):
      guard left.storageCode == right.storageCode, left.count == right.count else { return false }
      if left.start == right.start { return true }
      guard let first = bytes.slice(left.start, left.count),
        let second = bytes.slice(right.start, right.count)
      else { return false }
      return first.isEqual(to: second)
    case (.made(let left), .made(let right)): return left == right
    case (.made(let made), .stored(let place)), (.stored(let place), .made(let made)):
      guard place.storageCode == ValueStorage.bytes.rawValue,
        let stored = bytes.slice(place.start, place.count)
      else { return false }
      // Equal bits may have different bytes: which form `Set $BIT` leaves is not known.
      guard let first = BitStringView(stored), let second = BitStringView(made.span.bytes) else {
        return false
      }
      return BitString(first) == BitString(second)
    default: return false
    }
  }
}
