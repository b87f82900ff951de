public import MirrorJournal

/// Checks journal files as the vendor's integrity check does, and says what is lost and what is not.
public enum IntegrityCheck {
  /// How much is checked; each level includes those before it.
  public enum Level: Int, Sendable, Comparable, CaseIterable {
    /// Headers, directories, and what neighbouring files say about each other.
    case chain
    /// Every block's checksum, every record's length, place and distance back.
    case walk
    /// Every key and every value.
    case values

    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// The level called `text` (`chain`, `walk`, `values`, or the vendor's `0`, `1`, `2`).
    public init?(_ text: String) {
      guard let level = Level.allCases.first(where: { "\($0)" == text || "\($0.rawValue)" == text })
      else { return nil }
      self = level
    }
  }

  /// Checks `journals`, which stand in journal order; times in messages are those of `zone`.
  ///
  /// The result does not depend on `threads`. O(bytes); memory for the findings only, at most 1000
  /// of a kind for each file.
  ///
  /// - Throws: `JournalError` when a file cannot be read at all (`cannotRead`, `shrank`); damage is
  ///   never thrown.
  public static func run(
    _ journals: [Journal], level: Level = .values, threads: Int = 1, zone: ClockZone = .utc
  ) throws -> IntegrityReport {
    var report = IntegrityReport(level: level)
    report.chain = ChainCheck(journals).findings
    var parts: [(file: Int, range: Range<JournalAddress>)] = []
    for (index, journal) in journals.enumerated() {
      report.files.append(try StructureCheck.run(journal))
      if level == .chain || journal.dataRange.isEmpty { continue }
      let count = max(1, journal.dataRange.count / partSize)
      parts += journal.split(into: count).map { (index, $0) }
    }
    let work = parts
    let results = try WorkShare.map(work.count, threads: threads) { index in
      try WalkCheck(
        journal: journals[work[index].file], checksValues: level == .values,
        readingAhead: WorkShare.isAlone(work.count, threads: threads), zone: zone
      ).run(work[index].range)
    }
    var next = results.startIndex
    for index in journals.indices where level != .chain {
      let end = parts[next...].firstIndex { $0.file != index } ?? results.endIndex
      finish(&report.files[index], journals[index], results[next..<end], level)
      next = end
    }
    return report
  }

  /// Parts are of this size whatever the number of threads, so that the findings are the same; small
  /// enough that two threads end at about the same time on a file of 64 MiB.
  static let partSize = 4 << 20

  /// Puts the parts of one file together.
  private static func finish(
    _ file: inout FileIntegrity, _ journal: Journal, _ parts: ArraySlice<WalkCheck.Result>,
    _ level: Level
  ) {
    var list = FindingList()
    var lost = file.findings.compactMap { $0.kind == .truncated ? $0.range : nil }
    var openExtension: Range<JournalAddress>?
    var unknown: [UInt8: Int] = [:]
    var told: IntegrityFinding?
    func orphan(_ range: Range<JournalAddress>) {
      list.append(
        IntegrityFinding(
          .error, .extension, in: file.path, at: range,
          "the extension at \(range.lowerBound) belongs to no record"))
    }
    for part in parts {
      if let open = openExtension, part.records > 0, !part.beginsContinued { orphan(open) }
      openExtension = part.openExtension ?? (part.records > 0 ? nil : openExtension)
      list.append(part.list, but: &told)
      lost += part.lost
      file.records += part.records - part.internalRecords
      file.internalRecords += part.internalRecords
      file.recordBytes += part.recordBytes
      file.soundBlocks += part.soundBlocks
      if let end = part.lastRecordEnd { file.lastRecordEnd = end }
      unknown.merge(part.unknownTypes, uniquingKeysWith: +)
    }
    TwinCheck(journal).run(parts.lazy.flatMap(\.checksums), &list)
    if let openExtension, journal.header.isClosed { orphan(openExtension) }
    file.take(list)
    file.lose(lost)
    if level == .values { addNotes(&file, journal, unknown) }
    checkEnd(&file, journal)
  }

  private static func addNotes(
    _ file: inout FileIntegrity, _ journal: Journal, _ unknown: [UInt8: Int]
  ) {
    if journal.header.isEncrypted {
      file.findings.append(
        IntegrityFinding(
          .note, .encrypted, in: file.path, "the journal is encrypted: its values are not checked"))
    }
    for (code, count) in unknown.sorted(by: { $0.key < $1.key }) {
      file.findings.append(
        IntegrityFinding(
          .note, .unknownType, in: file.path,
          "\(count) record(s) of type \(code), whose bodies are not checked"))
    }
  }

  /// The last record has to end where the header says, unless that is lost anyway.
  private static func checkEnd(_ file: inout FileIntegrity, _ journal: Journal) {
    guard journal.header.isClosed, file.lost.last?.upperBound != file.dataRange.upperBound else {
      return
    }
    // A journal without records may end anywhere in its first block.
    let first = journal.layout.block.firstDataAddress + journal.layout.block.size
    let end = file.lastRecordEnd ?? min(first, journal.dataLimit)
    if end != journal.dataLimit, end != journal.recordsEnd {
      file.findings.append(
        IntegrityFinding(
          .error, .end, in: file.path,
          at: min(end, journal.dataLimit)..<max(end, journal.dataLimit),
          "the last record ends at \(end), the header says \(journal.dataLimit)"))
    }
  }
}
