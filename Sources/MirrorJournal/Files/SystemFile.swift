internal import CJournalSupport
package import Glibc

/// An open regular file. Reads and writes name their offset, so several threads may share it.
package final class SystemFile: Sendable {
  package let path: String
  private let descriptor: CInt

  /// Opens for reading.
  ///
  /// - Parameter name: what messages call the file, where that is not its path.
  package init(reading path: String, name: String? = nil) throws(JournalError) {
    // Without O_NONBLOCK a named pipe would block here before it is refused below.
    let descriptor = openPath(path, O_RDONLY | O_NONBLOCK)
    self.path = name ?? path
    guard descriptor >= 0 else { throw systemError(.cannotOpen, "cannot be opened", self.path) }
    self.descriptor = descriptor
    let status = try status()
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw JournalError(.cannotOpen, "not a regular file", in: path)
    }
  }

  /// Takes a duplicate of the caller's `descriptor`, a regular file.
  package init(duplicating descriptor: CInt, path: String) throws(JournalError) {
    let own = dup(descriptor)
    guard own >= 0 else { throw systemError(.cannotOpen, "cannot be opened", path) }
    self.path = path
    self.descriptor = own
  }

  /// Takes over the open `descriptor`, which is closed with this value.
  init(owning descriptor: CInt, path: String) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  package func status() throws(JournalError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw systemError(.cannotRead, "has no readable status", path)
    }
    return status
  }

  /// The size in bytes.
  package func size() throws(JournalError) -> Int { Int(try status().st_size) }

  /// Reads at `offset` until `buffer` is full or the file ends; returns the number of bytes.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(JournalError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, offset + done)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw systemError(.cannotRead, "cannot be read at byte \(offset + done)", path)
      }
      done += count
    }
    return done
  }

  /// At most `count` bytes from `offset`; fewer where the file ends.
  package func bytes(_ count: Int, at offset: Int) throws(JournalError) -> [UInt8] {
    // A number from a file may ask for more than the file has.
    let count = min(count, max(0, try size() - offset))
    try requireMemory(count, "a part of it", path)
    var bytes = [UInt8](repeating: 0, count: count)
    // The closure form of a typed throw through withUnsafeMutableBytes needs the Result.
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(JournalError) in try read(into: buffer, at: offset) }
    }
    bytes.removeLast(count - (try result.get()))
    return bytes
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
    var done = 0
    while done < bytes.count {
      // The kernel takes memory for a piece in one, and for larger ones that is memory not used before,
      // which in a virtual machine the host has to give first: 128 KiB took twice the processor time.
      let piece = min(bytes.count - done, 32 << 10)
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, piece, offset + done)
      if count < 0 {
        if errno == EINTR { continue }
        throw systemError(.cannotWrite, "cannot be written", path)
      }
      done += count
    }
  }

  /// Writes all of `bytes` from `offset` on.
  func write(_ bytes: RawSpan, at offset: Int) throws(JournalError) {
    try bytes.withUnsafeBytes { (buffer) throws(JournalError) in try write(buffer, at: offset) }
  }

  /// Gives the file the owner, permissions and times of another; the owner only where allowed. Where
  /// the group stays another one, it may do no more than anybody.
  package func adopt(_ status: stat) throws(JournalError) {
    // Changing the owner clears set-id bits and is for the privileged: first, and best effort.
    _ = fchown(descriptor, status.st_uid, status.st_gid)
    let times = [status.st_atim, status.st_mtim]
    let permissions = RunFiles.limit(
      status.st_mode & 0o7777, of: status.st_gid, for: try self.status().st_gid)
    guard fchmod(descriptor, permissions) == 0, futimens(descriptor, times) == 0 else {
      throw systemError(.cannotWrite, "permissions and times cannot be set", path)
    }
  }

  /// Has the disk begin with the bytes of `range`, so that `sync()` finds less to do, which also
  /// reports what goes wrong.
  package func beginSync(_ range: Range<Int>) {
    mj_begin_sync(descriptor, Int64(range.lowerBound), Int64(range.count))
  }

  package func sync() throws(JournalError) {
    guard synchronizeFile(descriptor) == 0 else {
      throw systemError(.cannotWrite, "cannot be synced", path)
    }
  }
}
