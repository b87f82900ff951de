import CSQLiteReader
import Foundation
import JournalCompression
import JournalExport
import JournalIntegrity
import JournalQuery
import MirrorJournal

/// Random journals in every form: text, NDJSON, CSV, SQLite, statistics, the compressed file and the
/// slow plain reader say the same.
enum DifferentialSuite {
  static func run(journals: Int, seed: UInt64) throws -> Figures {
    shared("differential", journals) { index, _, figures in
      let seed = seed &* 1_000_003 &+ UInt64(index)
      let scratch = try Scratch()
      let path = scratch.file("20240709.001")
      var maker = RandomJournal(seed: seed)
      try maker.write(to: path, records: 1 + Int(seed % 700))
      guard let bytes = scratch.read("20240709.001") else { throw Failure("no journal") }
      let plain = PlainJournal(bytes)
      figures.add("random journals")
      figures.add("records", plain.records.count)
      for complaint in try complaints(plain, scratch, &figures) {
        figures.find("seed \(seed): \(complaint)")
      }
    }
  }

  private static func complaints(
    _ plain: PlainJournal, _ scratch: Scratch, _ figures: inout Figures
  ) throws -> [String] {
    var complaints: [String] = []
    let path = scratch.file("20240709.001")
    let journal = try JournalInputs.open(path)
    let lines = PlainLines(
      path: path,
      databases: Dictionary(
        uniqueKeysWithValues: RandomJournal.databases.map {
          (Int($0.sfn), ($0.directory, $0.mirrorName))
        }),
      processes: Dictionary(
        uniqueKeysWithValues: RandomJournal.jobs.map { (Int($0.jobID), Int($0.processID)) }))
    let visible = plain.records.filter(\.isVisible)

    func compare(_ what: String, _ printed: [UInt8], _ expected: [String]) {
      figures.add("comparisons")
      let wanted = Array((expected.joined(separator: "\n") + "\n").utf8)
      if printed == wanted { return }
      let place = zip(printed, wanted).prefix { $0 == $1 }.count
      func around(_ bytes: [UInt8]) -> String {
        String(decoding: bytes[max(0, place - 80)..<min(bytes.count, place + 40)], as: UTF8.self)
      }
      complaints.append(
        "\(what) differs at byte \(place): «\(around(printed))» «\(around(wanted))»")
    }

    for (what, format) in [("NDJSON", RecordExport.Format.ndjson), ("CSV", .csv)] {
      var export = RecordExport(format)
      export.includesInternal = true
      var printed: [UInt8] = []
      let summary = try export.write([journal]) { span in span.withUnsafeBytes { printed += $0 } }
      if summary.records != plain.records.count || summary.undecodable > 0 || summary.damage > 0 {
        complaints.append("\(what): \(summary)")
      }
      compare(
        what, printed,
        format == .ndjson
          ? plain.records.map(lines.ndjson)
          : [RecordField.allCases.map(\.rawValue).joined(separator: ",")]
            + plain.records.map(lines.csv))
    }

    var printer = RecordPrinter(journal, format: .text)
    printer.textValueLimit = 0
    var buffer = TextBuffer()
    try journal.forEachRecord(damaged: { throw $0 }) { try printer.append($0, to: &buffer) }
    compare("text", buffer.withBytes { $0.copied() }, plain.records.map(lines.text))

    // The compressed file, read chunk by chunk on two threads.
    _ = try JournalCompressor(
      codec: JournalCodec.allCases[plain.records.count % 3], chunkSize: 65_536
    )
    .compress(path, to: scratch.file("copyz"))
    let compressed = try JournalInputs.open(scratch.file("copyz"))
    var copy = RecordPrinter(compressed, format: .text)
    copy.textValueLimit = 0
    buffer.removeAll()
    try compressed.forEachRecord(damaged: { throw $0 }) { try copy.append($0, to: &buffer) }
    compare("compressed text", buffer.withBytes { $0.copied() }, plain.records.map(lines.text))

    try compareStatistics(journal, plain, visible, &figures, &complaints)
    try compareSQLite(journal, scratch.file("out.sqlite"), visible, lines, &figures, &complaints)
    return complaints
  }

