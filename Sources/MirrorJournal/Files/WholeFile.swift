/// Small files that are written in one piece.
public enum WholeFile {
  /// Writes `bytes` to `path` under a temporary name that is renamed at the end.
  ///
  /// - Parameters:
  ///   - bytes: all that the file is to hold.
  ///   - path: where it is to be.
  ///   - force: whether a file of that name is replaced.
  /// - Throws: `targetExists`, `cannotWrite`; then no file has the name that had not before.
  public static func write(
    _ bytes: [UInt8], to path: String, force: Bool = false
  ) throws(JournalError) {
    let pending = try PendingFile(target: path, force: force)
    try pending.file.write(bytes.span.bytes, at: 0)
    try pending.file.makeReadable()
    try pending.file.sync()
    try pending.commit()
  }
}
