internal import Glibc

/// The file that a journal writer fills, block by block.
///
/// What a reader of the growing file sees is always whole: a block's bytes are written before the
/// header that announces them, and a record's bytes before the length that begins it.
final class BlockFile {
  let path: String
  private let descriptor: Int32
  /// Of a file that has no name yet; it owns the descriptor then.
  private let pending: PendingName?

  /// Creates the file under a temporary name, until `publish()`.
  ///
  /// - Parameter source: a file whose readers alone may read the new one.
  /// - Throws: `targetExists` when the file is there and `overwriting` is false, `cannotWrite`.
  init(hidden path: String, overwriting: Bool, source: String?) throws(JournalError) {
    let pending = try PendingName(
      target: path, force: overwriting, permissions: source == nil ? 0o666 : 0o600)
    if let source { try pending.restrictPermissions(to: [source]) }
    self.path = path
    self.pending = pending
    descriptor = pending.descriptor
  }

  /// - Throws: `targetExists` when the file is there and `overwriting` is false, `cannotWrite` when
  ///   it cannot be created.
  init(path: String, overwriting: Bool) throws(JournalError) {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | (overwriting ? O_TRUNC : O_EXCL)
    let opened = open(path, flags, 0o644)
    guard opened >= 0 else {
      if errno == EEXIST {
        throw JournalError(
          .targetExists, "the file exists", in: path, advice: "choose another name or use --force")
      }
      throw JournalError(.cannotWrite, systemMessage(errno), in: path)
    }
    self.path = path
    pending = nil
    descriptor = opened
  }

  deinit {
    if pending == nil { close(descriptor) }
  }

  /// Gives a hidden file its name; nothing to do for any other.
  func publish() throws(JournalError) { try pending?.publish() }

  /// Writes `bytes` at `address`.
  func write(_ bytes: ArraySlice<UInt8>, at address: JournalAddress) throws(JournalError) {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let written = unsafe bytes[start...].withUnsafeBytes { buffer in
        unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, address + start - bytes.startIndex)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw JournalError(
          .cannotWrite, written < 0 ? systemMessage(errno) : "nothing was written", at: address,
          in: path)
      }
      start += written
    }
  }

  /// Waits until the file is on its device.
  func synchronize() throws(JournalError) {
    guard synchronizeFile(descriptor) == 0 else {
      throw JournalError(.cannotWrite, systemMessage(errno), in: path)
    }
  }
}
