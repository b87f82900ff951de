import MirrorJournal

/// A file that gets its final name only when it is complete (see `PendingName`).
final class PendingFile {
  let file: SystemFile
  private let name: PendingName

  /// - Throws: `cannotWrite`; `targetExists` unless `force`.
  init(target: String, force: Bool) throws(JournalError) {
    name = try PendingName(target: target, force: force)
    file = try SystemFile(duplicating: name.descriptor, path: name.temporary)
  }

  /// Gives the file its name and makes the name durable.
  ///
  /// - Throws: `targetExists` when something has that name and `force` was false; `cannotWrite`.
  func commit() throws(JournalError) { try name.publish() }
}
