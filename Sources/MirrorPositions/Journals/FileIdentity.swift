internal import Glibc
internal import MirrorJournal

/// What a path leads to, whatever it is called: device and inode.
struct FileIdentity: Hashable {
  private let device: dev_t
  private let inode: ino_t

  /// Nil when the path leads to nothing.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    inode = status.st_ino
  }

  /// - Throws: `cannotOpen` when the path leads to nothing.
  static func require(_ path: String) throws(JournalError) {
    if FileIdentity(path) == nil {
      throw JournalError(.cannotOpen, "no such directory", in: path, advice: "check the path")
    }
  }
}
