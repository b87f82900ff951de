import JournalSamples
import Testing

@testable import MirrorJournal

/// The published numbers that reference layout R2 must reproduce.
@Suite struct ConformanceTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func writer() throws -> JournalWriter {
    let path = directory.file("20240709.001")
    return try JournalWriter(path: path, header: JournalHeader())
  }

  @Test func firstRecordOfAFreshFileStandsWhereTheGuideShowsIt() throws {
    let writer = try writer()
    let first = try writer.append(RecordContent(.set, GlobalReference("A"), new: "1"))
    try writer.close()
    #expect(first == 131_088)
    let journal = try Journal(path: directory.file("20240709.001"))
    #expect(try journal.recordAddress(atOrAfter: 0) == 131_088)
  }

  @Test func aFirstRecordMayStandLaterAfterASwitch() throws {
    let writer = try JournalWriter(
      path: directory.file("20240709.002"), header: JournalHeader(), firstRecordAddress: 131_312)
    #expect(try writer.append(RecordContent(.set, GlobalReference("A"), new: "1")) == 131_312)
    try writer.close()
    let journal = try Journal(path: directory.file("20240709.002"))
    #expect(try journal.recordAddress(atOrAfter: 0) == 131_312)
    #expect(try journal.everything().damage.isEmpty)
  }

  @Test func theRecordOfThePublicProjectHas108Bytes() throws {
    let reference = try GlobalReference(
      parsing: "^rMAP(\"tests.dc.journalindexer.services.Search.1\",\"INT\",\"CLS\",130,5)")
    var list = ListBuilder()
    list.appendOmitted()
    for number in [5, 5, 47, 42] { list.append(number) }
    #expect(JournalValue(list).description == "$lb(,5,5,47,42)")
    let writer = try writer()
    let first = try writer.append(RecordContent(.set, reference, new: JournalValue(list)))
    #expect(first == 131_088)
    #expect(writer.address == 131_196)
  }

  @Test func theRecordOfTheScreenshotHas56Bytes() throws {
    let writer = try writer()
    let start = writer.address
    try writer.append(RecordContent(.set, GlobalReference("lsc"), new: "2023-10-12 17:59:27"))
    #expect(writer.address - start == 56)
  }

  @Test func twoThousandIndexSetsTakeTheBytesOfThePublicProject() throws {
    let writer = try writer()
    for number in 1...1000 {
      for (name, code) in [("USStateI", " XX"), ("SSNI", " 123-45-6789")] {
        try writer.append(
          RecordContent(
            .set,
            GlobalReference(
              "dc.journalindexer.testI", [.string(name), .string(code), Subscript(number)]),
            new: "", isInTransaction: true))
      }
    }
    try writer.close()
    var bytes = 0
    var charged = 0
    var previousEnd = 131_072
    let journal = try Journal(path: directory.file("20240709.001"))
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      bytes += record.length
      charged += record.end - previousEnd
      previousEnd = record.end
    }
    #expect(bytes == 156_000)
    // The project charges 156064: where its records began, they crossed other block boundaries.
    #expect(charged - bytes > 0 && charged - bytes < 3 * (16 + 88))
  }

  @Test(arguments: [
    (356_088, "00056ef8"), (382_140, "0005d4bc"), (200_088, "00030d98"), (204_392, "00031e68"),
    (200_868, "000310a4"),
  ])
  func loggedPositionsAreTheSameInHexadecimalAndMultiplesOfFour(decimal: Int, hex: String) {
    #expect(Int(hex, radix: 16) == decimal)
    #expect(decimal % JournalLayout.r2.record.alignment == 0)
  }
}

/// The sample chain stands for the journals of the logs.
@Suite struct MirrorChainConformanceTests {
  let directory: TemporaryDirectory
  let journals: [Journal]

  init() throws {
    directory = try TemporaryDirectory()
    journals = try MirrorChain().write(into: directory.path, overwriting: false)
      .map { try Journal(path: $0) }
  }

  @Test func filesAreNamedSizedAndCountedAsTheLogsSay() {
    #expect(
      journals.map { JournalFileName($0.path)?.description } == [
        "MIRROR-MIRROR-20240709.005", "MIRROR-MIRROR-20240709.006", "MIRROR-MIRROR-20240709.007",
        "MIRROR-MIRROR-20240709.008",
      ])
    #expect(journals.map(\.storage.count) == [393_216, 262_144, 393_216, 262_144])
    #expect(journals.map(\.header.mirrorFileCount) == [5, 6, 7, 8])
    #expect(journals.map(\.header.isClosed) == [true, true, true, false])
  }

  /// The addresses are the logs' (class O).
  @Test(arguments: [
    (0, 382_140), (1, 204_392), (2, 200_088), (2, 356_088), (3, 200_868),
  ])
  func everyAddressOfTheLogsIsARecordStartOrTheDataEnd(file: Int, address: Int) throws {
    #expect(try journals[file].isPosition(address))
    #expect(try !journals[file].isPosition(address + 4))
  }

  @Test func closedFilesEndWhereTheLogsSay() throws {
    #expect(journals[0].header.endAddress == 382_140)
    #expect(journals[2].header.endAddress == 356_088)
    for journal in journals[..<3] {
      let records = try journal.everything().records
      #expect(records.last?.end == journal.header.endAddress)
    }
    #expect(journals[3].header.endAddress == 0)
  }

  @Test func theSecondFilesFirstRecordStandsLater() throws {
    #expect(try journals[1].recordAddress(atOrAfter: 0) == 131_312)
    #expect(try journals[2].recordAddress(atOrAfter: 0) == 131_088)
  }

  @Test func everyAddressIsAMultipleOfFourAndEveryFileSound() throws {
    for journal in journals {
      let (records, damage) = try journal.everything()
      #expect(damage.isEmpty)
      #expect(!records.isEmpty)
      #expect(records.allSatisfy { $0.address % 4 == 0 && $0.bytes.count % 4 == 0 })
    }
  }

  @Test func headersLinkTheFilesBothWays() {
    for (previous, next) in zip(journals, journals.dropFirst()) {
      #expect(next.header.previousGUID == previous.header.guid)
      #expect(previous.header.nextGUID == next.header.guid)
      #expect(next.header.previousName == previous.header.name)
      #expect(previous.header.nextName == next.header.name)
      #expect(next.header.previousEnd == previous.header.endAddress)
      #expect(next.header.fileCount == previous.header.fileCount + 1)
      #expect(next.header.mirrorGUID == previous.header.mirrorGUID)
      #expect(next.header.creationTime >= previous.header.creationTime)
    }
    #expect(journals.last?.header.nextGUID == .zero)
  }
}
