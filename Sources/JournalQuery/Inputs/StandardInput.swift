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
    let directory = pathVariable("TMPDIR") ?? "/tmp"
    // `mkstemp` replaces six of this letter.
    let random = String(repeating: "X", count: 6)
    var template =
      FileName.bytes("\(directory)/mjournal-stdin-\(random)").map { CChar(bitPattern: $0) } + [0]
    let spool = mkstemp(&template)
    guard spool >= 0 else {
      throw JournalError(
        .cannotWrite, String(cString: strerror(errno)), in: directory,
        advice: "set TMPDIR to a directory with room for the journal")
    }
    defer { close(spool) }
    unlink(template)
    try copyInput(to: spool, directory)
    return try storage(of: spool)
  }

  private static func storage(of descriptor: Int32) throws(JournalError) -> any JournalStorage {
    if let compressed = try openStorage(descriptor: descriptor, path: "-") { return compressed }
    return try MappedFile(descriptor: descriptor, path: "-")
  }

  private static func copyInput(to spool: Int32, _ directory: String) throws(JournalError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw JournalError(.cannotRead, String(cString: strerror(errno)), in: "-")
      }
      if count == 0 { return }
      var start = 0
      while start < count {
        let written = buffer[start..<count].withUnsafeBytes {
          write(spool, $0.baseAddress, $0.count)
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          throw JournalError(
            .cannotWrite, String(cString: strerror(errno)), in: directory,
            advice: "set TMPDIR to a directory with room for the journal")
        }
        start += written
      }
    }
  }
}
