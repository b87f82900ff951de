internal import MirrorJournal

/// Copies of files that were being written: they end anywhere, and that is no damage.
enum CutCopy {
  /// Where such a copy ends, when damage in `range` is nothing but its end.
  static func end(of journal: Journal, _ range: Range<JournalAddress>?) -> JournalAddress? {
    let size = journal.layout.block.size
    let count = journal.storage.count
    guard !journal.header.isClosed, let range, size > 0, count % size != 0,
      range.lowerBound >= count / size * size
    else { return nil }
    return range.lowerBound
  }
}
