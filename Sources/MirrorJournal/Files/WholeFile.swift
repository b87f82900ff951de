internal import Glibc

/// Small files that are written or read in one piece.
public enum WholeFile {
  /// Writes `bytes` to `path` under a temporary name that is renamed at the end.
  ///
  /// - Parameters:
  ///   - bytes: all that the file is to hold.
  ///   - path: where it is to be.
  ///   - force: whether a file of that name is replaced.
  ///   - files: what the run reads and has made: no such file is replaced, and the new one is for
  ///     those only who may read every input.
  /// - Throws: `targetExists`, `cannotWrite`; then no file has the name that had not before.
  public static func write(
    _ bytes: [UInt8], to path: String, force: Bool = false, files: RunFiles
  ) throws(JournalError) {
    let pending = try PendingFile(target: path, force: force, files: files)
    try pending.file.write(bytes.span.bytes, at: 0)
    try pending.commit()
  }

  /// All bytes of a file or a pipe.
  ///
  /// - Parameter limit: the most bytes that the file may have: what a pipe delivers beyond is not read.
  /// - Throws: `cannotOpen`, `cannotRead`; `badArgument` beyond the limit.
  package static func read(_ path: String, limit: Int = .max) throws(JournalError) -> [UInt8] {
    let descriptor = openPath(path, O_RDONLY)
    guard descriptor >= 0 else { throw systemError(.cannotOpen, "cannot be opened", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw systemError(.cannotRead, "cannot be read", path) }
      if count == 0 { return bytes }
      guard count <= limit - bytes.count else {
        throw JournalError(
          .badArgument, "is larger than the \(limit) bytes that are read of such a file", in: path)
      }
      if bytes.capacity - bytes.count < count {
        try requireMemory(2 * bytes.count + count, "the whole of it", path)
      }
      bytes.append(contentsOf: piece[..<count])
    }
  }
}
