import Histories
import JournalExport
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// Whatever names, subscripts and values hold, a script has the statements of its records and no other.
@Suite struct RestoreInjectionTests {
  private func journal(
    _ bench: Workbench, database: JournalDatabase, _ records: [RecordContent],
    name: String = "20240709.001"
  ) throws -> Journal {
    var header = JournalHeader()
    header.name = "own name"
    header.fileCount = 1
    header.isMirrorJournal = true
    header.mirrorName = String(database.mirrorName.prefix(100))
    let writer = try JournalWriter(
      path: bench.path(name), header: header, databases: [database],
      jobs: [JournalJob(jobID: 1, processID: 1)])
    for record in records { try writer.append(record) }
    try writer.close()
    return try bench.journal(name)
  }

  private func script(
    _ journal: Journal, _ change: (inout RestoreScript) -> Void
  ) throws -> (bytes: [UInt8], summary: RestoreScript.Summary, warnings: [RestoreWarning]) {
    var script = RestoreScript()
    change(&script)
    var text = TextBuffer()
    var warnings: [RestoreWarning] = []
    let summary = try script.write(
      [journal], selecting: everyRecord, warned: { warnings.append($0) }
    ) { text.append(bytes: $0) }
    return (text.withBytes { $0.copied() }, summary, warnings)
  }

  @Test(arguments: HostileText.texts)
  func `a directory stays a string in the reference`(directory: String) throws {
    let bench = try Workbench()
    let journal = try journal(
      bench, database: JournalDatabase(sfn: 0, directory: directory, mirrorName: directory),
      [
        .node(.set, "^X(1)", ["b", "a"], inTransaction: true),
        .node(.kill, "^X(2)", ["k"], inTransaction: true),
      ])
    for direction in RestoreDirection.allCases {
      let (bytes, summary, warnings) = try script(journal) {
        $0.qualifiesDatabase = true
        $0.target = .inPlace
        $0.direction = direction
      }
      let statements = try ScriptParser.statements(bytes)
      if directory.isEmpty || directory.utf16.count > 2000 {
        // Without a directory, or with one that no line holds, there is a warning instead.
        if directory.isEmpty { #expect(statements == [] && warnings.count == 2) }
        if statements.isEmpty { continue }
      }
      #expect(summary.isComplete)
      #expect(statements.allSatisfy { $0.environment == "^^" + directory && $0.name == "X" })
      #expect(
        statements.map(\.verb) == (direction == .undo ? [.set, .set] : [.set, .kill]))
    }
  }

