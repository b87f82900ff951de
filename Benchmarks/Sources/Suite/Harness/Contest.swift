/// Ways to answer one question about one input, measured in turns: a round runs each once, so that a
/// disturbance of the machine meets all of them.
final class Contest {
  struct Contender {
    let name: String
    let clock: Clock
    /// What its times are divided by; nil for a limit itself.
    let limit: String?
    /// At least so many repetitions make a round.
    var repetitions = 1
    let work: Work
    var rounds: [Seconds] = []
    /// KiB; of whole processes only.
    var peakMemory = 0
    var ownMemory = 0
  }

  enum Work {
    /// Measured in this process.
    case closure(() throws -> Void)
    /// A whole process; its processor time is that of all its threads.
    case command(String, accepted: Set<Int32>)
  }

  let suite: String
  let input: String
  /// Bytes and records that a run deals with; nil where records mean nothing.
  let bytes: Int
  let records: Int?
  private(set) var contenders: [Contender] = []

  init(_ suite: String, on input: String, bytes: Int, records: Int? = nil) {
    self.suite = suite
    self.input = input
    self.bytes = bytes
    self.records = records
  }

  /// Adds a limit.
  func limit(_ name: String, clock: Clock = .processor, _ body: @escaping () throws -> Void) {
    contenders.append(Contender(name: name, clock: clock, limit: nil, work: .closure(body)))
  }

  /// Adds one of ours.
  func ours(
    _ name: String, against limit: String?, clock: Clock = .processor,
    _ body: @escaping () throws -> Void
  ) {
    contenders.append(Contender(name: name, clock: clock, limit: limit, work: .closure(body)))
  }

  /// Adds a whole process.
  func process(
    _ name: String, against limit: String?, clock: Clock = .processor, accepted: Set<Int32> = [0],
    _ command: String
  ) {
    contenders.append(
      Contender(
        name: name, clock: clock, limit: limit, work: .command(command, accepted: accepted)))
  }

  /// Runs `rounds` rounds of at least `least` seconds a contender, after one that warms up.
  func run(rounds: Int, least: Double = 0.02) throws -> [Row] {
    note("\(suite): \(input)")
    for index in contenders.indices {
      if case .command(let command, let accepted) = contenders[index].work {
        // The run that warms up is the one whose memory is sampled: looking takes time.
        // A shell's own memory says nothing of what it starts.
        guard !command.hasPrefix("sh ") else {
          _ = try measure(index)
          continue
        }
        contenders[index].ownMemory = try ChildProcess.ownMemory(of: command, accepted: accepted)
        continue
      }
      let first = try measure(index)
      if case .closure = contenders[index].work {
        // The clock of a process ticks in microseconds; short work is repeated.
        contenders[index].repetitions = max(1, min(1000, Int(least / max(first.wall, 1e-6))))
      }
    }
    for _ in 0..<rounds {
      for index in contenders.indices { contenders[index].rounds.append(try measure(index)) }
    }
    return contenders.map(row)
  }

  private func measure(_ index: Int) throws -> Seconds {
    let contender = contenders[index]
    switch contender.work {
    case .closure(let body):
      // Short work finds in the processor's cache what its own run before left there, not what its
      // neighbour did: else the one with fewer repetitions would pay more of its share.
      if contender.repetitions > 1 { try body() }
      let total = try Stopwatch.measure {
        for _ in 0..<contender.repetitions { try body() }
      }
      let count = Double(contender.repetitions)
      return Seconds(wall: total.wall / count, processor: total.processor / count)
    case .command(let command, let accepted):
      let result = try ChildProcess.run(command, accepted: accepted)
      contenders[index].peakMemory = max(contenders[index].peakMemory, result.peakMemory)
      return result.seconds
    }
  }

