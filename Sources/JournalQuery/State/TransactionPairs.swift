/// Tells which transactions of a stretch concern nothing: begun and committed with no change between that is
/// asked for. Most are; what order across stretches decides need not hear of them.
///
/// A table of few places: an owner that another one has driven out is only told more of.
struct TransactionPairs {
  private enum State {
    /// What the stretches before left open is not known here.
    case unknown
    /// Nothing is open.
    case closed
    /// Begun by this item, and nothing since; `wasClosed` before that.
    case begun(item: Int, wasClosed: Bool)
  }

  private struct Place {
    var owner: TransactionTags.Owner
    var state: State
  }

  /// What becomes of a record that ends a transaction.
  enum End: Equatable {
    /// It has to be told.
    case told
    /// The record that began it need not be told, nor this one.
    case dropped(begin: Int)
    /// The record that began it stands for the end, and this one is not told.
    case merged(begin: Int)
  }

  private static let empty = Place(
    owner: TransactionTags.Owner(chain: -1, job: 0, system: 0), state: .unknown)
  private var places = Array(repeating: Self.empty, count: 64)

  mutating func removeAll() {
    for index in places.indices { places[index] = Self.empty }
  }

  private func index(_ owner: TransactionTags.Owner) -> Int {
    Int(truncatingIfNeeded: owner.job ^ owner.job >> 6 ^ owner.system) & 63
  }

  private func state(of owner: TransactionTags.Owner) -> State {
    let place = places[index(owner)]
    return place.owner == owner ? place.state : .unknown
  }

  private mutating func set(_ owner: TransactionTags.Owner, _ state: State) {
    places[index(owner)] = Place(owner: owner, state: state)
  }

  /// Item `item` begins a transaction.
  mutating func begin(_ owner: TransactionTags.Owner, item: Int) {
    let wasClosed = if case .closed = state(of: owner) { true } else { false }
    set(owner, .begun(item: item, wasClosed: wasClosed))
  }

  /// A change, or a level of a transaction.
  mutating func touch(_ owner: TransactionTags.Owner) { set(owner, .unknown) }

  /// A record commits the whole transaction.
  mutating func commit(_ owner: TransactionTags.Owner) -> End {
    let before = state(of: owner)
    set(owner, .closed)
    guard case .begun(let item, let wasClosed) = before else { return .told }
    return wasClosed ? .dropped(begin: item) : .merged(begin: item)
  }
}
