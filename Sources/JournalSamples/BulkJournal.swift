public import MirrorJournal

/// A large journal of one record-size mix, for benchmarks: the same bytes for the same arguments.
public struct BulkJournal: Sendable {
  /// What the records look like.
  public enum Mix: String, Sendable, CaseIterable {
    /// The imaginary hospital of the small samples.
    case hospital
    /// Index records of around 80 bytes, in 64 globals.
    case small
    /// `$LIST` rows of around 300 bytes, in 64 globals.
    case rows
    /// Documents of 4 to 40 KB.
    case documents
  }

  /// What the records are like.
  public var mix: Mix
  /// Bytes of the file, rounded up to whole blocks; below 4 GiB.
  public var size: Int
  /// The same seed, mix, size and start give the same bytes.
  public var seed: UInt64
  /// When the file was begun.
  public var start = Self.usualStart

  /// 2024-07-09 08:00.
  public static let usualStart = Timestamp(milliseconds: 1_720_512_000_000)

  /// A recipe; nothing is written yet. `size` is in bytes.
  public init(mix: Mix, size: Int, seed: UInt64 = 1) {
    self.mix = mix
    self.size = size
    self.seed = seed
  }

  /// Writes the journal to `path`.
  ///
  /// - Parameters:
  ///   - path: where the file is to be.
  ///   - overwriting: whether a file of that name is replaced.
  ///   - progress: called now and then with the bytes written so far.
  /// - Throws: `targetExists`, `cannotWrite`, `badArgument` for a size of 4 GiB or more.
  public func write(
    to path: String, overwriting: Bool = false, progress: (Int) throws -> Void = { _ in }
  ) throws {
    guard size < 4_294_000_000 else {
      throw JournalError(.badArgument, "a journal is smaller than 4 GiB", in: path)
    }
    var random = SeededRandom(seed: seed)
    var header = JournalHeader()
    header.name = path
    header.fileCount = 1
    header.maximumSize = 1_073_741_824
    header.guid = GUID(high: random.next(), low: random.next())
    header.creationTime = start
    let writer = try JournalWriter(
      path: path, header: header, databases: MirrorChain.databases, jobs: Self.jobs,
      overwriting: overwriting, hidden: true)
    try fill(writer, &random, progress: progress)
    try writer.close()
  }

  static let jobs = (1...64).map {
    JournalJob(jobID: UInt32($0), processID: UInt32(4000 + $0 * 7))
  }

  /// Fills a file up to `size`, its records 3 milliseconds apart, or at the times that `time` says of addresses.
  func fill(
    _ writer: JournalWriter, _ random: inout SeededRandom,
    time: ((JournalAddress) -> Timestamp)? = nil, progress: (Int) throws -> Void
  ) throws {
    var activity = HospitalActivity(
      seed: seed, streamsPerThousand: 20, jobs: Self.jobs.map(\.jobID), sfn: 4)
    var reported = 0
    while writer.address < size - 65_536 {
      writer.time =
        time?(writer.address) ?? Timestamp(milliseconds: writer.time.milliseconds + 3)
      switch mix {
      case .hospital:
        for content in try activity.next() {
          activity.wrote(content, at: try writer.append(content))
        }
      case .small, .rows, .documents:
        try writer.append(record(&random))
      }
      if writer.address - reported > 1 << 20 {
        reported = writer.address
        try progress(reported)
      }
    }
  }

  private func record(_ random: inout SeededRandom) throws -> RecordContent {
    let number = random.below(10_000_000)
    let global = random.below(64)
    let job = UInt32(1 + random.below(64))
    switch mix {
    case .hospital, .small:
      let reference = GlobalReference(
        "APP.Table\(global)I", ["CodeIdx", .string(" " + random.digits(6)), Subscript(number)])
      return try RecordContent(.set, reference, new: JournalValue(""), jobID: job, sfn: 4)
    case .rows:
      var row = ListBuilder()
      row.append(random.pick(HospitalWords.surnames) + "," + random.pick(HospitalWords.firstNames))
      row.append(number)
      row.append("2024-07-\(10 + random.below(20)) 1\(random.below(10)):\(random.digits(2)):00")
      for _ in 0..<4 {
        row.append(random.pick(HospitalWords.drugs))
        row.append(significand: Int64(random.below(1_000_000)), exponent: -2)
      }
      row.append(random.pick(HospitalWords.sentences))
      let reference = GlobalReference("APP.Table\(global)D", [Subscript(number)])
      return try RecordContent(
        .set, reference, new: JournalValue(row), isInTransaction: true, jobID: job, sfn: 4)
    case .documents:
      let length = 4_000 + random.below(36_000)
      var text: [UInt8] = []
      while text.count < length {
        text += Array(random.pick(HospitalWords.sentences).utf8)
        text += Array(random.digits(8).utf8)
      }
      let reference = GlobalReference("APP.Document\(global)", [Subscript(number), "TEXT"])
      return try RecordContent(.set, reference, new: .bytes(text), jobID: job, sfn: 4)
    }
  }
}
