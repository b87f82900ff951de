import Foundation
import FoundationXML
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("What fills a journal")
struct JournalProfileTests {
  private static let name = "20240709.001"

  private func profile(
    _ journals: [Journal], _ profile: JournalProfile,
    damaged: (Damage, Journal) throws -> Void = {
      damage, _ in throw damage
    }
  ) throws -> [[String]: ProfileCounts] {
    let result = try profile.run(journals, damaged: damaged)
    return Dictionary(uniqueKeysWithValues: result.rows.map { ($0.names, $0.counts) })
  }

  /// The vendor's rule, record by record, by any names.
  private func slowly(
    _ journal: Journal, _ names: (borrowing Record) throws -> [String]?
  ) throws -> [[String]: ProfileCounts] {
    var rows: [[String]: ProfileCounts] = [:]
    var end = 131_072
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      let charge = record.address + record.length - end
      end = record.address + record.length
      guard let names = try names(record) else { return }
      var counts = rows[names] ?? ProfileCounts()
      counts.records += 1
      counts.bytes += charge
      counts.largest = max(counts.largest, charge)
      if [6, 10, 19, 134].contains(record.type.rawValue) { counts.sets += 1 }
      if [7, 8, 9, 11, 12, 20].contains(record.type.rawValue) { counts.kills += 1 }
      rows[names] = counts
    }
    return rows
  }

  /// The 2000 SETs of the published test, behind a record with a value of `filler` bytes.
  private func published(_ bench: Workbench, _ name: String, filler: Int) throws -> Journal {
    let writer = try bench.writer(name)
    try writer.append(.node(.set, "^filler", [.bytes([UInt8](repeating: 32, count: filler))]))
    for (index, code) in [("USStateI", " XX"), ("SSNI", " 123-45-6789")] {
      for number in 1...1000 {
        try writer.append(
          RecordContent(
            .set,
            GlobalReference(
              "dc.journalindexer.testI", [.string(index), .string(code), Subscript(number)]),
            new: "", isInTransaction: true))
      }
    }
    try writer.close()
    return try bench.journal(name)
  }

  @Test("2000 SETs of 156000 bytes are charged 156064 where their ends of blocks make 64 bytes")
  func conformance() throws {
    let bench = try Workbench()
    var lengths: [Int] = []
    var filler = 0
    try published(bench, "20240709.001", filler: 0).forEachRecord(damaged: { throw $0 }) {
      if $0.isInTransaction { lengths.append($0.length) } else { filler = $0.length }
    }
    #expect(lengths.count == 2000 && lengths.reduce(0, +) == 156_000)
    // Where the published records began in their block is not known. Blocks are 65536 bytes, begin
    // with 16, and no record crosses their ends: that gives these starts for 64 bytes more.
    let start = try #require(
      stride(from: 16 + filler, to: 65_000, by: 4).first { start in
        var offset = start
        var lost = 0
        for length in lengths {
          if offset + length > 65_536 {
            lost += 65_536 - offset + 16
            offset = 16
          }
          offset += length
        }
        return lost == 64
      })
    let journal = try published(bench, "20240709.002", filler: start - 16 - filler)
    for threads in [1, 2] {
      let rows = try profile([journal], JournalProfile(filter: .inTransaction, threads: threads))
      let counts = try #require(rows[["^dc.journalindexer.testI"]])
      #expect(rows.count == 1)
      #expect(counts.records == 2000 && counts.sets == 2000 && counts.kills == 0)
      #expect(counts.bytes == 156_064)
    }
  }

  @Test("Each dimension counts as record by record", arguments: [1, 2, 3])
  func dimensions(threads: Int) throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, Self.name, count: 1500, seed: 8)
    let journal = model.journal
    func global(_ record: borrowing Record, depth: Int) throws -> String {
      guard let key = record.key() else { return "(no global)" }
      var reference = try key.reference()
      reference.subscripts = Array(reference.subscripts.prefix(depth))
      return reference.description
    }
    func database(_ record: borrowing Record) -> String {
      guard record.type.hasKey else { return "(no database)" }
      return journal.database(sfn: record.sfn)?.directory ?? "sfn \(record.sfn)"
    }
    func process(_ record: borrowing Record) -> String {
      journal.processID(jobID: record.jobID).map { "\($0)" } ?? "\(record.jobID)(jid)"
    }
    for depth in 0...3 {
      let expected = try slowly(journal) { [try global($0, depth: depth)] }
      #expect(try profile([journal], JournalProfile(depth: depth, threads: threads)) == expected)
    }
    let expected = try slowly(journal) { [database($0), process($0), $0.type.name] }
    #expect(
      try profile(
        [journal], JournalProfile(by: [.database, .process, .type], threads: threads)) == expected)
    let minutes = try slowly(journal) { [String($0.blockTime.description.prefix(16))] }
    #expect(minutes.count > 1)
    #expect(try profile([journal], JournalProfile(by: [.minute], threads: threads)) == minutes)
    let files = try slowly(journal) { _ in [journal.path] }
    #expect(try profile([journal], JournalProfile(by: [.file], threads: threads)) == files)
  }

  @Test("Filtered records are charged as in the whole", arguments: 1...4)
  func filtered(seed: UInt64) throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, Self.name, count: 1500, seed: seed)
    var dice = Dice(seed)
    for _ in 0..<15 {
      let random = try RandomFilter.make(&dice, model)
      let wanted = Set(model.records.filter(random.isWanted).map(\.address))
      let expected = try slowly(model.journal) {
        wanted.contains($0.address) ? [$0.type.name] : nil
      }
      let found = try profile(
        [model.journal], JournalProfile(by: [.type], filter: random.filter, threads: 2))
      #expect(found == expected, "\(random.filter)")
    }
  }

  @Test("A file of many megabytes counts the same in any number of threads, plain or compressed")
  func threads() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    for index in 0..<4000 {
      let value = JournalValue.bytes(
        [UInt8](repeating: UInt8(index & 63), count: 2000 + index % 97))
      try writer.append(.node(.set, "^G\(["A", "B", "C"][index % 3])(\(index))", [value]))
      if index % 500 == 0 {
        try writer.append(
          .node(.set, "^Long", [.bytes([UInt8](repeating: 1, count: 200_000))]))
      }
    }
    try writer.close()
    let journal = try bench.journal(Self.name)
    #expect(journal.dataRange.count > 8 << 20)
    let expected = try slowly(journal) {
      [try $0.key()?.reference().description.prefix(3).description ?? ""]
    }
    func short(_ rows: [[String]: ProfileCounts]) -> [[String]: ProfileCounts] {
      Dictionary(uniqueKeysWithValues: rows.map { ([String($0.key[0].prefix(3))], $0.value) })
    }
    for threads in [1, 2, 3, 7] {
      #expect(short(try profile([journal], JournalProfile(threads: threads))) == expected)
    }
    _ = try JournalCompressor().compressJournal(bench.path(Self.name))
    let packed = try JournalInputs.open(bench.path(Self.name + "z"))
    #expect(short(try profile([packed], JournalProfile(threads: 2))) == expected)
  }

  @Test("Lost blocks are charged to nobody and reported once")
  func damage() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    for number in 0..<8000 {
      try writer.append(.node(.set, "^A(\(number))", [JournalValue("value \(number)")]))
    }
    try writer.close()
    let block = 131_072 + 3 * 65_536
    try bench.patch(Self.name) { $0[block + 300] ^= 1 }
    let journal = try bench.journal(Self.name)
    var lost: [Damage] = []
    let rows = try profile([journal], JournalProfile(by: [.file], threads: 2)) { damage, _ in
      lost.append(damage)
    }
    #expect(lost.map(\.range) == [block..<block + 65_536])
    let end = journal.header.endAddress
    // The padding at the end of the block before falls to the lost record.
    let charged = try #require(rows[[journal.path]]?.bytes)
    #expect((end - 131_072 - 65_536 - 60...end - 131_072 - 65_536).contains(charged))
  }

  @Test("Several files give totals and each file's part, in text, NDJSON and CSV")
  func files() throws {
    let bench = try Workbench()
    let first = try ModelJournal(bench, "20240709.001", count: 300, seed: 1)
    let second = try ModelJournal(bench, "20240709.002", count: 500, seed: 2)
    let journals = [first.journal, second.journal]
    let result = try JournalProfile(threads: 2).run(
      journals, damaged: { damage, _ in throw damage })
    #expect(result.total.records == 800)
    #expect(result.totalByFile.map(\.records) == [300, 500])
    for row in result.rows {
      #expect(row.byFile.reduce(0) { $0 + $1.bytes } == row.counts.bytes)
    }
    #expect(result.moments.reduce(0) { $0 + $1.bytes } == result.total.bytes)
    #expect(result.timeline(17).reduce(0, +) == result.total.bytes)
    var text = TextBuffer()
    result.appendNDJSON(to: &text, sortedBy: .name)
    var sum = 0
    for line in text.string.split(separator: "\n") {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let parts = try #require(object["files"] as? [[String: Any]])
      #expect(parts.compactMap { $0["file"] as? String } == journals.map(\.path))
      sum += parts.compactMap { $0["records"] as? Int }.reduce(0, +)
    }
    #expect(sum == 800)
    var csv = TextBuffer()
    result.appendCSV(to: &csv)
    let lines = csv.string.split(separator: "\n")
    #expect(lines.count == result.rows.count + 1)
    #expect(
      Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [12])
    var table = TextBuffer()
    result.appendText(to: &table, top: 2)
    #expect(table.string.contains("(\(result.rows.count - 2) more)"))
    #expect(table.string.contains("in 2"))
  }

  @Test("Rows stand in the order asked for")
  func order() throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, Self.name, count: 900, seed: 4)
    let result = try JournalProfile(by: [.type]).run(
      [model.journal],
      damaged: { damage, _ in throw damage })
    for order in ProfileOrder.allCases {
      let rows = result.sorted(by: order)
      #expect(rows.count == result.rows.count)
      let keys: [Int] = rows.map {
        switch order {
        case .bytes: $0.counts.bytes
        case .records: $0.counts.records
        case .average: $0.counts.average
        case .largest: $0.counts.largest
        case .sets: $0.counts.sets
        case .kills: $0.counts.kills
        case .name: 0
        }
      }
      #expect(keys == keys.sorted(by: >))
      if order == .name { #expect(rows.map { $0.names[0] } == rows.map { $0.names[0] }.sorted()) }
    }
  }

  @Test("More names than the limit share a row, and the result says so")
  func limit() throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, Self.name, count: 900, seed: 6)
    var profile = JournalProfile(depth: 3)
    let whole = try profile.run([model.journal], damaged: { damage, _ in throw damage })
    #expect(whole.isComplete)
    profile.rowLimit = 10
    let cut = try profile.run([model.journal], damaged: { damage, _ in throw damage })
    #expect(!cut.isComplete)
    #expect(cut.rows.count == 11)
    #expect(cut.rows.contains { $0.names == ["(rest)"] })
    #expect(cut.total == whole.total)
  }

  @Test("The picture is well-formed and has a bar part for each file of a row")
  func picture() throws {
    let bench = try Workbench()
    let first = try ModelJournal(bench, "20240709.001", count: 300, seed: 1)
    let second = try ModelJournal(bench, "20240709.002", count: 300, seed: 2)
    let result = try JournalProfile(by: [.global, .type], depth: 2).run(
      [first.journal, second.journal], damaged: { damage, _ in throw damage })
    var text = TextBuffer()
    ProfilePicture(result, top: 12).append(to: &text)
    let parser = XMLCounter()
    #expect(parser.parse(text.string))
    let parts = result.sorted(by: .bytes).prefix(12).flatMap(\.byFile).count { $0.bytes > 0 }
    #expect(parser.counts["rect"] == parts + 1)
    #expect(parser.counts["polygon"] == 1)
  }
}

/// Counts the elements of an XML text.
private final class XMLCounter: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]

  func parse(_ text: String) -> Bool {
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    return parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    counts[name, default: 0] += 1
  }
}
