public import MirrorJournal

/// Which records are wanted: single conditions, and what `and`, `or` and `not` make of them.
///
/// A filter knows no file. `bound(to:)` translates it into the numbers and bytes of one journal and
/// gives a test that looks at a record's bytes and allocates nothing.
public indirect enum RecordFilter: Sendable, Hashable {
  /// Every record.
  case all
  /// The node is one that the pattern means.
  case global(GlobalPattern)
  /// The database's directory matches, with or without its last slash.
  case database(TextPattern)
  /// The mirror database name matches: whole (`:mirror:SET:DB`), as `SET:DB`, or `DB` alone.
  case mirrorDatabase(TextPattern)
  /// The journal names this process for the record's job.
  case process(UInt32)
  /// The record's job id is this one.
  case job(UInt32)
  /// The raw remote system id.
  case remoteSystem(UInt32)
  /// The type is one of these.
  case types(Set<RecordType>)
  /// The operation is part of a transaction.
  case inTransaction
  /// The block's time lies in `lower..<upper`, in milliseconds since 1970-01-01 UTC: the operation
  /// happened then or later (class D).
  case blockTime(Range<Int64>)
  /// The record starts in the range.
  case address(Range<JournalAddress>)
  /// The record starts in the range of its file.
  case place(FileRanges)
  /// The record's length in bytes, padding included, lies in the range.
  case length(Range<Int>)
  /// The new value matches, or an element of it when it is a list.
  case newValue(TextPattern)
  /// The old value matches, or an element of it when it is a list.
  case oldValue(TextPattern)
  /// Subscript `position` (from 1) of the node matches.
  case `subscript`(position: Int, TextPattern)
  /// Element `position` (from 1) of the new or the old value, a list, matches.
  case piece(position: Int, TextPattern)
  /// The bytes stand somewhere in the record's body: key, values, text.
  case bytes([UInt8])
  /// The filter does not match.
  case not(RecordFilter)
  /// Both match.
  case and(RecordFilter, RecordFilter)
  /// One of them matches, or both.
  case or(RecordFilter, RecordFilter)

  /// The records that satisfy all of `filters`.
  public static func allOf(_ filters: [RecordFilter]) -> RecordFilter {
    filters.isEmpty ? .all : joined(filters[...]) { .and($0, $1) }
  }

  /// The records that satisfy one of `filters`; none if there is no filter.
  public static func anyOf(_ filters: [RecordFilter]) -> RecordFilter {
    filters.isEmpty ? .not(.all) : joined(filters[...]) { .or($0, $1) }
  }

  /// Halves, so that many conditions make a shallow tree.
  private static func joined(
    _ filters: ArraySlice<RecordFilter>, _ join: (RecordFilter, RecordFilter) -> RecordFilter
  ) -> RecordFilter {
    if filters.count == 1 { return filters[filters.startIndex] }
    let middle = filters.startIndex + (filters.count + 1) / 2
    return join(joined(filters[..<middle], join), joined(filters[middle...], join))
  }
}

/// The addresses and block times outside which nothing matches.
public struct FilterBounds: Sendable, Hashable {
  /// Bytes from the start of the file.
  public var addresses: Range<JournalAddress>
  /// Milliseconds since 1970-01-01 UTC.
  public var times: Range<Int64>

  static let everything = FilterBounds(addresses: 0..<Int.max, times: Int64.min..<Int64.max)

  /// Whether nothing is excluded by time.
  var hasEveryTime: Bool { times == Self.everything.times }
}

extension RecordFilter {
  /// The addresses and block times outside which nothing matches; inside, other conditions decide.
  public var bounds: FilterBounds { bounds(of: nil) }

  /// The bounds in the file at `path`; nil for what all files have.
  func bounds(of path: String?) -> FilterBounds {
    var bounds = FilterBounds.everything
    switch self {
    case .address(let range): bounds.addresses = range
    case .place(let ranges): if let path { bounds.addresses = ranges.range(of: path) }
    case .blockTime(let range): bounds.times = range
    case .and(let left, let right):
      let (left, right) = (left.bounds(of: path), right.bounds(of: path))
      bounds.addresses = left.addresses.clamped(to: right.addresses)
      bounds.times = left.times.clamped(to: right.times)
    case .or(let left, let right):
      let (left, right) = (left.bounds(of: path), right.bounds(of: path))
      bounds.addresses = Self.hull(left.addresses, right.addresses)
      bounds.times = Self.hull(left.times, right.times)
    default: break
    }
    return bounds
  }

  private static func hull<Bound>(_ left: Range<Bound>, _ right: Range<Bound>) -> Range<Bound> {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    return min(left.lowerBound, right.lowerBound)..<max(left.upperBound, right.upperBound)
  }

  /// Whether a key or a value has to be looked at: not possible when they are encrypted.
  var needsPayload: Bool {
    switch self {
    case .global, .newValue, .oldValue, .subscript, .piece, .bytes: true
    case .not(let filter): filter.needsPayload
    case .and(let left, let right), .or(let left, let right):
      left.needsPayload || right.needsPayload
    default: false
    }
  }
}
