import JournalCalibration
import JournalQuery
import JournalSamples
import JournalTestSupport
import MirrorJournal
import Testing

/// What calibration met on files of the kind that people bring on the first day.
@Suite("First day") struct FirstDayTests {
  private func calibrate(
    _ journal: ForeignJournal, rows: Int = 200, _ bench: Workbench, _ name: String = "journal"
  ) throws -> Calibration {
    try journal.write(to: bench.path(name))
    return try Calibration(
      path: bench.path(name),
      listing: Listing(text: ForeignListing.csv.text(of: journal.sample(rows)).text))
  }

  private func differences(
    _ journal: ForeignJournal, _ path: String, _ layout: JournalLayout
  ) throws -> [String] {
    let reading = try ForeignReading(
      of: journal, at: path, by: layout, types: Set(journal.records.map(\.content.type)), form: .csv
    )
    return reading.wrong.map { "\($0.key.rawValue): \($0.value.first)" }
  }

  @Test(
    "A file of few blocks gets the documented block size, and the large file of its family reads by it",
    arguments: ["big-endian-words", "absolute-links", "shortened"], [120, 400, 900, 2200])
  func fewBlocks(family: String, records: Int) throws {
    let family = try #require(ForeignFamily.all.first { $0.name == family })
    let bench = try Workbench()
    let small = try ForeignJournal(family, records: records, seed: 5)
    let found = try calibrate(small, rows: min(200, records), bench)
    #expect(found.layout.block.size == 65_536)
    #expect(found.layout.block.headerSize == family.blockHeaderSize)
    let blocks = (small.bytes.count - family.dataStart) / family.blockSize
    let evidence = try #require(found.fields.first { $0.field == "block" })
    // Of one block nothing tells the size: that is said.
    if blocks == 1 { #expect(evidence.note?.contains("too few blocks to tell") == true) }
    let large = try ForeignJournal(family, records: 6000, seed: 6)
    try large.write(to: bench.path("large"))
    let wrong = try differences(large, bench.path("large"), found.layout).filter {
      $0.hasPrefix("walk") || $0.hasPrefix("link") || $0.hasPrefix("name")
    }
    #expect(wrong == [])
  }

  @Test("The sample whose first record stands later in its block is found from its own listing")
  func laterBegin() throws {
    let path = try #require(InspectedSamples.path("MIRROR-MIRROR-20240709.006"))
    let journal = try Journal(path: path)
    var text = TextBuffer(capacity: 1 << 16)
    var printer = RecordPrinter(journal, format: .csv)
    printer.appendHead(to: &text)
    var count = 0
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      count += 1
      try printer.append(record, to: &text)
    }
    let found = try Calibration(path: path, listing: Listing(text: text.string))
    #expect(found.layout.block.size == 65_536 && found.layout.block.headerSize == 16)
    #expect(found.layout.block.firstRecord.isKnown && found.layout.block.firstRecord.offset == 0)
    #expect(found.proof.explainedShare == 1 && found.proof.hitRows == count)
    #expect(found.proof.wrongRows.isEmpty, "\(found.proof.wrongRows.map(\.reason))")
    let again = try Journal(path: path, layouts: [found.layout])
    #expect(try again.recordAddress(atOrAfter: 0) == 131_312)
  }

  @Test("Wide strings with the most significant byte first read as what was listed")
  func bigEndianWideStrings() throws {
    var family = ForeignFamily.bigEndianWords
    family.marksStorage = true
    let bench = try Workbench()
    let journal = try ForeignJournal(family, records: 3000, seed: 3)
    let wide = journal.records.filter { if case .wide? = $0.new { true } else { false } }
    #expect(wide.count >= 8)
    try journal.write(to: bench.path("journal"))
    let rows = (journal.sample(200) + wide).sorted { $0.address < $1.address }
    let found = try Calibration(
      path: bench.path("journal"),
      listing: Listing(text: ForeignListing.csv.text(of: rows).text))
    #expect(found.layout.record.wideStringsAreBigEndian && found.layout.record.valueCountBits == 28)
    #expect(found.proof.wideWithoutMark == 0 && found.proof.rightValues == found.proof.values)
    let file = try Journal(path: bench.path("journal"), layouts: [found.layout])
    for record in wide {
      let text = try file.withRecord(at: record.address) { record in
        try file.withValue(0, of: record) { try ValueView($0, storageCode: $1).value() }
      }
      #expect(text == record.new)
    }
    #expect(try differences(journal, bench.path("journal"), found.layout) == [])
  }

