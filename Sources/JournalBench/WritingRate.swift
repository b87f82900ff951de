internal import MirrorJournal

/// How fast journals were written.
enum WritingRate {
  /// Bytes a day: the size of the files by the time from the first one's creation to the last
  /// block's buffer time; nil when that is no time at all.
  ///
  /// - Throws: `JournalError` when a file cannot be read.
  static func bytesPerDay(_ journals: [Journal]) throws -> Double? {
    var first: Int64?
    var last: Int64?
    var bytes = 0
    for journal in journals {
      bytes += journal.storage.count
      guard let end = try lastBlockTime(of: journal) else { continue }
      let created = journal.layout.header.creationTime.isKnown
      let begin = created ? min(journal.header.creationTime.milliseconds, end) : end
      first = min(first ?? begin, begin)
      last = max(last ?? end, end)
    }
    guard let first, let last else { return nil }
    // Damaged files may name any time.
    let (span, overflows) = last.subtractingReportingOverflow(first)
    guard !overflows, span > 0 else { return nil }
    return Double(bytes) / (Double(span) / 86_400_000)
  }

  private static func lastBlockTime(of journal: Journal) throws -> Int64? {
    let range = journal.dataRange
    let block = journal.layout.block
    guard !range.isEmpty, block.bufferTime.isKnown else { return nil }
    let start = (range.upperBound - 1) / block.size * block.size
    let end = min(start + block.headerSize, journal.storage.count)
    guard start >= block.firstDataAddress, end > start else { return nil }
    return try journal.storage.withBytes(start..<end) { block.time(of: $0)?.milliseconds }
  }
}
