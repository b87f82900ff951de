import Foundation
import FuzzTargets
import JournalSamples

/// The suites by name, and what runs them.
enum Suites {
  struct Options {
    var names: [String] = []
    var seed: UInt64 = 1
    /// Random moments at which each of the four commands is killed: a thousand in all.
    var kills = 250
    var mutants = 10_000
    /// The first mutant: a long run can go on where another one ended.
    var firstMutant = 0
    var histories = 2000
    /// Whether each mutant is given to every command, and not one in twenty: half an hour of two processors.
    var allCommands = false
    /// Whether this is a build with a sanitizer, which the commands beside it do not have.
    var isSanitized = false
    var figures: String?
    /// The name that the suite's figures get, if not its own.
    var name: String?
  }

  static let all: [(name: String, run: @Sendable (Options) throws -> Figures)] = [
    ("damage", { try DamageSuite.run(seed: $0.seed) }),
    ("misplaced", { try MisplacedSuite.run(seed: $0.seed) }),
    (
      "mutants",
      {
        try MutantSuite.run(
          min($0.firstMutant, $0.mutants)..<$0.mutants, seed: $0.seed, allCommands: $0.allCommands)
      }
    ),
    ("histories", { try HistorySuite.run(histories: $0.histories, seed: $0.seed) }),
    ("hostile", { try HostileSuite.run(seed: $0.seed) }),
    ("compressed", { _ in try CompressedSuite.run() }),
    ("differential", { try DifferentialSuite.run(journals: 300, seed: $0.seed) }),
    ("calibration", { try CalibrationSuite.run(seed: $0.seed) }),
    ("discovery", { try DiscoverySuite.run(seed: $0.seed) }),
    (
      "living",
      { try LivingSuite.run(seed: $0.seed, rounds: 400, hasCommands: !$0.isSanitized) }
    ),
    ("faults", { _ in try FaultSuite.run(Operation.all(journal: journal(.small))) }),
    (
      "kills",
      { options in
        try KillSuite.run(
          Operation.all(journal: journal(.large)).filter { $0.name != "compress --rm" },
          kills: options.kills, seed: options.seed)
      }
    ),
  ]

  private enum Size { case small, large }

  /// A journal to work on.
  private static func journal(_ size: Size) throws -> [UInt8] {
    let scratch = try Scratch()
    switch size {
    case .small: try EveryType().write(to: scratch.file("j"))
    case .large:
      try BulkJournal(mix: .hospital, size: 3 << 19, seed: 5).write(to: scratch.file("j"))
    }
    guard let bytes = scratch.read("j") else { throw Failure("no journal") }
    return bytes
  }

  /// Runs the suites that are named; true when nothing was found.
  static func run(_ arguments: [String]) throws -> Bool {
    if arguments.first == "write-slowly", arguments.count == 3 {
      try SplitPoints.writeSlowly(arguments[1], seed: UInt64(arguments[2]) ?? 1)
      return true
    }
    if arguments.first == "seeds", arguments.count == 2 {
      try writeSeeds(arguments[1])
      return true
    }
    if arguments.first == "mutant", arguments.count == 3, let index = Int(arguments[1]) {
      try MutantSuite.write(index, seed: 1, to: arguments[2])
      return true
    }
    if arguments.first == "report" {
      try Report.write(Array(arguments.dropFirst()))
      return true
    }
    let options = try parse(arguments)
    var isClean = true
    for suite in all where options.names.isEmpty || options.names.contains(suite.name) {
      let begin = Program.now()
      var figures = try suite.run(options)
      figures.seconds = Double(Program.now() - begin) / 1e6
      if let name = options.name { figures.suite = name }
      figures.print()
      if figures["findings"] > 0 { isClean = false }
      if let path = options.figures { try append(figures, to: path) }
    }
    return isClean
  }

  /// Writes the fuzzers' seeds into a folder for each target, and prints the targets with the
  /// longest input that each is given.
  private static func writeSeeds(_ folder: String) throws {
    for target in FuzzTarget.allCases {
      let path = "\(folder)/\(target.rawValue)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for (index, bytes) in try Seeds.bytes(for: target).enumerated() {
        try Data(bytes).write(to: URL(filePath: "\(path)/seed\(index)"))
      }
      print(target.rawValue, target.maximumLength)
    }
  }

  private static func append(_ figures: Figures, to path: String) throws {
    // Two suites may run at once.
    let lock = open(path + ".lock", O_CREAT | O_RDWR, 0o600)
    defer { close(lock) }
    flock(lock, LOCK_EX)
    var all: [Figures] = []
    if let data = try? Data(contentsOf: URL(filePath: path)) {
      all = try JSONDecoder().decode([Figures].self, from: data)
    }
    all.removeAll { $0.suite == figures.suite }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(all + [figures]).write(to: URL(filePath: path))
  }

  private static func parse(_ arguments: [String]) throws -> Options {
    var options = Options()
    var rest = arguments[...]
    func number() throws -> Int {
      guard let text = rest.popFirst(), let number = Int(text), number >= 0 else {
        throw Failure("a number is missing")
      }
      return number
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--seed": options.seed = UInt64(try number())
      case "--kills": options.kills = try number()
      case "--mutants": options.mutants = try number()
      case "--first-mutant": options.firstMutant = try number()
      case "--histories": options.histories = try number()
      case "--all-commands": options.allCommands = true
      case "--sanitized": options.isSanitized = true
      case "--as": options.name = rest.popFirst()
      case "--figures": options.figures = rest.popFirst()
      default:
        guard all.contains(where: { $0.name == argument }) else {
          throw Failure(
            "no suite is called \(argument): \(all.map(\.name).joined(separator: ", "))")
        }
        options.names.append(argument)
      }
    }
    return options
  }
}
