import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("History of a node")
struct NodeHistoryTests {
  private func changes(
    _ bench: Workbench, _ names: [String], _ node: String, subtree: Bool = true
  ) throws -> [NodeChange] {
    let history = try NodeHistory(GlobalReference(parsing: node), includesSubtree: subtree)
    var changes: [NodeChange] = []
    try history.forEachChange(in: names.map(bench.journal), damaged: { _, _ in }) {
      changes.append($0)
    }
    return changes
  }

  private func bench(_ records: [RecordContent]) throws -> Workbench {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for record in records { try writer.append(record) }
    try writer.close()
    return bench
  }

  @Test("Who, when, from what, to what, over two files")
  func acrossFiles() throws {
    let bench = try Workbench()
    let first = try bench.writer("20240709.001")
    try first.append(.node(.set, "^X(1)", ["a"]))
    try first.append(.node(.set, "^X(2)", ["other"]))
    let second = try first.switchFile(
      to: bench.path("20240709.002"), guid: GUID(high: 1, low: 8))
    try second.append(.node(.set, "^X(1)", ["b", "a"], inTransaction: true))
    try second.append(.node(.kill, "^X(1)", ["b"], inTransaction: true, job: 5))
    try second.close()
    let found = try changes(bench, ["20240709.001", "20240709.002"], "^X(1)")
    #expect(found.map(\.old) == [.notRecorded, .value("a"), .value("b")])
    #expect(found.map(\.new) == [.value("a"), .value("b"), .none])
    #expect(found.map(\.type) == [.set, .set, .kill])
    #expect(found.map(\.processID) == [4711, 4711, nil])
    #expect(found.map(\.jobID) == [1, 1, 5])
    #expect(found.map(\.database) == ["/iris/user/", "/iris/user/", "/iris/user/"])
    #expect(found[0].file == bench.path("20240709.001"))
    #expect(found[0].notBefore == Timestamp(milliseconds: 1_700_000_000_000))
  }

  @Test("An old value that is not there is not an empty string")
  func notRecorded() throws {
    let bench = try bench([
      .node(.set, "^X", ["new"]), .node(.set, "^X", ["", ""], inTransaction: true),
    ])
    let found = try changes(bench, ["20240709.001"], "^X")
    #expect(found.map(\.old) == [.notRecorded, .value("")])
    #expect(found.map(\.old.description) == ["not recorded", "\"\""])
  }

  @Test("A KILL above the node is a change of the node, a ZKILL above is none")
  func ancestors() throws {
    let bench = try bench([
      .node(.kill, "^X(1)", ["one"], inTransaction: true), .node(.zkill, "^X(1)"),
      .node(.killDescendant, "^X(1)", ["y"]), .node(.kill, "^X"), .node(.kill, "^X(10)"),
      .node(.kill, "^X(1.5)"), .node(.kill, "^XY"), .node(.kill, "^Y(1)"),
      .node(.set, "^X(1)", ["z"]),
    ])
    let found = try changes(bench, ["20240709.001"], "^X(1,2)")
    #expect(found.map(\.global) == ["^X(1)", "^X"])
    #expect(found.map(\.relation) == [.ancestor, .ancestor])
    // The value of ^X(1) is not that of ^X(1,2).
    #expect(found.map(\.old) == [.notRecorded, .notRecorded])
  }

  @Test("Only whole subscripts match: 1 is not 1.5, 10, -1 or \"1a\"")
  func subscripts() throws {
    let nodes = [
      "^X(1)", "^X(1,2)", "^X(1.5)", "^X(10)", "^X(-1)", "^X(-1.5)", "^X(\"1a\")", "^X(1,\"a\",3)",
      "^X", "^X1(1)", "^X(\"\")",
    ]
    let bench = try bench(nodes.map { try .node(.set, $0, ["v"]) })
    func globals(_ node: String, subtree: Bool) throws -> [String?] {
      try changes(bench, ["20240709.001"], node, subtree: subtree).map(\.global)
    }
    #expect(try globals("^X(1)", subtree: true) == ["^X(1)", "^X(1,2)", "^X(1,\"a\",3)"])
    #expect(try globals("^X(1)", subtree: false) == ["^X(1)"])
    #expect(try globals("^X(-1)", subtree: true) == ["^X(-1)"])
    #expect(try globals("^X", subtree: false) == ["^X"])
    #expect(try globals("^X", subtree: true).count == nodes.count - 1)
  }

