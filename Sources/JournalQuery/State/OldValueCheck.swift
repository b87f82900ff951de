public import MirrorJournal

/// An old value that is not the last one known of its node: a file is missing, an update was lost, or a record
/// is not what was written. No checksum shows that.
public struct OldValueBreak: Sendable, Hashable {
  /// The node.
  public let reference: GlobalReference
  /// Its database.
  public let database: StateDatabase
  /// The record that left the last value known, or none.
  public let known: StatePlace
  /// What that record did.
  public let source: NodeState.Source
  /// The record whose old value differs, or the old bits of a BitSET.
  public let record: StatePlace
  /// Whether that record has no old value, though it is in a transaction and the node had one.
  public let isMissing: Bool

  /// One sentence without a final stop; `name` says how a place is called.
  public func message(_ name: (StatePlace) -> String) -> String {
    let left = "the \(source.verb) at \(name(known))"
    let node = reference.description
    if isMissing { return "no old value of \(node) is recorded, though \(left) left one" }
    if source == .kill || source == .noOldValue {
      return "an old value of \(node) is recorded, though \(left) left none"
    }
    return "the old value of \(node) is not the one that \(left) left"
  }
}

/// Follows each node through journals and compares every old value with the last one known.
public struct OldValueCheck: Sendable {
  /// What was compared.
  public struct Result: Sendable, Hashable {
    /// In order of the records, at most `limit`.
    public internal(set) var breaks: [OldValueBreak] = []
    /// Breaks beyond the limit.
    public internal(set) var omitted = 0
    /// Nodes that a record names.
    public internal(set) var nodes = 0
  }

  /// Bytes of memory for changes, of which eight bytes stand for each value; what is beyond goes to a temporary
  /// file.
  public var memoryBudget = 64 << 20
  /// Threads that read; the answer does not depend on them.
  public var threads = 1
  /// The most breaks that are described.
  public var limit = 1000

  /// A check of all nodes.
  public init() {}

  /// Checks `journals`, which are in journal order. O(bytes + n log n) for n changes.
  ///
  /// Nothing is compared across data that are lost, or across a file that the headers say is missing.
  ///
  /// - Throws: as `StateQuery.run`.
  public func run(
    _ journals: [Journal], damaged: (Damage, Journal) throws -> Void = { _, _ in }
  ) throws -> Result {
    try StateQuery.require(of: journals)
    var query = try StateQuery(nil)
    query.memoryBudget = memoryBudget
    query.digests = true
    query.threads = threads
    var scan = try StateScan(query, journals, [])
    try scan.run(selecting: everyRecord, damaged: damaged)
    let databases = scan.databases
    var result = Result()
    var summary = StateSummary()
    try query.replay(
      &scan, &summary,
      broken: { found, bytes in
        guard result.breaks.count < limit else {
          result.omitted += 1
          return
        }
        let event = found.event
        guard databases.indices.contains(Int(event.database)),
          let key = bytes.slice(event.key.lowerBound, event.key.count),
          let reference = StateQuery.reference(key)
        else { return }
        result.breaks.append(
          OldValueBreak(
            reference: reference, database: databases[Int(event.database)],
            known: StatePlace(found.known.place), source: found.known.source,
            record: StatePlace(event.sequence),
            isMissing: event.old == nil && event.kind != .bit))
      }
    ) { _, _, _, _ in result.nodes += 1 }
    result.breaks.sort { $0.record < $1.record }
    return result
  }
}

extension NodeState.Source {
  /// What the record did.
  var verb: String {
    switch self {
    case .set: "SET"
    case .increment: "$INCREMENT"
    case .kill: "KILL"
    case .bit: "BitSET"
    case .oldValue, .noOldValue: "record"
    case .unreadable: "SET"
    case .rollback, .nothing: "rollback"
    }
  }
}
