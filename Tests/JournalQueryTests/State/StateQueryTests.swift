import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// What a state says, and what it does not claim to know.
@Suite struct StateQueryTests {
  private static let name = "20240709.001"

  private func bench(_ records: [RecordContent]) throws -> (Workbench, [JournalAddress]) {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let places = try records.map { try writer.append($0) }
    try writer.close()
    return (bench, places)
  }

  private func states(
    _ journals: [Journal], _ reference: String?, at places: [StatePlace],
    damaged: (Damage, Journal) throws -> Void = { damage, _ in throw damage }
  ) throws -> (nodes: [String: [NodeState]], summary: StateSummary) {
    var nodes: [String: [NodeState]] = [:]
    let summary = try StateQuery(reference.map { try GlobalReference(parsing: $0) }).run(
      journals, at: places, damaged: damaged
    ) { nodes[$0.reference.description] = $0.states }
    return (nodes, summary)
  }

  @Test func `each value comes from the record that tells it`() throws {
    let (bench, places) = try bench([
      .node(.set, "^X(1)", ["a"]), .node(.increment, "^X(2)", ["5"]),
      .node(.set, "^X(3)", ["new", "old"], inTransaction: true),
      .node(.set, "^X(4)", ["new"], inTransaction: true), .node(.zkill, "^X(1)"),
      .node(.set, "^X(5)", ["e"]), .node(.killDescendant, "^X(6)", ["six"], inTransaction: true),
    ])
    let at = StatePlace(file: 0, address: places[2])
    let (nodes, summary) = try states([bench.journal(Self.name)], "^X", at: [at])
    func told(_ node: String) -> [String] {
      guard let state = nodes[node]?.first else { return [] }
      return ["\(state.content)", state.source.rawValue, "\(state.record?.address ?? 0)"]
    }
    #expect(told("^X(1)") == ["\(NodeState.Content.value("a"))", "set", "\(places[0])"])
    #expect(told("^X(2)") == ["\(NodeState.Content.value("5"))", "increment", "\(places[1])"])
    #expect(told("^X(3)") == ["\(NodeState.Content.value("old"))", "oldValue", "\(places[2])"])
    #expect(told("^X(4)") == ["absent", "noOldValue", "\(places[3])"])
    #expect(told("^X(5)") == ["unknown", "nothing", "0"])
    #expect(told("^X(6)") == ["\(NodeState.Content.value("six"))", "oldValue", "\(places[6])"])
    #expect(summary.completeness.first?.since == [nil])
  }

  @Test func `a KILL of all makes the state complete, unless it is rolled back`() throws {
    let (bench, places) = try bench([
      .node(.set, "^X(1)", ["a"]), .node(.kill, "^X"), .node(.set, "^X(2)", ["b"]),
      .level(.beginTransaction, 1), .node(.kill, "^X", inTransaction: true),
      .node(.killDescendant, "^X(2)", ["b"], inTransaction: true), .level(.rollback, 1),
      .node(.set, "^X(3)", ["c"]),
    ])
    let journals = [try bench.journal(Self.name)]
    let at = places.map { StatePlace(file: 0, address: $0) }
    let inside = try states(journals, "^X", at: [at[6]])
    #expect(inside.nodes["^X(2)"]?.first?.content == .absent)
    #expect(inside.summary.completeness.first?.since == [at[1]])
    let (nodes, summary) = try states(journals, "^X", at: [at[7]])
    #expect(nodes["^X(2)"]?.first?.content == .value("b"))
    #expect(nodes["^X(1)"]?.first?.content == .absent)
    #expect(summary.completeness.first?.since == [at[1]])
    #expect(try states(journals, "^X", at: [at[1]]).summary.completeness.first?.since == [nil])
  }

