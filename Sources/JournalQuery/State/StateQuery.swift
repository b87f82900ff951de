public import MirrorJournal

/// What a node or a subtree was at one or two places, as far as the journals tell.
///
/// One pass over the journals gathers the subtree's changes, sorts them by node in bounded memory, and replays
/// each node: a SET gives its value, a KILL takes it and all below away, a rollback brings back what its
/// transaction changed unless its records have done so, a later record in a transaction holds the value before
/// it. What no record tells is unknown, and where records may be missing the answer is not certain.
public struct StateQuery: Sendable {
  /// The node that is asked for; nil for all nodes.
  public let reference: GlobalReference?
  /// Whether what lies below counts.
  public var includesSubtree: Bool
  /// Bytes of memory for changes; what is beyond goes to a temporary file.
  public var memoryBudget = 64 << 20
  /// Threads that read; the answer does not depend on them.
  public var threads = 1
  /// For a single node: whether the last record about it may answer alone, without reading what lies before. The
  /// selection must then leave one database, because the others are not looked at.
  public var usesLastRecord = false
  /// Whether eight bytes stand for each value: enough to compare them.
  var digests = false

  /// - Throws: `badKey` when `reference` cannot be a key.
  public init(_ reference: GlobalReference?, includesSubtree: Bool = true) throws(JournalError) {
    self.reference = reference
    self.includesSubtree = includesSubtree
    _ = try reference?.encodedKey()
  }

  /// Makes sure that the journals' layouts know what no state can do without, and that the journals of each
  /// mirror or system stand in their order, as far as headers number them.
  ///
  /// - Throws: `badLayout`, `badArgument`.
  public static func require(of journals: [Journal]) throws {
    var before: [Int: Journal] = [:]
    for (journal, chain) in zip(journals, TransactionScan.chains(of: journals)) {
      if let previous = before[chain] { try requireOrder(previous, journal) }
      before[chain] = journal
    }
    for journal in journals {
      do {
        try journal.layout.require([.type, .key, .subscript, .value], for: "state without it")
      } catch {
        throw error.inFile(journal.path)
      }
    }
  }

  private static func requireOrder(_ previous: Journal, _ journal: Journal) throws(JournalError) {
    let isMirror = journal.header.isMirrorJournal && previous.header.isMirrorJournal
    let (before, count) =
      isMirror
      ? (previous.header.mirrorFileCount, journal.header.mirrorFileCount)
      : (previous.header.fileCount, journal.header.fileCount)
    guard before > 0, count > 0, count <= before else { return }
    let other = printable(previous.path)
    throw JournalError(
      .badArgument,
      count == before
        ? "has the file count \(count), which \(other) has, too"
        : "has the file count \(count) and stands behind \(other), which has \(before)",
      in: journal.path, advice: "give each journal once, in journal order")
  }

  /// Calls `body` with each node of which the journals tell anything, by database in collation order.
  ///
  /// O(bytes of the journals + n log n) for n changes of the subtree; memory for `memoryBudget`, some
  /// stretches of the journals for each thread, the transactions that are open at the same time, and the rollbacks that concern the subtree.
  ///
  /// - Parameters:
  ///   - journals: in journal order.
  ///   - places: in their order, at least one.
  ///   - selection: which databases count: it has to answer alike for all records of a node.
  ///   - damaged: told of data that could not be read.
  ///   - body: called with each node.
  /// - Throws: what the closures throw; `badLayout`, `badKey`, `badArgument` for encrypted journals;
  ///   `cannotWrite` when there is no room for the temporary file; `JournalError` when a file cannot be read.
  public func run(
    _ journals: [Journal], at places: [StatePlace],
    selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void, _ body: (StateNode) throws -> Void
  ) throws -> StateSummary {
    try Self.require(of: journals)
    if places.count == 1, usesLastRecord, reference != nil,
      let node = try RecentState(query: self, journals: journals, place: places[0])
        .find(selecting: selection)
    {
      try body(node)
      return StateSummary()
    }
    var scan = try StateScan(self, journals, places)
    try scan.run(selecting: selection, damaged: damaged)
    var summary = summary(of: scan)
    let databases = scan.databases
    try replay(&scan, &summary, broken: { _, _ in }) { database, key, moments, bytes in
      guard databases.indices.contains(Int(database)),
        let key = bytes.slice(key.lowerBound, key.count),
        let reference = Self.reference(key)
      else { return }
      let states = try moments.map { try Self.state($0, bytes) }
      try body(
        StateNode(database: databases[Int(database)], reference: reference, states: states))
    }
    return summary
  }

