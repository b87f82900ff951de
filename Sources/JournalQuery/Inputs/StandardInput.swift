internal import Glibc
internal import JournalCompression
internal import MirrorJournal

/// Standard input as a journal's storage.
enum StandardInput {
  /// The storage of what standard input delivers.
  ///
  /// A redirected file is mapped where it is. A pipe is first copied to an unnamed temporary file
  /// in `$TMPDIR` or `/tmp`, because records are found by address; it vanishes with the process.
  ///
  /// - Throws: `cannotRead`, `cannotWrite` when the temporary file cannot be written.
  static func storage() throws(JournalError) -> any JournalStorage {
    var status = stat()
    if fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      return try storage(of: STDIN_FILENO)
    }
    let spool = try SpoolFile()
    try copyInput(to: spool)
    return try storage(of: spool.descriptor)
  }

  private static func storage(of descriptor: Int32) throws(JournalError) -> any JournalStorage {
    if let compressed = try openStorage(descriptor: descriptor, path: "-") { return compressed }
    return try MappedFile(descriptor: descriptor, path: "-")
  }

  private static func copyInput(to spool: borrowing SpoolFile) throws(JournalError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw JournalError(.cannotRead, String(cString: strerror(errno)), in: "-")
      }
      if count == 0 { return }
      try spool.append(buffer.span.bytes.extracting(first: count))
    }
  }
}
