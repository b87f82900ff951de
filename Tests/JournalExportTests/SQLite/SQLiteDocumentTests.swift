import CSQLite
import Foundation
import JournalExport
import JournalQuery
import JournalTestSupport
import Testing

/// The questions of docs/SQLITE.md have the answers that stand behind them.
///
/// An ```` ```sql ```` block runs on an export of `Samples/journals`; the ```` ```text ```` block
/// behind it holds the answer. With MJOURNAL_UPDATE=1 the answers are rewritten.
@Suite("The questions of docs/SQLITE.md")
struct SQLiteDocumentTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path(percentEncoded: false)

  @Test("Each question has the answer that is shown")
  func answers() throws {
    let bench = try Workbench()
    let files = try JournalInputs.expand([Self.root + "/Samples/journals"])
    let journals = try files.map { try JournalInputs.open($0) }
    _ = try SQLiteExport(path: bench.path("journal.db")).write(journals)
    let document = Self.root + "/docs/SQLITE.md"
    let parts = try String(contentsOfFile: document, encoding: .utf8)
      .components(separatedBy: "```sql\n")
    var rewritten = parts[0]
    var questions = 0
    for part in parts.dropFirst() {
      let pieces = part.components(separatedBy: "\n```\n")
      let answer = try table(bench.path("journal.db"), pieces[0])
      let marker = "\n```text\n"
      let isAnswered = pieces.count > 1 && pieces[1].hasPrefix(marker)
      let rest = pieces.dropFirst(isAnswered ? 2 : 1).joined(separator: "\n```\n")
      if ProcessInfo.processInfo.environment["MJOURNAL_UPDATE"] != "1" {
        #expect(isAnswered)
        #expect(pieces[1].dropFirst(marker.count) == answer, "\(pieces[0])")
      }
      rewritten += "```sql\n\(pieces[0])\n```\n\(marker)\(answer)\n```\n\(rest)"
      questions += 1
    }
    #expect(questions >= 9)
    if ProcessInfo.processInfo.environment["MJOURNAL_UPDATE"] == "1" {
      try rewritten.write(toFile: document, atomically: true, encoding: .utf8)
    }
  }

  /// The rows of a query in columns, `-` for NULL.
  private func table(_ path: String, _ sql: String) throws -> String {
    var database: OpaquePointer?
    defer { sqlite3_close_v2(database) }
    try #require(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    try #require(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
    let columns = 0..<sqlite3_column_count(statement)
    var rows = [columns.map { String(cString: sqlite3_column_name(statement, $0)) }]
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        columns.map { column in
          guard let start = sqlite3_column_text(statement, column) else { return "-" }
          let count = Int(sqlite3_column_bytes(statement, column))
          return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        })
    }
    let widths = columns.map { column in rows.map { $0[Int(column)].count }.max() ?? 0 }
    return rows.map { row in
      var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
