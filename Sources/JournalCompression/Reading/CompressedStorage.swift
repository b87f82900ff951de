public import MirrorJournal
import Synchronization

/// A journal in a `z` container: one chunk is decompressed for a single record, and chunks are
/// decompressed ahead on threads for a scan.
///
/// Memory besides the chunk table: a cache of 8 MiB or two chunks, and during a scan `threads + 2`
/// chunks and `threads` frames, or one chunk and one frame when it does not read ahead.
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
  /// The threads that decompress ahead in ``forEachSegment(in:readingAhead:damaged:_:)``.
  public let threads: Int

  /// Bytes of journal data, as the header states them.
  public var count: Int { header.originalSize }
  /// The size of a chunk in bytes.
  public var segmentSize: Int { header.chunkSize }

  private let container: Container
  private let cache: SegmentCache
  private let readers: ReaderPool

  /// Opens the container at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - threads: 1 decompresses on the caller's thread.
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
    cache = SegmentCache(
      segmentSize: max(1, min(container.header.chunkSize, container.header.originalSize)))
    readers = ReaderPool(container)
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
    let buffer = try bytes(of: chunk, toKeep: true)
    defer { cache.release(buffer) }
    return try buffer.withBytes(local, body)
  }

  /// The bytes of `chunk`, to be released after use.
  private func bytes(of chunk: Int, toKeep: Bool) throws(JournalError) -> SegmentBuffer {
    try cache.buffer(chunk, toKeep: toKeep) { memory throws(JournalError) in
      _ = try readers.read(chunk, into: memory)
    }
  }

  /// Calls `body` with each chunk that `range` touches, in order. With `readingAhead` and more than
  /// one chunk, `threads` threads decompress ahead. Lost chunks go to `damaged`.
  ///
  /// - Throws: what `body` and `damaged` throw, and `JournalError` when the file cannot be read.
  public func forEachSegment(
    in range: Range<JournalAddress>, readingAhead: Bool,
    damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws {
    let range = range.clamped(to: 0..<count)
    guard !range.isEmpty else { return }
    let chunks = range.lowerBound / segmentSize..<(range.upperBound - 1) / segmentSize + 1
    let found = chunks.clamped(to: 0..<container.entries.count)
    var goesOn = true
    if readingAhead, threads > 1, found.count > 1 {
      goesOn = try readAhead(found, of: range, damaged, body)
    } else {
      for chunk in found where goesOn {
        let wanted = range.clamped(to: header.addresses(of: chunk))
        let buffer: SegmentBuffer
        do throws(JournalError) {
          buffer = try bytes(of: chunk, toKeep: false)
        } catch {
          guard error.code == .compressedDamaged else { throw error }
          try damaged(error, wanted)
          continue
        }
        defer { cache.release(buffer) }
        let start = chunk * segmentSize
        goesOn = try buffer.withBytes(wanted.lowerBound - start..<wanted.upperBound - start) {
          try body($0, wanted.lowerBound)
        }
      }
    }
    let lost = chunks.clamped(to: container.entries.count..<header.chunkCount)
    if goesOn, !lost.isEmpty {
      let first = header.addresses(of: lost.lowerBound)
      let last = header.addresses(of: lost.upperBound - 1)
      try damaged(
        container.damaged(lost, "are missing from the file"),
        range.clamped(to: first.lowerBound..<last.upperBound))
    }
  }

  /// Decompresses `chunks` into the buffers of a ring; false when `body` wants no more.
  private func readAhead(
    _ chunks: Range<Int>, of range: Range<JournalAddress>,
    _ damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws -> Bool {
    let readers = readers
    let work = OrderedWork(
      threads: threads, bufferSize: segmentSize, makeWorker: {},
      work: { _, chunk, buffer in try readers.read(chunk, into: buffer) })
    var goesOn = true
    try work.run(chunks) { chunk, result, buffer in
      goesOn = try pass(
        result, buffer, header.addresses(of: chunk), cutTo: range, damaged, body)
      return goesOn
    }
    return goesOn
  }
}

/// Readers of one container, as many as were ever used at once.
private final class ReaderPool: Sendable {
  private let container: Container
  private let resting = Mutex<[Resting]>([])

  /// Moves a reader between threads.
  ///
  /// Invariant: a reader is either in `resting` or in the hands of one thread.
  private struct Resting: @unchecked Sendable {
    let reader: ChunkReader
  }

  init(_ container: Container) { self.container = container }

  /// Reads `chunk` with a reader that nobody else has meanwhile.
  func read(
    _ chunk: Int, into target: UnsafeMutableRawBufferPointer
  ) throws(JournalError) -> Int {
    let free = resting.withLock { $0.popLast() }
    let reader = if let free { free.reader } else { try ChunkReader(container) }
    defer {
      let resting = Resting(reader: reader)
      self.resting.withLock { $0.append(resting) }
    }
    return try reader.read(chunk, into: target)
  }
}
