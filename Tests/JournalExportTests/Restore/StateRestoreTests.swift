import Foundation
import JournalExport
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// Scripts made from a state: carried out on the database at the end they give the one at the place.
@Suite struct StateRestoreTests {
  /// `MJOURNAL_HISTORIES` for longer proofs: `scripts/histories`.
  static let count =
    ProcessInfo.processInfo.environment["MJOURNAL_HISTORIES"].flatMap { UInt64($0) } ?? 48
  static let parts: [UInt64] = Array(0..<8)

  static func history(
    _ bench: Workbench, seed: UInt64, _ options: ModelWorkload.Options = .init()
  ) throws -> (model: ModelWorkload, journals: [Journal]) {
    let model = try ModelWorkload.run(
      seed: seed, options, first: bench.writer("\(seed).0"),
      path: { bench.path("\(seed).\($0)") })
    let files = (model.moments.last?.file ?? 0) + 1
    return (model, try (0..<files).map { try bench.journal("\(seed).\($0)") })
  }

  static func script(
    _ journals: [Journal], _ reference: GlobalReference?, at place: StatePlace,
    _ change: (inout StateRestore) -> Void = { _ in }
  ) throws -> (text: String, summary: StateRestore.Summary) {
    var script = RestoreScript()
    script.target = .inPlace
    var restore = StateRestore(script)
    change(&restore)
    var text = TextBuffer()
    let summary = try restore.write(
      journals, query: StateQuery(reference), at: place, damaged: { damage, _ in throw damage }
    ) { text.append(bytes: $0) }
    return (text.string, summary)
  }

  static func units(_ value: JournalValue) -> [UInt16] {
    switch value {
    case .bytes(let bytes), .vector(let bytes): bytes.map(UInt16.init)
    case .wide(let units): units
    }
  }

  @Test(arguments: Self.parts)
  func `undo gives the database at the place, and so does a second run after a stop`(
    part: UInt64
  ) throws {
    for seed in part * Self.count / 8..<(part + 1) * Self.count / 8 {
      let bench = try Workbench()
      let (model, journals) = try Self.history(bench, seed: seed)
      var dice = Dice(seed ^ 0x55)
      let moment = try #require(model.moments.dropFirst(2).randomElement(using: &dice))
      let place = StatePlace(file: moment.file, address: moment.address)
      let end = (model.moments.last?.database ?? [:]).mapValues(Self.units)
      let (text, summary) = try Self.script(journals, nil, at: place) {
        $0.isTransaction = seed % 2 == 0
        if seed % 3 == 0 { $0.script.dialect = .m }
      }
      // Nodes that were set first behind the place and outside a transaction may have been there before.
      let truth = moment.database.mapValues(Self.units)
      #expect(summary.leftOut == 0, "seed \(seed)")
      var database = ObjectScriptEvaluator()
      database.globals = end
      let lines = text.split(separator: "\n")
      try database.run(
        lines.prefix(Int.random(in: 0...lines.count, using: &dice)).joined(separator: "\n"))
      try database.run(text)
      #expect(database.globals == truth, "seed \(seed) at \(place)")
      // Each node once.
      let statements = try ScriptParser.statements(Array(text.utf8)).filter {
        $0.verb == .set || $0.verb == .zkill
      }
      #expect(statements.count == Set(statements.map { "\($0.name) \($0.subscripts)" }).count)
    }
  }

  @Test(arguments: Self.parts)
  func `redo gives the database at the place from an empty one, as ZWR does`(part: UInt64) throws {
    for seed in part * Self.count / 8..<(part + 1) * Self.count / 8 {
      let bench = try Workbench()
      let (model, journals) = try Self.history(bench, seed: seed)
      var dice = Dice(seed ^ 0x66)
      let moment = try #require(model.moments.dropFirst(2).randomElement(using: &dice))
      let place = StatePlace(file: moment.file, address: moment.address)
      let truth = moment.database.mapValues(Self.units)
      var database = ObjectScriptEvaluator()
      try database.run(Self.script(journals, nil, at: place) { $0.script.direction = .redo }.text)
      #expect(database.globals == truth, "seed \(seed) at \(place)")
      var read: ModelWorkload.Database = [:]
      for name in ["X", "C"] {
        let zwr = try Self.script(journals, GlobalReference(name), at: place) {
          $0.script.dialect = .zwr
          $0.script.direction = .redo
        }.text
        var printer = StatePrinter(format: .zwr, files: journals.map(\.path))
        var state = TextBuffer()
        printer.appendHead(to: &state)
        _ = try StateQuery(GlobalReference(name)).run(
          journals, at: [place], damaged: { damage, _ in throw damage }
        ) { printer.append($0, to: &state) }
        let lines = state.string.split(separator: "\n").dropFirst(2)
        #expect(Array(zwr.split(separator: "\n").dropFirst(2)) == Array(lines))
        for line in lines {
          let (node, value) = try ZWRText.parse(String(line))
          read[node] = value
        }
      }
      #expect(read.mapValues(Self.units) == truth, "seed \(seed)")
    }
  }

  @Test func `a dry run compares every node and sets none`() throws {
    let bench = try Workbench()
    let (model, journals) = try Self.history(bench, seed: 4)
    let moment = model.moments[model.moments.count / 2]
    let place = StatePlace(file: moment.file, address: moment.address)
    let (real, summary) = try Self.script(journals, nil, at: place)
    let (text, dry) = try Self.script(journals, nil, at: place) {
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
    let (text, summary) = try Self.script(
      [bench.journal("a")], GlobalReference("X"), at: StatePlace(file: 0, address: kill))
    let statements = text.split(separator: "\n").filter { !$0.hasPrefix(" ;") }
    #expect(statements == [" Set ^X(1)=\"b\"", " Set ^X(1,2)=\"c\""])
    #expect(summary.unknown == 1)
    #expect(text.contains(" ; NOT RESTORED ^X(7): unknown before these journals\n"))
  }
}
