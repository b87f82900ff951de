public import MirrorJournal
import Synchronization

/// A journal that `zstd`, `lz4` or `gzip` compressed: read in order at the codec's speed, at random
/// by decompressing from the nearest frame start.
///
/// Opening goes through the whole stream once to learn its size. Memory: the codec's window (at most
/// 128 MiB), 8 segments of 1 MiB in the cache and 3 during a scan.
public final class StreamStorage: CompressedJournalStorage {
  /// As the caller named it.
  public let path: String
  /// Bytes of journal data, counted when the stream was opened.
  public let count: Int
  /// Bytes of the compressed stream.
  public let sizeOnDisk: Int
  /// 1 MiB, whatever the stream's own blocks are.
  public let segmentSize = 1 << 20
  /// True: whoever begins in the middle has everything before it decompressed.
  public var isSequential: Bool { true }
  /// The codec of the stream.
  public let codec: JournalCodec
  /// `zstd stream`, `lz4 stream` or `gzip stream`.
  public var formName: String { (codec == .zlib ? "gzip" : codec.name) + " stream" }
  /// The error that ends the stream early; `count` then covers the bytes before it.
  public let damage: [JournalError]

  private let map: StreamMap
  private let cache: SegmentCache
  private let cursor: Mutex<Held>

  /// Invariant: the cursor is used only under the mutex.
  private struct Held: @unchecked Sendable {
    let cursor: StreamCursor
  }

  /// Journals are below 4 GiB (class D): what expands further is no journal but a trap.
  package static let largest = 4 << 30

  package convenience init(_ file: SystemFile, codec: JournalCodec) throws(JournalError) {
    try self.init(file, codec: codec, atMost: Self.largest)
  }

  /// - Parameter largest: how many bytes are decompressed before the stream is refused, but for a
  ///   segment.
  package init(_ file: SystemFile, codec: JournalCodec, atMost largest: Int) throws(JournalError) {
    self.codec = codec
    path = file.path
    sizeOnDisk = try file.size()
    // What was read last stays: the end of the data is looked at next.
    let cache = SegmentCache(segmentSize: 1 << 20)
    var segment = 0
    var points = [StreamDecoder.RestartPoint(fileOffset: 0, address: 0)]
    let decoder = try StreamDecoder(file, codec: codec, from: points[0])
    var damage: [JournalError] = []
    do throws(JournalError) {
      while try Self.read(segment, from: decoder, into: cache) {
        segment += 1
        WalkProgress.pass(1 << 20)
        // Points closer than a segment would only cost memory.
        let point = decoder.restartPoint
        if point.address - points[points.count - 1].address >= 1 << 20 { points.append(point) }
        guard decoder.address <= largest else {
          throw JournalError(
            .compressedDamaged, "the stream expands to more than \(largest) bytes",
            in: file.path, advice: "a journal is smaller than 4 GiB")
        }
      }
    } catch {
      guard error.code == .compressedDamaged, decoder.address > 0,
        decoder.address <= largest
      else { throw error }
      damage.append(error)
    }
    count = decoder.address
    self.damage = damage
    map = StreamMap(
      file: file, codec: codec, segmentSize: 1 << 20, count: decoder.address,
      restartPoints: points)
    self.cache = cache
    cursor = Mutex(Held(cursor: StreamCursor(map)))
  }

  /// Decompresses `segment`; returns whether it is a whole one.
  private static func read(
    _ segment: Int, from decoder: StreamDecoder, into cache: SegmentCache
  ) throws(JournalError) -> Bool {
    let buffer = cache.room(evicting: true)
    defer { cache.release(buffer) }
    let count = try decoder.read(into: buffer.memory)
    if count > 0 { cache.keep(segment, buffer) }
    return count == buffer.memory.count
  }

  /// Calls `body` with the bytes of `range`. Unless the segment is in the cache, the stream is
  /// decompressed up to it from where the last call ended or from the nearest point where it can be
  /// entered, which is the stream's start when it is a single frame.
  ///
  /// - Throws: `JournalError` when the range is not inside one segment or the stream cannot be
  ///   decompressed (`compressedDamaged`), and what `body` throws.
  public func withBytes<R>(
    _ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R
  ) throws -> R {
    let segment = try segment(of: range)
    let start = segment * segmentSize
    let local = range.lowerBound - start..<range.upperBound - start
    if local.isEmpty { return try body(RawSpan()) }
    let buffer =
      try cache.buffer(segment)
      ?? cursor.withLock { held in
        // Whoever held the lock before may have been after the same segment.
        try cache.buffer(segment) { _ = try held.cursor.read(segment, into: $0) }
      }
    defer { cache.release(buffer) }
    return try buffer.withBytes(local, body)
  }

  /// Calls `body` with each segment that `range` touches, in order. A second thread decompresses
  /// ahead, if it may.
  ///
  /// - Throws: what `body` and `damaged` throw, and `JournalError` when the file cannot be read.
  public func forEachSegment(
    in range: Range<JournalAddress>, readingAhead: Bool,
    damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws {
    let range = range.clamped(to: 0..<count)
    guard !range.isEmpty else { return }
    let map = map
    let ahead = OrderedWork(
      threads: readingAhead ? 1 : 0, bufferSize: segmentSize, makeWorker: { StreamCursor(map) },
      work: { cursor, segment, buffer in try cursor.read(segment, into: buffer) })
    let segments = range.lowerBound / segmentSize..<(range.upperBound - 1) / segmentSize + 1
    try ahead.run(segments) { segment, result, buffer in
      try pass(result, buffer, map.addresses(of: segment), cutTo: range, damaged, body)
    }
  }
}
