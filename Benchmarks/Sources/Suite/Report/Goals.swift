/// What the project set out to reach, beside what was measured. Unlike a threshold, which guards what
/// was reached, a goal is not moved.
struct Goal {
  enum Measure {
    /// Times the limit, at most.
    case ratio
    /// Times one thread, at least: the inverse of the ratio.
    case speedUp
    /// Millions a second, at least.
    case records
    /// GB/s, at least.
    case bytes
  }

  let text: String
  let suite: String
  let name: String
  let measure: Measure
  let target: Double
  /// The size in MiB; nil for the largest that was measured.
  var size: Int?

  static let all: [Goal] =
    [
      Goal("walk: at most 1.15 times the best C loop", "walk", "walk", .ratio, 1.15),
      Goal(
        "the same where the file fits into the processor's cache", "walk", "walk", .ratio, 1.15, 64),
      Goal(
        "count by type, checksums verified: 40 M records/s", "walk", "count by type", .records, 40),
      Goal("profile by global: 25 M records/s", "profile", "profile by global", .records, 25),
      Goal("filter: 3 GB/s", "filter", "filter by global", .bytes, 3),
      Goal(
        "filter: at most 1.5 times `grep -caF` (whole processes)", "filter",
        "mjournal dump --global, whole process", .ratio, 1.5),
      Goal("dump as text: 6 M records/s", "dump", "dump as text", .records, 6),
      Goal("dump as NDJSON: 3 M records/s", "dump", "dump as ndjson", .records, 3),
      Goal("verify checksums and links: 5 GB/s", "verify", "verify, level walk", .bytes, 5),
    ]
    + [
      ("decode", "decode, 2 threads"), ("filter", "filter, 2 threads"),
      ("profile", "profile, 2 threads"), ("verify", "verify, 2 threads"),
      ("z", "walk through z, 2 threads"),
    ].map { Goal("\($0.1): 1.7 times one", $0.0, $0.1, .speedUp, 1.7) }

  private init(
    _ text: String, _ suite: String, _ name: String, _ measure: Measure, _ target: Double,
    _ size: Int? = nil
  ) {
    self.text = text
    self.suite = suite
    self.name = name
    self.measure = measure
    self.target = target
    self.size = size
  }

  /// The row of a mix that answers the goal.
  func row(_ mix: String, in rows: [Row]) -> Row? {
    let mine = rows.filter {
      $0.suite == suite && $0.name == name && $0.input.hasPrefix(mix + ",")
        && (size == nil || $0.input == "\(mix), \(size ?? 0) MiB")
    }
    return mine.max { $0.bytes < $1.bytes }
  }

  /// What was measured, and whether that is enough; nil where the row does not say.
  func value(_ row: Row) -> (text: String, isMet: Bool)? {
    switch measure {
    case .ratio: row.ratio.map { (fixed($0, 2), $0 <= target) }
    case .speedUp:
      row.ratio.map { (fixed(1 / max($0, 1e-9), 2), 1 / max($0, 1e-9) >= target) }
    case .records: row.recordsPerSecond.map { (significant($0 / 1e6), $0 / 1e6 >= target) }
    case .bytes: (significant(row.bytesPerSecond / 1e9), row.bytesPerSecond / 1e9 >= target)
    }
  }
}

/// All goals and what became of them.
struct GoalTable {
  let rows: [Row]
  let peers: [PeerAnswer]
  let growth: Growth

  private static let mixes = ["small", "hospital", "rows", "documents"]

  var markdown: String {
    var lines = ""
    for goal in Goal.all {
      let cells = Self.mixes.map { mix -> String in
        // A record of 28 KB a million times a second would be 28 GB/s.
        if case .records = goal.measure, mix == "documents" { return "–" }
        guard let row = goal.row(mix, in: rows), let value = goal.value(row) else { return "" }
        return value.text + " " + (value.isMet ? "met" : row.excuse ?? "**missed**")
      }
      guard cells.contains(where: { !$0.isEmpty && $0 != "–" }) else { continue }
      lines += "| \(goal.text) | \(cells.joined(separator: " | ")) |\n"
    }
    var whole: [String] = []
    if !growth.rates.isEmpty {
      let from = growth.rates[0].values.first?.size ?? "",
        to = growth.rates[0].values.last?.size ?? ""
      whole.append(
        "Records/s at most 15 % lower at \(to) than at \(from): "
          + Self.count(growth.rates) + ".")
    }
    if !growth.memories.isEmpty {
      whole.append("Memory flat over the same sizes: " + Self.count(growth.memories) + ".")
    }
    if !peers.isEmpty { whole.append(against) }
    guard !lines.isEmpty || !whole.isEmpty else { return "" }
    let size = rows.filter { $0.suite == "walk" }.map(\.input).compactMap {
      $0.split(separator: " ").dropLast().last.flatMap { Int($0) }
    }.max()
    var text = "\n## Goals\n"
    if !lines.isEmpty {
      let warm =
        size.map { "Journals of \($0) MiB in the page cache" } ?? "Journals in the page cache"
      text += """

        \(warm), one thread unless said, by mix of records: **small** of some 70 bytes, the
        **hospital**'s of 4 bytes to 126 KB, **rows** of some 280, **documents** of 4 to 40 KB.

        | goal | small | hospital | rows | documents |
        |---|---:|---:|---:|---:|

        """ + lines
    }
    for line in whole { text += "\n* " + line }
    return text + (whole.isEmpty ? "" : "\n")
  }

  private static func count(_ lines: [Growth.Line]) -> String {
    let broken = lines.filter { !$0.isKept }
    return broken.isEmpty
      ? "met by all \(lines.count)"
      : "met by \(lines.count - broken.count) of \(lines.count); **missed** by "
        + broken.map { "\($0.name) (\($0.mix))" }.joined(separator: ", ")
  }

  /// Whether each peer is behind on its question.
  private var against: String {
    let others = peers.filter { !$0.tool.hasPrefix("mjournal") }
    let ahead = others.filter { peer in (peer.factor(in: peers) ?? .infinity) < 1 }
    let all = "Every peer behind at the same question, by processor time: "
    return ahead.isEmpty
      ? all + "met, all \(others.count)."
      : all + "\(others.count - ahead.count) of \(others.count); **ahead of us**: "
        + ahead.map { "\($0.tool) (\($0.question))" }.joined(separator: ", ") + "."
  }
}

extension PeerAnswer {
  /// How many times as fast the first answer of ours to the same question is.
  func factor(in answers: [PeerAnswer]) -> Double? {
    guard !tool.hasPrefix("mjournal"),
      let ours = answers.first(where: { $0.question == question && $0.tool.hasPrefix("mjournal") })
    else { return nil }
    let rate = recordsPerSecond ?? bytesPerSecond
    let mine = recordsPerSecond == nil ? ours.bytesPerSecond : ours.recordsPerSecond ?? 0
    return rate > 0 ? mine / rate : nil
  }
}
