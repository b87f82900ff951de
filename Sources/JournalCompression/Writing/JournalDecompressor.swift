import MirrorJournal

/// Decompresses containers and the streams of stock tools back to plain journals, with the same
/// care as ``JournalCompressor``: temporary name, sync, read back, rename.
public struct JournalDecompressor: Sendable {
  /// Threads, overwriting, progress and the like.
  public var options: CompressionOptions

  /// Finds how a file keeps its chunks that is neither a container nor a stream.
  public var finder: FramingFinder
  /// Framings that are tried before any other.
  public var framings: [Framing]

  /// A decompressor with these options.
  public init(
    options: CompressionOptions = CompressionOptions(), finder: FramingFinder = FramingFinder(),
    framings: [Framing] = []
  ) {
    self.options = options
    self.finder = finder
    self.framings = framings
  }

  /// Decompresses `source` to `target`, which is `source` without its last `z` unless given.
  ///
  /// - Parameters:
  ///   - source: the compressed file.
  ///   - target: where the journal is to be.
  ///   - found: told the framing of a file that is neither a container nor a stream.
  /// - Throws: `JournalError`: `badArgument` (not compressed, or no `z` to take away),
  ///   `compressedDamaged` for the first damaged chunk, and those of
  ///   ``JournalCompressor/compress(_:to:fileGUID:isActive:)``; `CancellationError`.
  public func decompress(
    _ source: String, to target: String? = nil, found: (Framing) throws -> Void = { _ in }
  ) throws -> CompressionResult {
    let start = monotonicSeconds()
    let original = try SourceFile(source, options)
    let storage = try openStorage(original.file, threads: options.threads) ?? framed(source, found)
    guard let target = target ?? Self.plainName(of: source) else {
      throw JournalError(
        .badArgument, "the name does not end in z", in: source, advice: "name the target")
    }
    // A container's index can be mended without loss; a stream that breaks off is shorter.
    if storage is StreamStorage, let damage = storage.damage.first { throw damage }

    let pending = try PendingFile(
      target: target, force: options.force, files: options.files ?? RunFiles([source]))
    let checksums = try write(storage, to: pending)
    try original.checkUnchanged()
    try pending.file.adopt(original.status)
    try pending.sync { try verify(pending.file, checksums, storage) }
    try options.checkCancelled()
    try pending.commit()
    if options.removeOriginal { try original.remove(options.files) }
    return CompressionResult(
      source: source, target: target, bytesFrom: original.size, bytesTo: storage.count,
      chunks: (storage as? CompressedStorage)?.header.chunkCount
        ?? (storage as? FramedStorage)?.chunkCount ?? 0,
      damage: storage.damage,
      seconds: monotonicSeconds() - start)
  }

  /// The file by a framing that is found in it.
  ///
  /// - Throws: `badArgument` saying what the file is instead.
  private func framed(
    _ source: String, _ found: (Framing) throws -> Void
  ) throws -> any CompressedJournalStorage {
    let file = try MappedFile(path: source)
    if let storage = try finder.storage(in: file, known: framings) {
      try found(storage.framing)
      return storage
    }
    switch try file.count > 0 ? FileSpread(of: file).content : .plain {
    case .plain: throw JournalError(.badArgument, "the file is not compressed", in: source)
    case .dense:
      throw JournalError(
        .badArgument,
        "no framing fits: the file is compressed in a way that is not known, or no journal",
        in: source, advice: "have IRIS decompress a copy")
    case .encrypted:
      throw JournalError(
        .badArgument,
        "the file is encrypted: its header can be read, and the bytes behind it are as good as random",
        in: source, advice: "take a journal that is not encrypted")
    }
  }

  /// `X` for `Xz`, otherwise nil.
  public static func plainName(of path: String) -> String? {
    guard path.hasSuffix("z"), !path.hasSuffix("/z"), path != "z" else { return nil }
    return String(path.dropLast())
  }

  /// Writes all segments; returns the CRC-32C of each.
  private func write(
    _ storage: any CompressedJournalStorage, to file: PendingFile
  ) throws -> [UInt32] {
    // What a chunk was compared with when it was decompressed need not be computed again.
    let known = (storage as? CompressedStorage)?.chunks
    var checksums: [UInt32] = []
    try options.checkCancelled()
    try storage.forEachSegment(
      in: 0..<storage.count, damaged: { error, _ in throw error }
    ) { bytes, address in
      try options.checkCancelled()
      try bytes.withUnsafeBytes {
        checksums.append(known?[checksums.count]?.checksums?.original ?? CRC32C.of($0))
        try file.write($0, at: address)
      }
      options.report(.writing, address + bytes.byteCount, of: storage.count)
      return true
    }
    return checksums
  }

  private func verify(
    _ file: SystemFile, _ checksums: [UInt32], _ storage: any CompressedJournalStorage
  ) throws {
    let buffer = WorkBuffer(storage.segmentSize)
    for (index, checksum) in checksums.enumerated() {
      try options.checkCancelled()
      let start = index * storage.segmentSize
      let end = min(start + storage.segmentSize, storage.count)
      guard CRC32C.of(try buffer.fill(from: file, start..<end)) == checksum else {
        throw JournalError(
          .cannotWrite, "the file that was written reads back differently", at: start,
          in: file.path, advice: "the compressed file is untouched; check the disk")
      }
      options.report(.verifying, end, of: storage.count)
    }
    guard try file.size() == storage.count else {
      throw JournalError(
        .cannotWrite, "the file that was written has the wrong size", in: file.path)
    }
  }
}
