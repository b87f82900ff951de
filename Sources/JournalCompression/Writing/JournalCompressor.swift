public import MirrorJournal

/// Compresses journals into `z` containers.
///
/// Each frame is decompressed and compared with the original as soon as it is made. The container is
/// written under a temporary name, synced, read back as any reader would and compared with what was
/// written, and only then gets its name. The original is never written to.
public struct JournalCompressor: Sendable {
  /// The codec of the frames; Zstd is the vendor's default (class D).
  public var codec: JournalCodec
  /// The codec's own level, as its library counts.
  public var level: Int
  /// The size of a chunk in bytes: a multiple of 65536 up to 16 MiB. The vendor's range starts at
  /// 1 MiB (class D).
  public var chunkSize: Int
  /// Threads, overwriting, progress and the like.
  public var options: CompressionOptions
  /// Answers the address of the first record that starts in the chunk, or the end of the chunk if
  /// none does. Called on several threads.
  public var firstRecord: @Sendable (Range<JournalAddress>, RawSpan) -> JournalAddress

  /// A compressor with these settings; a level of nil is the codec's default. Settings are checked
  /// when a file is compressed.
  public init(
    codec: JournalCodec = .zstd, level: Int? = nil, chunkSize: Int = 1 << 20,
    options: CompressionOptions = CompressionOptions(),
    firstRecord: @escaping @Sendable (Range<JournalAddress>, RawSpan) -> JournalAddress = {
      addresses, _ in addresses.lowerBound
    }
  ) {
    self.codec = codec
    self.level = level ?? codec.defaultLevel
    self.chunkSize = chunkSize
    self.options = options
    self.firstRecord = firstRecord
  }

  /// Compresses `source` to `target`, which is `source` with a `z` behind it unless given.
  ///
  /// - Parameters:
  ///   - source: the journal.
  ///   - target: where the compressed file is to be.
  ///   - fileGUID: the journal file's GUID for the container's header, 16 bytes.
  ///   - isActive: whether the journal is still written to; such a journal is refused.
  /// - Throws: `JournalError`: `badArgument` (no such level or chunk size, an active journal, a file
  ///   that is compressed already), `cannotOpen`, `cannotRead`, `cannotWrite`, `targetExists`,
  ///   `shrank`, `compressedDamaged` (what was written reads back differently);
  ///   `CancellationError`. After any of them no file has the target's name that had not before,
  ///   and the temporary file is gone.
  public func compress(
    _ source: String, to target: String? = nil,
    fileGUID: [UInt8] = [UInt8](repeating: 0, count: 16), isActive: Bool = false
  ) throws -> CompressionResult {
    let start = monotonicSeconds()
    let target = target ?? source + "z"
    guard !isActive else {
      throw JournalError(
        .badArgument, "the journal is still active", in: source,
        advice: "switch journals first")
    }
    let original = try SourceFile(source, options)
    if try CompressedForm(original.file) != nil {
      throw JournalError(.badArgument, "the file is compressed already", in: source)
    }
    let header = try ContainerHeader(
      codec: codec, level: level, chunkSize: chunkSize, originalSize: original.size,
      fileGUID: fileGUID)
    _ = try ChunkCompressor(codec: codec, level: level)

    let pending = try PendingFile(
      target: target, force: options.force, files: options.files ?? RunFiles([source]))
    let (size, entries) = try write(original, header, to: pending)
    try original.checkUnchanged()
    try pending.file.adopt(original.status)
    try pending.sync { try verify(pending, header, entries) }
    try options.checkCancelled()
    try original.checkUnchanged()
    try pending.commit()
    if options.removeOriginal { try original.remove(options.files) }
    return CompressionResult(
      source: source, target: target, bytesFrom: original.size, bytesTo: size,
      chunks: header.chunkCount, damage: [], seconds: monotonicSeconds() - start)
  }

  private struct Done: Sendable {
    let frameSize: Int
    let firstRecord: JournalAddress
    let checksums: ChunkEntry.Checksums
  }

