/// RESULTS.md: what was measured, where, when, and of which commit.
struct Results {
  let machine: Machine
  let arguments: String
  let rows: [Row]
  let peers: [PeerAnswer]
  let judgements: [Judgement]

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
      | load before | \(fixed(machine.load, 2)): \(machine.isBusy ? "**others used the machine**; times on the wall say little, ratios of processor time hold" : "the machine was free") |

      """
    text += thresholds
    text += growth
    text += peerTables
    var suites: [String] = []
    for row in rows where !suites.contains(row.suite) { suites.append(row.suite) }
    for suite in suites { text += table(suite) }
    return text
  }

  private var thresholds: String {
    guard !judgements.isEmpty else { return "" }
    var text = """

      ## Thresholds

      | suite | what | input | ratio | at most | |
      |---|---|---|---:|---:|---|

      """
    for judgement in judgements {
      let row = judgement.row
      text +=
        "| \(row.suite) | \(row.name) | \(row.input) | \(fixed(row.ratio ?? 0, 2)) | "
        + "\(fixed(judgement.threshold.ratio, 2)) | \(judgement.verdict.rawValue) |\n"
    }
    return text
  }

  /// How the cost of a record changes from the smallest input of a mix to the largest.
  private var growth: String {
    var lines = ""
    var seen: Set<String> = []
    for row in rows where row.records != nil && row.clock == .processor && row.suite != "access" {
      guard let mix = row.input.split(separator: ",").first,
        seen.insert("\(row.suite) \(row.name) \(mix)").inserted
      else { continue }
      let same = rows.filter {
        $0.suite == row.suite && $0.name == row.name && $0.input.hasPrefix(mix + ",")
      }
      guard same.count > 1, row.limit != nil, let first = same.first?.recordsPerSecond else { continue }
      let cells = same.map { other in
        let rate = other.recordsPerSecond ?? 0
        return "\(size(other.input)) \(fixed(rate / 1e6, 1)) (\(fixed(rate / first * 100, 0)) %)"
      }
      lines += "| \(row.suite) | \(row.name) | \(mix) | \(cells.joined(separator: ", ")) |\n"
    }
    guard !lines.isEmpty else { return "" }
    return """

      ## Growth

      Million records a second by size, and in percent of the smallest.

      | suite | what | mix | by size |
      |---|---|---|---|

      """ + lines
  }

  private func size(_ input: String) -> String {
    input.split(separator: ",").last.map { String($0).trimmed } ?? input
  }

  private func table(_ suite: String) -> String {
    var text = """

      ## \(suite)

      | what | input | median | MB/s | M records/s | ± % | measured against | ratio |
      |---|---|---:|---:|---:|---:|---|---:|

      """
    for row in rows where row.suite == suite {
      let records = row.recordsPerSecond.map { significant($0 / 1e6) } ?? ""
      let memory = row.peakMemory > 0 ? ", \(row.peakMemory >> 10) MiB" : ""
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
      the tool's own format; `ours by` compares the first line with the others; what the work differs in is said in the last column.

      """
    var questions: [String] = []
    for peer in peers where !questions.contains(peer.question) { questions.append(peer.question) }
    for question in questions {
      text += """

        ### \(question)

        | tool | input MB | records | processor time | wall | MB/s | M records/s | peak MiB | ours by | what differs |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|---|

        """
      let ours = peers.first { $0.question == question && $0.tool.hasPrefix("mjournal") }
      for peer in peers where peer.question == question {
        let factor = ours.flatMap { our -> String? in
          guard !peer.tool.hasPrefix("mjournal") else { return nil }
          let rate = peer.recordsPerSecond ?? peer.bytesPerSecond
          let mine = peer.recordsPerSecond == nil ? our.bytesPerSecond : our.recordsPerSecond ?? 0
          return rate > 0 ? fixed(mine / rate, 1) + "×" : nil
        }
        text +=
          "| \(peer.tool) | \(fixed(Double(peer.bytes) / 1e6, 0)) | \(peer.records.map(String.init) ?? "") | "
          + "\(duration(peer.seconds.processor)) | \(duration(peer.seconds.wall)) | "
          + "\(fixed(peer.bytesPerSecond / 1e6, 0)) | "
          + "\(peer.recordsPerSecond.map { significant($0 / 1e6) } ?? "") | \(peer.peakMemory >> 10) | "
          + "\(factor ?? "") | \(peer.difference) |\n"
      }
    }
    return text
  }
}

extension Machine {
  /// Whether others wanted the processors when the run began.
  var isBusy: Bool { load > 0.7 }
}
