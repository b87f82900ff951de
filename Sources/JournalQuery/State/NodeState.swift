public import MirrorJournal

/// A database as the journals name it.
public struct StateDatabase: Sendable, Hashable {
  /// Its directory; nil when no journal names it.
  public let directory: String?
  /// Its name in the mirror, or empty.
  public let mirrorName: String
  /// The system file number, where the directory is not known.
  public let sfn: UInt32?

  /// The directory, or the number.
  public var name: String { directory ?? "sfn \(sfn ?? 0)" }
}

/// What the journals tell of a node at a place.
public struct NodeState: Sendable, Hashable {
  /// What is there.
  public enum Content: Sendable, Hashable {
    /// The node has this value.
    case value(JournalValue)
    /// The node has no value.
    case absent
    /// The journals do not tell: `Source` says how far they go.
    case unknown
  }

  /// Which record tells it, or keeps it from being known.
  public enum Source: String, Sendable, Hashable, CaseIterable {
    /// A SET before the place.
    case set
    /// A `$INCREMENT` before the place.
    case increment
    /// A KILL or ZKILL before the place, of the node or of one above.
    case kill
    /// A later record holds it as its old value.
    case oldValue
    /// A later record in a transaction has no old value, which it would have if there had been one (class D).
    case noOldValue
    /// A BitSET before the place: its bits are known if those before it were.
    case bit
    /// A SET whose value does not decode.
    case unreadable
    /// A rollback whose effect the journals do not tell.
    case rollback
    /// No record before the place: unknown before these journals.
    case nothing
  }

  /// What is there.
  public var content: Content
  /// Which record tells it.
  public var source: Source
  /// Where that record stands; nil when there is none.
  public var record: StatePlace?
  /// Whether nothing is lost behind that record that may have changed the node, and no later record
  /// contradicts.
  public var isCertain: Bool
  /// Whether a later old value is another: something happened to the node that is not recorded.
  public var isContradicted = false
}

/// One node of a subtree, at each of the places asked for.
public struct StateNode: Sendable, Hashable {
  /// The database that it is in.
  public let database: StateDatabase
  /// The node.
  public let reference: GlobalReference
  /// One for each place, in their order.
  public let states: [NodeState]
}

/// What a state as a whole can claim.
public struct StateSummary: Sendable, Hashable {
  /// What is known of a whole subtree at a place.
  public struct Completeness: Sendable, Hashable {
    /// The database.
    public let database: StateDatabase
    /// For each place: a KILL of the whole subtree, behind which nothing is lost, so that every node is known;
    /// nil where there are changes only.
    public let since: [StatePlace?]

    /// The same where nothing is proved.
    var withoutClaim: Completeness {
      Completeness(database: database, since: since.map { _ in nil })
    }
  }

  /// By database, for a reference.
  public internal(set) var completeness: [Completeness] = []
  /// Records whose key or value does not decode: their nodes are left out or unknown.
  public internal(set) var undecodable = 0
  /// The first of them.
  public internal(set) var firstUndecodable: StatePlace?
  /// Records of types whose meaning is not known: whether they change the subtree is not known.
  public internal(set) var unknownTypes = 0
  /// Records of transactions that were not followed because too many were open: their rollbacks are not
  /// undone.
  public internal(set) var unfollowed = 0
  /// Runs of events that went to a temporary file.
  public internal(set) var spilledRuns = 0
  /// Old values that were not the last value known.
  public internal(set) var contradictions = 0

  /// Nothing read yet.
  public init() {}
}