  @Test("Wide strings that nothing marks are not called equal")
  func unmarkedWideStrings() throws {
    let bench = try Workbench()
    let journal = try ForeignJournal(.bigEndianWords, records: 3000, seed: 3)
    let wide = journal.records.filter { if case .wide? = $0.new { true } else { false } }
    try journal.write(to: bench.path("journal"))
    let rows = (journal.sample(200) + wide).sorted { $0.address < $1.address }
    let found = try Calibration(
      path: bench.path("journal"),
      listing: Listing(text: ForeignListing.csv.text(of: rows).text))
    #expect(found.proof.wideWithoutMark >= wide.count)
    var text = TextBuffer()
    found.proof.appendText(to: &text)
    #expect(text.string.contains("have no mark that tells them from 8-bit ones"))
  }

  @Test("A link that ends at each block's edge is left out instead of looking like damage")
  func linksWithinBlocks() throws {
    let bench = try Workbench()
    let family = ForeignFamily.shortened
    let journal = try ForeignJournal(family, records: 4000, seed: 8)
    var bytes = journal.bytes
    var last = -1
    for record in journal.records where record.address / 65_536 != last {
      last = record.address / 65_536
      for place in 4..<8 { bytes[record.address + place] = 0 }
    }
    try bench.write(bytes, "journal")
    let found = try Calibration(
      path: bench.path("journal"),
      listing: Listing(text: ForeignListing.csv.text(of: journal.sample(200)).text))
    #expect(!found.layout.record.knowsPrevious && found.proof.explainedShare == 1)
    #expect(found.proof.wrongRows.isEmpty)
  }

  @Test("A part of a long value is not shown as the whole where the layout tells no parts")
  func partsOfValues() throws {
    let bench = try Workbench()
    let writer = try bench.writer("journal")
    for index in 0..<40 { try writer.append(.node(.set, "^A(\(index))", ["short"])) }
    let long = [UInt8](repeating: 0x41, count: 100_000)
    try writer.append(.node(.set, "^LONG(1)", [.bytes(long)]))
    try writer.append(.node(.set, "^B(1)", ["behind"]))
    try writer.close()
    // A layout as calibration leaves it, and a family whose parts say their own lengths.
    var layout = JournalLayout.builtIn[0]
    layout.name = "mine"
    layout.record.continuedFlag = 0
    layout.record.extensionLength = .unknown
    var tail = 0
    try bench.journal("journal").forEachRecord(damaged: { throw $0 }) { record in
      if record.isContinued { tail = record.address }
    }
    let journal = try bench.journal("journal")
    let extents = try journal.withRecord(at: tail) { record in
      let extents = try record.extents()
      return (words: extents.words, held: record.length - extents.valueBytes)
    }
    try bench.forge("journal", block: tail / 65_536 * 65_536) { bytes in
      for index in 0..<4 {
        bytes[tail + extents.words + index] = UInt8(truncatingIfNeeded: extents.held >> (8 * index))
      }
    }
    let file = try Journal(path: bench.path("journal"), layouts: [layout])
    var shown: [String] = []
    var printer = RecordPrinter(file, format: .ndjson)
    var text = TextBuffer()
    try file.forEachRecord(damaged: { throw $0 }) { record in
      guard record.type.isVisible else { return }
      try printer.append(record, to: &text)
    }
    shown = text.string.split(separator: "\n").map(String.init)
    let line = try #require(shown.first { $0.contains("LONG") })
    #expect(
      line.contains("\"newValue\":null") && line.contains("may go on in the records beside it"))
    #expect(printer.undecodable == 1)
    // What stands by itself is shown.
    #expect(shown.contains { $0.contains("^B(1)") && $0.contains("\"newValue\":\"behind\"") })
    #expect(shown.count { $0.contains("\"newValue\":\"short\"") } == 40)
  }
}

/// The repository's sample journals.
enum InspectedSamples {
  static func path(_ name: String) -> String? {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/Samples/journals/" + name
  }
}

/// One property of a family varied at a time.
@Suite("Varied families") struct VariedFamilyTests {
  private func calibrate(
    _ journal: ForeignJournal, _ bench: Workbench, _ change: (inout [ListedLine]) -> Void = { _ in }
  ) throws -> Calibration {
    try journal.write(to: bench.path("journal"))
    var lines = ForeignListing.csv.text(of: journal.sample(300)).text
      .split(separator: "\n").map(ListedLine.init)
    change(&lines)
    return try Calibration(
      path: bench.path("journal"),
      listing: Listing(text: lines.map(\.text).joined(separator: "\n")))
  }

