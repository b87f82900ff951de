import Foundation
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import MirrorLog
import MirrorPositions
import Testing

@Suite("Positions against the journals")
struct PositionCheckTests {
  @Test("the untouched logs and journals agree, and each position names its record")
  func untouched() throws {
    let bench = try FailoverBench()
    let result = try bench.result()
    #expect(result.findingsInside == [])
    #expect(result.verdict == .yes)
    let records = try objects(result.ndjson()).filter { $0["type"] as? String == "position" }
    let named = records.filter { $0["address"] is Int }
    #expect(named.count == result.namedPositions.count)
    for position in named {
      let address = try #require(position["address"] as? Int)
      let stands = try #require(position["stands"] as? String)
      let at = try #require(position["recordAddress"] as? Int)
      let journal = try Journal(path: try #require(position["journal"] as? String))
      try journal.withRecord(at: at) { record in
        #expect(record.type.name == position["recordType"] as? String)
        var reference: String?
        if let key = record.key() { reference = try key.reference().description }
        #expect(reference == position["reference"] as? String)
        switch stands {
        case "beginning": #expect(address == 0)
        case "record": #expect(at == address)
        case "end": #expect(record.end == address && journal.header.endAddress == address)
        default: Issue.record("\(stands)")
        }
      }
    }
    #expect(Set(named.compactMap { $0["stands"] as? String }) == ["beginning", "record", "end"])
    let sentences = result.confirmations.map(\.sentence)
    #expect(
      sentences.contains { $0.hasSuffix(".007 ends at 356088 in #7, where UBUNTU-2 is current") })
    #expect(sentences.count { $0.contains("counts, GUIDs and end agree") } == 3)
    #expect(result.text().contains("= end of the data, after SET ^HLO.Log(144) at 355548\n"))
  }

  @Test("a journal that ends anywhere is told as damaged, and its positions as not checked")
  func cut() throws {
    let whole = try FailoverBench()
    let bytes = try whole.journals.bytes(FailoverBench.name(7))
    let edges = Array(stride(from: 65_536, to: bytes.count, by: 65_536))
    for end in [8_192] + edges.flatMap({ [$0 - 1, $0, $0 + 1, $0 + 16, $0 + 20, $0 + 30_000] })
    where end < 356_088 {
      let bench = try FailoverBench(counts: 7...7)
      try bench.journals.write(Array(bytes[..<end]), FailoverBench.name(7))
      let result = try bench.result()
      let codes = Set(result.findings.map(\.code))
      #expect(codes.contains(.journalDamaged), "\(end): \(codes)")
      // What is not there is not called the end of the data.
      let stands = try objects(result.ndjson()).filter { $0["stands"] as? String == "end" }
      #expect(stands.isEmpty, "\(end)")
    }
  }

