import MirrorJournal
import Testing

/// References as people write them.
@Suite struct ReferenceTextTests {
  @Test(arguments: [
    ("A", "^A"),
    ("^A(1,\"b\")", "^A(1,\"b\")"),
    ("^A(\"1\",\"01\")", "^A(1,\"01\")"),
    ("^A($C(9))", "^A($c(9))"),
    ("^A(\"x\"_$c(9,10)_\"y\")", "^A(\"x\"_$c(9,10)_\"y\")"),
    ("^A($CHAR(65)_\"b\")", "^A(\"Ab\")"),
    ("^A($C(55357,56832))", "^A(\"\u{1F600}\")"),
    ("^[\"^^/db/\"]A(1)", "^[\"^^/db/\"]A(1)"),
    ("^[\"^^/d]b/\",\"S\"]A", "^[\"^^/d]b/\",\"S\"]A"),
    ("^|\"^^/d|b/\"|A(1)", "^|\"^^/d|b/\"|A(1)"),
  ])
  func parsesAndPrintsTheCanonicalForm(text: String, canonical: String) throws {
    #expect(try GlobalReference(parsing: text).description == canonical)
  }

  @Test(arguments: [
    ("", 1), ("^", 2), ("^1", 2), ("^A(", 4), ("^A()", 4), ("^A(1", 5), ("^A(1,)", 6),
    ("^A(\"b)", 4), ("^A(01)", 4), ("^A(1)x", 6), ("^A($C())", 7), ("^A($C(1114112))", 7),
    ("^A($C(55357))", 4), ("^[\"x\"A", 2), ("^A($X(1))", 4), ("^A(1 ,2)", 5),
  ])
  func wrongTextIsRefusedWithItsColumn(text: String, column: Int) {
    let error = #expect(throws: JournalError.self) { try GlobalReference(parsing: text) }
    #expect(error?.code == .badKey)
    #expect(error?.reason.contains("at column \(column) of") == true, "\(error as Any)")
  }
}
