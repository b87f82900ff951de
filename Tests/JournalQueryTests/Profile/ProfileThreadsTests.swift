import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// The answer is the same for every number of threads: rows, the rest, the totals and the course of time.
@Suite struct ProfileThreadsTests {
  /// A journal that several threads share, of many names, the rare ones late, and of many block times.
  private func journal(_ bench: Workbench, seed: UInt64) throws -> Journal {
    var dice = Dice(seed)
    let writer = try bench.writer("j")
    let filler = [UInt8](repeating: 7, count: 2500)
    for index in 0..<4000 {
      let name = Int.random(in: 0..<400, using: &dice)
      let node = "^N\(min(name, index / 9))(\(index % 13),\"\(name % 3)\")"
      try writer.append(
        .node(
          index % 5 == 0 ? .kill : .set, node, [.bytes(Array(filler.prefix(1200 + name)))],
          inTransaction: true, job: UInt32(name % 7)))
      if index % 3 == 0 {
        writer.time = Timestamp(milliseconds: writer.time.milliseconds + Int64(name) * 977)
      }
      if index % 11 == 0 { try writer.append(.level(.beginTransaction, 1)) }
    }
    try writer.close()
    if seed % 2 == 0 {
      // Damage at the borders of the parts and within.
      try bench.patch("j") { bytes in
        for block in [3, 16, 17, 40] { bytes[131_072 + block * 65_536 + 300] ^= 1 }
      }
    }
    return try bench.journal("j")
  }

  private struct Answer: Equatable {
    var rows: [[String]: ProfileCounts] = [:]
    var total: ProfileCounts
    var isComplete: Bool
    var times: [Timestamp]
    var bytes: [Int]
    var damage: Int
  }

  private func answer(_ journals: [Journal], _ profile: JournalProfile) throws -> Answer {
    var damage = 0
    let result = try profile.run(journals, damaged: { _, _ in damage += 1 })
    return Answer(
      rows: Dictionary(uniqueKeysWithValues: result.rows.map { ($0.names, $0.counts) }),
      total: result.total, isComplete: result.isComplete, times: result.moments.map(\.time),
      bytes: result.moments.map(\.bytes), damage: damage)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `one, two and five threads say the same`(seed: UInt64) throws {
    let bench = try Workbench()
    let journal = try journal(bench, seed: seed)
    #expect(journal.dataRange.count > 5 << 20)
    for (dimensions, depth) in [
      ([ProfileDimension.global], 0), ([.global], 2), ([.type], 0),
      ([.global, .process, .minute], 1),
    ] {
      for limit in [0, 1, 7, 100, 399, 1 << 20] {
        var profile = JournalProfile(by: dimensions, depth: depth, threads: 1)
        profile.rowLimit = limit
        let expected = try answer([journal], profile)
        if !expected.isComplete { #expect(expected.rows.count == limit + 1) }
        for threads in [2, 5] {
          profile.threads = threads
          #expect(try answer([journal], profile) == expected, "\(dimensions) \(limit) \(threads)")
        }
      }
    }
    var filtered = JournalProfile(filter: .inTransaction, threads: 1)
    filtered.rowLimit = 20
    let expected = try answer([journal, journal], filtered)
    #expect(!expected.isComplete && expected.rows.count == 21)
    filtered.threads = 5
    #expect(try answer([journal, journal], filtered) == expected)
  }

  @Test func `the first keys have their rows, whole`() throws {
    let bench = try Workbench()
    let journal = try journal(bench, seed: 1)
    let whole = try answer([journal], JournalProfile(threads: 1))
    var profile = JournalProfile(threads: 5)
    profile.rowLimit = 50
    let cut = try answer([journal], profile)
    var first: [String] = []
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      var name = "(no global)"
      if let key = record.key() { name = "^" + (try key.reference().name) }
      if first.count < 50, !first.contains(name) { first.append(name) }
    }
    for name in first { #expect(cut.rows[[name]] == whole.rows[[name]], "\(name)") }
    #expect(Set(cut.rows.keys) == Set(first.map { [$0] } + [["(rest)"]]))
    #expect(cut.total == whole.total)
  }

  @Test(arguments: [1, 2, 5, 16])
  func `tables that are too small change nothing but the work`(threads: Int) throws {
    let bench = try Workbench()
    let journal = try journal(bench, seed: 2)
    for limit in [0, 7, 100, 1000] {
      var profile = JournalProfile(threads: 1)
      profile.rowLimit = limit
      let expected = try answer([journal, journal], profile)
      profile.threads = threads
      for (room, smallest) in [(0, 3), (0, 50), (800, 1)] {
        profile.roomForRows = room
        profile.smallestTable = smallest
        #expect(
          try answer([journal, journal], profile) == expected, "\(limit) \(room) \(smallest)")
      }
      let rows = expected.rows.values.reduce(into: ProfileCounts()) { $0.add($1) }
      #expect(rows.records == expected.total.records && rows.bytes == expected.total.bytes)
      #expect(rows.sets == expected.total.sets && rows.kills == expected.total.kills)
    }
  }

  @Test func `files of different names share the limit, and the rest is exact`() throws {
    let bench = try Workbench()
    let journals = try (0..<3).map { file in
      let writer = try bench.writer("j\(file)") { $0.guid = GUID(high: 1, low: UInt64(file)) }
      for index in 0..<50 { try writer.append(.node(.set, "^F\(file)N\(index)", ["x"])) }
      try writer.close()
      return try bench.journal("j\(file)")
    }
    var profile = JournalProfile(threads: 2)
    profile.rowLimit = 60
    let cut = try answer(journals, profile)
    #expect(!cut.isComplete && cut.rows.count == 61)
    #expect(cut.rows[["^F1N9"]]?.records == 1 && cut.rows[["^F1N10"]] == nil)
    #expect(cut.rows[["(rest)"]]?.records == 90)
    #expect(cut.total.records == 150)
    // A few hundred bytes a row: the default stays below 500 MB, whatever the journals hold.
    #expect(JournalProfile.defaultRowLimit <= 1 << 18)
  }
}
