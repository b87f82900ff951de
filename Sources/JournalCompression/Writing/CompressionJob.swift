import Glibc
public import MirrorJournal

/// What compressing or decompressing one file came to.
public struct CompressionResult: Sendable, Equatable {
  /// The file that was read.
  public let source: String
  /// The file that was written.
  public let target: String
  /// The size of `source` in bytes.
  public let bytesFrom: Int
  /// The size of `target` in bytes.
  public let bytesTo: Int
  /// The number of chunks in the container; 0 for a stream of a stock tool.
  public let chunks: Int
  /// What was wrong with a container's header or index, and was mended; nothing of the data is lost by it.
  public let damage: [JournalError]
  /// Wall-clock time, verification included.
  public let seconds: Double
}

/// How far a file is.
public struct CompressionProgress: Sendable, Equatable {
  /// What is being done.
  public enum Phase: String, Sendable {
    /// Chunks are compressed or decompressed and written.
    case writing
    /// The new file is read back and compared.
    case verifying
  }

  /// What is being done.
  public let phase: Phase
  /// Bytes of journal data done in this phase.
  public let bytesDone: Int
  /// Bytes of journal data in all.
  public let bytesTotal: Int
}

/// What compressing and decompressing have in common.
public struct CompressionOptions: Sendable {
  /// Threads that work on the chunks of one file; 1 works on the caller's thread.
  public var threads = 2
  /// Whether a file that has the target's name already is replaced.
  public var force = false
  /// Whether the source is removed once the target is verified and has its name.
  public var removeOriginal = false
  /// What a run of several files reads and has made, so that none of them is replaced; nil: each file
  /// is a run by itself.
  public var files: RunFiles?
  /// Called on the caller's thread after each chunk.
  public var progress: @Sendable (CompressionProgress) -> Void = { _ in }
  /// Asked before each chunk; true ends the work with a `CancellationError`.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// The usual options.
  public init() {}

  /// - Throws: `badArgument` for an input that the run has removed, and for a link that is to be removed:
  ///   what it leads to would stay.
  package func checkInput(_ path: String) throws(JournalError) {
    if let files, files.hasRemoved(path) {
      throw JournalError(
        .badArgument, "the file is an input for the second time; this run has removed it", in: path)
    }
    if removeOriginal, let named = statusOfLink(path), named.st_mode & S_IFMT == S_IFLNK {
      throw JournalError(
        .badArgument, "the file is a symbolic link, and --rm would leave what it leads to",
        in: path,
        advice: "name the file itself, or leave out --rm")
    }
  }

  func checkCancelled() throws {
    if isCancelled() { throw CancellationError() }
  }

  func report(_ phase: CompressionProgress.Phase, _ done: Int, of total: Int) {
    progress(CompressionProgress(phase: phase, bytesDone: done, bytesTotal: total))
  }
}

/// The source file of a job, with what it looked like when the job began.
struct SourceFile: Sendable {
  let file: SystemFile
  let status: stat

  var size: Int { Int(status.st_size) }

  init(_ path: String, _ options: CompressionOptions) throws(JournalError) {
    try options.checkInput(path)
    file = try SystemFile(reading: path)
    status = try file.status()
  }

  /// - Throws: `shrank` or `cannotRead` if the file is not what it was.
  func checkUnchanged() throws(JournalError) {
    let now = try file.status()
    if now.st_size < status.st_size {
      throw JournalError(.shrank, "the file became shorter while it was read", in: file.path)
    }
    guard now.st_size == status.st_size, now.st_mtim.tv_sec == status.st_mtim.tv_sec,
      now.st_mtim.tv_nsec == status.st_mtim.tv_nsec
    else {
      throw JournalError(
        .cannotRead, "the file changed while it was read", in: file.path,
        advice: "wait until the journal is closed")
    }
  }

  /// Removes the name of the file, unless the name means another file by now.
  func remove(_ files: RunFiles?) throws(JournalError) {
    guard let now = statusOfLink(file.path), FileIdentity(now) == FileIdentity(status) else {
      throw JournalError(
        .cannotWrite, "the original is not the file that was read any more; it was kept",
        in: file.path)
    }
    guard unlinkPath(file.path) == 0 else {
      throw systemError(.cannotWrite, "the original cannot be removed", file.path)
    }
    files?.removed(file.path, status)
    try PendingName.syncDirectory(of: file.path)
  }
}

/// Seconds on a clock that only moves forward.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
