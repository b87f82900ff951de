import CLimits
import JournalAnalysis
import JournalSamples
import MirrorJournal

/// Records of one global among 64.
enum FilterSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let name = mix == .small ? "APP.Table7I" : mix == .rows ? "APP.Table7D" : "APP.Document7"
      let input = try setting.inputs.journal(mix, setting.isFull ? 1024 : 256)
      let range = input.journal.dataRange
      let contest = input.contest("filter")
      contest.limit("C filter, prefetch") {
        try input.withData {
          use(c_filter($0, range.lowerBound, range.upperBound, 1024, name, name.utf8.count))
        }
      }
      contest.ours("filter by global", against: "C filter, prefetch") {
        let filter = RecordFilter.global(try GlobalPattern(name))
        var hits = 0
        try filter.forEachRecord(of: input.journal, damaged: { throw $0 }) { _ in hits += 1 }
        use(hits)
      }
      // Into a file, because grep stops at the first hit when its output is /dev/null.
      contest.process(
        "grep -caF", against: nil, accepted: [0, 1],
        "grep -caF \(name) \(input.path) > \(setting.inputs.path("grep.out"))")
      rows += try contest.run(rounds: setting.rounds)
    }
    return rows
  }
}

/// Counts and bytes by global.
enum ProfileSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, 64)
      let contest = input.contest("profile")
      contest.limitByWalk(input)
      contest.ours("profile by global", against: Contest.walkLimit) {
        use(try JournalProfile().run([input.journal], damaged: { damage, _ in throw damage }))
      }
      rows += try contest.run(rounds: setting.rounds)
    }
    return rows
  }
}

/// Checksums, lengths, links, keys and values.
enum VerifySuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.mixes {
      let input = try setting.inputs.journal(mix, 64)
      let range = input.journal.dataRange
      let contest = input.contest("verify")
      contest.limit("CRC-32C of the blocks (ISA-L)") {
        try input.withData { use(c_checksums($0, range.lowerBound, range.upperBound)) }
      }
      for level in [IntegrityCheck.Level.walk, .values] {
        contest.ours("verify, level \(level)", against: "CRC-32C of the blocks (ISA-L)") {
          let report = try IntegrityCheck.run([input.journal], level: level)
          guard report.isSound else {
            throw ChildProcess.Failure(description: "\(input.path): verify finds damage")
          }
        }
      }
      contest.ours("verify, 1 thread", against: nil, clock: .wall) {
        use(try IntegrityCheck.run([input.journal], level: .values, threads: 1))
      }
      contest.ours("verify, 2 threads", against: "verify, 1 thread", clock: .wall) {
        use(try IntegrityCheck.run([input.journal], level: .values, threads: 2))
      }
      rows += try contest.run(rounds: setting.rounds)
    }
    return rows
  }
}