  private static func compareStatistics(
    _ journal: Journal, _ plain: PlainJournal, _ visible: [PlainRecord], _ figures: inout Figures,
    _ complaints: inout [String]
  ) throws {
    var byType = [Int](repeating: 0, count: 256)
    for record in visible { byType[Int(record.type)] += 1 }
    let bytes = plain.records.reduce(0) { $0 + $1.length }
    for threads in [1, 3] {
      let summary = try JournalSummary(of: journal, threads: threads)
      figures.add("comparisons")
      if summary.records != visible.count || summary.recordBytes != bytes
        || summary.recordsByType != byType
        || summary.firstAddress != visible.first?.address
        || summary.lastAddress != visible.last?.address
        || summary.end != plain.records.last?.end || !summary.damage.isEmpty
      {
        complaints.append(
          "summary on \(threads) threads: \(summary.records) records, \(summary.recordBytes) bytes")
      }
    }
    let report = try IntegrityCheck.run([journal], threads: 2)
    // Random records have what no application writes: a level of 300.
    let structural = report.findings.first {
      $0.severity != .note && $0.kind != .transactionLevel
    }
    figures.add("comparisons")
    if report.records != visible.count
      || report.records + report.internalRecords != plain.records.count
      || report.recordBytes != bytes || structural != nil
    {
      complaints.append("verify: \(report.records) records, \(structural.map { "\($0)" } ?? "")")
    }
    let profile = try JournalProfile(by: [.type], threads: 2).run([journal]) { damage, _ in
      throw damage
    }
    figures.add("comparisons")
    let charged = (visible.last?.end ?? 131_072) - 131_072
    let counts = Dictionary(
      uniqueKeysWithValues: profile.rows.map { ($0.names.first ?? "", $0.counts.records) })
    let expected = Dictionary(visible.map { (PlainLines.name($0.type), 1) }, uniquingKeysWith: +)
    if profile.total.records != visible.count || profile.total.bytes != charged
      || counts != expected
    {
      complaints.append(
        "profile: \(profile.total) instead of \(visible.count), \(charged); \(counts)")
    }
  }

  private static func compareSQLite(
    _ journal: Journal, _ path: String, _ visible: [PlainRecord], _ lines: PlainLines,
    _ figures: inout Figures, _ complaints: inout [String]
  ) throws {
    var export = SQLiteExport(path: path)
    export.force = true
    _ = try export.write([journal])
    var database: OpaquePointer?
    defer { sqlite3_close_v2(database) }
    var statement: OpaquePointer?
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
      sqlite3_prepare_v2(
        database, "SELECT * FROM records ORDER BY file, address", -1, &statement, nil) == SQLITE_OK
    else { throw Failure("the exported database does not open") }
    defer { sqlite3_finalize(statement) }
    func text(_ column: Int32) -> String? {
      guard let start = sqlite3_column_text(statement, column) else { return nil }
      return String(
        decoding: UnsafeBufferPointer(
          start: start, count: Int(sqlite3_column_bytes(statement, column))),
        as: UTF8.self)
    }
    var end = 131_072
    var rows = 0
    while sqlite3_step(statement) == SQLITE_ROW, rows < visible.count {
      let record = visible[rows]
      rows += 1
      let database = lines.databases[record.sfn]
      func characters(_ value: PlainValue?) -> String? {
        value.map { String(decoding: $0.characters, as: UTF16.self) }
      }
      let expected: [String?] = [
        "\(record.address)", "\(record.length)", "\(record.end - end)", "\(record.type)",
        PlainLines.name(record.type), PlainLines.time(record.time),
        lines.processes[record.job].map { "\($0)" }, "\(record.job)", "\(record.remote)",
        record.isInTransaction ? "1" : "0", database?.directory ?? "", database?.mirror ?? "",
        record.hasKey ? String(decoding: record.key.prefix(record.nameLength), as: UTF8.self) : nil,
        record.hasKey ? record.reference : nil, "\(record.hasValues ? record.values.count : 0)",
        characters(record.new), record.new?.kind, characters(record.old), record.old?.kind, nil,
        record.hasValues ? nil : record.detail,
      ]
      end = record.end
      for (index, value) in expected.enumerated() where text(Int32(index + 1)) != value {
        complaints.append(
          "SQLite, record at \(record.address), column \(index + 1): "
            + "«\(text(Int32(index + 1)) ?? "null")» «\(value ?? "null")»")
        break
      }
    }
    figures.add("comparisons")
    if rows != visible.count {
      complaints.append("SQLite has \(rows) records instead of \(visible.count)")
    }
  }
}