  struct ListedLine {
    var text: String
    init(_ line: Substring) { text = String(line) }
  }

  @Test("Records without a node that end before the last fields of the others")
  func shortRecords() throws {
    var family = ForeignFamily.absoluteLinks
    // Links, type, flags and process; no database, values or remote system.
    family.shortHeaderSize = 20
    let bench = try Workbench()
    let journal = try ForeignJournal(family, records: 3000, seed: 4)
    let found = try calibrate(journal, bench)
    #expect(found.layout.record.jobID == Field(16, width: 4))
    #expect(found.layout.record.sfn.isKnown && found.layout.record.knowsValues)
    #expect(found.proof.explainedShare == 1 && found.proof.wrongRows.isEmpty)
    let layout = try JournalLayout(json: Array(found.layout.json.utf8))
    var count = 0
    try Journal(path: bench.path("journal"), layouts: [layout]).forEachRecord(
      damaged: { throw $0 }
    ) { _ in count += 1 }
    #expect(count == journal.records.count)
  }

  @Test("A checksum behind every value is no shifted listing", arguments: [4, 8])
  func behindValues(count: Int) throws {
    for family in [ForeignFamily.shortened, .bigEndianWords, .absoluteLinks] {
      var family = family
      family.bytesBehindValues = count
      let bench = try Workbench()
      let found = try calibrate(ForeignJournal(family, records: 2500, seed: 4), bench)
      #expect(found.proof.explainedShare == 1, "\(family.name)")
      #expect(found.layout.record.knowsKeys)
    }
  }

  @Test("A job's number that goes to another process makes no row wrong; a single row is wrong")
  func reusedJobs() throws {
    let bench = try Workbench()
    let journal = try ForeignJournal(.shortened, records: 3000, seed: 4)
    let victim = try #require(journal.records.first { $0.content.jobID == 28 }?.processID)
    let found = try calibrate(journal, bench) { lines in
      for index in lines.indices.dropFirst(150) {
        lines[index].text = lines[index].text.replacing(",\(victim),", with: ",99999,")
      }
    }
    #expect(found.layout.record.jobID.isKnown)
    #expect(found.proof.wrongRows.isEmpty, "\(found.proof.wrongRows.map(\.reason))")
    let single = try calibrate(journal, bench) { lines in
      let rows = lines.indices.filter { lines[$0].text.contains(",\(victim),") }
      let middle = rows[rows.count / 2]
      lines[middle].text = lines[middle].text.replacing(",\(victim),", with: ",99999,")
    }
    #expect(single.proof.wrongRows.count == 1)
  }

  @Test("Names that stand at no one place leave the key unknown, and the chain sound")
  func movingKeys() throws {
    let bench = try Workbench()
    let journal = try ForeignJournal(.bigEndianWords, records: 2500, seed: 4)
    // Each key moves by its address, as behind values of all lengths.
    var bytes = journal.bytes
    for record in journal.records where record.reference != nil {
      let end = record.next > record.address ? record.next : record.address
      guard end - record.address > 32, end / 65_536 == record.address / 65_536 else { continue }
      let body = Array(bytes[record.address + 28..<end])
      let shift = record.address / 4 % 7 * 3 % max(1, body.count)
      let moved = body.suffix(shift) + body.dropLast(shift)
      bytes.replaceSubrange(record.address + 28..<end, with: moved)
    }
    try bench.write(bytes, "journal")
    let found = try Calibration(
      path: bench.path("journal"),
      listing: Listing(text: ForeignListing.csv.text(of: journal.sample(300)).text))
    #expect(!found.layout.record.knowsKeys && found.layout.record.type.isKnown)
    #expect(
      found.fields.contains {
        $0.field == "record.key" && $0.note?.contains("no one place") == true
      })
    // Rows that were mixed up are still refused.
    let records = journal.sample(300)
    var mixed: [String] = []
    let lines = ForeignListing.csv.text(of: records).text.split(separator: "\n")
    for (index, line) in lines.enumerated().dropFirst() {
      let other = lines[1 + (index + 137) % (lines.count - 1)]
      let address = line.prefix { $0 != "," }
      mixed.append(address + String(other.drop { $0 != "," }))
    }
    #expect(throws: JournalError.self) {
      try Calibration(
        path: bench.path("journal"),
        listing: Listing(text: ([String(lines[0])] + mixed).joined(separator: "\n")))
    }
  }
}