  @Test("compressed journals, and directories of each member, say the same")
  func compressed() throws {
    let bench = try FailoverBench()
    let other = try FailoverBench()
    let compressor = JournalCompressor()
    for count in 5...7 {
      _ = try compressor.compressJournal(other.journals.path(FailoverBench.name(count)))
      try? FileManager.default.removeItem(atPath: other.journals.path(FailoverBench.name(count)))
    }
    let both = try bench.result([
      MirrorJournals.Source(path: bench.journals.directory, member: "UBUNTU"),
      MirrorJournals.Source(path: other.journals.directory, member: "UBUNTU-2"),
    ])
    #expect(both.findingsInside == [])
    #expect(
      both.confirmations.contains {
        $0.sentence.hasPrefix("UBUNTU-2's MIRROR-MIRROR-20240709.007z ends")
      })
    let one = try bench.result([MirrorJournals.Source(path: other.journals.directory)])
    #expect(one.findingsInside == [])
    #expect(one.confirmations.count == (try bench.result()).confirmations.count)
  }

  @Test("a log that names no file finds it by its mirror file count")
  func byCount() throws {
    var bench = try FailoverBench(["1433"])
    bench.logs = [
      ("x/UBUNTU-2", bench.logs[1].text.split(separator: "\n").suffix(3).joined(separator: "\n"))
    ]
    let result = try bench.result()
    #expect(result.timelines.map(\.path) == [nil])
    #expect(result.findings.allSatisfy { $0.severity == .open })
    #expect(result.text().contains("= SET ^"))
  }

  @Test("what the directories lack, or hold in part, is a note and no finding")
  func notes() throws {
    var bench = try FailoverBench(counts: 8...8)
    var result = try bench.result()
    #expect(
      result.findingsInside.map(\.code) == [.journalMissing, .journalMissing, .journalMissing])
    #expect(result.verdict == .yes)
    #expect(result.confirmations.contains { $0.sentence.contains("says that #7 ends at 356088") })

    bench = try FailoverBench()
    try bench.journals.patch(FailoverBench.name(8)) { $0.removeSubrange(196_608...) }
    result = try bench.result()
    #expect(Set(result.findingsInside.map(\.code)) == [.copyTooShort])
    #expect(result.verdict == .yes)

    bench = try FailoverBench()
    let flags = JournalLayout.r2.header.flags
    try bench.journals.doctor(FailoverBench.name(7), flags, 1)
    result = try bench.result()
    #expect(result.findingsInside.map(\.code.rawValue) == ["unclosed"])
    #expect(result.verdict == .yes)
  }

  @Test(
    "a copy that ends inside a block was being written", arguments: [160_000, 210_000, 214_000])
  func cutCopy(size: Int) throws {
    let bench = try FailoverBench()
    try bench.journals.patch(FailoverBench.name(8)) { $0.removeSubrange(size...) }
    let result = try bench.result()
    #expect(Set(result.findingsInside.map(\.code)) == [.copyTooShort])
    #expect(result.verdict == .yes)
  }

  @Test("damage anywhere in the file of a takeover forbids a YES", arguments: [140_000, 300_000])
  func damageBetween(place: Int) throws {
    let bench = try FailoverBench(["1433"])
    try bench.journals.patch(FailoverBench.name(7)) { $0[place] ^= 0x40 }
    let result = try bench.result()
    #expect(result.verdict != .yes, "\(result.answer)")
    #expect(result.findings.contains { $0.code == .journalDamaged && $0.severity == .open })
  }

  @Test(
    "an end whose block is damaged proves nothing",
    arguments: [327_700, 340_000, 356_080, 356_084])
  func damagedEnd(place: Int) throws {
    let bench = try FailoverBench(["1433"])
    try bench.journals.patch(FailoverBench.name(7)) { $0[place] ^= 0x40 }
    let result = try bench.result()
    #expect(result.verdict == .no)
    let finding = try #require(result.findings.first { $0.code == .journalDamaged })
    #expect(finding.positions == [MirrorPosition(fileCount: 7, address: 356_088)])
    #expect(!result.confirmations.contains { $0.sentence.contains("data's end at 200088, 356088") })
  }

  @Test("a position between the last record of a block and the next block is sound")
  func blockEnd() throws {
    var bench = try FailoverBench(["1433"])
    let journal = try bench.journals.journal(FailoverBench.name(8))
    var end = 0
    try journal.forEachRecord(in: 131_072..<196_608, damaged: { throw $0 }) { end = $0.end }
    #expect(end < 196_608)
    bench.move(200_088, to: end)
    let result = try bench.result()
    #expect(result.findings.filter { $0.positions.contains { $0.fileCount == 8 } } == [])
    #expect(result.text().contains("= after "))
  }

  @Test("directories without mirror journals are refused")
  func refusals() throws {
    let empty = try Workbench()
    for source in [empty.directory, "/nonexistent"] {
      #expect(throws: JournalError.self) {
        try MirrorJournals([MirrorJournals.Source(path: source)])
      }
    }
    try empty.writer("20240709.001").close()
    #expect(throws: JournalError.self) {
      try MirrorJournals([MirrorJournals.Source(path: empty.directory)])
    }
  }

  @Test("a member's clock that is hours or years off makes no finding")
  func clockSkew() throws {
    for stamp in ["07/09/24-0", "01/01/99-1", "12/31/30-1"] {
      var bench = try FailoverBench()
      for log in ["1151/UBUNTU", "1433/UBUNTU"] { bench.edit("07/09/24-1", stamp, in: log) }
      let result = try bench.result()
      #expect(result.findingsInside == [])
      #expect(result.verdict == .yes)
    }
  }

  @Test("hostile figures in the logs never trap the look into the journals")
  func hostileFigures() throws {
    for figure in ["9223372036854775807", "9223372036854775804", "4294967296", "1", "131072"] {
      for target in ["#5", "#6", "#7", "#8", " 382140", " 204392", " 356088", " 200088"] {
        var bench = try FailoverBench()
        bench.edit(target, String(target.prefix(1)) + figure)
        #expect(try bench.result().text().contains("Verdict: "))
      }
    }
  }

  @Test("journals full of flipped bits never trap")
  func bitFlips() throws {
    let bench = try FailoverBench(["1433"])
    let name = FailoverBench.name(7)
    let whole = try bench.journals.bytes(name)
    var places = Array(stride(from: 0, to: 320, by: 7))
    places += Array(stride(from: 131_072, to: whole.count, by: 9973))
    for place in places {
      var bytes = whole
      bytes[place] ^= UInt8(1 << (place % 8))
      if place < 8192, place > 200 || place % 2 == 0 { sealHeader(&bytes) }
      try bench.journals.write(bytes, name)
      #expect(try bench.result().text().contains("Verdict: "))
    }
  }

  /// Every line of an NDJSON text as an object.
  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}