  /// Writes the whole container; returns its size in bytes and its index.
  private func write(
    _ original: SourceFile, _ header: ContainerHeader, to file: PendingFile
  ) throws -> (Int, [ChunkEntry]) {
    let (codec, level, firstRecord) = (codec, level, firstRecord)
    let work = OrderedWork(
      threads: options.threads <= 1 ? 0 : options.threads,
      bufferSize: ChunkCompressor.bound(codec: codec, count: header.chunkSize),
      makeWorker: {
        Worker(
          compressor: try ChunkCompressor(codec: codec, level: level),
          decompressor: try ChunkDecompressor(codec: codec),
          chunk: WorkBuffer(header.chunkSize), back: WorkBuffer(header.chunkSize))
      },
      work: { worker, index, frame in
        let addresses = header.addresses(of: index)
        let chunk = try worker.chunk.fill(from: original.file, addresses)
        var output = frame.mutableBytes
        let size = try worker.compressor.compress(chunk.bytes, into: &output)
        // Now, while both are in the processor's cache.
        let made = UnsafeRawBufferPointer(rebasing: frame[..<size])
        let back = try worker.back.fill { target throws(JournalError) in
          var target = target.mutableBytes
          return try worker.decompressor.decompress(
            made.bytes, into: &target, checksum: .callerVerifies)
        }
        guard chunk.elementsEqual(of: back) else {
          throw JournalError(
            .compressedDamaged, "what was compressed does not decompress to the same bytes",
            at: addresses.lowerBound, in: original.file.path, advice: "check the memory")
        }
        let first = firstRecord(addresses, chunk.bytes)
        return Done(
          frameSize: size,
          firstRecord: min(max(first, addresses.lowerBound), addresses.upperBound),
          checksums: .init(original: CRC32C.of(chunk), frame: CRC32C.of(made)))
      })

    var start: [UInt8] = []
    MetaFrame.append(header.encoded, codec, to: &start)
    try start.withUnsafeBytes { try file.write($0, at: 0) }
    var offset = start.count
    var entries: [ChunkEntry] = []
    entries.reserveCapacity(header.chunkCount)
    try options.checkCancelled()
    try work.run(0..<header.chunkCount) { index, result, frame in
      try options.checkCancelled()
      let done = try result.get()
      try file.write(UnsafeRawBufferPointer(rebasing: frame[..<done.frameSize]), at: offset)
      let addresses = header.addresses(of: index)
      entries.append(
        ChunkEntry(
          frame: offset..<offset + done.frameSize, firstRecord: done.firstRecord,
          originalSize: addresses.count, checksums: done.checksums))
      offset += done.frameSize
      options.report(.writing, addresses.upperBound, of: header.originalSize)
      return true
    }
    let end = ContainerIndex.encoded(entries, header: header, at: offset)
    try end.withUnsafeBytes { try file.write($0, at: offset) }
    return (offset + end.count, entries)
  }

  /// Opens the new file as any reader would and compares what it finds with what was written.
  private func verify(
    _ pending: PendingFile, _ header: ContainerHeader, _ entries: [ChunkEntry]
  ) throws {
    let path = pending.file.path
    let file = try SystemFile(reading: pending.temporary, name: path)
    guard let container = try Container(file), container.damage.isEmpty,
      container.header == header, container.entries == entries
    else {
      throw JournalError(
        .compressedDamaged, "the file that was written reads back differently", in: path,
        advice: "the original is untouched; check the disk")
    }
    let buffer = WorkBuffer(entries.lazy.map(\.frame.count).max() ?? 0)
    for (index, entry) in entries.enumerated() {
      try options.checkCancelled()
      guard try CRC32C.of(buffer.fill(from: container.file, entry.frame)) == entry.checksums?.frame
      else { throw container.damaged(index..<index + 1, "reads back differently") }
      options.report(
        .verifying, header.addresses(of: index).upperBound, of: header.originalSize)
    }
  }

  private struct Worker {
    let compressor: ChunkCompressor
    let decompressor: ChunkDecompressor
    let chunk: WorkBuffer
    let back: WorkBuffer
  }
}
