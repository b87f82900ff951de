public import JournalCompression
public import MirrorJournal

extension ChunkSample {
  /// Chunks of `journals` in memory: all of them, or as many as fit into `limit` bytes, spread evenly
  /// over the files; one at least. Headers and directories are part of it, as of a compressed file.
  ///
  /// - Parameter damaged: called for a compressed chunk that cannot be restored; it is left out.
  /// - Throws: `JournalError` when a file cannot be read, and what `damaged` throws.
  public static func taken(
    from journals: [JournalFile], chunkSize: Int = 1 << 20, limit: Int = .max,
    damaged: (JournalError, Range<JournalAddress>, JournalFile) throws -> Void = { error, _, _ in
      throw error
    }
  ) throws -> ChunkSample {
    var sample = ChunkSample(chunkSize: chunkSize)
    let counts = journals.map { ($0.storage.count + chunkSize - 1) / chunkSize }
    let all = counts.reduce(0, +)
    let wanted = min(all, max(1, limit / chunkSize))
    var number = 0
    var next = 0
    for (journal, count) in zip(journals, counts) {
      sample.beginFile(journal.path)
      for index in 0..<count {
        defer { number += 1 }
        // The n-th chunk taken is the one at n / wanted of the way.
        guard next < wanted, number >= next * all / wanted else { continue }
        next += 1
        let start = index * chunkSize
        let range = start..<min(start + chunkSize, journal.storage.count)
        if let bytes = try read(range, of: journal, damaged) { try sample.append(bytes, at: start) }
      }
    }
    return sample
  }

  /// The bytes of `range`, or nil when a part of it is damaged.
  private static func read(
    _ range: Range<JournalAddress>, of journal: JournalFile,
    _ damaged: (JournalError, Range<JournalAddress>, JournalFile) throws -> Void
  ) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    // What is read is held twice until it is added to the sample.
    try requireMemory(2 * range.count, "the sample", journal.path)
    bytes.reserveCapacity(range.count)
    var isWhole = true
    try journal.storage.forEachSegment(
      in: range,
      damaged: { error, lost in
        isWhole = false
        try damaged(error, lost, journal)
      }
    ) { segment, _ in
      bytes += segment.copied()
      return true
    }
    return isWhole ? bytes : nil
  }
}
