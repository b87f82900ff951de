internal import Glibc
internal import JournalCompression
internal import JournalQuery
public import MirrorJournal

/// The file that a stream of lines goes into: whole or not there, or, with a checkpoint, each record of it exactly
/// once however often its writer was killed.
///
/// A name that ends in `.gz` or `.zst` is written as gzip members or Zstandard frames, one behind the other.
public final class ExportFile {
  private enum Target {
    /// Gets its name at the end.
    case pending(PendingFile)
    /// Grows; what stands behind the checkpoint is cut off when it is opened.
    case growing(Int32)
  }

  private let path: String
  private let target: Target
  private let files: RunFiles
  private let checkpointPath: String?
  /// What is on the disk for good.
  public private(set) var checkpoint: Checkpoint?
  private var compressor: ChunkCompressor?
  private var waiting = TextBuffer(capacity: 1 << 16)
  /// Bytes of the output.
  private var size = 0
  private var sizeAtCheckpoint = 0
  /// Whether anything was written since the last checkpoint.
  private var isDirty = false

  /// Text of one frame, and of one write.
  private static let frameSize = 1 << 20
  /// Output between two checkpoints, in bytes.
  private static let step = 8 << 20

  /// A file that gets its name when it is complete.
  ///
  /// - Throws: `targetExists` unless `force`, `cannotWrite`.
  public init(_ path: String, force: Bool, files: RunFiles) throws(JournalError) {
    self.path = path
    self.files = files
    checkpointPath = nil
    target = .pending(try PendingFile(target: path, force: force, files: files))
    compressor = try Self.compressor(path)
  }

  /// A file that grows behind what the checkpoint in `checkpointPath` says; both are made where they are not.
  ///
  /// - Parameter form: what the stream is.
  /// - Throws: `targetExists` when the file is there and no checkpoint; `badArgument` when the checkpoint is of
  ///   another form or another file, or somebody else writes the file; `cannotOpen`, `cannotWrite`.
  public init(
    _ path: String, checkpoint checkpointPath: String, form: String, files: RunFiles
  ) throws(JournalError) {
    self.path = path
    self.files = files
    self.checkpointPath = checkpointPath
    try files.check(path)
    try files.check(checkpointPath)
    let known = try Checkpoint.read(checkpointPath, form: form)
    let exists = statusOfLink(path) != nil
    guard known != nil || !exists else {
      throw JournalError(
        .targetExists, "the file exists, and there is no checkpoint that says what is in it",
        in: path, advice: "choose another name, or remove it")
    }
    guard exists || known.map({ $0.outputBytes == 0 }) ?? true else {
      throw JournalError(
        .cannotOpen, "the file that the checkpoint is about is not there", in: path,
        advice: "remove \(FileName.printable(checkpointPath)) to begin anew")
    }
    let start = known ?? Checkpoint(form: form)
    // The checkpoint first: a file without one belongs to somebody else.
    if known == nil { try start.write(to: checkpointPath) }
    let descriptor = openPath(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    if descriptor >= 0, !exists { try files.permit(descriptor, path) }
    guard descriptor >= 0 else { throw systemError(.cannotWrite, "cannot be opened", path) }
    target = .growing(descriptor)
    compressor = try Self.compressor(path)
    checkpoint = start
    size = start.outputBytes
    sizeAtCheckpoint = size
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw JournalError(.badArgument, "another process writes this file", in: path)
    }
    try files.restrict(path)
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, Int(status.st_size) >= size else {
      throw JournalError(
        .badArgument, "the file is shorter than the \(size) bytes that the checkpoint tells of",
        in: path, advice: "remove both to begin anew")
    }
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw systemError(.cannotWrite, "cannot be cut behind the checkpoint", path)
    }
  }

  deinit {
    if case .growing(let descriptor) = target { close(descriptor) }
  }

  /// How names end whose files are compressed.
  private static let codecs: [(suffix: String, codec: JournalCodec)] = [
    (".gz", .zlib), (".zst", .zstd),
  ]

  /// The end of `path` for which its file is compressed; nil where it is not.
  public static func compressedSuffix(of path: String) -> String? {
    codecs.first { path.hasSuffix($0.suffix) }?.suffix
  }

  private static func compressor(_ path: String) throws(JournalError) -> ChunkCompressor? {
    guard let found = codecs.first(where: { path.hasSuffix($0.suffix) }) else { return nil }
    return try ChunkCompressor(codec: found.codec)
  }

  /// Whether nothing was written yet: what stands before the first line is due.
  public var isEmpty: Bool { size == 0 && waiting.count == 0 }

  /// Appends text.
  ///
  /// - Throws: `cannotWrite`.
  public func write(_ text: RawSpan) throws {
    waiting.append(bytes: text)
    isDirty = true
    if waiting.count >= Self.frameSize { try flush() }
  }

  /// Notes that all records before `place` have been written; now and then, or when `isDue`, that is made sure of on
  /// the disk.
  ///
  /// - Throws: `cannotWrite`.
  public func reached(_ place: ExportPlace, in journals: [Journal], isDue: Bool = false) throws {
    guard let checkpointPath, case .growing(let descriptor) = target, var next = checkpoint
    else { return }
    guard isDue || size + waiting.count - sizeAtCheckpoint >= Self.step else { return }
    try flush()
    if isDirty, synchronizeFile(descriptor) != 0 {
      throw systemError(.cannotWrite, "cannot be synced", path)
    }
    next.move(to: place, in: journals)
    next.outputBytes = size
    guard next != checkpoint else { return }
    try next.write(to: checkpointPath)
    checkpoint = next
    sizeAtCheckpoint = size
    isDirty = false
  }

  /// Writes what is left; a file without a checkpoint gets its name.
  ///
  /// - Throws: `cannotWrite`, `targetExists`.
  public func finish() throws {
    try flush()
    if case .pending(let file) = target { try file.commit() }
  }

  private func flush() throws {
    guard waiting.count > 0 else { return }
    try waiting.withBytes { text in
      guard let compressor else { return try put(text) }
      let frame = try Self.frame(of: text, compressor)
      try put(frame.span.bytes)
    }
    waiting.removeAll()
  }

  private static func frame(
    of text: RawSpan, _ compressor: ChunkCompressor
  ) throws(JournalError) -> [UInt8] {
    let bound = ChunkCompressor.bound(codec: compressor.codec, count: text.byteCount)
    var frame = [UInt8](repeating: 0, count: bound)
    let count: Int
    do {
      var span = frame.mutableSpan
      var bytes = span.mutableBytes
      count = try compressor.compress(text, into: &bytes)
    }
    frame.removeLast(bound - count)
    return frame
  }

  private func put(_ bytes: RawSpan) throws(JournalError) {
    switch target {
    case .pending(let file):
      try bytes.withUnsafeBytes { bytes throws(JournalError) in try file.write(bytes, at: size) }
      size += bytes.byteCount
    case .growing(let descriptor):
      var start = 0
      while start < bytes.byteCount {
        let written = bytes.extracting(droppingFirst: start).withUnsafeBytes {
          pwrite(descriptor, $0.baseAddress, $0.count, off_t(size + start))
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw systemError(.cannotWrite, "cannot be written", path) }
        start += written
      }
      size += bytes.byteCount
    }
  }
}
