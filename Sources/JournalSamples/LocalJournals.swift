internal import MirrorJournal

/// The two local journals that the logs compress: `20240709.009` (327680 bytes) and `.010` (196608).
public struct LocalJournals: Sendable {
  /// The journals have no choices: their bytes are always the same.
  public init() {}

  /// Writes both into `directory` and returns their paths.
  ///
  /// - Throws: `targetExists`, `cannotWrite`.
  public func write(into directory: String, overwriting: Bool) throws -> [String] {
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    var random = SeededRandom(seed: 0x4C4F_4341_4C)
    var header = JournalHeader()
    header.name = MirrorChain.directory + "20240709.009"
    header.fileCount = 9
    header.maximumSize = 1_073_741_824
    header.reasonText = "<STARTUP>"
    header.creationTime =
      Timestamp(year: 2024, month: 7, day: 9, hour: 11, minute: 46) ?? Timestamp(milliseconds: 0)
    header.guid = GUID(high: random.next(), low: random.next())
    header.systemGUID = GUID(high: random.next(), low: random.next())
    header.sessionGUID = GUID(high: random.next(), low: random.next())
    let first = prefix + "20240709.009"
    let second = prefix + "20240709.010"
    // A local journal knows every process since start-up, background jobs included.
    let jobs = (1...1500).map { job in
      JournalJob(jobID: UInt32(job), processID: UInt32(2000 + random.below(60_000)))
    }
    let writer = try JournalWriter(
      path: first, header: header, databases: MirrorChain.databases, jobs: jobs,
      overwriting: overwriting, hidden: true)
    try fill(writer, to: 310_112, streamsPerThousand: 75, seed: 9)
    let last = try writer.switchFile(
      to: second, name: MirrorChain.directory + "20240709.010",
      guid: GUID(high: random.next(), low: random.next()), reasonText: "by mirror startup",
      overwriting: overwriting)
    try fill(last, to: 196_604, streamsPerThousand: 1000, seed: 12)
    try last.close()
    return [first, second]
  }

  private func fill(
    _ writer: JournalWriter, to end: JournalAddress, streamsPerThousand: Int, seed: UInt64
  ) throws {
    var activity = HospitalActivity(
      seed: seed, streamsPerThousand: streamsPerThousand, jobs: Array(1...40), sfn: 0)
    activity.allowsDocuments = false
    while end - writer.address > 8_000 {
      for content in try activity.next() {
        writer.time = Timestamp(milliseconds: writer.time.milliseconds + 97)
        activity.wrote(content, at: try writer.append(content))
      }
    }
    while end - writer.address > 3_100 {
      for content in try activity.next() { try writer.append(content) }
    }
  }
}
