import JournalQuery
import MirrorJournal
import Testing

@Suite("Filter expressions")
struct FilterExpressionTests {
  @Test("'not' binds before 'and', 'and' before 'or'")
  func precedence() throws {
    let parsed = try RecordFilter(parsing: "not job = 1 and job = 2 or in-transaction")
    #expect(parsed == .or(.and(.not(.job(1)), .job(2)), .inTransaction))
    let grouped = try RecordFilter(parsing: "not (job=1 and (job = 2 or in-transaction))")
    #expect(grouped == .not(.and(.job(1), .or(.job(2), .inTransaction))))
  }

  @Test(
    "Every condition has its form",
    arguments: [
      ("pid = 42", RecordFilter.process(42)), ("remote = local", .remoteSystem(0x4000_0000)),
      ("type = KILL", .types([.kill])), ("type = bt", nil), ("type != 6", .not(.types([.set]))),
      ("type in (SET, BeginTrans)", .or(.types([.set]), .types([.beginTransaction]))),
      ("type = \"BeginTrans with level\"", .types([.beginLevel])),
      ("address >= 0x20010", .address(131_088..<Int.max)), ("address < 8", .address(Int.min..<8)),
      ("length > 100", .length(101..<Int.max)), ("length <= 100", .length(Int.min..<101)),
      ("time >= 2024-07-09", .blockTime(1_720_483_200_000..<Int64.max)),
      ("value = \"two words\"", .newValue(TextPattern("two words"))),
      ("old-value = *x*", .oldValue(TextPattern("*x*"))),
      ("subscript 2 = \"a \\\"q\\\"\"", .subscript(position: 2, TextPattern("a \"q\""))),
      ("piece 3 != 7", .not(.piece(position: 3, TextPattern("7")))),
      ("bytes = 0x0aFF", .bytes([10, 255])),
      ("mirror-db = USER", .mirrorDatabase(TextPattern("USER"))),
      ("database = /iris/*", .database(TextPattern("/iris/*"))),
    ] as [(String, RecordFilter?)])
  func conditions(text: String, filter: RecordFilter?) throws {
    if let filter {
      #expect(try RecordFilter(parsing: text) == filter)
    } else {
      #expect(throws: JournalError.self) { try RecordFilter(parsing: text) }
    }
  }

  @Test("A global keeps its own quotes, commas and parentheses")
  func globals() throws {
    let text = "(global = ^PAT(42,\"a, (b)\") or global in (^A*, ^B(1,*)))"
    let expected = RecordFilter.or(
      .global(try GlobalPattern("^PAT(42,\"a, (b)\")")),
      .or(.global(try GlobalPattern("^A*")), .global(try GlobalPattern("^B(1,*)"))))
    #expect(try RecordFilter(parsing: text) == expected)
  }

  @Test("A global may stand in quotes as any word")
  func quotedGlobal() throws {
    let quoted = try RecordFilter(parsing: #"not global = "^PAT(\"a b\",*)" and global in ("^A")"#)
    #expect(try quoted == RecordFilter(parsing: #"not global = ^PAT("a b",*) and global in (^A)"#))
  }

  @Test(
    "An error names the column",
    arguments: [
      ("", 1), ("type", 5), ("type =", 7), ("type = FOO", 8), ("type = SET and", 15),
      ("(type = SET", 12), ("type = SET)", 11), ("type = SET type = SET", 12), ("colour = red", 1),
      ("subscript = 1", 11), ("value = \"open", 14), ("type < SET", 8), ("pid = x", 7),
      ("pid = 4294967296", 7), ("bytes = 123", 9), ("time = yesterday", 8), ("type in SET", 9),
      ("global = ^PAT(", 10), ("global = 9", 10),
    ])
  func errors(text: String, column: Int) throws {
    let error = #expect(throws: JournalError.self) { try RecordFilter(parsing: text) }
    #expect(error?.code == .badArgument)
    #expect(error?.reason.contains("at column \(column) ") ?? false, "\(String(describing: error))")
  }

  @Test("Thousands of parentheses are an error, not a crash")
  func depth() throws {
    let deep = String(repeating: "(", count: 50_000)
    #expect(throws: JournalError.self) { try RecordFilter(parsing: deep) }
    let many = Array(repeating: "job = 1", count: 20_000).joined(separator: " or ")
    #expect(try RecordFilter(parsing: many).bounds.addresses.lowerBound == 0)
    let nots = String(repeating: "not ", count: 50_000) + "in-transaction"
    #expect(throws: JournalError.self) { try RecordFilter(parsing: nots) }
  }

  @Test(
    "What is no global is refused",
    arguments: [
      "", "^", "^1A", "^A(", "^A(1", "^A(x)", "^A(\"x)", "^A(1)x", "^A B", "^|\"x\"|A", "^A(,1)",
    ])
  func badGlobals(text: String) {
    #expect(throws: JournalError.self) { try GlobalPattern(text) }
  }
}
