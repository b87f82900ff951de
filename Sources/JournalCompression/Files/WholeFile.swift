public import MirrorJournal

/// Small files that are written in one piece.
public enum WholeFile {
  /// Writes `bytes` to `path` under a temporary name that is renamed at the end.
  ///
  /// - Parameter force: whether a file of that name is replaced.
  /// - Throws: `targetExists`, `cannotWrite`; then no file has the name that had not before.
  public static func write(
    _ bytes: [UInt8], to path: String, force: Bool = false
  ) throws(JournalError) {
    let pending = try PendingFile(target: path, force: force)
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JournalError) in try pending.file.write(buffer, at: 0) }
    }
    try result.get()
    try pending.file.makeReadable()
    try pending.file.sync()
    try pending.commit()
  }
}
