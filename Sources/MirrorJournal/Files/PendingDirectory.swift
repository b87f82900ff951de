internal import CJournalSupport
internal import Glibc

/// A directory that was made for files to come: without any it goes again, also where a signal ends the
/// process.
package final class PendingDirectory {
  private let path: String
  private var slot: Int32 = -1

  /// Makes the directory unless it is there, which then is left alone.
  ///
  /// - Throws: `cannotWrite`.
  package init(_ path: String) throws(JournalError) {
    self.path = path
    guard !isDirectory(path) else { return }
    // First, so that no signal meets the directory before its name.
    var name = FileName.bytes(path).map { CChar(bitPattern: $0) } + [0]
    slot = unsafe mj_pending_add(&name)
    guard makeDirectory(path, 0o755) != 0 else { return }
    let reason = errno
    mj_pending_drop(slot)
    slot = -1
    // Another process may have made it since.
    guard !isDirectory(path) else { return }
    throw JournalError(.cannotWrite, "cannot be made: \(systemMessage(reason))", in: path)
  }

  deinit {
    guard slot >= 0 else { return }
    mj_pending_drop(slot)
    // Fails where a file is in it, as it should.
    removeDirectory(path)
  }
}