  private func row(_ contender: Contender) -> Row {
    let times = contender.rounds.map { Seconds.of(contender.clock, $0) }
    var ratio: Double?
    var isDisturbed = false
    if let limit = contenders.first(where: { $0.name == contender.limit }) {
      ratio = median(
        zip(times, limit.rounds).map { $0 / max(Seconds.of(contender.clock, $1), 1e-9) })
      isDisturbed =
        contender.clock == .wall && limit.clock == .wall
        && median(limit.rounds.map { $0.wall / max($0.processor, 1e-9) }) > 1.1
    }
    let room = contender.limit != nil && contender.name.hasSuffix("2 threads") ? room(times) : nil
    return Row(
      suite: suite, name: contender.name, input: input, clock: contender.clock, bytes: bytes,
      records: records, seconds: median(times),
      wall: median(contender.rounds.map(\.wall)), spread: spread(times), limit: contender.limit,
      ratio: ratio, peakMemory: contender.peakMemory, ownMemory: contender.ownMemory,
      isDisturbed: isDisturbed, room: room,
      note: room?.text ?? "")
  }

  /// What the machine left two threads that took `times` on the wall.
  private func room(_ times: [Double]) -> RoomForTwo {
    func rounds(_ name: String) -> [Double]? {
      contenders.first { $0.name == name }?.rounds.map(\.wall)
    }
    var room = RoomForTwo()
    if let memory = rounds(Self.memoryLimit) {
      let share = median(zip(memory, times).map { $0 / max($1, 1e-9) })
      // Who is faster than that does not read all of the file, and what share he takes is not known.
      if share < 1.1 { room.memoryShare = share }
    }
    if let one = rounds(Self.processorLimits[0]), let two = rounds(Self.processorLimits[1]) {
      room.processorGain = median(zip(one, two).map { $0 / max($1, 1e-9) })
    }
    return room
  }
}

/// One measured line.
struct Row {
  let suite: String
  let name: String
  let input: String
  let clock: Clock
  let bytes: Int
  let records: Int?
  /// The median by `clock`.
  let seconds: Double
  /// The median on the wall.
  let wall: Double
  /// Percent.
  let spread: Double
  /// What it is measured against, and how many times as long it takes.
  let limit: String?
  let ratio: Double?
  /// KiB, mapped files included; 0 where it was not measured.
  var peakMemory = 0
  /// KiB of memory that is the process's own; 0 where it was not measured.
  var ownMemory = 0
  /// Whether one thread had to wait for a processor, so that two could not show what they bring.
  var isDisturbed = false
  /// What the machine left for a second thread; nil where that was not measured.
  var room: RoomForTwo?
  /// Something that is no time, such as a ratio of sizes.
  var note = ""

  var bytesPerSecond: Double { seconds > 0 ? Double(bytes) / seconds : 0 }
  /// Why the second thread brought no more, if the machine is why.
  var excuse: String? {
    if isDisturbed { return "not judged" }
    return ratio.flatMap { room?.reason(gain: 1 / max($0, 1e-9)) }
  }

  var recordsPerSecond: Double? { records.map { seconds > 0 ? Double($0) / seconds : 0 } }
}

/// What a machine leaves for a second thread.
struct RoomForTwo {
  /// How much of what two threads can read that do nothing else was read; nil where it was not all of
  /// the input.
  var memoryShare: Double?
  /// Times one thread, in arithmetic.
  var processorGain: Double?

  var text: String {
    [
      memoryShare.map { "\(fixed($0 * 100, 0)) % of what 2 threads read" },
      processorGain.map { "arithmetic gains \(fixed($0, 2))" },
    ].compactMap(\.self).joined(separator: ", ")
  }

  /// What kept two threads from being 1.7 times as fast as one, if it was not the program: memory, or
  /// processors that do not give twice as much, of which 85 % were taken.
  func reason(gain: Double) -> String? {
    if let memoryShare, memoryShare >= 0.8 { return "memory's limit" }
    if let processorGain, processorGain < 2, gain >= 0.85 * processorGain {
      return "processors' limit"
    }
    return nil
  }
}

/// Takes a result so that the compiler cannot leave out the work for it.
@inline(never)
func use<T>(_ value: T) {}
