/// A ratio that a change must not make worse. Times are no thresholds: they are the machine's.
struct Threshold {
  let suite: String
  /// Empty for every line of the suite.
  let name: String
  /// What the row's input begins with; empty for every input.
  var input = ""
  /// At most so many times its limit.
  let ratio: Double
  /// What the project set out to reach, where the threshold is not that.
  var goal: Double?
  /// Whether it takes two free processors to show.
  var needsTwoProcessors = false

  private init(
    _ suite: String, _ name: String, _ ratio: Double, input: String = "",
    goal: Double? = nil, needsTwoProcessors: Bool = false
  ) {
    self.suite = suite
    self.name = name
    self.ratio = ratio
    self.goal = goal
    self.input = input
    self.needsTwoProcessors = needsTwoProcessors
  }

  func covers(_ row: Row) -> Bool {
    row.suite == suite && (name.isEmpty || row.name == name) && row.input.hasPrefix(input)
      && row.ratio != nil
  }

  static let all: [Threshold] =
    [
      // Where the file fits into the processor's cache, memory does not hide the checks of each record.
      Threshold("walk", "walk", 1.25, input: "small, 64 MiB", goal: 1.15),
      Threshold("walk", "walk", 1.15, input: "small, 256 MiB", goal: 1.15),
      Threshold("walk", "walk", 1.15, input: "small, 1024 MiB", goal: 1.15),
      Threshold("walk", "walk", 1.15, input: "rows", goal: 1.15),
      Threshold("walk", "walk", 1.15, input: "hospital", goal: 1.15),
      // A few milliseconds for thousands of records.
      Threshold("walk", "walk", 1.25, input: "documents", goal: 1.15),
      Threshold("walk", "walk, checksums verified", 1.35),
      // R2's links are read by a loop of their own, which takes two thirds of the general one's time; blocks
      // of 8 KiB end eight times as often.
      Threshold("layouts", "", 1.85),
      Threshold("decode", "decode", 2.2, goal: 2),
      Threshold("filter", "filter by global", 2),
      Threshold("state", "mjournal state NODE", 2, goal: 2),
      Threshold("profile", "profile by global", 4),
      Threshold("verify", "verify, level walk", 2),
      Threshold("z", "walk through z, 1 thread", 1.10),
      Threshold("access", "record by address", 1.3, input: "rows, 256 MiB, z"),
      Threshold("decode", "decode, 2 threads", 1 / 1.7, goal: 1 / 1.7, needsTwoProcessors: true),
      Threshold("verify", "verify, 2 threads", 1 / 1.7, goal: 1 / 1.7, needsTwoProcessors: true),
      Threshold("filter", "filter, 2 threads", 1 / 1.7, goal: 1 / 1.7, needsTwoProcessors: true),
      Threshold("profile", "profile, 2 threads", 1 / 1.7, goal: 1 / 1.7, needsTwoProcessors: true),
      Threshold("z", "walk through z, 2 threads", 1 / 1.7, goal: 1 / 1.7, needsTwoProcessors: true),
      Threshold("growth", "", 1 / 0.85, goal: 1 / 0.85),
      Threshold("compress", "zstd 6, file to file, 2 threads", 1 / 1.8, needsTwoProcessors: true),
    ]
    + ["zstd -5", "zstd 1", "zstd 3", "zstd 6", "lz4 1", "lz4 4", "zlib 1", "zlib 6"].map {
      Threshold("codecs", "\($0), compress", 1 / 0.95)
    }
}

/// What came of a threshold on one row.
struct Judgement {
  enum Verdict: Equatable {
    case kept, broken
    /// By what the machine left for a second thread.
    case excused(String)

    var text: String {
      switch self {
      case .kept: "kept"
      case .broken: "BROKEN"
      case .excused(let reason): reason
      }
    }
  }

  let threshold: Threshold
  let row: Row
  let verdict: Verdict

  /// The goal and whether it is met, as two cells.
  var goal: String {
    guard let goal = threshold.goal else { return " | |" }
    let isMet = (row.ratio ?? .infinity) <= goal
    let verdict =
      if case .excused(let reason) = verdict { reason } else { isMet ? "met" : "**missed**" }
    return "\(fixed(goal, 2)) | \(verdict) |"
  }

  static func all(_ rows: [Row]) -> [Judgement] {
    Threshold.all.flatMap { threshold in
      rows.filter(threshold.covers).map { row in
        let isKept = (row.ratio ?? .infinity) <= threshold.ratio
        let excuse = threshold.needsTwoProcessors ? row.excuse : nil
        let verdict = isKept ? Verdict.kept : excuse.map(Verdict.excused) ?? .broken
        return Judgement(threshold: threshold, row: row, verdict: verdict)
      }
    }
  }
}
