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
  /// The imaginary hospital, which mixes them, besides.
  var allMixes: [BulkJournal.Mix] { mixes + [.hospital] }
  /// Sizes in MiB, ascending, by which one sees how cost grows.
  var sizes: [Int] { isFull ? [64, 256, 1024, 4096] : [64, 256] }
  /// The size at which the goals are measured; nothing of it stays in the processor's cache.
  var goalSize: Int { isFull ? 1024 : 256 }

  /// Fewer rounds where one takes long.
  func rounds(on input: Input) -> Int {
    input.bytes > 512 << 20 ? max(1, rounds * 3 / 5) : rounds
  }

  /// What the suites read, so that it is made in one go.
  var journals: [(mix: BulkJournal.Mix, mebibytes: Int)] {
    allMixes.flatMap { mix in
      var wanted = Set([64, 256, goalSize])
      if mix == .small || mix == .rows { wanted.formUnion(sizes) }
      return wanted.map { (mix, $0) }
    }
  }
}

/// A named group of contests.
struct Suite: Sendable {
  let name: String
  let run: @Sendable (Setting) throws -> [Row]

  static let all: [Suite] = [
    Suite(name: "walk", run: WalkSuite.run),
    Suite(name: "layouts", run: LayoutSuite.run),
    Suite(name: "cold", run: WalkSuite.cold),
    Suite(name: "decode", run: DecodeSuite.run),
    Suite(name: "filter", run: FilterSuite.run),
    Suite(name: "state", run: StateSuite.run),
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
    Suite(name: "discover", run: DiscoverySuite.run),
    Suite(name: "growth", run: GrowthSuite.run),
    Suite(name: "memory", run: MemorySuite.run),
  ]
}
