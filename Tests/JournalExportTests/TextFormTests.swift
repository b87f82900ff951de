import CSQLite
import Foundation
import JournalExport
import JournalTestSupport
import MirrorJournal
import Testing

/// What UTF-8 or a reader cannot hold is told, and comes back, in every form of export.
@Suite struct TextFormTests {
  private let bench: Workbench
  private static let units: [[UInt16]] = [
    [0xD83D], [0x41, 0xDE00, 0x42], [0xD83D, 0xD83D, 0xDE00], [0x22, 0xDFFF, 0x5C],
    [0x20AC, 0xD800],
  ]
  private static let withNUL = ["\0", "a\0b", "\0\0x", "\u{20ac}\0"]

  init() throws {
    bench = try Workbench()
    let writer = try bench.writer("j")
    for (index, units) in Self.units.enumerated() {
      try writer.append(.node(.set, "^S(\(index))", [.wide(units)]))
    }
    for (index, text) in Self.withNUL.enumerated() {
      try writer.append(.node(.set, "^Z(\(index))", [JournalValue(text)]))
    }
    try writer.append(.node(.set, "^W", [.wide([0xD83D, 0xDE00])]))
    try writer.close()
  }

  private func export(_ format: RecordExport.Format) throws -> [String] {
    var text = TextBuffer()
    _ = try RecordExport(format).write([bench.journal("j")]) { text.append(bytes: $0) }
    return text.string.split(separator: "\n").map(String.init)
  }

  private func rows(_ sql: String) throws -> [[(type: Int32, bytes: [UInt8])]] {
    let path = bench.path("out.db")
    if !FileManager.default.fileExists(atPath: path) {
      _ = try SQLiteExport(path: path).write([bench.journal("j")])
    }
    var database: OpaquePointer?
    defer { sqlite3_close_v2(database) }
    try #require(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    try #require(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK)
    var rows: [[(Int32, [UInt8])]] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          let type = sqlite3_column_type(statement, column)
          let start = sqlite3_column_blob(statement, column)
          let count = Int(sqlite3_column_bytes(statement, column))
          return (type, Array(UnsafeRawBufferPointer(start: start, count: count)))
        })
    }
    return rows
  }

  @Test func `a lone surrogate has one spelling and a type of its own`() throws {
    let ndjson = try export(.ndjson)
    let csv = try export(.csv).dropFirst()
    let table = try rows("SELECT newValue, newValueType FROM records ORDER BY address")
    #expect(ndjson.count == Self.units.count + Self.withNUL.count + 1)
    for (index, units) in Self.units.enumerated() {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(ndjson[index].utf8)) as? [String: Any])
      let text = try #require(object["newValue"] as? String)
      #expect(object["newValueType"] as? String == "brokenWideString")
      #expect(try ZWRText.parse("^X=" + text).value == .wide(units))
      #expect(table[index].map(\.bytes) == [Array(text.utf8), Array("brokenWideString".utf8)])
      let line = csv[csv.startIndex + index]
      var cell = TextBuffer()
      cell.appendCSVField(text)
      #expect(line.contains(",\(cell.string),brokenWideString,"), "\(line)")
    }
    // A whole pair is a character like any other.
    #expect(
      ndjson.last?.contains("\"newValue\":\"\u{1F600}\",\"newValueType\":\"wideString\"") == true)
    #expect(csv.last?.contains(",\u{1F600},wideString,") == true)
    #expect(table.last?.map(\.bytes) == [Array("\u{1F600}".utf8), Array("wideString".utf8)])
  }

  @Test func `SQLite keeps what stands behind a NUL where its functions see it`() throws {
    let table = try rows(
      "SELECT newValue, hex(newValue), length(newValue) FROM records WHERE globalName = 'Z' "
        + "ORDER BY address")
    #expect(table.count == Self.withNUL.count)
    for (row, text) in zip(table, Self.withNUL) {
      let bytes = Array(text.utf8)
      #expect(row[0].type == SQLITE_BLOB && row[0].bytes == bytes)
      let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
      #expect(row[1].bytes == Array(hex.utf8))
      #expect(row[2].bytes == Array("\(bytes.count)".utf8))
    }
    let whole = try rows("SELECT count(*) FROM records WHERE typeof(newValue) = 'text'")
    #expect(whole[0][0].bytes == Array("\(Self.units.count + 1)".utf8))
  }
}