  @Test("The history is what a naive comparison of references finds", arguments: [1, 2, 3, 4])
  func differential(seed: UInt64) throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.appendMixture(1500, seed: seed)
    try writer.close()
    let target = try GlobalReference(parsing: "^PAT(\(seed * 7))")
    var expected: [JournalAddress] = []
    try bench.journal("20240709.001").forEachRecord(damaged: { _ in }) { record in
      guard let key = record.key(), let reference = try? key.reference(),
        reference.name == target.name
      else { return }
      let isBelow = reference.subscripts.starts(with: target.subscripts)
      let isAbove = target.subscripts.starts(with: reference.subscripts) && record.type == .kill
      if isBelow || isAbove { expected.append(record.address) }
    }
    let found = try changes(bench, ["20240709.001"], target.description)
    #expect(found.map(\.address) == expected)
    #expect(!expected.isEmpty)
  }

  @Test("A damaged block is told and its changes are not invented")
  func damage() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for _ in 0..<4000 { try writer.append(.node(.set, "^X(1)", ["a value"])) }
    try writer.close()
    try bench.patch("20240709.001") { $0[131_072 + 65_536 + 99] ^= 1 }
    var damage: [Damage] = []
    var count = 0
    let history = try NodeHistory(GlobalReference(parsing: "^X"))
    try history.forEachChange(
      in: [bench.journal("20240709.001")], damaged: { found, _ in damage.append(found) }
    ) { change in
      count += 1
      #expect(change.new == .value("a value"))
    }
    #expect(damage.map(\.kind) == [.checksum])
    #expect(count > 1000 && count < 4000)
  }

  @Test("Text cuts values as the list of records does")
  func cutValues() throws {
    let bits = try BitString(length: 9000, ones: stride(from: 1, to: 9000, by: 3))
    let value = JournalValue(bits)
    let long = String(repeating: "x", count: 300)
    let bench = try bench([
      .node(.set, "^X", [value, JournalValue(long)], inTransaction: true)
    ])
    let journal = try bench.journal("20240709.001")
    var printer = HistoryPrinter(journal, format: .text)
    var list = RecordPrinter(journal, format: .text)
    var text = TextBuffer()
    var line = TextBuffer()
    var whole = TextBuffer()
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      try printer.append(record, .node, to: &text)
      try list.append(record, to: &line)
      printer.textValueLimit = 0
      try printer.append(record, .node, to: &whole)
    }
    let cut = try #require(text.string.split(separator: " -> ").last)
    #expect(cut.hasSuffix(",766)*/+\n"))
    #expect(line.string.contains(" = \(cut.dropLast()) (was "))
    #expect(text.string.contains(": \"\(long.prefix(256))\"+ -> "))
    #expect(whole.string.hasSuffix(" -> \(value)\n"))
  }

  @Test("Text, NDJSON and CSV say the same")
  func rendering() throws {
    let bench = try bench([
      .node(.set, "^X(1)", ["b", "a"], inTransaction: true), .node(.set, "^X(1)", ["c"]),
      .node(.kill, "^X"),
      .bit("^X(1)", position: 3, new: 1, old: 0, oldLength: 8),
    ])
    let journal = try bench.journal("20240709.001")
    func render(_ format: RecordFormat) throws -> [String] {
      var printer = HistoryPrinter(journal, format: format)
      var text = TextBuffer()
      printer.appendHead(to: &text)
      let history = try NodeHistory(GlobalReference(parsing: "^X(1)"))
      try history.forEachRecord(in: [journal], damaged: { _, _ in }) { _, record, relation in
        try printer.append(record, relation, to: &text)
      }
      return text.string.split(separator: "\n").map(String.init)
    }
    let text = try render(.text)
    #expect(text.count == 5)
    #expect(text[1].hasSuffix("4711 ST    ^X(1): \"a\" -> \"b\""))
    #expect(text[2].hasSuffix("^X(1): not recorded -> \"c\""))
    #expect(text[3].hasSuffix("^X and all below: not recorded -> killed"))
    #expect(text[4].hasSuffix("^X(1): bit 3: 0 -> 1"))
    let json = try render(.ndjson)
    #expect(json.count == 4)
    #expect(json[0].contains("\"oldValue\":\"a\""))
    #expect(json[1].contains("\"oldValue\":null"))
    #expect(json[2].contains(",\"relation\":\"ancestor\",\"lastSeenValue\":null,"))
    let csv = try render(.csv)
    #expect(csv[0].hasSuffix(",relation,lastSeenValue,lastSeenType,lastSeenFile,lastSeenAddress"))
    #expect(csv[1].hasSuffix(",node,,,,"))
    #expect(csv.count == 5)
  }
}

@Suite struct LastSeenTests {
  @Test func `what an earlier record left stands beside what is not recorded`() throws {
    let bench = try Workbench()
    var writer = try bench.writer("a.1")
    let first = try writer.append(.node(.set, "^X(1)", ["a"]))
    try writer.append(.node(.set, "^X(1)", ["b"]))
    let kill = try writer.append(.node(.kill, "^X"))
    writer = try writer.switchFile(to: bench.path("a.2"), guid: GUID(high: 1, low: 8))
    try writer.append(.node(.set, "^X(1)", ["c"]))
    try writer.append(.node(.set, "^X(1)", ["d", "c"], inTransaction: true))
    try writer.close()
    let history = try NodeHistory(GlobalReference("X", [1]))
    var seen = LastSeenValues()
    var found: [String] = []
    for name in ["a.1", "a.2"] {
      let journal = try bench.journal(name)
      var printer = HistoryPrinter(journal, format: .text)
      try history.forEachRecord(
        in: [journal], damaged: { damage, _ in throw damage }, passed: { try seen.note($1, in: $0) }
      ) { _, record, relation in
        var text = TextBuffer()
        try printer.append(
          record, relation, lastSeen: seen.seen(before: record, in: journal), to: &text)
        found.append(String(text.string.dropFirst(52).dropLast()))
      }
    }
    #expect(
      found.map { $0.trimmingPrefix(" ") } == [
        "^X(1): not recorded -> \"a\"",
        "^X(1): not recorded (last seen: \"a\" at \(first)) -> \"b\"",
        "^X and all below: not recorded -> killed",
        "^X(1): not recorded (last seen: killed at a.1:\(kill)) -> \"c\"",
        "^X(1): \"c\" -> \"d\"",
      ])
  }
}
