import MirrorJournal
import Testing

@Suite struct JournalFileNameTests {
  @Test func mirrorNamesAreTakenApart() throws {
    let name = try #require(JournalFileName("/mgr/journal/MIRROR-MIRROR-20240709.007z"))
    #expect(name.prefix == "MIRROR-MIRROR-")
    #expect(name.mirrorName == "MIRROR")
    #expect(name.date == CalendarDate(year: 2024, month: 7, day: 9))
    #expect(name.sequence == 7)
    #expect(name.isCompressed)
    #expect(name.uncompressed.description == "MIRROR-MIRROR-20240709.007")
    #expect(name.uncompressed.compressed == name)
    #expect(JournalFileName(mirror: "MIRROR", date: name.date, sequence: 7) == name.uncompressed)
  }

  @Test(arguments: [
    "20240709.009", "Oct20221001.001", "MIRROR20240709.001", "A_1_20240229.999z",
    "MIRROR-MIR21-20230921.001", "PFX-20240709.002", "OTHER-MIR-20240709.001z",
  ])
  func namesPrintAsTheyWere(text: String) {
    #expect(JournalFileName(text)?.description == text)
    #expect(JournalFileName("C:\\mgr\\" + text)?.description == text)
  }

  @Test(arguments: [
    "", "z", "20240709", "20240709.9", "20240709.000", "20240709.0001", "20240709.00a",
    "20241309.001", "20240230.001", "20230229.001", "00000101.001", "20240709.001zz",
    "20240709.001.tmp", "MIRROR-20240709.001", "MIRROR--20240709.001", "MIRROR-mir-20240709.001",
    "MIRROR-ABCDEFGHIJKLMNOP-20240709.001", "A B-20240709.001", "a b20240709.001",
    "20240709.001/", "\u{E9}20240709.001",
  ])
  func otherNamesAreNoJournals(text: String) {
    #expect(JournalFileName(text) == nil)
  }

  @Test func theNextNameFollowsTheDate() throws {
    let day = try #require(CalendarDate(year: 2024, month: 12, day: 31))
    let later = try #require(CalendarDate(year: 2025, month: 1, day: 1))
    let name = try #require(JournalFileName("MIRROR-M-20241231.998z"))
    #expect(name.next(on: day)?.description == "MIRROR-M-20241231.999")
    #expect(name.next(on: day)?.next(on: day) == nil)
    #expect(name.next(on: later)?.description == "MIRROR-M-20250101.001")
    let next = try #require(name.next(on: later))
    #expect(next.next(on: day)?.description == "MIRROR-M-20250101.002")
  }

  @Test func namesSortInJournalOrder() {
    let sorted = [
      "20240709.009", "20240709.010", "20240709.010z", "20240710.001", "MIRROR-MIRROR-20240101.001",
      "MIRROR-MIRROR-20240709.005", "MIRROR-MIRROR-20240709.006z",
    ].compactMap { JournalFileName($0) }
    #expect(sorted.count == 7)
    #expect(sorted.reversed().sorted() == sorted)
  }
}
