import CSQLite
import Foundation
import JournalExport
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Export to SQLite")
struct SQLiteExportTests {
  private static let name = "20240709.001"

  private func bench(_ count: Int, seed: UInt64) throws -> Workbench {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.appendMixture(count, seed: seed)
    try writer.close()
    return bench
  }

  @discardableResult
  private func export(
    _ bench: Workbench, _ journals: [Journal]? = nil,
    _ change: (inout SQLiteExport) -> Void = { _ in }
  ) throws -> SQLiteExport.Summary {
    var export = SQLiteExport(path: bench.path("out.db"))
    change(&export)
    return try export.write(journals ?? [bench.journal(Self.name)])
  }

  /// Rows of a query, read with the C library itself; NULL is nil.
  private func rows(_ bench: Workbench, _ sql: String) throws -> [[String?]] {
    var database: OpaquePointer?
    defer { sqlite3_close_v2(database) }
    try #require(
      sqlite3_open_v2(bench.path("out.db"), &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    try #require(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK)
    var rows: [[String?]] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          guard let start = sqlite3_column_text(statement, column) else { return nil }
          let count = Int(sqlite3_column_bytes(statement, column))
          return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        })
    }
    return rows
  }

  /// The fields that NDJSON and the table share.
  private static let shared = [
    "address", "length", "type", "typeName", "timeStamp", "processID", "jobID", "remoteSystemID",
    "inTransaction", "databaseName", "mirrorDatabaseName", "globalNode", "numberOfValues",
    "newValue", "newValueType", "oldValue", "oldValueType", "error", "detail",
  ]

  @Test("The table says what NDJSON and the records themselves say", arguments: [1, 2, 3])
  func differential(seed: UInt64) throws {
    let bench = try bench(1500, seed: seed)
    try export(bench)
    let table = try rows(
      bench, "SELECT \(Self.shared.joined(separator: ",")) FROM records ORDER BY file, address")
    var text = TextBuffer()
    let journal = try bench.journal(Self.name)
    _ = try RecordExport(.ndjson).write([journal]) { text.append(bytes: $0) }
    let lines = text.string.split(separator: "\n")
    #expect(lines.count == table.count)
    for (line, row) in zip(lines, table) {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      for (field, value) in zip(Self.shared, row) {
        let expected: String? =
          switch object[field] {
          case let text as String: text
          case let number as NSNumber: number.stringValue
          default: nil
          }
        #expect(value == expected, "\(field) of \(row[0] ?? "")")
      }
    }
    // Directly: addresses, names of globals, and the vendor's charge.
    var expected: [[String?]] = []
    var end = 131_072
    try journal.forEachRecord(damaged: { _ in }) { record in
      guard record.type.isVisible else { return }
      let name = record.nameBytes()?.copied()
      expected.append([
        "\(record.address)", name.map { String(decoding: $0, as: UTF8.self) },
        "\(record.end - end)",
      ])
      end = record.end
    }
    #expect(
      try rows(bench, "SELECT address, globalName, chargedBytes FROM records ORDER BY address")
        == expected)
  }

  @Test("The schema is versioned, and files and databases have their tables")
  func schema() throws {
    let bench = try bench(200, seed: 5)
    try export(bench)
    #expect(try rows(bench, "PRAGMA user_version") == [["3"]])
    #expect(try rows(bench, "SELECT value FROM meta WHERE key = 'schemaVersion'") == [["3"]])
    #expect(try rows(bench, "SELECT value FROM meta WHERE key = 'redaction'") == [["none"]])
    let journal = try bench.journal(Self.name)
    let files = try rows(
      bench, "SELECT path, name, guid, fileCount, isClosed, endAddress, records FROM files")
    let count = try rows(bench, "SELECT count(*) FROM records")[0][0]
    #expect(
      files == [
        [
          journal.path, Self.name, "\(journal.header.guid)", "7", "1",
          "\(journal.header.endAddress)", count,
        ]
      ])
    #expect(
      try rows(bench, "SELECT sfn, databaseName, mirrorDatabaseName FROM databases") == [
        ["0", "/iris/user/", ":mirror:M:USER"]
      ])
    let plan = try rows(
      bench, "EXPLAIN QUERY PLAN SELECT * FROM records WHERE globalName = 'ABC'")
    #expect(plan[0].last??.contains("recordsByGlobal") == true)
  }

  @Test("An existing file is refused, and replaced when told to")
  func targets() throws {
    let bench = try bench(100, seed: 5)
    try bench.write([1, 2, 3], "out.db")
    let error = #expect(throws: JournalError.self) { try export(bench) }
    #expect(error?.code == .targetExists)
    #expect(try bench.bytes("out.db") == [1, 2, 3])
    let foreign = #expect(throws: JournalError.self) { try export(bench) { $0.continues = true } }
    #expect(foreign?.code == .badArgument)
    try export(bench) { $0.force = true }
    #expect(try rows(bench, "SELECT count(*) > 0 FROM records") == [["1"]])
    #expect(!FileManager.default.fileExists(atPath: bench.path("out.db.partial")))
  }

  @Test("An export of a growing journal is continued, record by record once")
  func continued() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    for round in 0..<5 {
      try writer.appendMixture(120, seed: UInt64(round))
      if round == 4 { try writer.close() } else { try writer.flush() }
      try export(bench) { $0.continues = true }
    }
    let continued = try rows(bench, "SELECT * FROM records ORDER BY address")
    let state = try rows(bench, "SELECT isClosed, records FROM files")
    try export(bench) { $0.force = true }
    #expect(try rows(bench, "SELECT * FROM records ORDER BY address") == continued)
    #expect(state == [["1", "\(continued.count)"]])
    #expect(try export(bench) { $0.continues = true }.records == 0)
  }

  @Test("Several files and small batches give one table")
  func files() throws {
    let bench = try Workbench()
    let first = try bench.writer(Self.name)
    try first.appendMixture(300, seed: 1)
    let second = try first.switchFile(
      to: bench.path("20240709.002"), guid: GUID(high: 1, low: 8))
    try second.appendMixture(300, seed: 2)
    try second.close()
    let journals = [try bench.journal(Self.name), try bench.journal("20240709.002")]
    let summary = try export(bench, journals) { $0.batch = 7 }
    #expect(
      try rows(bench, "SELECT sum(records), count(*) FROM files") == [["\(summary.records)", "2"]])
    #expect(
      try rows(bench, "SELECT count(DISTINCT file), count(*) FROM records") == [
        ["2", "\(summary.records)"]
      ])
  }

  @Test("Damage and records that do not decode are in the tables, wrong values are not")
  func damaged() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let first = try writer.append(.node(.set, "^A(1)", ["abcd"]))
    for index in 0..<4000 { try writer.append(.node(.set, "^A(\(index))", ["value"])) }
    try writer.close()
    try bench.forge(Self.name, block: 131_072) { $0[first + 32] = 2 }
    try bench.patch(Self.name) { $0[131_072 + 65_536 + 50] ^= 1 }
    var reported: [Damage] = []
    let summary = try SQLiteExport(path: bench.path("out.db")).write(
      [bench.journal(Self.name)], damaged: { damage, _ in reported.append(damage) })
    #expect(summary.damage == 1)
    #expect(summary.undecodable == 1)
    #expect(reported.map(\.kind) == [.checksum])
    #expect(
      try rows(bench, "SELECT kind, fromAddress, toAddress FROM damage") == [
        ["checksum", "196608", "262144"]
      ])
    #expect(
      try rows(bench, "SELECT globalName, globalNode, error FROM records WHERE address = \(first)")
        == [[nil, nil, "the key does not decode"]])
    #expect(
      try rows(bench, "SELECT count(*) FROM records WHERE address BETWEEN 196608 AND 262143") == [
        ["0"]
      ])
  }

  @Test("What types without values have stands in detail, hidden if told so")
  func details() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.append(.bit("^A(1)", position: 9, new: 1, old: 0, oldLength: 8))
    try writer.append(.level(.beginTransaction, 2))
    try writer.append(
      RecordContent(
        .marker, .marker(MarkerBody(id: -1, sequence: 3, previousAddress: 8, text: "full"))))
    try writer.append(RecordContent(.netsyn, .netsyn([1, 2])))
    try writer.append(.node(.set, "^A(2)", [.bytes([UInt8](repeating: 65, count: 70_000))]))
    try writer.close()
    let details = "SELECT typeName, detail FROM records ORDER BY address"
    try export(bench) { $0.includesInternal = true }
    let found = try rows(bench, details)
    #expect(
      found.prefix(4) == [
        ["BitSET", "bit 9 = 1 (was 0, length 8)"], ["BeginTrans", "level 2"],
        ["Marker", "marker -1 #3, previous 8: \"full\""], ["netsyn", "2 opaque bytes"],
      ])
    let extensions = found.dropFirst(4).dropLast()
    #expect(!extensions.isEmpty)
    #expect(
      extensions.allSatisfy { $0[1]?.hasSuffix(" bytes of the next record's values") == true })
    #expect(found.last == ["SET", nil])
    try export(bench) {
      $0.force = true
      $0.redactsValues = true
    }
    #expect(try rows(bench, details)[0] == ["BitSET", "<one bit>"])
    #expect(try rows(bench, details)[2] == ["Marker", "marker -1 #3, previous 8: <4 bytes>"])
  }

  @Test("A target that cannot be created is an error and leaves nothing behind")
  func unwritable() throws {
    let bench = try bench(50, seed: 5)
    let error = #expect(throws: JournalError.self) {
      try SQLiteExport(path: bench.path("no/such/out.db")).write([bench.journal(Self.name)])
    }
    #expect(error?.code == .cannotWrite)
  }
}
