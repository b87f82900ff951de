/// Where the bytes of a journal come from: a mapped file, or the chunks of a compressed one.
///
/// A storage is immutable and may be used from several threads at once. It hands out spans that
/// live as long as the closure they are given to; nothing is copied that is already in memory.
public protocol JournalStorage: AnyObject, Sendable {
  /// The file as the user named it.
  var path: String { get }

  /// The number of bytes of journal data, uncompressed.
  var count: Int { get }

  /// The size in bytes of the file on disk: `count` unless compressed.
  var sizeOnDisk: Int { get }

  /// What is wrong with the file besides its journal data, such as a damaged chunk index.
  var damage: [JournalError] { get }

  /// Stretches of 1 MiB and more that were never written, in order of address: they read as zeros, which
  /// nobody has to look at.
  var holes: [Range<JournalAddress>] { get }

  /// How much data one segment holds, in bytes: a multiple of 65536. Segment `n` begins at address
  /// `n * segmentSize`. A single record or block never needs more than one segment.
  var segmentSize: Int { get }

  /// Whether bytes in the middle cost all those before them, so that threads cannot share the file.
  var isSequential: Bool { get }

  /// Calls `body` with exactly the bytes of `range`.
  ///
  /// - Throws: `JournalError` when the range is not inside `0..<count`, spans two segments, or its
  ///   bytes cannot be produced (`cannotRead`, `compressedDamaged`, `shrank`).
  func withBytes<R>(_ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R) throws -> R

  /// Calls `body` with each segment that `range` touches, in order of address, cut to `range`,
  /// until `body` returns false.
  ///
  /// A segment that cannot be produced is reported to `damaged` and skipped.
  ///
  /// - Parameters:
  ///   - range: addresses, cut to the data that there are.
  ///   - readingAhead: whether a storage that has to work for its bytes may do so on threads of its
  ///     own. A caller that is one of several threads at work says no: there would be more threads
  ///     than processors, each with memory of its own.
  ///   - damaged: told of a segment that cannot be produced, and of its addresses.
  ///   - body: called with the bytes and the address of the first; returns whether to go on.
  func forEachSegment(
    in range: Range<JournalAddress>, readingAhead: Bool,
    damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws
}

extension JournalStorage {
  /// None: the default for storages that hold nothing but journal data.
  public var damage: [JournalError] { [] }

  /// None: the default for storages that do not know.
  public var holes: [Range<JournalAddress>] { [] }

  /// The hole that has all bytes of `range`, if there is one. O(log holes).
  func hole(with range: Range<JournalAddress>) -> Range<JournalAddress>? {
    let holes = holes
    var (low, high) = (0, holes.count)
    while low < high {
      let middle = (low + high) / 2
      if holes[middle].upperBound < range.upperBound { low = middle + 1 } else { high = middle }
    }
    guard low < holes.count, holes[low].lowerBound <= range.lowerBound else { return nil }
    return holes[low]
  }

  /// What is left of `range` without the holes.
  public func written(of range: Range<JournalAddress>) -> [Range<JournalAddress>] {
    var parts: [Range<JournalAddress>] = []
    var start = range.lowerBound
    for hole in holes where hole.overlaps(range) {
      if hole.lowerBound > start { parts.append(start..<hole.lowerBound) }
      start = hole.upperBound
    }
    if start < range.upperBound { parts.append(start..<range.upperBound) }
    return parts
  }

  /// False: the default for storages that can be entered anywhere.
  public var isSequential: Bool { false }

  /// The default for storages whose bytes are simply there: one segment after the other.
  public func forEachSegment(
    in range: Range<JournalAddress>, readingAhead: Bool,
    damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws {
    let range = range.clamped(to: 0..<count)
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min((start / segmentSize + 1) * segmentSize, range.upperBound)
      do {
        guard try withBytes(start..<end, { try body($0, start) }) else { return }
      } catch let error as JournalError where error.code == .compressedDamaged {
        try damaged(error, start..<end)
      }
      start = end
    }
  }

  /// The same, reading ahead.
  public func forEachSegment(
    in range: Range<JournalAddress>,
    damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws {
    try forEachSegment(in: range, readingAhead: true, damaged: damaged, body)
  }
}
