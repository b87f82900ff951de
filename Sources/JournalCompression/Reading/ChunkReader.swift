import MirrorJournal

/// Reads and checks single chunks of a container with buffers of its own; one thread at a time.
final class ChunkReader {
  private let container: Container
  private let decompressor: ChunkDecompressor
  private var input: UnsafeMutableRawBufferPointer

  init(_ container: Container) throws(JournalError) {
    self.container = container
    decompressor = try ChunkDecompressor(codec: container.header.codec)
    let largest = container.entries.lazy.compactMap { $0?.frame.count }.max() ?? 0
    try requireMemory(largest, "the largest chunk", container.file.path)
    input = .allocate(byteCount: largest, alignment: 64)
  }

  deinit { input.deallocate() }

  /// Decompresses `chunk` to the start of `target`, which has room for a whole chunk.
  ///
  /// - Returns: the size of the chunk in bytes.
  /// - Throws: `compressedDamaged` naming the chunk and its addresses; `cannotRead`; `shrank`.
  func read(
    _ chunk: Int, into target: UnsafeMutableRawBufferPointer
  ) throws(JournalError) -> Int {
    guard container.entries.indices.contains(chunk), let entry = container.entries[chunk] else {
      throw damaged(chunk, "is missing from the file")
    }
    let frame = UnsafeMutableRawBufferPointer(rebasing: input[..<entry.frame.count])
    guard try container.file.read(into: frame, at: entry.frame.lowerBound) == frame.count else {
      throw JournalError(
        .shrank, "the file became shorter while it was read",
        at: container.header.addresses(of: chunk).lowerBound, in: container.file.path)
    }
    if let checksums = entry.checksums, CRC32C.of(UnsafeRawBufferPointer(frame)) != checksums.frame
    {
      throw damaged(chunk, "does not match the checksum of its frame")
    }
    var output = target.mutableBytes
    let size: Int
    do {
      size = try decompressor.decompress(
        UnsafeRawBufferPointer(frame).bytes, into: &output,
        checksum: entry.checksums == nil ? .verify : .callerVerifies)
    } catch {
      throw damaged(chunk, "does not decompress")
    }
    guard size == entry.originalSize else {
      throw damaged(chunk, "has \(size) bytes instead of \(entry.originalSize)")
    }
    if let checksums = entry.checksums,
      CRC32C.of(UnsafeRawBufferPointer(rebasing: target[..<size])) != checksums.original
    {
      throw damaged(chunk, "does not match its checksum")
    }
    return size
  }

  private func damaged(_ chunk: Int, _ what: String) -> JournalError {
    container.damaged(chunk..<chunk + 1, what)
  }
}
