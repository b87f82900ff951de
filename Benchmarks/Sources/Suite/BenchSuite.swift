import ArgumentParser
import Glibc
import JournalCompression
import MirrorJournal

/// Measures everything against its limit and writes RESULTS.md.
@main
struct BenchSuite: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mjournal-bench-suite",
    abstract: "Measure mjournal against the limits of the machine, and beside its peers.",
    discussion: "Usually started by Benchmarks/run, which builds it and the tool first.")

  @Flag(
    help: "Goals on 1 GiB, growth up to 4 GiB, all levels; about half an hour and 16 GB of disk.")
  var full = false

  @Option(
    help: "Suites to run, with commas: \(Suite.all.map(\.name).joined(separator: ", ")), peers.")
  var suites: String?

  @Option(help: "Peers to run, with commas; all that can be installed by default.")
  var peers: String?

  @Flag(help: "Leave out the peers.")
  var noPeers = false

  @Option(help: "Rounds of each contest.")
  var rounds = 5

  @Option(help: "Where the inputs are kept.")
  var data = "data"

  @Option(help: "The built mjournal.")
  var tool: String

  @Option(help: "Write the results to this file.")
  var results: String?

  @Flag(help: "Exit with status 1 when a ratio is beyond its threshold.")
  var check = false

  func run() throws {
    let machine = Machine()
    let setting = Setting(
      inputs: try Inputs(directory: data), isFull: full, rounds: max(1, rounds), tool: tool,
      samples: "../Samples")
    mkdir(setting.inputs.path("packed"), 0o755)
    let wanted = suites.map { $0.split(separator: ",").map(String.init) }
    if let unknown = wanted?.first(where: { name in
      name != "peers" && !Suite.all.contains { $0.name == name }
    }) {
      throw ValidationError("there is no suite \(unknown)")
    }
    if wanted == nil { try setting.inputs.prepare(setting.journals) }
    var rows: [Row] = []
    var answers: [PeerAnswer] = []
    var progress: [SuiteOutcome] = []
    var judgements: [Judgement] = []
    /// Runs one suite; what it fails with does not lose the others. What there is so far is written
    /// at once, so that an interrupted run leaves its results.
    func attempt(_ name: String, _ work: () throws -> Void) throws {
      let start = Stopwatch.read(CLOCK_MONOTONIC)
      var outcome: String?
      do { try work() } catch {
        outcome = "\(error)"
        note("\(name) failed: \(error)")
      }
      let seconds = Stopwatch.read(CLOCK_MONOTONIC) - start
      progress.append(SuiteOutcome(name: name, seconds: seconds, error: outcome))
      judgements = Judgement.all(rows)
      guard let results else { return }
      let report = Results(
        machine: machine,
        arguments: (full ? " --full" : "") + (suites.map { " --suites \($0)" } ?? ""), rows: rows,
        peers: answers, judgements: judgements, progress: progress)
      try WholeFile.write(Array(report.markdown.utf8), to: results, force: true, files: RunFiles())
    }
    for suite in Suite.all where wanted?.contains(suite.name) ?? true {
      try attempt(suite.name) {
        let some = try suite.run(setting)
        rows += some
        show(terminalTable(some))
      }
    }
    if !noPeers, wanted?.contains("peers") ?? true {
      try attempt("peers") {
        answers = try PeerSuite.run(
          setting, scripts: "Peers",
          only: peers.map { $0.split(separator: ",").map(String.init) } ?? [])
      }
    }
    for judgement in judgements where judgement.verdict != .kept {
      show(
        "\(judgement.verdict.text): \(judgement.row.suite), \(judgement.row.name), "
          + "\(judgement.row.input): \(fixed(judgement.row.ratio ?? 0, 2)) times the limit, "
          + "at most \(fixed(judgement.threshold.ratio, 2))\n")
    }
    let failed = progress.filter { $0.error != nil }
    for suite in failed { show("FAILED: \(suite.name): \(suite.error ?? "")\n") }
    if !failed.isEmpty || check && judgements.contains(where: { $0.verdict == .broken }) {
      throw ExitCode(1)
    }
  }
}

/// Writes to standard output at once.
private func show(_ text: String) {
  let bytes = Array(text.utf8)
  _ = write(STDOUT_FILENO, bytes, bytes.count)
}
