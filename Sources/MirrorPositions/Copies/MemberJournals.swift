internal import JournalIntegrity
internal import JournalQuery
internal import MirrorJournal

/// One member's mirror journals in a directory, by mirror and mirror file count.
struct MemberJournals {
  struct Key: Hashable, Comparable {
    let mirror: String
    let fileCount: Int

    static func < (a: Key, b: Key) -> Bool {
      (a.mirror, a.fileCount) < (b.mirror, b.fileCount)
    }
  }

  let directory: String
  private(set) var journals: [Key: Journal] = [:]
  /// Files that cannot be read.
  private(set) var errors: [JournalError] = []

  /// Opens every mirror journal in `directory`.
  ///
  /// - Throws: `cannotOpen` when the directory cannot be read or holds no mirror journal.
  init(_ directory: String, layouts: [JournalLayout]) throws(JournalError) {
    self.directory = directory
    for (name, path) in try MirrorJournalFiles.all(in: directory) {
      guard let mirror = name.mirrorName else { continue }
      do {
        let journal = try JournalInputs.open(path, layouts: layouts)
        journals[Key(mirror: mirror, fileCount: journal.header.mirrorFileCount)] = journal
      } catch {
        errors.append(error)
      }
    }
  }

  /// Headers, directories and what lies between them: a file that is damaged there is no sound copy,
  /// whatever its records say. Bytes behind the data decide nothing.
  func structureFindings() -> [IntegrityFinding] {
    journals.sorted { $0.key < $1.key }.flatMap { _, journal in
      StructureFindings.of(journal)
    }
  }

  /// What neighbouring files say of each other; a crash leaves the file open in which it happened.
  func chainFindings() -> [IntegrityFinding] {
    Dictionary(grouping: journals.keys, by: \.mirror).sorted { $0.key < $1.key }.flatMap {
      _, keys in
      ChainCheck(keys.sorted().compactMap { journals[$0] }).findings
    }
  }
}
