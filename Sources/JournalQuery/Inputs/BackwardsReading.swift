public import MirrorJournal

extension JournalInputs {
  /// `journal`, or, if it is a stream of a stock tool, in which each step back costs all bytes before, the same
  /// journal in an unnamed temporary file in `$TMPDIR` or `/tmp`. O(bytes) for a stream.
  ///
  /// - Throws: `cannotWrite` when the temporary file cannot be written, `JournalError` when the journal cannot
  ///   be read.
  public static func readableBackwards(_ journal: Journal) throws -> Journal {
    let storage = journal.storage
    guard storage.isSequential, !journal.dataRange.isEmpty else { return journal }
    let size = journal.layout.block.size
    let end = min((journal.dataLimit + size - 1) / size * size, storage.count)
    let spool = try SpoolFile()
    var copied = 0
    // A stream that breaks off is as long as what can be read of it.
    try storage.forEachSegment(in: 0..<end, damaged: { error, _ in throw error }) { bytes, _ in
      try spool.append(bytes)
      copied += bytes.byteCount
      WalkProgress.pass(bytes.byteCount)
      return true
    }
    // Zeros follow the data of an active journal, or what no reader looks at.
    try spool.extend(to: max(copied, storage.count))
    return try Journal(
      storage: MappedFile(descriptor: spool.descriptor, path: journal.path),
      layouts: [journal.layout])
  }
}
