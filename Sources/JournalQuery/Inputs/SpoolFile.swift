internal import Glibc
internal import MirrorJournal

/// An unnamed temporary file in `$TMPDIR` or `/tmp`, for what can be read from the front only; it vanishes with
/// the process.
struct SpoolFile: ~Copyable {
  let descriptor: Int32
  private let directory: String

  /// Where such files go.
  static var usualDirectory: String { pathVariable("TMPDIR") ?? "/tmp" }

  /// - Throws: `cannotWrite` when the file cannot be made.
  init() throws(JournalError) {
    directory = Self.usualDirectory
    // `mkstemp` replaces six of this letter.
    let random = String(repeating: "X", count: 6)
    var template =
      FileName.bytes("\(directory)/mjournal-spool-\(random)").map { CChar(bitPattern: $0) } + [0]
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Self.failure(directory) }
    unlink(template)
  }

  deinit { close(descriptor) }

  /// Writes `bytes` behind those before.
  ///
  /// - Throws: `cannotWrite`, as when there is no room.
  func append(_ bytes: RawSpan) throws(JournalError) {
    var start = 0
    while start < bytes.byteCount {
      let written = bytes.extracting(droppingFirst: start).withUnsafeBytes {
        write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failure(directory) }
      start += written
    }
  }

  /// Makes the file `size` bytes long; what is added reads as zeros.
  ///
  /// - Throws: `cannotWrite`.
  func extend(to size: Int) throws(JournalError) {
    guard ftruncate(descriptor, size) == 0 else { throw Self.failure(directory) }
  }

  private static func failure(_ directory: String) -> JournalError {
    JournalError(
      .cannotWrite, String(cString: strerror(errno)), in: directory,
      advice: "set TMPDIR to a directory with room for the journal")
  }
}
