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

  /// What is known of an owner's transactions: one word, for a place is written for each that begins or ends.
  private struct State: Equatable {
    private var word: UInt32

    /// What the stretches before left open is not known here.
    static let unknown = State(word: .max)
    /// Nothing is open.
    static let closed = State(word: .max - 1)

    private init(word: UInt32) { self.word = word }

    /// Begun by this item, and nothing since; `wasClosed` before that.
    init(begunBy item: Int, wasClosed: Bool) {
      let limit = Int(UInt32.max >> 1) - 1
      word = item < limit ? UInt32(item) << 1 | (wasClosed ? 1 : 0) : UInt32.max
    }

    var begun: (item: Int, wasClosed: Bool)? {
      self == .unknown || self == .closed ? nil : (Int(word >> 1), word & 1 == 1)
    }
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
    _ = replace(owner) { State(begunBy: item, wasClosed: $0 == .closed) }
  }

  /// A change, or a level of a transaction.
  mutating func touch(_ owner: TransactionTags.Owner) {
    _ = replace(owner) { _ in .unknown }
  }

  /// A record commits the whole transaction.
  mutating func commit(_ owner: TransactionTags.Owner) -> End {
    guard let begun = replace(owner, { _ in .closed }).begun else { return .told }
    return begun.wasClosed ? .dropped(begin: begun.item) : .merged(begin: begun.item)
  }
}
