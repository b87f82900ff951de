internal import Glibc

/// The file that a journal writer fills, block by block.
///
/// What a reader of the growing file sees is always whole: a block's bytes are written before the
/// header that announces them, and a record's bytes before the length that begins it.
final class BlockFile {
  let path: String
  private let file: SystemFile
  /// Of a file that has no name yet.
  private let pending: PendingName?

  /// Creates the file under a temporary name, until `publish()`.
  ///
  /// - Parameter source: a file whose readers alone may read the new one, which is not replaced.
  /// - Throws: `targetExists` when the file is there and `overwriting` is false, `cannotWrite`.
  init(hidden path: String, overwriting: Bool, source: String?) throws(JournalError) {
    let pending = try PendingName(
      target: path, force: overwriting, files: RunFiles(source.map { [$0] } ?? []))
    self.path = path
    self.pending = pending
    file = try SystemFile(duplicating: pending.descriptor, path: path)
  }

  /// - Throws: `targetExists` when the file is there and `overwriting` is false, `cannotWrite` when
  ///   it cannot be created.
  init(path: String, overwriting: Bool) throws(JournalError) {
    let flags = O_RDWR | O_CREAT | (overwriting ? O_TRUNC : O_EXCL)
    let opened = openPath(path, flags, 0o644)
    guard opened >= 0 else {
      if errno == EEXIST {
        throw JournalError(
          .targetExists, "the file exists", in: path, advice: "choose another name or use --force")
      }
      throw JournalError(.cannotWrite, systemMessage(errno), in: path)
    }
    self.path = path
    pending = nil
    file = SystemFile(owning: opened, path: path)
  }

  /// Gives a hidden file its name; nothing to do for any other.
  func publish() throws(JournalError) { try pending?.publish() }

  /// Writes `bytes` at `address`.
  func write(_ bytes: ArraySlice<UInt8>, at address: JournalAddress) throws(JournalError) {
    do {
      try file.write(bytes.span.bytes, at: address)
    } catch {
      throw JournalError(error.code, error.reason, at: address, in: path)
    }
  }

  /// Waits until the file is on its device.
  func synchronize() throws(JournalError) { try file.sync() }
}
