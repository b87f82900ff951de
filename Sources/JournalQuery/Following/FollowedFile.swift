internal import Glibc
internal import MirrorJournal

/// What is known of a file that is followed: whether it is still the same, and shows all that it has.
struct FollowedFile {
  private let identity: FileIdentity?
  /// The header's bytes: its writer changes them when it closes the file, and whoever puts another journal
  /// in its place does.
  private let headerBytes: [UInt8]
  /// Nil when the header was damaged, or half written.
  private let header: JournalHeader?

  init(_ journal: Journal) throws {
    identity = FileIdentity(journal.path)
    headerBytes = try Self.headerBytes(of: journal)
    let isSound = !journal.structuralDamage.contains { $0.kind == .header }
    header = isSound ? journal.header : nil
  }

  /// Whether `journal`, which was opened then, still shows all of its file: the mapping is live, but the
  /// header and the blocks that count were taken when it was opened.
  func isStill(_ journal: Journal) -> Bool {
    if journal.header.isClosed { return true }
    guard let status = statusOfPath(journal.path), FileIdentity(status) == identity,
      Int(status.st_size) == journal.storage.count, journal.structuralDamage.isEmpty
    else { return false }
    let next = journal.dataLimit
    do {
      let end = min(next + journal.layout.block.headerSize, journal.storage.count)
      let isLast = try next >= end || journal.storage.withBytes(next..<end) { $0.isAllZero }
      return try isLast && Self.headerBytes(of: journal) == headerBytes
    } catch {
      return false
    }
  }

  /// - Throws: `replaced` when `now` is another journal.
  func check(_ now: FollowedFile) throws(JournalError) {
    // A copy may come under the same name and with a new inode; what the headers say counts.
    guard let old = header, let new = now.header else { return }
    let isSame =
      old.guid.isZero || new.guid.isZero
      ? old.creationTime == new.creationTime && old.fileCount == new.fileCount
      : old.guid == new.guid
    guard isSame else {
      throw JournalError(
        .replaced, "another journal stands in the place of the one that was followed",
        advice: "follow it anew to see its records")
    }
  }

  private static func headerBytes(of journal: Journal) throws -> [UInt8] {
    let end = min(journal.layout.header.size, journal.storage.count)
    return try journal.storage.withBytes(0..<end) { $0.copied() }
  }
}
