public import JournalCompression
public import MirrorJournal

/// Measures how codecs do on journals: ratio, speed, memory, what they would save, and what in the
/// journals compresses.
public struct CodecBench: Sendable {
  /// The codecs and levels that are measured.
  public var settings = CodecSetting.common
  /// With what the contents are compressed one by one; nil leaves that out.
  public var contentSetting: CodecSetting? = CodecSetting(.zstd)
  /// Bytes in a chunk, a multiple of 65536 up to 16 MiB.
  public var chunkSize = 1 << 20
  /// Bytes that are measured at most, spread evenly over the files. They are held in memory.
  public var sampleLimit = 16 << 20
  /// How they are measured.
  public var meter = CodecMeter()

  /// The usual settings, on a sample of 16 MiB at most.
  public init() {}

  /// Measures on `journals`.
  ///
  /// - Parameters:
  ///   - journals: what is compressed; a sample is taken from all of them. Of those whose layout is not
  ///     known, no globals are told.
  ///   - damaged: called for a compressed chunk that cannot be restored; it is left out.
  /// - Throws: `badArgument` when there is nothing to compress or a setting does not exist;
  ///   `JournalError` when a file cannot be read; what `damaged` throws.
  public func run(
    _ journals: [JournalFile],
    damaged: (JournalError, Range<JournalAddress>, JournalFile) throws -> Void = { error, _, _ in
      throw error
    }
  ) throws -> CodecBenchReport {
    guard (65536...(16 << 20)).contains(chunkSize), chunkSize % 65536 == 0 else {
      throw JournalError(
        .badArgument, "a chunk cannot have \(chunkSize) bytes",
        advice: "use a multiple of 65536 up to 16777216")
    }
    let sample = try ChunkSample.taken(
      from: journals, chunkSize: chunkSize, limit: sampleLimit, damaged: damaged)
    var content: ContentReport?
    if let contentSetting {
      var meter = try ContentMeter(sample, contentSetting)
      content = try meter.report(journals)
    }
    return CodecBenchReport(
      files: journals.map(\.path),
      filesOfUnknownLayout: journals.filter { $0.journal == nil }.map(\.path),
      bytes: journals.reduce(0) { $0 + $1.storage.count },
      sampledBytes: sample.bytes.count, chunkSize: chunkSize,
      bytesPerDay: try WritingRate.bytesPerDay(journals.compactMap(\.journal)),
      codecs: try meter.measure(sample, settings), content: content)
  }

  /// Measures on `journals` whose layouts are known. As above.
  public func run(
    _ journals: [Journal],
    damaged: (JournalError, Range<JournalAddress>, JournalFile) throws -> Void = { error, _, _ in
      throw error
    }
  ) throws -> CodecBenchReport {
    try run(journals.map { JournalFile.readable($0) }, damaged: damaged)
  }
}

/// What ``CodecBench`` measured.
public struct CodecBenchReport: Sendable {
  /// The journals' paths.
  public let files: [String]
  /// Those of them whose layout is not known: they have blocks, and no globals.
  public let filesOfUnknownLayout: [String]
  /// Bytes of journal data in the files.
  public let bytes: Int
  /// Bytes of them that were measured.
  public let sampledBytes: Int
  /// Bytes in a chunk.
  public let chunkSize: Int
  /// How many bytes of journal are written a day; nil when the files' times do not say.
  public let bytesPerDay: Double?
  /// In the order of the settings.
  public let codecs: [CodecMeasurement]
  /// What the contents compress to, one by one; nil when that was left out.
  public let content: ContentReport?

  /// Results on `files`; sizes in bytes.
  public init(
    files: [String], filesOfUnknownLayout: [String] = [], bytes: Int, sampledBytes: Int,
    chunkSize: Int, bytesPerDay: Double?,
    codecs: [CodecMeasurement], content: ContentReport?
  ) {
    self.files = files
    self.filesOfUnknownLayout = filesOfUnknownLayout
    self.bytes = bytes
    self.sampledBytes = sampledBytes
    self.chunkSize = chunkSize
    self.bytesPerDay = bytesPerDay
    self.codecs = codecs
    self.content = content
  }

  /// The settings on the Pareto front of ratio and compression speed.
  public var front: Set<CodecSetting> { Set(codecs.paretoFront.map(\.setting)) }

  /// Bytes that compression saves a day at the rate of the files; negative when it costs some, nil
  /// when the rate is not known.
  public func savedPerDay(_ codec: CodecMeasurement) -> Double? {
    guard let bytesPerDay, codec.originalBytes > 0 else { return nil }
    return bytesPerDay * (1 - Double(codec.compressedBytes) / Double(codec.originalBytes))
  }
}
