public import MirrorJournal
import Synchronization

/// A journal in a `z` container: one chunk is decompressed for a single record, and chunks are
/// decompressed ahead on threads for a scan.
///
/// Memory besides the chunk table: a cache of 8 MiB or two chunks, and during a scan `threads + 2`
/// chunks and `threads` frames.
public final class CompressedStorage: JournalStorage {
  /// As the caller named it.
  public let path: String
  /// Bytes of the container, index and padding included.
  public let sizeOnDisk: Int
  /// What the container's header states.
  public let header: ContainerHeader
  /// What was wrong with the header or the index when the file was opened, and how it was mended.
  /// Empty for an intact file.
  public let damage: [JournalError]
  /// The threads that decompress ahead in ``forEachSegment(in:damaged:_:)``.
  public let threads: Int

  /// Bytes of journal data, as the header states them.
  public var count: Int { header.originalSize }
  /// The size of a chunk in bytes.
  public var segmentSize: Int { header.chunkSize }

  private let container: Container
  private let cache: SegmentCache
  /// Readers at rest. Each call of `withBytes` takes one, so there are as many as ever ran at once.
  private let readers = Mutex<[Resting]>([])

  /// Moves a reader between threads.
  ///
  /// Invariant: a reader is either in `readers` or in the hands of one thread.
  private struct Resting: @unchecked Sendable {
    let reader: ChunkReader
  }

  /// Opens the container at `path`.
  ///
  /// - Parameter threads: 1 decompresses on the caller's thread.
  /// - Returns: nil if the file is not a container.
  /// - Throws: `cannotOpen`, `cannotRead`; `compressedDamaged` when header and footer are beyond
  ///   mending.
  public convenience init?(path: String, threads: Int = 2) throws(JournalError) {
    guard let container = try Container(SystemFile(reading: path)) else { return nil }
    self.init(container, threads: threads)
  }

  init(_ container: Container, threads: Int) {
    self.container = container
    self.threads = max(1, min(threads, 64))
    path = container.file.path
    sizeOnDisk = container.fileSize
    header = container.header
    damage = container.damage
    cache = SegmentCache(segmentSize: container.header.chunkSize)
  }

  /// The index entry of each chunk; nil where the frame is lost, none behind the last frame found.
  public var chunks: [ChunkEntry?] { container.entries }

  /// Calls `body` with the bytes of `range`, of which one chunk is decompressed unless it is in the
  /// cache.
  ///
  /// - Throws: `JournalError` when the range is not inside one chunk or the chunk cannot be
  ///   decompressed (`compressedDamaged`), and what `body` throws.
  public func withBytes<R>(
    _ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R
  ) throws -> R {
    let chunk = try segment(of: range)
    let start = chunk * segmentSize
    let local = range.lowerBound - start..<range.upperBound - start
    if local.isEmpty { return try body(RawSpan()) }
    if let buffer = cache.buffer(chunk) { return try buffer.withBytes(local, body) }

    let resting = try readers.withLock { $0.popLast() } ?? Resting(reader: ChunkReader(container))
    defer { readers.withLock { $0.append(resting) } }
    let buffer = try SegmentBuffer(capacity: header.addresses(of: chunk).count) {
      try resting.reader.read(chunk, into: $0)
    }
    cache.insert(chunk, buffer)
    return try buffer.withBytes(local, body)
  }

  /// Calls `body` with each chunk that `range` touches, in order, while `threads` threads
  /// decompress ahead. Lost chunks go to `damaged`.
  ///
  /// - Throws: what `body` and `damaged` throw, and `JournalError` when the file cannot be read.
  public func forEachSegment(
    in range: Range<JournalAddress>,
    damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws {
    let range = range.clamped(to: 0..<count)
    guard !range.isEmpty else { return }
    let chunks = range.lowerBound / segmentSize..<(range.upperBound - 1) / segmentSize + 1
    var goesOn = true
    try ahead.run(chunks.clamped(to: 0..<container.entries.count)) { chunk, result, buffer in
      let whole = header.addresses(of: chunk)
      let wanted = range.clamped(to: whole)
      switch result {
      case .success:
        let local = wanted.lowerBound - whole.lowerBound..<wanted.upperBound - whole.lowerBound
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[local])
        goesOn = try body(bytes.bytes, wanted.lowerBound)
        return goesOn
      case .failure(let error as JournalError) where error.code == .compressedDamaged:
        try damaged(error, wanted)
        return true
      case .failure(let error):
        throw error
      }
    }
    let lost = chunks.clamped(to: container.entries.count..<header.chunkCount)
    if goesOn, !lost.isEmpty {
      let addresses =
        header.addresses(of: lost.lowerBound).lowerBound
        ..< header.addresses(of: lost.upperBound - 1).upperBound
      try damaged(
        container.damaged(lost, "are missing from the file"), range.clamped(to: addresses))
    }
  }

  /// Decompresses chunk after chunk into the buffers of a ring.
  private var ahead: OrderedWork<ChunkReader, Int> {
    let container = container
    return OrderedWork(
      threads: threads == 1 ? 0 : threads, bufferSize: segmentSize,
      makeWorker: { try ChunkReader(container) },
      work: { reader, chunk, buffer in try reader.read(chunk, into: buffer) })
  }
}

extension JournalStorage {
  /// The segment that holds all of `range`.
  ///
  /// - Throws: `badArgument` if there is none.
  func segment(of range: Range<JournalAddress>) throws(JournalError) -> Int {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw JournalError(
        .badArgument,
        "addresses \(range.lowerBound)..<\(range.upperBound) are outside the journal's "
          + "\(count) bytes", at: range.lowerBound, in: path)
    }
    let segment = range.lowerBound / segmentSize
    guard range.isEmpty || (range.upperBound - 1) / segmentSize == segment else {
      throw JournalError(
        .badArgument,
        "addresses \(range.lowerBound)..<\(range.upperBound) span two segments of "
          + "\(segmentSize) bytes", at: range.lowerBound, in: path)
    }
    return segment
  }
}
