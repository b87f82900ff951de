internal import MirrorJournal

/// Checks what stands around the records: the header, the directory, and bytes that have to be zero.
enum StructureCheck {
  /// The findings about `journal`'s structure; its records are not read.
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  static func run(_ journal: Journal) throws -> FileIntegrity {
    var file = FileIntegrity(path: journal.path)
    // Of a file that was cut, what is not there is lost data, too.
    file.dataRange = journal.wholeDataRange
    file.isActive = !journal.header.isClosed
    var list = FindingList()
    // What stands behind the data is looked for below, to the end of the file.
    for damage in journal.structuralDamage where damage.kind != .trailing {
      list.append(IntegrityFinding(damage, in: file.path))
    }
    for error in journal.storage.damage {
      list.append(
        IntegrityFinding(
          .error, .chunk, in: file.path, at: error.address.map { $0..<$0 + 1 }, error.reason))
    }
    let layout = journal.layout
    let header = journal.header
    if header.isClosed, header.endAddress % layout.record.alignment != 0 {
      list.append(
        IntegrityFinding(
          .error, .header, in: file.path, at: 0..<layout.header.size,
          "the header names \(header.endAddress) as the end, where no record can end"))
    }
    if header.isMirrorJournal != (header.mirrorFileCount != 0) {
      list.append(
        IntegrityFinding(
          .warning, .header, in: file.path, at: 0..<layout.header.size,
          header.isMirrorJournal
            ? "a mirror journal without a mirror file count"
            : "mirror file count \(header.mirrorFileCount) in a journal that is no mirror journal"))
    }
    if layout.directory.numberWidth != 0, layout.header.size < layout.block.directoryAddress {
      try checkZero(
        journal, layout.header.size..<layout.block.directoryAddress, .headerTail,
        "the bytes between the header and the directory are not zero", &list)
    }
    // Of an active file the bytes behind its last block belong to the writer.
    if let start = journal.unwrittenStart {
      try checkZero(
        journal, start..<max(start, journal.storage.count), .trailing,
        "the bytes behind the end of the data are not zero", &list)
    }
    file.take(list)
    return file
  }

  private static func checkZero(
    _ journal: Journal, _ range: Range<JournalAddress>, _ kind: IntegrityFinding.Kind,
    _ message: String, _ list: inout FindingList
  ) throws {
    let range = range.clamped(to: 0..<journal.storage.count)
    guard !range.isEmpty else { return }
    var isZero = true
    for part in journal.storage.written(of: range) where isZero {
      try journal.storage.forEachSegment(in: part, damaged: { _, _ in }) { bytes, _ in
        isZero = bytes.isAllZero
        return isZero
      }
    }
    if !isZero {
      list.append(IntegrityFinding(.error, kind, in: journal.path, at: range, message))
    }
  }
}
