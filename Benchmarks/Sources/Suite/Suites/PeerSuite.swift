import JournalCompression
import JournalSamples
import MirrorJournal

/// One tool's answer to a question.
struct PeerAnswer {
  let question: String
  let tool: String
  /// Bytes of its input, and records where the tool has such.
  let bytes: Int
  let records: Int?
  let difference: String
  /// Medians.
  let seconds: Seconds
  /// KiB, mapped files included.
  let peakMemory: Int
  /// KiB of memory that is the process's own; 0 where a shell starts several.
  let ownMemory: Int

  var bytesPerSecond: Double { seconds.processor > 0 ? Double(bytes) / seconds.processor : 0 }
  var recordsPerSecond: Double? {
    records.map { seconds.processor > 0 ? Double($0) / seconds.processor : 0 }
  }
}

/// Other tools on loads of their own, beside `mjournal` on a journal of about the same record size.
///
/// Each script in `Peers` answers `prepare DIR` by installing the tool and making its load, and
/// `questions DIR` by lines of: question, tool, bytes, records or -, accepted exit statuses with
/// commas, command, what differs; separated by tabs.
enum PeerSuite {
  static func run(_ setting: Setting, scripts: String, only: [String]) throws -> [PeerAnswer] {
    var contenders: [Contender] = try ours(setting)
    for script in ChildProcess.lines("ls \(scripts)/*.sh") {
      let name = script.split(separator: "/").last.map { String($0.dropLast(3)) } ?? script
      guard only.isEmpty || only.contains(name) else { continue }
      let directory = setting.inputs.path("peers-" + name)
      note("peers: \(name)")
      let lines = ChildProcess.lines(
        "'\(script)' prepare '\(directory)' >&2 && '\(script)' questions '\(directory)'")
      let found = lines.compactMap(Contender.init)
      if found.isEmpty { note("peers: \(name) is not to be had here; it is left out") }
      contenders += found
    }
    var answers: [PeerAnswer] = []
    var questions: [String] = []
    for contender in contenders where !questions.contains(contender.question) {
      questions.append(contender.question)
    }
    for question in questions {
      let mine = contenders.filter { $0.question == question }
      guard mine.contains(where: { !$0.tool.hasPrefix("mjournal") }) else { continue }
      note("peers: \(question)")
      answers += try measure(mine, rounds: setting.isFull ? 5 : 3)
    }
    return answers
  }

  private struct Contender {
    let question: String
    let tool: String
    let bytes: Int
    let records: Int?
    let accepted: Set<Int32>
    let command: String
    let difference: String

    init(
      _ question: String, _ tool: String, _ bytes: Int, _ records: Int?, _ command: String,
      _ difference: String = ""
    ) {
      self.question = question
      self.tool = tool
      self.bytes = bytes
      self.records = records
      accepted = [0]
      self.command = command
      self.difference = difference
    }

    init?(_ line: String) {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 7, let bytes = Int(fields[2]) else { return nil }
      question = fields[0]
      tool = fields[1]
      self.bytes = bytes
      records = Int(fields[3])
      accepted = Set(fields[4].split(separator: ",").compactMap { Int32($0) })
      command = fields[5]
      difference = fields[6]
    }
  }

  /// The same questions to `mjournal`, on a journal of the imaginary hospital.
  private static func ours(_ setting: Setting) throws -> [Contender] {
    let input = try setting.inputs.journal(.hospital, 256)
    let (tool, path, bytes, records) = (setting.tool, input.path, input.file.count, input.records)
    return try [
      Contender(
        "count", "mjournal info", bytes, records, "\(tool) info \(path)",
        "verifies every block's checksum and every record's link; 2 threads"),
      Contender(
        "count", "mjournal profile", bytes, records, "\(tool) profile \(path)",
        "counts and bytes by global"),
      Contender(
        "verify", "mjournal verify --level walk", bytes, records,
        "\(tool) verify --level walk \(path)", "checksums and links; 2 threads"),
      Contender(
        "verify", "mjournal verify", bytes, records, "\(tool) verify \(path)",
        "checksums, links, and every key and value decoded; 2 threads"),
      Contender(
        "filter, few hits", "mjournal dump --global", bytes, records,
        "\(tool) dump --global WRD.Free \(path)", "by global"),
      Contender(
        "dump as text", "mjournal dump", bytes, records, "\(tool) dump \(path)",
        "process, type, database, reference, values up to 256 bytes"),
      Contender(
        "dump as text", "mjournal dump --format ndjson", bytes, records,
        "\(tool) dump --format ndjson \(path)", "all fields, values whole"),
    ] + compression(setting, input)
  }

  /// The same codecs and levels as the stock tools.
  private static func compression(_ setting: Setting, _ input: Input) throws -> [Contender] {
    let (tool, bytes) = (setting.tool, input.file.count)
    let target = setting.inputs.path("packed")
    let settings: [(codec: JournalCodec, level: Int)] = [
      (.zstd, 1), (.zstd, 3), (.zstd, 6), (.lz4, 1), (.zlib, 6),
    ]
    let work = "2 threads; syncs, reads back and compares"
    return settings.map { codec, level in
      Contender(
        "compress, \(codec.name) \(level)", "mjournal compress", bytes, nil,
        "\(tool) compress --codec \(codec.name) --level \(level) \(input.path) --output \(target) --force",
        work)
    }
      + (try [JournalCodec.zstd, .lz4, .zlib].map { codec in
        Contender(
          "decompress, \(codec.name)", "mjournal decompress", bytes, nil,
          "\(tool) decompress \(try setting.inputs.compressed(input, codec)) --output \(target) --force",
          work)
      })
  }

  private static func measure(_ contenders: [Contender], rounds: Int) throws -> [PeerAnswer] {
    var times = contenders.map { _ in [Seconds]() }
    var memory = contenders.map { _ in 0 }
    var own = memory
    for (index, contender) in contenders.enumerated() {
      // This run warms the cache, too.
      do {
        own[index] = try ChildProcess.ownMemory(of: contender.command, accepted: contender.accepted)
      } catch {
        note("\(contender.tool): \(error)")
        memory[index] = -1
      }
    }
    for _ in 0..<rounds {
      for (index, contender) in contenders.enumerated() where memory[index] >= 0 {
        do {
          let result = try ChildProcess.run(contender.command, accepted: contender.accepted)
          memory[index] = max(memory[index], result.peakMemory)
          times[index].append(result.seconds)
        } catch {
          note("\(contender.tool): \(error)")
          memory[index] = -1
        }
      }
    }
    return contenders.indices.filter { memory[$0] >= 0 }.map { index in
      let contender = contenders[index]
      return PeerAnswer(
        question: contender.question, tool: contender.tool, bytes: contender.bytes,
        records: contender.records, difference: contender.difference,
        seconds: Seconds(
          wall: median(times[index].map(\.wall)),
          processor: median(times[index].map(\.processor))),
        peakMemory: memory[index], ownMemory: own[index])
    }
  }
}
