import ArgumentParser
import JournalBench
import JournalCompression
import JournalQuery
import MirrorJournal

/// Codecs compared on the user's own journals.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare codecs and levels on journals: ratio, speed, memory, savings.",
    discussion: """
      Compresses and restores a sample of the journals in memory, on one thread, with each codec and \
      level, and says what the ratio line of the log would say, what a day would save, and which \
      globals and blocks compress. Nothing is written but --svg. Of files of unknown layout, blocks \
      are taken by position, and globals are left out.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson, csv }

  @OptionGroup var input: InputOptions

  @Option(
    help: "A codec, or levels of it such as zstd:-5,1..9,19; may be given several times.",
    completion: .list(CodecName.allCases.map(\.rawValue)))
  var codec: [String] = []

  @Option(help: "Journal data in one chunk, 1 to 16 MiB.")
  var chunkSize = 1

  @Option(help: "Measure at most this much, spread over the files; held in memory. 16M by default.")
  var sample: ByteCount?

  @Flag(help: "Measure everything; held in memory.")
  var all = false

  @Option(help: "How often each setting is measured at most; the median counts.")
  var rounds = 3

  @Option(help: "With what globals and blocks are compressed one by one, such as zstd:6.")
  var contents = "zstd:\(JournalCodec.zstd.defaultLevel)"

  @Flag(help: "Leave out globals and blocks.")
  var codecsOnly = false

  @Option(help: "text, ndjson or csv.")
  var format: Format = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var csv: CSVOptions

  @Option(help: "Draw ratio against speed into this SVG file.", completion: .file())
  var svg: String?

  @Flag(help: "Replace an existing SVG file.")
  var force = false

  func validate() throws {
    try csv.check(isCSV: format == .csv)
    guard (1...16).contains(chunkSize) else {
      throw ValidationError("--chunk-size takes 1 to 16 MiB")
    }
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds takes 1 to 1000") }
    if all, sample != nil { throw ValidationError("--all and --sample exclude each other") }
    do {
      for codec in codec { _ = try CodecSetting.parse(codec) }
      guard try CodecSetting.parse(contents).count == 1 else {
        throw ValidationError("--contents takes one codec at one level")
      }
    } catch let error as JournalError {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var journals: [JournalFile] = []
    try input.forEachFile(&diagnostics) { file, _ in journals.append(file) }
    guard !journals.isEmpty else { return try diagnostics.finish() }

    var bench = CodecBench()
    bench.settings = try codec.flatMap { try CodecSetting.parse($0) }
    if codec.isEmpty { bench.settings = CodecSetting.common }
    bench.contentSetting = codecsOnly ? nil : try CodecSetting.parse(contents)[0]
    bench.chunkSize = chunkSize << 20
    bench.sampleLimit = all ? .max : sample?.bytes ?? 16 << 20
    bench.meter.rounds = rounds
    bench.meter.progress = Self.showProgress
    let report = try bench.run(journals) { error, lost, journal in
      diagnostics.report(Damage(.chunk, lost, error.reason), in: journal.path)
    }
    ProgressLine.finish()

    if let svg {
      var picture = TextBuffer(capacity: 1 << 14)
      CodecBenchPicture(report).append(to: &picture)
      try WholeFile.write(
        picture.withBytes { $0.copied() }, to: svg, force: force,
        files: input.files(journals.map(\.path)))
    }
    var output = StandardOutput(csv.cells)
    switch format {
    case .text:
      var style = CodecBenchStyle()
      style.isASCII = characters.isASCII
      report.appendText(style: style, to: &output.buffer)
    case .ndjson: report.appendNDJSON(to: &output.buffer)
    case .csv: report.appendCSV(to: &output.buffer)
    }
    try output.flush()
    try diagnostics.finish()
  }

  @Sendable private static func showProgress(_ done: Int, _ total: Int, _ setting: CodecSetting) {
    ProgressLine.update(done, of: max(1, total), setting.name)
  }
}
