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

  @Flag(help: "All sizes up to 4 GiB and all levels; about an hour and 25 GB of disk.")
  var full = false

  @Option(help: "Suites to run, with commas: \(Suite.all.map(\.name).joined(separator: ", ")), peers.")
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
    var rows: [Row] = []
    for suite in Suite.all where wanted?.contains(suite.name) ?? true {
      let some = try suite.run(setting)
      rows += some
      show(terminalTable(some))
    }
    var answers: [PeerAnswer] = []
    if !noPeers, wanted?.contains("peers") ?? true {
      answers = try PeerSuite.run(
        setting, scripts: "Peers",
        only: peers.map { $0.split(separator: ",").map(String.init) } ?? [])
    }
    let judgements = Judgement.all(rows, isBusy: machine.isBusy || Machine.currentLoad > 3)
    let report = Results(
      machine: machine, arguments: (full ? " --full" : "") + (suites.map { " --suites \($0)" } ?? ""),
      rows: rows, peers: answers, judgements: judgements)
    if let results {
      try WholeFile.write(Array(report.markdown.utf8), to: results, force: true)
    }
    for judgement in judgements where judgement.verdict != .kept {
      show(
        "\(judgement.verdict.rawValue): \(judgement.row.suite), \(judgement.row.name), "
          + "\(judgement.row.input): \(fixed(judgement.row.ratio ?? 0, 2)) times the limit, "
          + "at most \(fixed(judgement.threshold.ratio, 2))\n")
    }
    if check, judgements.contains(where: { $0.verdict == .broken }) { throw ExitCode(1) }
  }
}

/// Writes to standard output at once.
private func show(_ text: String) {
  let bytes = Array(text.utf8)
  _ = write(STDOUT_FILENO, bytes, bytes.count)
}