  @Test func `a value before lost data is not certain, and a later old value makes it so`() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    for node in 1...3 { try writer.append(.node(.set, "^X(\(node))", ["before"])) }
    try writer.endBlock()
    let lost = try writer.append(.node(.set, "^X(1)", ["lost"]))
    try writer.endBlock()
    let at = try writer.append(.node(.set, "^X(2)", ["after"]))
    try writer.append(.node(.set, "^X(3)", ["new", "told"], inTransaction: true))
    try writer.close()
    try bench.patch(Self.name) { $0[lost + 40] ^= 1 }
    let end = StatePlace(file: 0, address: at + 1)
    var damage = 0
    let journals = [try bench.journal(Self.name)]
    let places = [StatePlace(file: 0, address: at), end, .end(of: journals)]
    let (nodes, _) = try states(journals, "^X", at: places, damaged: { _, _ in damage += 1 })
    #expect(damage == 1)
    #expect(nodes["^X(1)"]?.map(\.isCertain) == [false, false, false])
    #expect(nodes["^X(1)"]?.first?.content == .value("before"))
    #expect(nodes["^X(2)"]?.map(\.isCertain) == [false, true, true])
    #expect(nodes["^X(2)"]?[1].content == .value("after"))
    #expect(nodes["^X(3)"]?.map(\.isCertain) == [true, true, true])
    #expect(nodes["^X(3)"]?.first?.content == .value("told"))
  }

  @Test func `behind a file that is not given nothing is certain`() throws {
    let bench = try Workbench()
    var writer = try bench.writer("a")
    try writer.append(.node(.set, "^X(1)", ["a"]))
    writer = try writer.switchFile(to: bench.path("b"), guid: GUID(high: 1, low: 8))
    try writer.append(.node(.set, "^X(1)", ["b"]))
    writer = try writer.switchFile(to: bench.path("c"), guid: GUID(high: 1, low: 9))
    try writer.append(.node(.set, "^X(2)", ["c"]))
    try writer.close()
    let all = try ["a", "b", "c"].map(bench.journal)
    let some = [all[0], all[2]]
    #expect(
      try states(all, "^X", at: [.end(of: all)]).nodes["^X(1)"]?.first?.isCertain == true)
    let (nodes, _) = try states(some, "^X", at: [.end(of: some)])
    #expect(nodes["^X(1)"]?.first?.isCertain == false)
    #expect(nodes["^X(2)"]?.first?.isCertain == true)
  }

  @Test func `a global of two databases is two`() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.add(JournalDatabase(sfn: 7, directory: "/other/", mirrorName: ""))
    for (sfn, value) in [(UInt32(0), "here"), (7, "there")] {
      try writer.append(
        RecordContent(.set, GlobalReference("X", [1]), new: JournalValue(value), sfn: sfn))
    }
    try writer.append(RecordContent(.kill, GlobalReference("X"), sfn: 7))
    try writer.close()
    var found: [String] = []
    let journals = [try bench.journal(Self.name)]
    let summary = try StateQuery(GlobalReference("X")).run(
      journals, at: [.end(of: journals)], damaged: { damage, _ in throw damage }
    ) { found.append("\($0.database.name) \($0.reference) \($0.states[0].source.rawValue)") }
    #expect(
      found == ["/iris/user/ ^X(1) set", "/other/ ^X kill", "/other/ ^X(1) kill"])
    #expect(summary.completeness.map { $0.since[0] == nil } == [true, false])
  }

  @Test func `bits are set in what is known`() throws {
    let bits = try BitString(length: 8, ones: [1, 3])
    let (bench, _) = try bench([
      .node(.set, "^X(1)", [JournalValue(bits)]),
      .bit("^X(1)", position: 9, new: 1, old: 0, oldLength: 8),
      .bit("^X(1)", position: 3, new: 0, old: 1, oldLength: 9),
      .bit("^X(2)", position: 3, new: 1, old: 0, oldLength: 9),
    ])
    let journals = [try bench.journal(Self.name)]
    let (nodes, _) = try states(journals, "^X", at: [.end(of: journals)])
    let expected = try BitString(length: 9, ones: [1, 9])
    #expect(nodes["^X(1)"]?.first?.content == .value(JournalValue(expected)))
    #expect(nodes["^X(2)"]?.first?.content == .unknown)
    #expect(nodes["^X(2)"]?.first?.source == .bit)
  }

  @Test func `a place is an address, an address in a file, a time, the start or the end`() throws {
    let bench = try Workbench()
    var writer = try bench.writer("a.1")
    let first = try writer.append(.node(.set, "^X(1)", ["a"]))
    writer.time = Timestamp(milliseconds: 1_700_000_100_000)
    writer = try writer.switchFile(to: bench.path("a.2"), guid: GUID(high: 1, low: 8))
    let second = try writer.append(.node(.set, "^X(1)", ["b"]))
    try writer.close()
    let journals = [try bench.journal("a.1"), try bench.journal("a.2")]
    func place(_ text: String) throws -> StatePlace {
      try PlaceText(parsing: text).place(in: journals)
    }
    #expect(try place("start") == .start)
    #expect(try place("end") == StatePlace(file: 2, address: 0))
    #expect(try place("2:\(second)") == StatePlace(file: 1, address: second))
    #expect(try place("a.1:0x\(String(first, radix: 16))") == StatePlace(file: 0, address: first))
    #expect(try place("\(bench.path("a.2")):\(second)") == StatePlace(file: 1, address: second))
    #expect(try place("2023-11-14T22:14:00").file == 1)
    #expect(try place("2023-11-14T22:00:00").file == 0)
    #expect(try place("2033-11-14") == .end(of: journals))
    for wrong in ["x", "", "-5", "a.3:\(first)", "\(first)", "1:\(first + 4)", "1:99999999"] {
      #expect(throws: JournalError.self, "\(wrong)") { try place(wrong) }
    }
  }

  @Test func `any number of threads gives the same answer, damaged data among it`() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    var dice = Dice(3)
    var places: [JournalAddress] = []
    var last: [String: JournalValue] = [:]
    for index in 0..<12_000 {
      let node = "^X(\(Int.random(in: 0..<3000, using: &dice)))"
      let value = JournalValue("\(index) " + String(repeating: "v", count: 150))
      switch Int.random(in: 0..<20, using: &dice) {
      case 0: try writer.append(.level(.beginTransaction, 1))
      case 1: try writer.append(.level(.rollback, 1))
      case 2:
        places.append(try writer.append(.node(.kill, node)))
        last[node] = nil
      default:
        let values = last[node].map { [value, $0] } ?? [value]
        places.append(try writer.append(.node(.set, node, values, inTransaction: index % 3 == 0)))
        last[node] = value
      }
    }
    try writer.close()
    try bench.patch(Self.name) { bytes in
      bytes[places[4000] + 30] ^= 1
      bytes[places[9000] + 30] ^= 1
    }
    let journal = try bench.journal(Self.name)
    #expect(journal.dataRange.count > 3 << 20)
    let at = [places[5000], places[10_000]].map { StatePlace(file: 0, address: $0) }
    func answer(_ threads: Int) throws -> ([StateNode], StateSummary, [Damage], [OldValueBreak]) {
      var query = try StateQuery(GlobalReference("X"))
      query.threads = threads
      var nodes: [StateNode] = []
      var damage: [Damage] = []
      let summary = try query.run([journal], at: at, damaged: { found, _ in damage.append(found) })
      {
        nodes.append($0)
      }
      var check = OldValueCheck()
      check.threads = threads
      return (nodes, summary, damage, try check.run([journal]).breaks)
    }
    let one = try answer(1)
    #expect(one.0.count > 2900 && one.2.count == 2)
    for threads in [2, 5] { #expect(try answer(threads) == one) }
  }

  private static func garbled(_ type: RecordType) -> RecordContent {
    RecordContent(type, .node(key: Array("X".utf8) + [0, 0, 0, 1], nameLength: 1, values: []))
  }

  @Test func `a record whose key does not decode makes uncertain what lies before it`() throws {
    let (bench, places) = try bench([
      .node(.kill, "^X"), .node(.set, "^X(1)", ["a"]), .node(.set, "^Y(1)", ["y"]),
      Self.garbled(.kill), .node(.set, "^X(2)", ["b"]),
    ])
    let journals = [try bench.journal(Self.name)]
    let end = StatePlace.end(of: journals)
    for reference in ["^X", "^X(1)", nil] {
      let (nodes, summary) = try states(journals, reference, at: [end])
      #expect(nodes["^X(1)"]?.first?.isCertain == false, "\(reference ?? "all")")
      #expect(summary.undecodable == 1)
      #expect(summary.firstUndecodable == StatePlace(file: 0, address: places[3]))
      #expect(summary.completeness.allSatisfy { $0.since == [nil] })
    }
    #expect(try states(journals, "^X", at: [end]).nodes["^X(2)"]?.first?.isCertain == true)
    #expect(try states(journals, "^Y", at: [end]).nodes["^Y(1)"]?.first?.isCertain == true)
  }

  @Test func `journals that do not stand in their order are refused`() throws {
    let bench = try Workbench()
    var writer = try bench.writer("a")
    try writer.append(.node(.set, "^X(1)", ["a"]))
    writer = try writer.switchFile(to: bench.path("b"), guid: GUID(high: 1, low: 8))
    try writer.append(.node(.set, "^X(1)", ["b"]))
    try writer.close()
    let (a, b) = (try bench.journal("a"), try bench.journal("b"))
    let at = StatePlace(file: 0, address: 1 << 20)
    for journals in [[b, a], [a, a], [a, b, b]] {
      let error = #expect(throws: JournalError.self) { try states(journals, "^X", at: [at]) }
      #expect(error?.code == .badArgument && error?.advice?.contains("journal order") == true)
    }
    #expect(try states([a, b], "^X", at: [at]).nodes.count == 1)
  }

  @Test func `an old value that contradicts makes uncertain what was told before it`() throws {
    let (bench, places) = try bench([
      .node(.set, "^X(1)", ["a"]), .node(.set, "^X(7)", ["g"]),
      .node(.set, "^X(1)", ["c", "b"], inTransaction: true), .node(.set, "^X(8)", ["h"]),
    ])
    let journals = [try bench.journal(Self.name)]
    let at = places.map { StatePlace(file: 0, address: $0) }
    let (nodes, summary) = try states(journals, "^X", at: [at[2], at[3]])
    let states = try #require(nodes["^X(1)"])
    #expect(!states[0].isCertain && states[0].isContradicted)
    #expect(states[1].content == .value("c") && states[1].isCertain)
    #expect(nodes["^X(7)"]?[0].isCertain == true && summary.contradictions == 1)
    // A KILL in a transaction with no record below says that nothing was there.
    let (other, all) = try self.bench([
      .level(.beginTransaction, 1), .node(.kill, "^X", inTransaction: true),
      .node(.set, "^X(2)", ["b", "a"], inTransaction: true), .level(.commitTransaction, 1),
    ])
    let start = try self.states(
      [other.journal(Self.name)], "^X",
      at: [StatePlace(file: 0, address: 0), StatePlace(file: 0, address: all[2])])
    #expect(start.nodes["^X(2)"]?.allSatisfy { !$0.isCertain } == true)
    #expect(start.summary.completeness.allSatisfy { $0.since == [nil, nil] })
  }

  @Test func `a rollback leaves increments, and what it may have undone is unknown`() throws {
    func value(_ node: String, _ records: [RecordContent]) throws -> NodeState? {
      let (bench, _) = try bench(records)
      let journals = [try bench.journal(Self.name)]
      return try states(journals, "^X", at: [.end(of: journals)]).nodes[node]?.first
    }
    let begin = RecordContent.level(.beginTransaction, 1)
    let rollback = RecordContent.level(.rollback, 1)
    // What was killed had no value: there is nothing to bring back.
    let below = try value(
      "^X(1,\"a\")",
      [
        .node(.kill, "^X"), begin, .node(.kill, "^X(1)", inTransaction: true),
        .node(.increment, "^X(1,\"a\")", ["1"], inTransaction: true), rollback,
      ])
    #expect(below?.content == .value("1") && below?.isCertain == true)
    // The ZKILL may be the program's own, or take the increment back.
    let zkilled = try value(
      "^X(4)",
      [
        .node(.kill, "^X"), begin, .node(.increment, "^X(4)", ["1"], inTransaction: true),
        .node(.zkill, "^X(4)", ["1"], inTransaction: true), rollback,
      ])
    #expect(zkilled?.content == .unknown && zkilled?.source == .rollback)
    // Of the first transaction no end is recorded.
    let twice = try value(
      "^X(5)",
      [
        .node(.set, "^X(5)", ["1"]), begin,
        .node(.set, "^X(5)", ["2", "1"], inTransaction: true), begin, rollback,
      ])
    #expect(twice?.isCertain == false)
  }
}