  /// What a moment is at its place, and whether that is certain.
  struct Told {
    var moment: NodeMoment
    var isCertain: Bool
    var isContradicted: Bool
  }

  /// Replays node after node.
  ///
  /// - Parameters:
  ///   - broken: told of each old value that is not the last one known.
  ///   - body: called with database, key and what is told at each place.
  func replay(
    _ scan: inout StateScan, _ summary: inout StateSummary,
    broken: (NodeReplay.Break, RawSpan) throws -> Void,
    _ body: (UInt32, Range<Int>, [Told], RawSpan) throws -> Void
  ) throws {
    let losses = scan.losses
    let places = scan.places
    let least = scan.keyLength
    var replay = NodeReplay(
      places: places, losses: losses, windows: scan.tags.windows, openTags: scan.tags.openTags)
    var ancestors = KillStack()
    var node: (database: UInt32, key: Range<Int>)?
    var contradictions = 0
    try scan.store.forEach { event, bytes in
      let isSame = event.map { Self.isSameNode(node, $0, bytes) } ?? false
      if !isSame, let ended = node {
        replay.finish(bytes)
        let told = zip(replay.snapshots, places).map { snapshot, place in
          Told(
            moment: snapshot.moment,
            isCertain: snapshot.moment.isKnown && !snapshot.isContradicted
              && !losses.isBetween(snapshot.moment.since, place),
            isContradicted: snapshot.isContradicted)
        }
        // Of what lies above only the KILLs were asked for.
        if ended.key.count >= least { try body(ended.database, ended.key, told, bytes) }
      }
      guard let event else { return }
      if !isSame {
        node = (event.database, event.key)
        replay.begin(ancestors.kills(above: event, bytes))
      }
      replay.take(event, bytes)
      for found in replay.breaks {
        contradictions += 1
        try broken(found, bytes)
      }
      replay.breaks.removeAll(keepingCapacity: true)
      if event.kind == .kill { ancestors.note(event, bytes) }
    }
    summary.contradictions = contradictions
    // Something happened that is not recorded: it may have made other nodes.
    if contradictions > 0 { summary.completeness = summary.completeness.map(\.withoutClaim) }
    summary.spilledRuns = scan.store.spilledRuns
  }

  private static func isSameNode(
    _ node: (database: UInt32, key: Range<Int>)?, _ event: StateEvent, _ bytes: RawSpan
  ) -> Bool {
    guard let node else { return false }
    return node.database == event.database && bytes.order(node.key, event.key) == 0
  }

  /// The reference of a key in the observed encoding.
  static func reference(_ key: RawSpan) -> GlobalReference? {
    var length = 0
    while let byte = key.loadUInt8(at: length), byte != 0 { length += 1 }
    return try? KeyView(key, nameLength: length).reference()
  }

  private static func state(_ told: Told, _ bytes: RawSpan) throws -> NodeState {
    let moment = told.moment
    let record = moment.source == .nothing ? nil : StatePlace(moment.place)
    var state = NodeState(
      content: .unknown, source: moment.source, record: record, isCertain: told.isCertain,
      isContradicted: told.isContradicted)
    switch moment.content {
    case .unknown: break
    case .absent: state.content = .absent
    case .made(let made): state.content = .value(.bytes(made))
    case .stored(let place):
      guard let value = bytes.slice(place.start, place.count) else { return state }
      try requireMemory(2 * value.byteCount, "a value", nil)
      do {
        state.content = .value(try ValueView(value, storageCode: place.storageCode).value())
      } catch {
        state.source = .unreadable
        state.isCertain = false
      }
    }
    return state
  }

  private func summary(of scan: borrowing StateScan) -> StateSummary {
    var summary = StateSummary()
    summary.undecodable = scan.undecodable
    summary.firstUndecodable = scan.firstUndecodable
    summary.unknownTypes = scan.unknownTypes
    summary.unfollowed = scan.tags.unfollowed
    guard reference != nil else { return summary }
    let windows = scan.tags.windows
    for (number, database) in scan.databases.enumerated() {
      let kills = scan.wholeKills.filter { Int($0.database) == number }
      let since = scan.places.map { place in
        kills.filter { kill in
          kill.sequence < place && !scan.losses.isBetween(kill.sequence, place)
            && !(windows[kill.transaction] ?? []).contains {
              $0.from < kill.sequence && kill.sequence < $0.at
            }
        }.max { $0.sequence < $1.sequence }.map { StatePlace($0.sequence) }
      }
      summary.completeness.append(
        StateSummary.Completeness(database: database, since: since))
    }
    return summary
  }
}
