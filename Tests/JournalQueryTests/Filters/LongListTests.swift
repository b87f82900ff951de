import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

/// Long lists in filters: what they take is what asking one condition after the other takes, and what
/// they cost does not grow with them.
@Suite struct LongListTests {
  private func addresses(_ filter: RecordFilter, _ journal: Journal) throws -> [Int] {
    var found: [Int] = []
    try filter.forEachRecord(of: journal, damaged: { throw $0 }) { found.append($0.address) }
    return found
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `a list takes what one of its conditions takes`(seed: UInt64) throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, "20240709.001", count: 400, seed: seed)
    var dice = Dice(seed &* 131)
    var hits = 0
    for round in 0..<40 {
      let conditions = try (0..<(2 + dice.next(below: 30))).map { _ in
        try RandomFilter.make(&dice, model, depth: 0)
      }
      // Of few kinds, so that each has several.
      let some = conditions.filter { condition in
        round % 3 == 0 || Self.kind(condition.filter) == Self.kind(conditions[0].filter)
      }
      let one = model.records.filter { record in some.contains { $0.isWanted(record) } }
      let found = try addresses(.anyOf(some.map(\.filter)), model.journal)
      #expect(found == one.map(\.address), "\(some.map(\.filter))")
      let none = model.records.filter { record in !some.contains { $0.isWanted(record) } }
      #expect(
        try addresses(.allOf(some.map { .not($0.filter) }), model.journal)
          == none.map(\.address), "\(some.map(\.filter))")
      hits += found.count
    }
    #expect(hits > 500)
  }

  private static func kind(_ filter: RecordFilter) -> Substring {
    "\(filter)".prefix { $0 != "(" }
  }

  @Test(arguments: [
    "pid", "job", "remote", "database", "mirror-db", "global", "value", "old-value",
    "subscript 2", "piece 3", "length", "address",
  ])
  func `a list of words is one question, however it is written`(field: String) throws {
    func word(_ number: Int) -> String { field == "global" ? "^N\(number)(1)" : "\(number)" }
    let words = (1...20_000).map(word)
    let list = "\(field) in (\(words.joined(separator: ",")))"
    let chain = words.map { "\(field) = \($0)" }.joined(separator: " or ")
    let excluded = words.map { "\(field) != \($0)" }.joined(separator: " and ")
    for text in [list, chain, excluded, "type = SET and not (\(chain))"] {
      let filter = try RecordFilter(parsing: text)
      #expect(filter.questionsPerRecord == (text.hasPrefix("type") ? 2 : 1))
      try filter.requireFewQuestions()
    }
  }

  @Test func `patterns that begin differently are one question, those that begin alike are many`()
    throws
  {
    let apart = try RecordFilter(
      parsing: "global in (\((1...5000).map { "^N\($0)x*" }.joined(separator: ",")))")
    #expect(apart.questionsPerRecord == 1)
    let alike = try RecordFilter(
      parsing: "value in (\((1...1001).map { "*\($0)*" }.joined(separator: ",")))")
    #expect(alike.questionsPerRecord == 1001)
    #expect(throws: JournalError.self) { try alike.requireFewQuestions() }
    let bench = try Workbench()
    let model = try ModelJournal(bench, "20240709.001", count: 10, seed: 1)
    do {
      _ = try alike.bound(to: model.journal)
      Issue.record("bound")
    } catch let error as JournalError {
      #expect(error.code == .badArgument)
    }
  }

  @Test func `globals by the thousand are found by their beginnings`() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for number in 0..<3000 {
      try writer.append(.node(.set, "^N\(number)(\(number % 7),\"a\(number)\")", ["x"]))
    }
    try writer.close()
    let journal = try bench.journal("20240709.001")
    func count(_ patterns: [String]) throws -> Int {
      try addresses(.anyOf(try patterns.map { .global(try GlobalPattern($0)) }), journal).count
    }
    #expect(try count((0..<1000).map { "^N\($0 * 2)" }) == 1000)
    #expect(try count((0..<1000).map { "^N\($0 * 2)(\(($0 * 2) % 7))" }) == 1000)
    #expect(try count((0..<1000).map { "^N\($0 * 2)(\(($0 * 2 + 1) % 7))" }) == 0)
    #expect(try count((0..<1000).map { "^N\($0)(*,a\($0)*" }) == 1000)
    #expect(try count((100..<200).map { "^N\($0)*" }) == 100 + 1000)
  }

  @Test func `an empty name of a database is a mistake`() {
    for field in [FilterField.database, .mirrorDatabase] {
      #expect(throws: JournalError.self) { try field.filter("") }
      #expect(throws: JournalError.self) { try RecordFilter(parsing: "\(field.rawValue) = \"\"") }
    }
  }
}
