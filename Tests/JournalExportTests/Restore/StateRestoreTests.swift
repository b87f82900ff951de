import Histories
import JournalExport
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// Scripts made from a state: carried out on the database at the end they give the one at the place.
@Suite struct StateRestoreTests {
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `states and scripts of random histories are what a plain model held`(part: UInt64) throws {
    let bench = try Workbench()
    for seed in part * 6..<(part + 1) * 6 {
      #expect(try HistoryCheck.differences(seed: seed, in: bench.directory) == [])
    }
  }

  @Test(arguments: [5321, 5801, 6593, 6953, 7397, 8289] as [UInt64])
  func `an increment behind a KILL or below an inner rollback is not taken back`(seed: UInt64)
    throws
  {
    let bench = try Workbench()
    #expect(try HistoryCheck.differences(seed: seed, in: bench.directory) == [])
  }

  @Test func `a dry run compares every node and sets none`() throws {
    let bench = try Workbench()
    let history = try History(seed: 4, in: bench.directory)
    let place = history.model.moments[history.model.moments.count / 2].place
    let (real, summary) = try history.script(nil, at: place)
    let (text, dry) = try history.script(nil, at: place) {
      $0.comparesOnly = true
      $0.isTransaction = true
    }
    let statements = try ScriptParser.statements(Array(text.utf8))
    #expect(statements.allSatisfy { $0.verb == .compare })
    #expect(dry.set == summary.set && dry.killed == summary.killed && summary.set > 0)
    let compared = Set(statements.map { "\($0.subscripts)" }).subtracting(["[]"])
    let changed = try ScriptParser.statements(Array(real.utf8)).map { "\($0.subscripts)" }
    #expect(compared == Set(changed).subtracting(["[]"]))
  }

  @Test func `a KILL outside a transaction is undone from the SET before it`() throws {
    let bench = try Workbench()
    let writer = try bench.writer("a")
    try writer.append(.node(.set, "^X(1)", ["b"]))
    try writer.append(.node(.set, "^X(1,2)", ["c"]))
    let kill = try writer.append(.node(.kill, "^X(1)"))
    try writer.append(.node(.set, "^X(7)", ["new"]))
    try writer.close()
    var script = RestoreScript()
    script.target = .inPlace
    var buffer = TextBuffer()
    let summary = try StateRestore(script).write(
      [bench.journal("a")], query: StateQuery(GlobalReference("X")),
      at: StatePlace(file: 0, address: kill)
    ) { buffer.append(bytes: $0) }
    let text = buffer.string
    let statements = text.split(separator: "\n").filter { !$0.hasPrefix(" ;") }
    #expect(statements == [" Set ^X(1)=\"b\"", " Set ^X(1,2)=\"c\""])
    #expect(summary.unknown == 1)
    #expect(text.contains(" ; NOT RESTORED ^X(7): unknown before these journals\n"))
  }

  @Test func `GT.M gets whole characters, and no value that it cannot hold`() throws {
    let bench = try Workbench()
    let writer = try bench.writer("a")
    try writer.append(.node(.set, "^X(1)", ["\u{1F600}"]))
    try writer.append(.node(.set, "^X(2)", [.wide([0x41, 0xD83D])]))
    try writer.append(
      .node(.set, "^X(3)", [.bytes([UInt8](repeating: 65, count: (1 << 20) + 1))]))
    try writer.close()
    var script = RestoreScript()
    script.target = .inPlace
    script.direction = .redo
    script.dialect = .m
    var buffer = TextBuffer()
    let journals = [try bench.journal("a")]
    let summary = try StateRestore(script).write(
      journals, query: StateQuery(GlobalReference("X")), at: .end(of: journals)
    ) { buffer.append(bytes: $0) }
    let statements = buffer.string.split(separator: "\n").filter { !$0.hasPrefix(" ;") }
    #expect(statements == [" Set ^X(1)=$c(128512)"])
    #expect(summary.notExpressible == 2 && summary.set == 1)
  }
}
