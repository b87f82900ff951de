public import MirrorJournal
import Synchronization

/// A journal in a file whose framing was found: a chunk is decompressed for a single record, without those
/// before it.
///
/// Memory: a cache of 8 MiB or two chunks, and a chunk for each thread where chunks are no multiples of
/// 64 KiB.
public final class FramedStorage: CompressedJournalStorage {
  /// As the caller named it.
  public var path: String { file.path }
  /// Bytes of journal.
  public let count: Int
  /// Bytes of the file.
  public var sizeOnDisk: Int { file.count }
  /// A chunk's size, or 1 MiB where that is no multiple of 64 KiB.
  public let segmentSize: Int
  /// Nothing: every chunk was decompressed when the framing was found.
  public var damage: [JournalError] { [] }
  /// How the file keeps its chunks.
  public let framing: Framing
  /// How many chunks there are.
  public var chunkCount: Int { frames.count }
  /// The framing in words.
  public var formName: String { framing.words }

  private let file: MappedFile
  private let frames: [FoundFrame]
  private let chunkSize: Int
  private let cache: SegmentCache
  private let resting = Mutex<[Resting]>([])

  /// Moves a decoder between threads.
  ///
  /// Invariant: a decoder is either in `resting` or in the hands of one thread.
  private struct Resting: @unchecked Sendable {
    let decoder: FrameDecoder
  }

  init(_ file: MappedFile, _ found: FoundFraming) {
    self.file = file
    frames = found.frames
    framing = found.framing
    count = found.originalSize
    chunkSize = max(1, found.frames.first?.originalSize ?? 1)
    segmentSize = chunkSize % 65_536 == 0 ? chunkSize : 1 << 20
    cache = SegmentCache(segmentSize: segmentSize)
  }

  /// Calls `body` with the bytes of `range`, whose chunk is decompressed unless it is in the cache.
  ///
  /// - Throws: `JournalError` when the range is not inside one segment or the chunk does not decompress any
  ///   more (`compressedDamaged`), and what `body` throws.
  public func withBytes<R>(
    _ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R
  ) throws -> R {
    let segment = try segment(of: range)
    let start = segment * segmentSize
    let local = range.lowerBound - start..<range.upperBound - start
    if local.isEmpty { return try body(RawSpan()) }
    let buffer = try cache.buffer(segment) { try read(segment, into: $0) }
    defer { cache.release(buffer) }
    return try buffer.withBytes(local, body)
  }

  private func read(_ segment: Int, into target: UnsafeMutableRawBufferPointer) throws {
    let free = resting.withLock { $0.popLast() }
    let decoder = if let free { free.decoder } else { try FrameDecoder() }
    defer {
      let resting = Resting(decoder: decoder)
      self.resting.withLock { $0.append(resting) }
    }
    if segmentSize == chunkSize {
      return try decode(segment, decoder, into: target)
    }
    let start = segment * segmentSize
    let end = min(start + segmentSize, count)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
    defer { scratch.deallocate() }
    for chunk in start / chunkSize...max(start, end - 1) / chunkSize {
      try decode(chunk, decoder, into: scratch)
      let wanted = (start..<start + segmentSize).clamped(
        to: chunk * chunkSize..<chunk * chunkSize + frames[chunk].originalSize)
      let part = scratch[
        wanted.lowerBound - chunk * chunkSize..<wanted.upperBound - chunk * chunkSize]
      UnsafeMutableRawBufferPointer(rebasing: target[(wanted.lowerBound - start)...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
    }
  }

  private func decode(
    _ chunk: Int, _ decoder: FrameDecoder, into target: UnsafeMutableRawBufferPointer
  ) throws {
    let address = chunk * chunkSize
    guard frames.indices.contains(chunk) else { throw damaged(address) }
    let frame = frames[chunk]
    let written = try file.withBytes(frame.start..<frame.start + frame.count) { span in
      span.withUnsafeBytes { decoder.decode(framing.frames, $0, into: target)?.written }
    }
    guard written == frame.originalSize else { throw damaged(address) }
  }

  private func damaged(_ address: JournalAddress) -> JournalError {
    JournalError(
      .compressedDamaged, "a chunk does not decompress any more", at: address, in: path,
      advice: "the file changed while it was read")
  }
}
