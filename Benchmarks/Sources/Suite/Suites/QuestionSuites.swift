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
      let limit = "C filter and CRC-32C"
      contest.limit(limit) {
        try input.withData { data in
          for start in stride(from: range.lowerBound, to: range.upperBound, by: 65536) {
            let end = min(start + 65536, range.upperBound)
            use(c_checksums(data, start, end))
            use(c_filter(data, start, end, 4096, name, name.utf8.count))
          }
        }
      }
      contest.ours("filter by global", against: limit) {
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
      contest.limitBySoundWalk(input)
      contest.ours("profile by global", against: Contest.soundWalkLimit) {
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
      let contest = input.contest("verify")
      contest.limitBySoundWalk(input)
      for level in [IntegrityCheck.Level.walk, .values] {
        contest.ours("verify, level \(level)", against: Contest.soundWalkLimit) {
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
