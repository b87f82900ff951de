internal import Synchronization

/// A file that gets its final name only when it is complete (see `PendingName`).
package final class PendingFile {
  package let file: SystemFile
  private let name: PendingName
  /// Bytes that the disk has been told of.
  private var begun = 0

  /// The name that the file has until it is complete.
  package var temporary: String { name.temporary }

  /// - Throws: `cannotWrite`; `targetExists` unless `force`, and for a file of the run.
  package init(target: String, force: Bool, files: RunFiles) throws(JournalError) {
    name = try PendingName(target: target, force: force, files: files)
    // What fails is about the target: nobody knows the temporary name.
    file = try SystemFile(duplicating: name.descriptor, path: target)
  }

  /// Appends in the order of offsets, with the disk at work before the last byte is there.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
    try file.write(bytes, at: offset)
    let end = offset + bytes.count
    if end - begun >= 8 << 20 {
      file.beginSync(begun..<end)
      begun = end
    }
  }

  /// Syncs the file on a second thread while `check` reads it back.
  ///
  /// - Throws: `cannotWrite`, and what `check` throws.
  package func sync(while check: () throws -> Void) throws {
    let outcome = Outcome()
    let thread = JoinableThread { [file] in outcome.set(Result(catching: file.sync)) }
    if thread == nil { try file.sync() }
    let checked = Result(catching: check)
    thread?.join()
    try outcome.get()
    try checked.get()
  }

  private final class Outcome: Sendable {
    private let result = Mutex(Result<Void, any Error>.success(()))
    func set(_ new: Result<Void, any Error>) { result.withLock { $0 = new } }
    func get() throws { try result.withLock { $0 }.get() }
  }

  /// Gives the file its name and makes the name durable.
  ///
  /// - Throws: `targetExists` when something has that name and `force` was false; `cannotWrite`.
  package func commit() throws(JournalError) { try name.publish() }
}
