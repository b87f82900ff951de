internal import MirrorJournal

/// The journals of the two failovers whose logs stand in `Samples/logs`, made anew.
///
/// Names, sizes, mirror file counts and every address that the logs name are the logs' (class O);
/// the content is invented, with as much entropy as gives the compressed sizes that the logs report.
public struct MirrorChain: Sendable {
  /// One file of the chain, and the addresses at which a record has to start or the data to end.
  struct File {
    let name: String
    /// Positions that the logs name, ascending. In a closed file the last one is the data's end.
    let positions: [JournalAddress]
    let isClosed: Bool
    /// See `HospitalActivity.streamsPerThousand`: found by trial, so that the file compressed with
    /// the default settings has the size that the log reports.
    let streamsPerThousand: Int
    let begin: Timestamp
    let end: Timestamp
  }

  static let directory = "/usr/iris/mgr/journal/"

  static let files = [
    File(
      name: "MIRROR-MIRROR-20240709.005", positions: [382_140], isClosed: true,
      streamsPerThousand: 125, begin: time(11, 2, 3), end: time(11, 51, 14)),
    File(
      name: "MIRROR-MIRROR-20240709.006", positions: [204_392, 251_328], isClosed: true,
      streamsPerThousand: 195, begin: time(11, 51, 18), end: time(12, 5, 40)),
    File(
      name: "MIRROR-MIRROR-20240709.007", positions: [200_088, 356_088], isClosed: true,
      streamsPerThousand: 26, begin: time(12, 5, 47), end: time(14, 33, 11)),
    File(
      name: "MIRROR-MIRROR-20240709.008", positions: [200_088, 200_868, 214_560], isClosed: false,
      streamsPerThousand: 50, begin: time(14, 33, 12), end: time(14, 40, 0)),
  ]

  private static func time(_ hour: Int, _ minute: Int, _ second: Int) -> Timestamp {
    Timestamp(year: 2024, month: 7, day: 9, hour: hour, minute: minute, second: second)
      ?? Timestamp(milliseconds: 0)
  }

  /// The chain has no choices: its bytes are always the same.
  public init() {}

  /// Writes the four mirror journals into `directory` and returns their paths.
  ///
  /// - Throws: `targetExists`, `cannotWrite`.
  public func write(into directory: String, overwriting: Bool) throws -> [String] {
    var random = SeededRandom(seed: 0x4D49_5252_4F52)
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    var paths: [String] = []
    var writer: JournalWriter?
    for (index, file) in Self.files.enumerated() {
      let path = prefix + file.name
      if let previous = writer {
        previous.time = file.begin
        writer = try previous.switchFile(
          to: path, name: Self.directory + file.name,
          guid: GUID(high: random.next(), low: random.next()), reason: index == 2 ? 0 : 10,
          reasonText: index == 2 ? "by mirror startup" : "by becoming primary",
          firstRecordAddress: index == 1 ? 131_312 : nil, overwriting: overwriting)
      } else {
        writer = try JournalWriter(
          path: path, header: firstHeader(file, &random), databases: Self.databases,
          jobs: Self.jobs, overwriting: overwriting, hidden: true)
      }
      guard let writer else { break }
      var activity = HospitalActivity(
        seed: UInt64(index) + 5, streamsPerThousand: file.streamsPerThousand,
        jobs: Self.jobs.map(\.jobID), sfn: 4)
      try fill(writer, file, &activity)
      paths.append(path)
    }
    return paths
  }

  static let databases = [
    JournalDatabase(sfn: 0, directory: "/usr/iris/mgr/"),
    JournalDatabase(sfn: 4, directory: "/usr/iris/mgr/user/", mirrorName: ":mirror:MIRROR:USER"),
  ]

  static let jobs: [JournalJob] = [
    (7, 5449), (9, 5465), (33, 5466), (41, 5649), (52, 6362), (53, 6510), (58, 6543), (60, 6557),
  ].map { JournalJob(jobID: $0.0, processID: $0.1) }

  private func firstHeader(_ file: File, _ random: inout SeededRandom) -> JournalHeader {
    func guid() -> GUID { GUID(high: random.next(), low: random.next()) }
    var header = JournalHeader()
    header.name = Self.directory + file.name
    header.isMirrorJournal = true
    header.mirrorName = "MIRROR"
    header.fileCount = 14
    header.mirrorFileCount = 5
    header.maximumSize = 1_073_741_824
    header.creationTime = file.begin
    header.reasonText = "by becoming primary"
    header.switchReason = 10
    header.previousName = Self.directory + "MIRROR-MIRROR-20240709.004"
    header.guid = guid()
    header.previousGUID = guid()
    header.mirrorGUID = guid()
    header.systemGUID = guid()
    header.sessionGUID = guid()
    return header
  }

  /// Writes units of work so that a record ends exactly at each position.
  private func fill(_ writer: JournalWriter, _ file: File, _ activity: inout HospitalActivity)
    throws
  {
    guard let end = file.positions.last else { return }
    let start = writer.address
    let span = file.end.milliseconds - file.begin.milliseconds
    func tick() {
      let done = Int64(writer.address - start) * span / Int64(max(1, end - start))
      writer.time = Timestamp(milliseconds: file.begin.milliseconds + done)
    }
    for position in file.positions {
      // A document, and the rest of a block that it does not fit into, are shorter than this.
      while position - writer.address > 180_000 { try unit() }
      activity.allowsDocuments = false
      while position - writer.address > 8_000 { try unit() }
      while position - writer.address > 900 { try append(activity.filler(length: 128)) }
      // What is left fits into one record of exactly that length.
      while position > writer.address {
        let left = position - writer.address
        try append(activity.filler(length: left > 600 ? 304 : left))
      }
      guard writer.address == position else {
        throw JournalError(
          .badArgument, "the sample missed its position \(position)", at: writer.address,
          in: file.name)
      }
      activity.allowsDocuments = true
    }
    if !file.isClosed {
      try writer.flush()
      try writer.publish()
    }

    func unit() throws {
      for content in try activity.next() { try append(content) }
    }
    func append(_ content: RecordContent) throws {
      tick()
      activity.wrote(content, at: try writer.append(content))
    }
  }
}
