/// What is known of a node between two records.
struct NodeMoment {
  enum Content {
    /// The journals do not tell.
    case unknown
    /// It has no value.
    case absent
    /// Its value stands in the store.
    case stored(StoredPlace)
    /// Its value was made from several records.
    case made([UInt8])
  }

  var content = Content.unknown
  var source = NodeState.Source.nothing
  /// The record that tells it.
  var place: StateSequence = 0
  /// When it was known last: what is lost behind it may have changed it.
  var since: StateSequence = 0

  var isKnown: Bool { if case .unknown = content { false } else { true } }
}

/// A KILL of a node's ancestor.
struct AncestorKill {
  var sequence: StateSequence
  var transaction: UInt32
  var isInTransaction: Bool
}
