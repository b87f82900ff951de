internal import CJournalSupport
internal import Glibc

/// The temporary name of a file that gets its final name only when it is whole.
///
/// Until ``publish()`` the file is called `.NAME.mjournal-PID-RANDOM.tmp` beside its target, and is
/// removed when the value goes away. A killed process leaves that name behind at most; the next one
/// that writes to the same target removes it, which a lock on the file makes safe.
package final class PendingName {
  /// The name that the file is to get.
  package let target: String
  /// The name that it has until then.
  package let temporary: String
  /// The empty file, open for reading and writing, as long as this value lives.
  package let descriptor: Int32
  private let force: Bool
  private var isPublished = false

  /// Creates the file under its temporary name.
  ///
  /// - Parameters:
  ///   - force: whether a file that has the target's name already is replaced in the end.
  ///   - permissions: those of the new file, less those that the process's mask takes away.
  /// - Throws: `targetExists` unless `force`, `cannotWrite`.
  package init(target: String, force: Bool, permissions: UInt32 = 0o600) throws(JournalError) {
    if !force, Self.exists(target) { throw Self.targetExists(target) }
    let (directory, name) = Self.split(target)
    // Room for the rest of the name within the 255 bytes of a file system.
    let stem = "\(directory)/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).mjournal-"
    Self.removeLeftovers(directory, stem)
    (temporary, descriptor) = try Self.create(stem, permissions, for: target)
    self.target = target
    self.force = force
  }

  private static func create(_ stem: String, _ permissions: UInt32, for target: String)
    throws(JournalError) -> (name: String, descriptor: Int32)
  {
    // Names are taken by chance only; whatever fails more often is no chance.
    for _ in 0..<16 {
      let random = String(UInt64.random(in: 0 ... .max), radix: 36)
      let path = "\(stem)\(getpid())-\(random).tmp"
      let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
      let opened = open(path, flags, permissions)
      guard opened >= 0 else { throw cannotCreate(target, errno) }
      // Another process may take the file for a leftover before it is locked.
      let isTaken = flock(opened, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, names(path, opened) { return (path, opened) }
      unlink(path)
      close(opened)
    }
    throw JournalError(.cannotWrite, "a temporary name beside it cannot be kept", in: target)
  }

  deinit {
    if !isPublished { unlink(temporary) }
    close(descriptor)
  }

  /// Lets only those read or write the file who may read or write every one of `sources`.
  ///
  /// A source that is no file, such as standard input, says nothing.
  ///
  /// - Throws: `cannotWrite`.
  package func restrictPermissions(to sources: [String]) throws(JournalError) {
    var permissions: mode_t = 0o666
    var isKnown = false
    for source in sources {
      var status = stat()
      guard unsafe stat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      permissions &= status.st_mode
      isKnown = true
    }
    guard isKnown else { return }
    // The owner who may read a write-protected journal may still write his own output.
    guard fchmod(descriptor, permissions | S_IRUSR | S_IWUSR) == 0 else {
      throw JournalError(
        .cannotWrite, "permissions cannot be set: \(systemMessage(errno))", in: target)
    }
  }

  /// Waits until the file's content is on its device, gives it its name and makes the name durable.
  ///
  /// - Throws: `targetExists` when something has that name and `force` was false; `cannotWrite`.
  package func publish() throws(JournalError) {
    guard !isPublished else { return }
    guard synchronizeFile(descriptor) == 0 else {
      throw JournalError(.cannotWrite, "cannot be synced: \(systemMessage(errno))", in: target)
    }
    if force {
      try rename()
    } else if mj_rename_new(temporary, target) == 0 {
      // The check and the renaming were one step.
    } else if errno == EEXIST {
      throw Self.targetExists(target)
    } else if link(temporary, target) == 0 {
      // A file system that does not know the flag.
      unlink(temporary)
    } else if errno == EEXIST {
      throw Self.targetExists(target)
    } else {
      // A file system without hard links: the check and the renaming are then two steps.
      if Self.exists(target) { throw Self.targetExists(target) }
      try rename()
    }
    isPublished = true
    try Self.syncDirectory(of: target)
  }

  private func rename() throws(JournalError) {
    guard Glibc.rename(temporary, target) == 0 else {
      throw JournalError(
        .cannotWrite, "cannot be renamed to its final name: \(systemMessage(errno))", in: target)
    }
  }

  /// Makes the names in the directory of `path` durable.
  ///
  /// - Throws: `cannotWrite`.
  package static func syncDirectory(of path: String) throws(JournalError) {
    let directory = split(path).directory
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw JournalError(
        .cannotWrite, "cannot be opened to sync it: \(systemMessage(errno))", in: directory)
    }
    defer { close(descriptor) }
    // Some file systems cannot sync a directory and say so with EINVAL.
    guard synchronizeFile(descriptor) == 0 || errno == EINVAL else {
      throw JournalError(.cannotWrite, "cannot be synced: \(systemMessage(errno))", in: directory)
    }
  }

  /// Whether `path` names anything, a dangling link included.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// Whether `path` still names the open file.
  private static func names(_ path: String, _ descriptor: Int32) -> Bool {
    var own = stat()
    var named = stat()
    return unsafe fstat(descriptor, &own) == 0 && lstat(path, &named) == 0
      && own.st_ino == named.st_ino && own.st_dev == named.st_dev
  }

  /// Removes what killed processes left of this target: files of its temporary names that nobody
  /// holds locked. Best effort.
  private static func removeLeftovers(_ directory: String, _ stem: String) {
    guard let listing = unsafe opendir(directory) else { return }
    defer { unsafe closedir(listing) }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      let path = "\(directory)/\(name)"
      guard path.hasPrefix(stem), path.hasSuffix(".tmp") else { continue }
      let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, names(path, descriptor) { unlink(path) }
      close(descriptor)
    }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = path[..<slash]
    return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
  }

  private static func cannotCreate(_ target: String, _ number: Int32) -> JournalError {
    guard number == ENOENT else {
      return JournalError(.cannotWrite, "cannot be created: \(systemMessage(number))", in: target)
    }
    return JournalError(
      .cannotWrite, "cannot be created: there is no folder \(split(target).directory)", in: target,
      advice: "make the folder, or name another")
  }

  private static func targetExists(_ path: String) -> JournalError {
    JournalError(
      .targetExists, "the file exists", in: path,
      advice: "remove it, choose another name or use --force")
  }
}

/// `fsync(2)`, repeated when a signal interrupts it.
package func synchronizeFile(_ descriptor: Int32) -> Int32 {
  var status: Int32
  repeat { status = fsync(descriptor) } while status != 0 && errno == EINTR
  return status
}
