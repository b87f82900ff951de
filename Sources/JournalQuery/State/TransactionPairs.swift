/// Tells which transactions of a stretch concern nothing: begun and committed with no change between that is
/// asked for. Most are; what order across stretches decides need not hear of them.
///
/// A table of few places: an owner that another one has driven out is only told more of.
struct TransactionPairs {
  /// What becomes of a record that ends a transaction.
  enum End: Equatable {
    /// It has to be told.
    case told
    /// The record that began it need not be told, nor this one.
    case dropped(begin: Int)
    /// The record that began it stands for the end, and this one is not told.
    case merged(begin: Int)
  }

  private struct Place {
    /// Job and remote system: a stretch is of one chain.
    var owner: UInt64 = 0
    /// Places of an earlier round are unknown.
    var round: UInt32 = 0
    var state = State.unknown
  }

  private enum State: Equatable {
    /// What the stretches before left open is not known here.
    case unknown
    /// Nothing is open.
    case closed
    /// Begun by this item, and nothing since; `wasClosed` before that.
    case begun(item: Int, wasClosed: Bool)
  }

  private var places = Array(repeating: Place(), count: 64)
  private var round: UInt32 = 1

  mutating func removeAll() {
    round &+= 1
    guard round == 0 else { return }
    places = Array(repeating: Place(), count: places.count)
    round = 1
  }

  private static func packed(_ owner: TransactionTags.Owner) -> UInt64 {
    UInt64(owner.job) << 32 | UInt64(owner.system)
  }

  private static func index(_ owner: UInt64) -> Int {
    let job = owner >> 32
    return Int(truncatingIfNeeded: job ^ job >> 6 ^ owner) & 63
  }

  /// Sets what is known of an owner and returns what was.
  @inline(__always)
  private mutating func replace(
    _ owner: TransactionTags.Owner, _ next: (State) -> State
  ) -> State {
    let packed = Self.packed(owner)
    let index = Self.index(packed)
    let place = places[index]
    let before = place.owner == packed && place.round == round ? place.state : .unknown
    places[index] = Place(owner: packed, round: round, state: next(before))
    return before
  }

  /// Item `item` begins a transaction.
  mutating func begin(_ owner: TransactionTags.Owner, item: Int) {
    _ = replace(owner) { .begun(item: item, wasClosed: $0 == .closed) }
  }

  /// A change, or a level of a transaction.
  mutating func touch(_ owner: TransactionTags.Owner) {
    _ = replace(owner) { _ in .unknown }
  }

  /// A record commits the whole transaction.
  mutating func commit(_ owner: TransactionTags.Owner) -> End {
    guard case .begun(let item, let wasClosed) = replace(owner, { _ in .closed }) else {
      return .told
    }
    return wasClosed ? .dropped(begin: item) : .merged(begin: item)
  }
}
