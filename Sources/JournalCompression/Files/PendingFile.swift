import Glibc
import MirrorJournal

/// A file that gets its final name only when it is complete.
///
/// Until ``commit(force:)`` it is called `.NAME.mjournal-PID-RANDOM.tmp` beside its target; it is
/// removed when the value goes away uncommitted. A killed process leaves at most that name behind.
final class PendingFile {
  let file: SystemFile
  private let target: String
  private var committed = false

  /// - Throws: `cannotWrite`; `targetExists` unless `force`.
  init(target: String, force: Bool) throws(JournalError) {
    if !force, Self.exists(target) { throw Self.targetExists(target) }
    self.target = target
    let (directory, name) = Self.split(target)
    let random = String(UInt64.random(in: 0 ... .max), radix: 36)
    file = try SystemFile(
      creating: "\(directory)/.\(name).mjournal-\(getpid())-\(random).tmp")
  }

  deinit {
    if !committed { unlink(file.path) }
  }

  /// Gives the file its name and makes the name durable. The content must be synced already.
  ///
  /// - Throws: `targetExists` when something has that name and `force` is false; `cannotWrite`.
  func commit(force: Bool) throws(JournalError) {
    if force {
      guard rename(file.path, target) == 0 else {
        throw systemError(.cannotWrite, "cannot be renamed to its final name", target)
      }
    } else if link(file.path, target) == 0 {
      unlink(file.path)
    } else if errno == EEXIST {
      throw Self.targetExists(target)
    } else {
      // A file system without hard links: the check and the renaming are then two steps.
      if Self.exists(target) { throw Self.targetExists(target) }
      guard rename(file.path, target) == 0 else {
        throw systemError(.cannotWrite, "cannot be renamed to its final name", target)
      }
    }
    committed = true
    try Self.syncDirectory(of: target)
  }

  /// Makes the names in the directory of `path` durable.
  static func syncDirectory(of path: String) throws(JournalError) {
    let directory = split(path).directory
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw systemError(.cannotWrite, "cannot be opened to sync it", directory)
    }
    defer { close(descriptor) }
    // Some file systems cannot sync a directory and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw systemError(.cannotWrite, "cannot be synced", directory)
    }
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = path[..<slash]
    return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
  }

  private static func targetExists(_ path: String) -> JournalError {
    JournalError(
      .targetExists, "the file exists already", in: path,
      advice: "remove it, or ask for it to be overwritten")
  }
}
