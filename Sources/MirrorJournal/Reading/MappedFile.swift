internal import CJournalSupport
internal import Glibc

/// A file mapped for reading: the unsafe room of I/O.
///
/// Invariant: `start..<start + count` stays mapped from `init` to `deinit`, and spans are handed
/// out only for the length of a closure that keeps `self` alive. A page that vanishes because the
/// file shrank is replaced by zeros (see `guard.c`), and every access then throws `shrank`.
public final class MappedFile: JournalStorage, @unchecked Sendable {
  /// As the caller named it.
  public let path: String
  /// Bytes in the file when it was mapped; bytes appended later are not seen.
  public let count: Int
  /// In bytes, the same as `count`.
  public var sizeOnDisk: Int { count }
  /// Pieces of this size are handed out, so that a long scan can report and stop in between.
  public var segmentSize: Int { 16 << 20 }

  /// As the file system tells, at most ``FileHoles/most``.
  public let holes: [Range<JournalAddress>]

  private let start: UnsafeRawPointer?
  private let guardSlot: Int32

  /// Maps the file at `path`.
  ///
  /// - Throws: `cannotOpen` when it does not exist, may not be read or is no regular file,
  ///   `cannotRead` when the system refuses the mapping.
  public convenience init(path: String) throws(JournalError) {
    // Without O_NONBLOCK a named pipe would wait here for its writer before it can be refused.
    let descriptor = openPath(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw JournalError(.cannotOpen, systemMessage(errno), in: path)
    }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps the open file `descriptor`, which the caller keeps and may close afterwards.
  ///
  /// - Throws: as `init(path:)`.
  public init(descriptor: Int32, path: String) throws(JournalError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw JournalError(.cannotOpen, systemMessage(errno), in: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      throw JournalError(
        .cannotOpen, isDirectory ? "is a directory, not a journal" : "is not a regular file",
        in: path)
    }
    self.path = path
    count = Int(status.st_size)
    holes = FileHoles.find(in: descriptor, size: count)
    guard count > 0 else {
      start = nil
      guardSlot = -1
      return
    }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
      mapping != MAP_FAILED
    else { throw JournalError(.cannotRead, systemMessage(errno), in: path) }
    madvise(mapping, count, MADV_SEQUENTIAL)
    start = UnsafeRawPointer(mapping)
    guardSlot = unsafe mj_guard_add(mapping, count)
  }

  deinit {
    guard let start else { return }
    mj_guard_remove(guardSlot)
    unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
  }

  /// Calls `body` with the bytes of `range`, which may be of any length. O(1).
  ///
  /// - Throws: `noRecord` when `range` is not inside the file, `shrank` when the file lost pages
  ///   meanwhile, and what `body` throws.
  public func withBytes<R>(
    _ range: Range<JournalAddress>, _ body: (RawSpan) throws -> R
  ) throws -> R {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw JournalError(
        .noRecord, "the file has no bytes \(range.lowerBound)..<\(range.upperBound)",
        at: range.lowerBound, in: path, advice: "it holds \(count) bytes")
    }
    let buffer = unsafe UnsafeRawBufferPointer(start: start, count: count)
    do {
      let result = try unsafe body(buffer.bytes.extracting(range))
      try checkIntact()
      return result
    } catch {
      // What a body says about zeros that took a lost page's place is not worth telling.
      try checkIntact()
      throw error
    }
  }

  /// The bytes of `range`, cut to the file; not checked against a file that shrinks, for which
  /// ``checkIntact()`` is called after use.
  @usableFromInline
  @_lifetime(borrow self)
  func span(_ range: Range<JournalAddress>) -> RawSpan {
    let whole = unsafe UnsafeRawBufferPointer(start: start, count: count)
    let span = unsafe whole.bytes.extracting(range.clamped(to: 0..<count))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  @usableFromInline
  func checkIntact() throws {
    guard mj_guard_tripped(guardSlot) else { return }
    throw JournalError(
      .shrank, "the file became shorter while it was read", in: path,
      advice: "read it again, or read a copy")
  }
}