  @Test func `the file of the attack gives a string, not a KILL`() throws {
    let bench = try Workbench()
    let journal = try journal(
      bench, database: JournalDatabase(sfn: 0, directory: "/db/\n Kill ^USER\n ;"),
      [.node(.set, "^X(1)", ["b", "a"], inTransaction: true)])
    let (bytes, _, _) = try script(journal) {
      $0.qualifiesDatabase = true
      $0.target = .inPlace
    }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(" Set ^|\"^^/db/\"_$c(10)_\" Kill ^USER\"_$c(10)_\" ;\"|X(1)=\"a\"\n"))
    #expect(text.contains(" ; database /db/\\x0a Kill ^USER\\x0a ;\n"))
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `the script parses to its records' statements only`(seed: UInt64) throws {
    var dice = Dice(seed)
    let bench = try Workbench()
    let directory =
      HostileText.texts.filter { (1...200).contains($0.utf16.count) }
      .randomElement(using: &dice) ?? "/d/"
    var expected: [ScriptParser.Statement] = []
    var records: [RecordContent] = []
    for index in 0..<60 {
      let name = ["X", "%a.B9", "Name"].randomElement(using: &dice) ?? "X"
      let part = HostileText.texts.randomElement(using: &dice) ?? ""
      let element = String(part.prefix(20).unicodeScalars.prefix(40))
      let old = JournalValue(HostileText.texts.randomElement(using: &dice) ?? "")
      let reference = GlobalReference(name, [.string("s" + element), Subscript(index)])
      records.append(
        try RecordContent(.set, reference, new: "new", old: old, isInTransaction: true))
      var units: [UInt16] = []
      switch old {
      case .bytes(let bytes), .vector(let bytes): units = bytes.map { UInt16($0) }
      case .wide(let wide): units = wide
      }
      expected.append(
        ScriptParser.Statement(
          verb: .set, environment: "^^" + directory, name: name,
          subscripts: [Array(("s" + element).utf16), Array("\(index)".utf16)], value: units))
    }
    let journal = try journal(
      bench, database: JournalDatabase(sfn: 0, directory: directory, mirrorName: directory),
      records, name: "j\n Kill ^X\u{1B}[2J\u{e9}")
    let (bytes, summary, _) = try script(journal) {
      $0.qualifiesDatabase = true
      $0.target = .inPlace
      $0.lineLimit = 400
    }
    #expect(summary.isComplete && summary.restored == 60)
    var found: [ScriptParser.Statement] = []
    for statement in try ScriptParser.statements(bytes) {
      guard statement.verb == .append else {
        found.append(statement)
        continue
      }
      // A long value goes on in lines of its own.
      guard var last = found.popLast() else {
        Issue.record("a statement goes on before the first")
        return
      }
      #expect(last.subscripts == statement.subscripts)
      last.value += statement.value
      found.append(last)
    }
    #expect(found == expected.reversed())
    // In ZWR each record is one line, and nothing else is.
    let zwr = try script(journal) { $0.dialect = .zwr }
    let lines = String(decoding: zwr.bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 63)
    for line in lines.dropFirst(2).dropLast() {
      #expect(printable(String(line)) == line)
      let parsed = try ZWRText.parse(String(line))
      #expect(parsed.reference.name == "mjrestore")
    }
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `a script made of a state parses to its nodes only`(seed: UInt64) throws {
    var dice = Dice(seed)
    let bench = try Workbench()
    let directory =
      HostileText.texts.filter { (1...200).contains($0.utf16.count) }
      .randomElement(using: &dice) ?? "/d/"
    var records: [RecordContent] = []
    var expected: Set<String> = []
    for index in 0..<40 {
      let part = HostileText.texts.randomElement(using: &dice) ?? ""
      let element = "s" + String(part.prefix(20).unicodeScalars.prefix(40))
      let value = JournalValue(HostileText.texts.randomElement(using: &dice) ?? "")
      let reference = GlobalReference("X", [.string(element), Subscript(index)])
      records.append(try RecordContent(.set, reference, new: value))
      expected.insert("\([Array(element.utf16), Array("\(index)".utf16)])")
    }
    let journal = try journal(
      bench, database: JournalDatabase(sfn: 0, directory: directory, mirrorName: directory),
      records, name: "j\n Kill ^X\u{1B}[2J\u{e9}")
    for comparesOnly in [false, true] {
      for dialect in [RestoreScript.Dialect.objectScript, .m] {
        var script = RestoreScript()
        script.target = .inPlace
        script.qualifiesDatabase = dialect == .objectScript
        script.direction = .redo
        script.dialect = dialect
        script.lineLimit = 400
        var restore = StateRestore(script)
        restore.comparesOnly = comparesOnly
        restore.isTransaction = true
        var text = TextBuffer()
        let summary = try restore.write(
          [journal], query: StateQuery(GlobalReference("X")), at: .end(of: [journal])
        ) { text.append(bytes: $0) }
        #expect(summary.set == 40 && summary.leftOut == 0)
        let statements = try ScriptParser.statements(text.withBytes { $0.copied() })
        let verbs = Set(statements.map(\.verb))
        #expect(
          verbs.isSubset(of: comparesOnly ? [.compare] : [.begin, .set, .append, .commit]))
        let nodes = statements.filter { !$0.subscripts.isEmpty }
        #expect(Set(nodes.map { "\($0.subscripts)" }) == expected)
        #expect(
          nodes.allSatisfy {
            $0.name == "X" && $0.environment == (dialect == .m ? nil : "^^" + directory)
          })
      }
    }
  }

  @Test(arguments: ["A\nB", "1X", "X.", "X Kill ^Y", "X\"", "X;", "X(1)=1 Kill ^Y", "\u{D7}"])
  func `what is no global's name is a warning in a comment`(name: String) throws {
    let bench = try Workbench()
    let key = name.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let content = RecordContent(
      .set,
      .node(
        key: key, nameLength: key.count, values: [StoredValue([66]), StoredValue([65])]),
      isInTransaction: true)
    let journal = try journal(
      bench, database: JournalDatabase(sfn: 0, directory: "/d/"), [content])
    for inPlace in [true, false] {
      let (bytes, summary, warnings) = try script(journal) { if inPlace { $0.target = .inPlace } }
      #expect(try ScriptParser.statements(bytes) == [])
      #expect(summary.warnings == [.damaged: 1] && warnings.count == 1)
    }
    #expect(throws: JournalError.self) {
      try script(journal) { $0.target = .redirected(name) }
    }
  }
}
