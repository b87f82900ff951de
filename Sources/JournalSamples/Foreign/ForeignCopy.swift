import MirrorJournal

/// The records of one activity written twice: as a foreign family and as reference layout R2, so that
/// walks through both deal with the same records.
public struct ForeignCopy: Sendable {
  /// How many records are written.
  public var records: Int
  /// The same seed and number give the same records.
  public var seed: UInt64

  /// A recipe; nothing is written yet.
  public init(records: Int, seed: UInt64 = 1) {
    self.records = records
    self.seed = seed
  }

  /// Writes the records as R2.
  ///
  /// - Throws: `targetExists`, `cannotWrite`.
  public func writeReference(to path: String, overwriting: Bool = false) throws {
    var header = JournalHeader()
    header.name = path
    header.fileCount = 1
    header.maximumSize = 1_073_741_824
    let jobs = Self.jobs.map {
      JournalJob(jobID: $0, processID: UInt32(ForeignBuilder.process($0)))
    }
    let writer = try JournalWriter(
      path: path, header: header, databases: MirrorChain.databases, jobs: jobs,
      overwriting: overwriting, hidden: true)
    try forEachRecord { try writer.append($0) }
    try writer.close()
  }

  /// Writes the records as `family`.
  ///
  /// - Throws: `cannotWrite`.
  public func write(as family: ForeignFamily, to path: String) throws {
    var builder = ForeignBuilder(family, seed: seed)
    builder.notesRecords = false
    try forEachRecord { try builder.append($0) }
    builder.finish()
    try WholeFile.write(builder.bytes, to: path, force: true, files: RunFiles())
  }

  private static let jobs: [UInt32] = (1...9).map { $0 * 7 }

  /// Calls `body` with each record. Documents are left out: not every family could hold them, and R2
  /// would need more records for them than others.
  private func forEachRecord(_ body: (RecordContent) throws -> JournalAddress) throws {
    var activity = HospitalActivity(seed: seed, streamsPerThousand: 2, jobs: Self.jobs, sfn: 4)
    activity.allowsDocuments = false
    var count = 0
    while count < records {
      for content in try activity.next() where count < records {
        activity.wrote(content, at: try body(content))
        count += 1
      }
    }
  }
}
