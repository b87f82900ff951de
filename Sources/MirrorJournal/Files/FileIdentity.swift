package import Glibc

/// What a path leads to, whatever it is called: device and inode.
package struct FileIdentity: Hashable, Sendable {
  private let device: dev_t
  private let inode: ino_t

  /// Nil when the path leads to nothing.
  package init?(_ path: String) {
    guard let status = statusOfPath(path) else { return nil }
    self.init(status)
  }

  package init(_ status: stat) {
    device = status.st_dev
    inode = status.st_ino
  }
}
