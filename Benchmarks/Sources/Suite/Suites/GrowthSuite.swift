import Glibc
import JournalSamples
import MirrorJournal

/// How the cost of a record grows with the file: every size under one regime, in the page cache and
/// out of the processor's, which would flatter the small ones.
enum GrowthSuite {
  private struct Question {
    let name: String
    let work: (Input, BulkJournal.Mix) throws -> Void
  }

  static func run(_ setting: Setting) throws -> [Row] {
    let sink = open("/dev/null", O_WRONLY)
    defer { close(sink) }
    let questions = [
      Question(name: "walk") { input, _ in use(try WalkSuite.walk(input.journal)) },
      Question(name: "walk, checksums verified") { input, _ in
        use(try WalkSuite.walk(input.journal, verifying: true))
      },
      Question(name: "decode") { input, _ in use(try DecodeSuite.decode(input.journal)) },
      Question(name: "profile by global") { input, _ in use(try ProfileSuite.profile(input.journal))
      },
      Question(name: "filter by global") { input, mix in
        use(try FilterSuite.hits(input.journal, FilterSuite.name(mix)))
      },
      Question(name: "dump as text") { input, _ in
        use(try DumpSuite.dump(input.journal, .text, to: sink))
      },
      Question(name: "dump as ndjson") { input, _ in
        use(try DumpSuite.dump(input.journal, .ndjson, to: sink))
      },
    ]
    var rows: [Row] = []
    for mix in [BulkJournal.Mix.small, .rows] {
      let inputs = try setting.sizes.map { try setting.inputs.journal(mix, $0) }
      for question in questions {
        note("growth: \(question.name), \(mix.rawValue)")
        rows += try measure(question, mix, inputs, rounds: setting.rounds)
      }
    }
    return rows
  }

  /// The sizes take turns, as contenders do; a small one is repeated, so that its round is no moment.
  private static func measure(
    _ question: Question, _ mix: BulkJournal.Mix, _ inputs: [Input], rounds: Int
  ) throws -> [Row] {
    func once(_ input: Input) throws -> Seconds {
      try ProcessorCache.evict(input)
      return try Stopwatch.measure { try question.work(input, mix) }
    }
    let perByte = try once(inputs[0]).processor / Double(inputs[0].bytes)
    let plans = inputs.map { input in
      let expected = max(1e-6, perByte * Double(input.bytes))
      return (
        repetitions: max(1, min(20, Int(0.1 / expected))),
        rounds: expected < 2 ? rounds : min(rounds, 3)
      )
    }
    var times = inputs.map { _ in [Double]() }
    for round in 0..<rounds {
      for (index, input) in inputs.enumerated() where round < plans[index].rounds {
        for _ in 0..<plans[index].repetitions { times[index].append(try once(input).processor) }
      }
    }
    let smallest = median(times[0]) / Double(max(1, inputs[0].records))
    return zip(inputs, times).enumerated().map { index, measured in
      let (input, times) = measured
      let seconds = median(times)
      return Row(
        suite: "growth", name: question.name, input: input.label, clock: .processor,
        bytes: input.bytes, records: input.records, seconds: seconds, wall: seconds,
        spread: spread(times), limit: index == 0 ? nil : "a record of \(inputs[0].label)",
        ratio: index == 0 ? nil : seconds / Double(max(1, input.records)) / smallest)
    }
  }
}

/// The memory that a whole process needs for itself, by the size of the file, plain and compressed.
enum MemorySuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for isCompressed in [false, true] {
      for size in setting.sizes {
        let input = try setting.inputs.journal(.rows, size)
        let path = isCompressed ? try setting.inputs.compressed(input) : input.path
        note("memory: \(path)")
        // A node; a 64th of all nodes; every node's old values, of which eight bytes are kept and the most goes to
        // a file.
        let states = [
          "state '^APP.Table7D(1)'", "state ^APP.Table7D", "verify --level chain --history",
        ]
        for command in ProcessSuite.commands + states {
          let start = Stopwatch.read(CLOCK_MONOTONIC)
          let memory = try ChildProcess.ownMemory(
            of: "\(setting.tool) \(command) \(path)", accepted: [0, 1])
          let wall = Stopwatch.read(CLOCK_MONOTONIC) - start
          rows.append(
            Row(
              suite: "memory", name: "mjournal \(command)" + (isCompressed ? " through z" : ""),
              input: input.label, clock: .wall, bytes: input.bytes, records: input.records,
              seconds: wall, wall: wall, spread: 0, limit: nil, ratio: nil, ownMemory: memory))
        }
      }
    }
    return rows
  }
}
