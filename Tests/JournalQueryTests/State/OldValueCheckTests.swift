import Histories
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// Old values that no record left are found; those of sound histories are not.
@Suite struct OldValueCheckTests {
  private func breaks(_ records: [RecordContent]) throws -> [String] {
    let bench = try Workbench()
    let writer = try bench.writer("a")
    var names: [JournalAddress: Int] = [:]
    for (index, record) in records.enumerated() { names[try writer.append(record)] = index }
    try writer.close()
    return try OldValueCheck().run([bench.journal("a")]).breaks.map { found in
      found.message { "\(names[$0.address] ?? -1)" } + " in \(names[found.record.address] ?? -1)"
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `a sound history has none, and a missing file of it has some`(seed: UInt64) throws {
    let bench = try Workbench()
    var options = ModelWorkload.Options()
    options.hasUnknownNodes = seed % 2 == 0
    let history = try History(seed: seed, options, in: bench.directory)
    var check = OldValueCheck()
    let result = try check.run(history.journals)
    #expect(result.breaks == [], "seed \(seed)")
    #expect(result.nodes > 0 && history.model.moments.count > 10)
    check.memoryBudget = 4096
    #expect(try check.run(history.journals) == result)
  }

  @Test func `SET after SET, KILL after SET, SET after KILL`() throws {
    #expect(
      try breaks([
        .node(.set, "^X(1)", ["a"]), .node(.set, "^X(1)", ["c", "b"], inTransaction: true),
        .node(.kill, "^X(1)", ["c"], inTransaction: true),
        .node(.set, "^X(1)", ["d", "c"], inTransaction: true),
        .node(.increment, "^X(2)", ["1"]), .node(.kill, "^X(2)", ["2"], inTransaction: true),
        .node(.set, "^X(3)", ["x"]), .node(.set, "^X(3)", ["y"], inTransaction: true),
        .node(.set, "^X(4)", ["x"]), .node(.kill, "^X"),
        .node(.set, "^X(4)", ["y", "x"], inTransaction: true),
      ]) == [
        "the old value of ^X(1) is not the one that the SET at 0 left in 1",
        "an old value of ^X(1) is recorded, though the KILL at 2 left none in 3",
        "the old value of ^X(2) is not the one that the $INCREMENT at 4 left in 5",
        "no old value of ^X(3) is recorded, though the SET at 6 left one in 7",
        "an old value of ^X(4) is recorded, though the KILL at 9 left none in 10",
      ])
  }

  @Test func `BitSETs are compared with the bits before them, and later old values with theirs`()
    throws
  {
    let bits = JournalValue.bytes(try BitString(length: 8, ones: [1]).shortestBytes)
    #expect(
      try breaks([
        .node(.set, "^X(1)", [bits]), .bit("^X(1)", position: 2, new: 1, old: 0, oldLength: 8),
        .bit("^X(1)", position: 2, new: 0, old: 1, oldLength: 8),
        .node(.set, "^X(1)", ["x", bits], inTransaction: true),
        .node(.set, "^X(2)", [bits]), .bit("^X(2)", position: 2, new: 1, old: 0, oldLength: 16),
        .node(.set, "^X(3)", [bits]), .bit("^X(3)", position: 1, new: 0, old: 0, oldLength: 8),
        .node(.set, "^X(4)", [bits]), .bit("^X(4)", position: 2, new: 1, old: 0, oldLength: 8),
        .node(.set, "^X(4)", ["x", bits], inTransaction: true),
      ]) == [
        "the old value of ^X(2) is not the one that the SET at 4 left in 5",
        "the old value of ^X(3) is not the one that the SET at 6 left in 7",
        "the old value of ^X(4) is not the one that the BitSET at 9 left in 10",
      ])
  }

  @Test func `a changed record is found although every checksum matches`() throws {
    let bench = try Workbench()
    let writer = try bench.writer("a")
    let first = try writer.append(.node(.set, "^X(1)", ["100"]))
    try writer.append(.node(.set, "^X(1)", ["200", "100"], inTransaction: true))
    try writer.close()
    #expect(try OldValueCheck().run([bench.journal("a")]).breaks == [])
    try bench.forge("a", block: 131_072) { bytes in
      let place = bytes[first...].firstIndex(of: UInt8(ascii: "1")) ?? first
      bytes[place] = UInt8(ascii: "9")
    }
    let found = try OldValueCheck().run([bench.journal("a")]).breaks
    #expect(found.map(\.known.address) == [first])
  }

  @Test func `a file that the headers say is missing is no break`() throws {
    let bench = try Workbench()
    var writer = try bench.writer("a")
    try writer.append(.node(.set, "^X(1)", ["a"]))
    writer = try writer.switchFile(to: bench.path("b"), guid: GUID(high: 1, low: 8))
    try writer.append(.node(.set, "^X(1)", ["b"]))
    writer = try writer.switchFile(to: bench.path("c"), guid: GUID(high: 1, low: 9))
    try writer.append(.node(.set, "^X(1)", ["c", "b"], inTransaction: true))
    try writer.close()
    let all = try ["a", "b", "c"].map(bench.journal)
    #expect(try OldValueCheck().run(all).breaks == [])
    #expect(try OldValueCheck().run([all[0], all[2]]).breaks == [])
  }
}
