import Histories
import JournalExport
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Restore scripts")
struct RestoreScriptTests {
  private static let name = "20240709.001"

  private func bench(_ records: [RecordContent]) throws -> Workbench {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    for record in records { try writer.append(record) }
    try writer.close()
    return bench
  }

  private func script(
    _ bench: Workbench, _ change: (inout RestoreScript) -> Void = { _ in },
    where wanted: @escaping (borrowing Record) throws -> Bool = { _ in true }
  ) throws -> (text: String, summary: RestoreScript.Summary) {
    var script = RestoreScript()
    change(&script)
    var text = TextBuffer()
    let summary = try script.write([bench.journal(Self.name)], selecting: { _ in wanted }) {
      text.append(bytes: $0)
    }
    return (text.string, summary)
  }

  private func statements(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix(" ;") }
  }

  @Test("Undo goes backwards and brings old values back, below another global")
  func undo() throws {
    let bench = try bench([
      .node(.set, "^X(1)", ["b", "a"], inTransaction: true),
      .node(.set, "^X(1)", ["c", "b"], inTransaction: true),
      .node(.kill, "^X(2)", ["k"], inTransaction: true),
    ])
    let (text, summary) = try script(bench)
    #expect(
      statements(text) == [
        " Set ^mjrestore(\"X\",2)=\"k\"", " Set ^mjrestore(\"X\",1)=\"b\"",
        " Set ^mjrestore(\"X\",1)=\"a\"",
      ])
    #expect(summary.isComplete)
    #expect(summary.restored == 3)
    #expect(text.contains(" ; database /iris/user/\n"))
  }

  @Test("Redo goes forwards, with KILLs")
  func redo() throws {
    let bench = try bench([
      .node(.set, "^X(1)", ["b", "a"], inTransaction: true), .node(.zkill, "^X(1)"),
      .node(.killDescendant, "^X(2,1)", ["k"]), .node(.kill, "^X(2)", ["k"], inTransaction: true),
      .bit("^X(3)", position: 9, new: 1, old: 0, oldLength: 8), .node(.increment, "^X(4)", ["5"]),
    ])
    let (text, summary) = try script(bench) {
      $0.direction = .redo
      $0.target = .inPlace
    }
    #expect(
      statements(text) == [
        " Set ^X(1)=\"b\"", " ZKill ^X(1)", " ZKill ^X(2,1)", " Kill ^X(2)",
        " Set $BIT(^X(3),9)=1", " Set ^X(4)=5",
      ])
    #expect(summary.isComplete)
  }

  @Test("What the journal does not hold is a warning and never a statement")
  func warnings() throws {
    let bench = try bench([
      .node(.set, "^X(1)", ["b"]), .node(.kill, "^X(2)"),
      .bit("^X(3)", position: 9, new: 1, old: 0, oldLength: 8),
      .node(.set, "^X(5)", ["new", .vector([1, 2])], inTransaction: true),
      RecordContent(RecordType(rawValue: 99), .opaque([1, 2, 3, 4])),
      .node(.mirrorSet, "^X(6)", ["x"]), .level(.beginTransaction, 1),
    ])
    var warned: [RestoreWarning] = []
    var text = TextBuffer()
    let summary = try RestoreScript().write(
      [bench.journal(Self.name)], selecting: everyRecord, warned: { warned.append($0) }
    ) { text.append(bytes: $0) }
    #expect(statements(text.string).isEmpty)
    #expect(summary.warnings == [.notRecorded: 2, .notExpressible: 3])
    #expect(summary.skipped == 2)
    #expect(!summary.isComplete)
    #expect(warned.count == 5)
    #expect(warned.last?.global == "^X(1)")
    #expect(text.string.contains(" ; WARNING notRecorded: SET at 131088 ^X(1)"))
    #expect(text.string.contains(" ; 2 change(s) not in this script: notRecorded"))
  }

  @Test("A bit goes back with $BIT where the bit string was long enough")
  func bit() throws {
    let bench = try bench([.bit("^X(3)", position: 5, new: 1, old: 0, oldLength: 8)])
    #expect(
      statements(try script(bench) { $0.target = .inPlace }.text) == [
        " Set $BIT(^X(3),5)=0"
      ])
  }

  @Test("A bit string is set back byte by byte, whichever form it has")
  func bitString() throws {
    let bits = try BitString(length: 15, ones: [15])
    let bench = try bench([
      .node(.set, "^X(1)", ["new", JournalValue(bits, as: .list)], inTransaction: true),
      .node(.set, "^X(2)", ["new", JournalValue(bits, as: .plain)], inTransaction: true),
    ])
    #expect(
      statements(try script(bench) { $0.target = .inPlace }.text) == [
        " Set ^X(2)=$c(129,0,2,0,0,64)", " Set ^X(1)=$c(145,1,2,0,14,0)",
      ])
  }

  @Test("A selection and a database in the reference")
  func selection() throws {
    let bench = try bench([
      .node(.set, "^X(1)", ["b", "a"], inTransaction: true),
      .node(.set, "^X(2)", ["b", "a"], inTransaction: true),
    ])
    let last = try bench.journal(Self.name).recordAddress(before: .max) ?? 0
    let (text, summary) = try script(
      bench,
      {
        $0.target = .inPlace
        $0.qualifiesDatabase = true
      }, where: { $0.address == last })
    #expect(statements(text) == [" Set ^|\"^^/iris/user/\"|X(2)=\"a\""])
    #expect(summary.restored == 1)
  }

  @Test("Data in a damaged block are a warning in the script")
  func damaged() throws {
    let bench = try bench([.node(.set, "^X(1)", ["b", "a"], inTransaction: true)])
    try bench.patch(Self.name) { $0[131_072 + 60_000] = 1 }
    let (text, summary) = try script(bench)
    #expect(statements(text).isEmpty)
    #expect(summary.damage == 1)
    #expect(!summary.isComplete)
    #expect(text.contains("WARNING damaged"))
  }

  /// Values that are hard to write down.
  private static let values: [JournalValue] = {
    let bits = try? BitString(length: 1999, ones: [1, 8, 9, 10, 1066])
    let forms = BitStringForm.allCases.compactMap { form in
      bits.flatMap { try? JournalValue($0, as: form) }
    }
    // One element of 142 bytes, and 70 positions.
    var listOrBits: [UInt8] = [0x90, 1, 142, 0]
    for position: UInt8 in 0..<70 { listOrBits += [position, 0] }
    var list = ListBuilder()
    list.append("it's \"quoted\"")
    list.appendOmitted()
    list.append(-5)
    list.append("na\u{ef}ve \u{20ac}")
    list.append(significand: 15, exponent: -1)
    var nested = ListBuilder()
    nested.append(list)
    nested.append("")
    let values: [JournalValue] = [
      "", "0", "5", "-5", ".5", "-.5", "5.0", "007", "1E5", "123456789012345678901234567890",
      "\"", "\"\"", "a\"b", " ; Kill ^X", "line 1\r\nline 2\t\0\u{7f}\u{9f}\u{a0}\u{ff}",
      "\u{20ac}\u{1F600}", .wide([0xD83D, 0x41, 0xDE00]), .bytes((0...255).map { UInt8($0) }),
      .bytes([UInt8](repeating: 65, count: 9000)), .bytes([UInt8](repeating: 7, count: 9000)),
      .bytes((0..<9000).map { UInt8($0 % 251) }),
      JournalValue(String(repeating: "\u{20ac}x", count: 3000)), JournalValue(list),
      JournalValue(nested), .bytes([5, 4, 1, 0, 0]), .bytes([0, 3, 0, 1, 65, 66]),
      .bytes([2, 1] + [3, 1, 65]), .bytes(listOrBits),
    ]
    return values + forms
  }()

  /// The characters of a value, whichever way they are stored.
  private static func units(_ value: JournalValue) -> [UInt16] {
    switch value {
    case .bytes(let bytes), .vector(let bytes): bytes.map(UInt16.init)
    case .wide(let units): units
    }
  }

  @Test(
    "Every value comes back exactly from ObjectScript, whatever the line limit",
    arguments: [80, 300, 4000])
  func objectScriptValues(limit: Int) throws {
    let records: [RecordContent] = try Self.values.enumerated().map { index, value in
      try .node(.set, "^X(\(index),\"s\"\"\")", ["now", value], inTransaction: true)
    }
    let bench = try bench(records)
    let (text, summary) = try script(bench) {
      $0.target = .inPlace
      $0.lineLimit = limit
    }
    #expect(summary.isComplete)
    #expect(text.utf8.allSatisfy { $0 == 10 || (0x20..<0x7F).contains($0) })
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= max(limit, 130) + 100 })
    var evaluator = ObjectScriptEvaluator()
    try evaluator.run(text)
    for (index, value) in Self.values.enumerated() {
      let node = GlobalReference("X", [Subscript(index), "s\""])
      #expect(evaluator.globals[node] == Self.units(value), "value \(index)")
    }
  }

  @Test("Every value comes back exactly from ZWR")
  func zwrValues() throws {
    let records: [RecordContent] = try Self.values.enumerated().map { index, value in
      try .node(.set, "^X(\(index))", ["now", value], inTransaction: true)
    }
    let (text, summary) = try script(try bench(records)) { $0.dialect = .zwr }
    #expect(summary.isComplete)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(lines[1] == "ZWR")
    #expect(lines.count == Self.values.count + 2)
    for (line, index) in zip(lines.dropFirst(2), Self.values.indices.reversed()) {
      let parsed = try ZWRText.parse(String(line))
      #expect(parsed.reference == GlobalReference("mjrestore", ["X", Subscript(index)]))
      #expect(Self.units(parsed.value) == Self.units(Self.values[index]), "value \(index)")
    }
  }

  @Test("Subscripts come back exactly")
  func subscripts() throws {
    let subscripts: [Subscript] = [
      0, -7, "", "a\"b", "\u{e9}", "\u{20ac}", "1 ", "\0\u{1}", "1.25", "-.5",
      "12345678901234567890", "\u{1F600}",
    ]
    var records: [RecordContent] = []
    for element in subscripts {
      let key = try GlobalReference("X", [element, 1]).encodedKey()
      records.append(
        RecordContent(
          .set,
          .node(
            key: key.bytes, nameLength: key.nameLength,
            values: [StoredValue([66]), StoredValue([65])]), isInTransaction: true))
    }
    let (text, _) = try script(try bench(records)) { $0.target = .inPlace }
    var evaluator = ObjectScriptEvaluator()
    try evaluator.run(text)
    #expect(Set(evaluator.globals.keys) == Set(subscripts.map { GlobalReference("X", [$0, 1]) }))
  }

  @Test("In ZWR a KILL is a warning")
  func zwrKill() throws {
    let bench = try bench([.node(.kill, "^X(2)", ["k"], inTransaction: true)])
    let (text, summary) = try script(bench) {
      $0.dialect = .zwr
      $0.direction = .redo
    }
    #expect(text.split(separator: "\n").count == 2)
    #expect(summary.warnings == [.notExpressible: 1])
  }

  @Test("Undo after random work gives the state before, redo the state after", arguments: 1...8)
  func roundTrip(seed: UInt64) throws {
    var dice = Dice(seed)
    var state: [GlobalReference: [UInt16]] = [:]
    for a in 1...4 {
      for b in 0...3 {
        let node = GlobalReference("X", b == 0 ? [Subscript(a)] : [Subscript(a), Subscript(b)])
        state[node] = Array("start \(a) \(b)".utf16)
      }
    }
    let before = state
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    func stored(_ units: [UInt16]) -> StoredValue { StoredValue(units.map { UInt8($0) }) }
    for round in 0..<200 {
      guard let node = before.keys.sorted().randomElement(using: &dice) else { break }
      let key = try node.encodedKey()
      func record(_ type: RecordType, _ key: EncodedKey, _ values: [StoredValue]) throws {
        try writer.append(
          RecordContent(
            type, .node(key: key.bytes, nameLength: key.nameLength, values: values),
            isInTransaction: true))
      }
      let old = state[node].map(stored)
      if Int.random(in: 0..<4, using: &dice) > 0 {
        let new = Array("round \(round)\n".utf16)
        try record(.set, key, [stored(new)] + (old.map { [$0] } ?? []))
        state[node] = new
      } else {
        // A KILL of a subtree in a transaction has a record for each descendant (class D).
        try record(.kill, key, old.map { [$0] } ?? [])
        state[node] = nil
        for below in state.keys.sorted() where below.subscripts.starts(with: node.subscripts) {
          try record(
            .killDescendant, try below.encodedKey(), state[below].map { [stored($0)] } ?? [])
          state[below] = nil
        }
      }
    }
    try writer.close()
    var undo = ObjectScriptEvaluator()
    undo.globals = state
    try undo.run(try script(bench) { $0.target = .inPlace }.text)
    #expect(undo.globals == before)
    var redo = ObjectScriptEvaluator()
    redo.globals = before
    let text = try script(bench) {
      $0.target = .inPlace
      $0.direction = .redo
    }.text
    try redo.run(text)
    #expect(redo.globals == state)
  }

  @Test("Of a long value one line after the other is in memory, and the script builds it")
  func longValues() throws {
    let size = 300_000
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 % 251) }
    let units = (0..<size / 2).map { UInt16(truncatingIfNeeded: $0 % 60_000) }
    for value in [JournalValue.bytes(bytes), .wide(units)] {
      let bench = try bench([.node(.set, "^X(1)", [value])])
      var script = RestoreScript()
      script.direction = .redo
      var text = TextBuffer()
      var longest = 0
      _ = try script.write([bench.journal(Self.name)], selecting: { _ in { _ in true } }) {
        longest = max(longest, $0.byteCount)
        text.append(bytes: $0)
      }
      #expect(text.count > size)
      #expect(longest < 1 << 17, "the most that waits to be written")
      var reader = ObjectScriptEvaluator()
      try reader.run(text.string)
      let expected = if case .wide(let units) = value { units } else { bytes.map(UInt16.init) }
      #expect(reader.globals.count == 1)
      #expect(reader.globals.values.first == expected)
    }
  }
}
