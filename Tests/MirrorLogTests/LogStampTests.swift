import JournalTestSupport
import MirrorLog
import Testing

@Suite("Log stamps")
struct LogStampTests {
  @Test("are ordered by their fields, with or without year and milliseconds")
  func order() throws {
    func stamp(_ line: String) throws -> LogStamp {
      try #require(
        try events(of: line + " (1) 0 No open transactions to roll back").events.first?.stamp)
    }
    let stamps = try [
      "08/10-11:19:47:024", "12/31/99-23:59:59:999", "01/01/00-00:00:00", "01/01/00-00:00:00:001",
      "01/01/00-00:01:00", "07/09/24-14:33:12:391",
    ].map { text in
      try text.hasPrefix("08")
        ? #require(
          try events(of: text + " ( 1) No open transactions to roll back").events.first?.stamp)
        : stamp(text)
    }
    #expect(stamps == stamps.sorted())
    #expect(stamps.map(\.logText)[1] == "12/31/99-23:59:59:999")
    #expect(stamps.last?.description == "2024-07-09T14:33:12.391")
    #expect(stamps.last?.text(zone: -5400) == "2024-07-09T14:33:12.391-01:30")
    #expect(stamps.first?.description == "--08-10T11:19:47.024")
  }

  @Test(
    "a stamp out of range is no entry",
    arguments: ["13/01/24-00:00:00:000", "01/32/24-00:00:00", "01/01/24-24:00:00", "1/1/24-0:0:0"])
  func outOfRange(stamp: String) throws {
    let good = "11/01/19-13:51:59:109 (1) 0 x\n"
    #expect(try events(of: good + stamp + " (1) 0 x").summary.entries == 1)
  }
}
