import JournalSamples

/// What a suite needs to run.
struct Setting {
  let inputs: Inputs
  let isFull: Bool
  let rounds: Int
  /// The built command-line tool.
  let tool: String
  /// The repository's Samples folder.
  let samples: String

  /// The record-size mixes.
  let mixes: [BulkJournal.Mix] = [.small, .rows, .documents]
  /// Sizes in MiB, ascending, by which one sees how cost grows.
  var sizes: [Int] { isFull ? [64, 256, 1024, 4096] : [64, 256] }
}

/// A named group of contests.
struct Suite: Sendable {
  let name: String
  let run: @Sendable (Setting) throws -> [Row]

  static let all: [Suite] = [
    Suite(name: "walk", run: WalkSuite.run),
    Suite(name: "cold", run: WalkSuite.cold),
    Suite(name: "decode", run: DecodeSuite.run),
    Suite(name: "filter", run: FilterSuite.run),
    Suite(name: "profile", run: ProfileSuite.run),
    Suite(name: "dump", run: DumpSuite.run),
    Suite(name: "verify", run: VerifySuite.run),
    Suite(name: "log", run: LogSuite.run),
    Suite(name: "codecs", run: CodecSuite.run),
    Suite(name: "compress", run: CompressSuite.run),
    Suite(name: "z", run: CompressedReadingSuite.run),
    Suite(name: "access", run: AccessSuite.run),
    Suite(name: "write", run: WriterSuite.run),
    Suite(name: "sqlite", run: SQLiteSuite.run),
    Suite(name: "processes", run: ProcessSuite.run),
  ]
}
