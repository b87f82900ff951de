internal import CJournalSupport
internal import Glibc

/// The temporary name of a file that gets its final name only when it is whole.
///
/// Until ``publish()`` the file is called `.NAME.mjournal-PID-RANDOM.tmp` beside its target, and is
/// removed when the value goes away. A killed process leaves that name behind at most; the next one
/// that writes in the same directory removes it, which a lock on the file makes safe.
package final class PendingName {
  /// The name that the file is to get.
  package let target: String
  /// The name that it has until then.
  package let temporary: String
  /// The empty file, open for reading and writing, as long as this value lives.
  package let descriptor: Int32
  private let force: Bool
  private let files: RunFiles
  private var isPublished = false
  /// Where a signal finds the temporary name.
  private var slot: Int32 = -1

  /// Creates the file under its temporary name, for those who may read every input of the run and
  /// whom the process's mask does not keep out.
  ///
  /// - Parameters:
  ///   - force: whether a file that has the target's name already is replaced in the end.
  ///   - files: what the run reads and has made, which is not replaced even so.
  /// - Throws: `targetExists` unless `force`, and for a file of the run; `cannotWrite`.
  package init(target: String, force: Bool, files: RunFiles) throws(JournalError) {
    try files.check(target)
    if !force, Self.exists(target) { throw Self.targetExists(target) }
    let (directory, name) = splitPath(target)
    // Room for the rest of the name within the 255 bytes of a file system.
    let stem = "\(directory)/.\(FileName.text(FileName.bytes(name).prefix(200))).mjournal-"
    Self.removeLeftovers(directory)
    (temporary, descriptor, slot) = try Self.create(stem, for: target)
    self.target = target
    self.force = force
    self.files = files
    try files.permit(descriptor, target)
  }

  private static func create(_ stem: String, for target: String)
    throws(JournalError) -> (name: String, descriptor: Int32, slot: Int32)
  {
    // Names are taken by chance only; whatever fails more often is no chance.
    for _ in 0..<16 {
      let random = String(UInt64.random(in: 0 ... .max), radix: 36)
      let path = "\(stem)\(getpid())-\(random).tmp"
      // First, so that no signal meets the file before its name.
      var name = FileName.bytes(path).map { CChar(bitPattern: $0) } + [0]
      let slot = unsafe mj_pending_add(&name)
      let opened = openPath(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      guard opened >= 0 else {
        let reason = errno
        mj_pending_drop(slot)
        throw cannotCreate(target, reason)
      }
      // Another process may take the file for a leftover before it is locked.
      let isTaken = flock(opened, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, names(path, opened) { return (path, opened, slot) }
      mj_pending_drop(slot)
      unlinkPath(path)
      close(opened)
    }
    throw JournalError(.cannotWrite, "a temporary name beside it cannot be kept", in: target)
  }

  deinit {
    if !isPublished { unlinkPath(temporary) }
    mj_pending_drop(slot)
    close(descriptor)
  }

  /// From now on a signal that ends the process removes the temporary files first. For programs: it sets the
  /// process's signal handlers.
  package static func removeOnSignals() { mj_pending_remove_on_signals() }

  /// Waits until the file's content is on its device, gives it its name and makes the name durable.
  ///
  /// - Throws: `targetExists` when something has that name and `force` was false; `cannotWrite`.
  package func publish() throws(JournalError) {
    guard !isPublished else { return }
    try files.check(target)
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, synchronizeFile(descriptor) == 0 else {
      throw JournalError(.cannotWrite, "cannot be synced: \(systemMessage(errno))", in: target)
    }
    if force {
      try rename()
    } else if bothPaths({ unsafe mj_rename_new($0, $1) }) == 0 {
      // The check and the renaming were one step.
    } else if errno == EEXIST {
      throw Self.targetExists(target)
    } else if bothPaths({ unsafe link($0, $1) }) == 0 {
      // A file system that does not know the flag.
      unlinkPath(temporary)
    } else if errno == EEXIST {
      throw Self.targetExists(target)
    } else {
      // A file system without hard links: the check and the renaming are then two steps.
      if Self.exists(target) { throw Self.targetExists(target) }
      try rename()
    }
    isPublished = true
    mj_pending_drop(slot)
    slot = -1
    files.made(target, status)
    try Self.syncDirectory(of: target)
  }

  private func bothPaths(
    _ call: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> CInt
  ) -> CInt {
    unsafe withPath(temporary) { old in
      unsafe withPath(target) { new in unsafe call(old, new) }
    }
  }

  private func rename() throws(JournalError) {
    guard bothPaths({ unsafe Glibc.rename($0, $1) }) == 0 else {
      throw JournalError(
        .cannotWrite, "cannot be renamed to its final name: \(systemMessage(errno))", in: target)
    }
  }

  /// Makes the names in the directory of `path` durable.
  ///
  /// - Throws: `cannotWrite`.
  package static func syncDirectory(of path: String) throws(JournalError) {
    let directory = splitPath(path).directory
    let descriptor = openPath(directory, O_RDONLY | O_DIRECTORY)
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
  package static func exists(_ path: String) -> Bool { statusOfLink(path) != nil }

  /// Whether `path` still names the open file.
  private static func names(_ path: String, _ descriptor: Int32) -> Bool {
    var own = stat()
    guard unsafe fstat(descriptor, &own) == 0, let named = statusOfLink(path) else { return false }
    return FileIdentity(own) == FileIdentity(named)
  }

  /// Removes what killed processes left in the directory: files of temporary names that nobody holds locked.
  /// Best effort.
  private static func removeLeftovers(_ directory: String) {
    for name in namesInDirectory(directory) ?? [] {
      let path = "\(directory)/\(name)"
      guard name.hasPrefix("."), name.contains(".mjournal-"), name.hasSuffix(".tmp") else {
        continue
      }
      let descriptor = openPath(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, names(path, descriptor) { unlinkPath(path) }
      close(descriptor)
    }
  }

  private static func cannotCreate(_ target: String, _ number: Int32) -> JournalError {
    guard number == ENOENT else {
      return JournalError(.cannotWrite, "cannot be created: \(systemMessage(number))", in: target)
    }
    return JournalError(
      .cannotWrite,
      "cannot be created: there is no folder \(FileName.printable(splitPath(target).directory))",
      in: target,
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
