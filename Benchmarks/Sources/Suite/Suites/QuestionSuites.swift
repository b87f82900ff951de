import CLimits
import JournalIntegrity
import JournalQuery
import JournalSamples
import MirrorJournal

/// Records of one global: a 64th of them, and a 400th of the hospital's.
enum FilterSuite {
  static func name(_ mix: BulkJournal.Mix) -> String {
    switch mix {
    case .small: "APP.Table7I"
    case .rows: "APP.Table7D"
    case .documents: "APP.Document7"
    case .hospital: "DPT.Alias"
    }
  }

  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.allMixes {
      let name = name(mix)
      let input = try setting.inputs.journal(mix, setting.goalSize)
      let range = input.journal.dataRange
      let ahead = input.ahead
      let contest = input.contest("filter")
      let limit = "C filter and CRC-32C"
      contest.limit(limit) {
        try input.withData { data in
          for start in stride(from: range.lowerBound, to: range.upperBound, by: 65536) {
            let end = min(start + 65536, range.upperBound)
            use(c_checksums(data, start, end))
            use(c_filter(data, start, end, ahead, name, name.utf8.count))
          }
        }
      }
      contest.ours("filter by global", against: limit) { use(try hits(input.journal, name)) }
      // Into a file, because grep stops at the first hit when its output is /dev/null.
      contest.process(
        "grep -caF", against: nil, accepted: [0, 1],
        "grep -caF \(name) \(input.path) > \(setting.inputs.path("grep.out"))")
      contest.process(
        "mjournal dump --global, whole process", against: "grep -caF",
        "\(setting.tool) dump --global \(name) \(input.path)")
      contest.limitByTwoThreads(reading: input)
      for threads in [1, 2] {
        contest.ours(
          "filter, \(threads == 1 ? "1 thread" : "2 threads")",
          against: threads == 2 ? "filter, 1 thread" : nil, clock: .wall
        ) {
          let listing = RecordListing(
            .text, filter: .global(try GlobalPattern(name)), threads: threads)
          use(try listing.write(input.journal, damaged: { throw $0 }) { use($0.byteCount) })
        }
      }
      rows += try contest.run(rounds: setting.rounds(on: input))
    }
    return rows
  }

  static func hits(_ journal: Journal, _ name: String) throws -> Int {
    let filter = RecordFilter.global(try GlobalPattern(name))
    var hits = 0
    try filter.forEachRecord(of: journal, damaged: { throw $0 }) { _ in hits += 1 }
    return hits
  }
}

/// Counts and bytes by global.
enum ProfileSuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.allMixes {
      let input = try setting.inputs.journal(mix, setting.goalSize)
      let contest = input.contest("profile")
      contest.limitBySoundWalk(input)
      contest.ours("profile by global", against: Contest.soundWalkLimit) {
        use(try profile(input.journal))
      }
      contest.limitByTwoThreads(reading: input)
      contest.ours("profile, 1 thread", against: nil, clock: .wall) {
        use(try profile(input.journal))
      }
      contest.ours("profile, 2 threads", against: "profile, 1 thread", clock: .wall) {
        use(try profile(input.journal, threads: 2))
      }
      rows += try contest.run(rounds: setting.rounds(on: input))
    }
    return rows
  }

  static func profile(_ journal: Journal, threads: Int = 1) throws -> ProfileResult {
    try JournalProfile(threads: threads).run([journal], damaged: { damage, _ in throw damage })
  }
}

/// Checksums, lengths, links, keys and values.
enum VerifySuite {
  static func run(_ setting: Setting) throws -> [Row] {
    var rows: [Row] = []
    for mix in setting.allMixes {
      let input = try setting.inputs.journal(mix, setting.goalSize)
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
      contest.limitByTwoThreads(reading: input)
      contest.ours("verify, 1 thread", against: nil, clock: .wall) {
        use(try IntegrityCheck.run([input.journal], level: .values, threads: 1))
      }
      contest.ours("verify, 2 threads", against: "verify, 1 thread", clock: .wall) {
        use(try IntegrityCheck.run([input.journal], level: .values, threads: 2))
      }
      rows += try contest.run(rounds: setting.rounds(on: input))
    }
    return rows
  }
}
