/// RESULTS.md: what was measured, where, when, and of which commit.
struct Results {
  let machine: Machine
  let arguments: String
  let rows: [Row]
  let peers: [PeerAnswer]
  let judgements: [Judgement]
  let progress: [SuiteOutcome]

  var markdown: String {
    var text = """
      # Results

      Written by `Benchmarks/run\(arguments)`; do not edit. What is measured and how to read it: [README](README.md).

      | | |
      |---|---|
      | date | \(machine.date) |
      | commit | \(machine.commit) |
      | processor | \(machine.processor), \(machine.cores) processors |
      | memory | \(machine.memory >> 30) GiB |
      | system | \(machine.system) |
      | Swift | \(machine.swift) |
      | others | \(others) |

      """
    text += failures
    let growth = Growth(rows)
    text += GoalTable(rows: rows, peers: peers, growth: growth).markdown
    text += growth.markdown
    text += thresholds
    text += peerTables
    var suites: [String] = []
    for row in rows where !suites.contains(row.suite) { suites.append(row.suite) }
    for suite in suites { text += table(suite) }
    return text + minutes
  }

  /// Whether other processes took processor time, by the contests that two threads were in.
  private var others: String {
    let pairs = rows.filter { $0.name.contains("2 threads") && $0.ratio != nil }
    let disturbed = pairs.count(where: \.isDisturbed)
    let load = "load \(fixed(machine.load, 2)) before the run"
    if disturbed == 0 { return load + "; no contest of two threads was disturbed" }
    return load + "; **\(disturbed) of \(pairs.count) contests of two threads were disturbed** by "
      + "others: their times on the wall say little, processor time holds"
  }

  private var failures: String {
    let failed = progress.filter { $0.error != nil }
    guard !failed.isEmpty else { return "" }
    return "\n## Suites that failed\n\n"
      + failed.map { "* **\($0.name)**: \($0.error ?? "")\n" }.joined()
  }

  private var minutes: String {
    let total = progress.reduce(0) { $0 + $1.seconds }
    return "\n## How long each suite took\n\n"
      + progress.map { "\($0.name) \(duration($0.seconds))" }.joined(separator: ", ")
      + "; together \(fixed(total / 60, 1)) minutes.\n"
  }

  private var thresholds: String {
    guard !judgements.isEmpty else { return "" }
    var text = """

      ## Thresholds

      The ratio to the limit: what a change must not exceed, and what the project set out to reach.

      | suite | what | input | ratio | at most | | goal | |
      |---|---|---|---:|---:|---|---:|---|

      """
    for judgement in judgements {
      let row = judgement.row
      text +=
        "| \(row.suite) | \(row.name) | \(row.input) | \(fixed(row.ratio ?? 0, 2)) | "
        + "\(fixed(judgement.threshold.ratio, 2)) | \(judgement.verdict.text) | \(judgement.goal)\n"
    }
    return text
  }

  private func table(_ suite: String) -> String {
    var text = """

      ## \(suite)

      | what | input | median | MB/s | M records/s | ± % | measured against | ratio |
      |---|---|---:|---:|---:|---:|---|---:|

      """
    for row in rows where row.suite == suite {
      let records = row.recordsPerSecond.map { significant($0 / 1e6) } ?? ""
      let memory =
        (row.peakMemory > 0 ? ", \(row.peakMemory >> 10) MiB" : "")
        + (row.ownMemory > 0 ? ", own \(fixed(Double(row.ownMemory) / 1024, 1)) MiB" : "")
      let clock = row.clock == .wall ? ", wall" : ""
      let notes = row.note.isEmpty ? "" : ", \(row.note)"
      text +=
        "| \(row.name)\(notes)\(memory) | \(row.input) | \(duration(row.seconds))\(clock) | "
        + "\(fixed(row.bytesPerSecond / 1e6, 0)) | \(records) | \(fixed(row.spread, 0)) | "
        + "\(row.limit ?? "(limit)") | \(row.ratio.map { fixed($0, 2) } ?? "") |\n"
    }
    return text
  }

  private var peerTables: String {
    guard !peers.isEmpty else { return "" }
    var text = """

      ## Peers

      Whole processes, output to /dev/null, in turns; by processor time of all threads, start included. MB are of
      the tool's own format; `ours by` compares the first line with the others; what the work differs in is said in the last column. `peak MiB` counts
      mapped files, `own MiB` only what the process has for itself.

      """
    var questions: [String] = []
    for peer in peers where !questions.contains(peer.question) { questions.append(peer.question) }
    for question in questions {
      text += """

        ### \(question)

        | tool | input MB | records | processor time | wall | MB/s | M records/s | peak MiB | own MiB | ours by | what differs |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|

        """
      for peer in peers where peer.question == question {
        let factor = peer.factor(in: peers).map { fixed($0, 1) + "×" }
        text +=
          "| \(peer.tool) | \(fixed(Double(peer.bytes) / 1e6, 0)) | \(peer.records.map(String.init) ?? "") | "
          + "\(duration(peer.seconds.processor)) | \(duration(peer.seconds.wall)) | "
          + "\(fixed(peer.bytesPerSecond / 1e6, 0)) | "
          + "\(peer.recordsPerSecond.map { significant($0 / 1e6) } ?? "") | \(peer.peakMemory >> 10) | "
          + "\(peer.ownMemory > 0 ? fixed(Double(peer.ownMemory) / 1024, 1) : "–") | "
          + "\(factor ?? "") | \(peer.difference) |\n"
      }
    }
    return text
  }
}

/// How a suite went.
struct SuiteOutcome {
  let name: String
  let seconds: Double
  /// Why it has no rows.
  var error: String?
}
