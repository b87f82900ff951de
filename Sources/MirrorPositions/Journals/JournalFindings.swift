internal import JournalIntegrity

/// What only the journals can show. The chain's findings (`previousEnd`, `previousGUID`, `nextGUID`,
/// `mirrorGUID`, `fileCount`, `mirrorFileCount`, `nameOrder`, `nameSequence`, `ownName`, `unclosed`)
/// have the names that the integrity check gives them.
extension Finding.Code {
  /// No record starts at a position, and the data do not end there.
  public static let noRecord = Finding.Code("noRecord")
  /// A file's data go on behind the place that a new primary was current as of.
  public static let endDiffers = Finding.Code("endDiffers")
  /// Two members' copies of a file are not the same file, or end at different places.
  public static let copiesDiffer = Finding.Code("copiesDiffer")
  /// None of the files that the logs name is in any directory.
  public static let journalsNotFound = Finding.Code("journalsNotFound")
  /// A file that the logs name is in none of the directories.
  public static let journalMissing = Finding.Code("journalMissing")
  /// A file cannot be read.
  public static let journalUnreadable = Finding.Code("journalUnreadable")
  /// A file's layout is not known: what needs its records was not checked.
  public static let layoutUnknown = Finding.Code("layoutUnknown")
  /// A position lies in a damaged stretch, or a header or a directory block is damaged.
  public static let journalDamaged = Finding.Code("journalDamaged")
  /// An active file's copy ends before a position: it may be older than the log.
  public static let copyTooShort = Finding.Code("copyTooShort")
}

extension Finding.Code {
  /// The code of a finding about the chain of files.
  init(_ kind: IntegrityFinding.Kind) { self.init(kind.rawValue) }

  static let previousEnd = Finding.Code(IntegrityFinding.Kind.previousEnd)
}
