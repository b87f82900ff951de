import Foundation
import MirrorJournal
import Testing

@Suite("Zones of clocks")
struct ClockZoneTests {
  static func zone(_ name: String) throws -> ClockZone { try ClockZone(named: name) }

  func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  @Test("Names of the database, as Foundation knows them, over 500 years")
  func foundation() throws {
    for name in [
      "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
      "Africa/Casablanca",
      "America/Sao_Paulo", "Pacific/Apia", "Europe/Dublin",
    ] {
      let zone = try Self.zone(name)
      let other = try #require(TimeZone(identifier: name))
      for day in stride(from: 0, to: 180_000, by: 3) {
        let seconds = day * 86_400 + day % 86_400 * 7 % 86_400
        // Foundation ends its tables in 2037 where a zone has no rule of POSIX.
        guard seconds < 2_145_000_000 || name == "Europe/Paris" else { break }
        let date = Date(timeIntervalSince1970: Double(seconds))
        let stretch = zone.stretch(at: Timestamp(milliseconds: Int64(seconds) * 1000))
        #expect(stretch.offset == other.secondsFromGMT(for: date), "\(name) \(date)")
        #expect(stretch.range.contains(Int64(seconds) * 1000))
      }
    }
  }

  @Test("A rule of POSIX is the zone of that name in this century")
  func rule() throws {
    let rule = try Self.zone("CET-1CEST,M3.5.0,M10.5.0/3")
    let paris = try Self.zone("Europe/Paris")
    for hour in stride(from: 0, to: 24 * 366 * 90, by: 1) {
      let time = Timestamp(milliseconds: 946_684_800_000 + Int64(hour) * 3_600_000)
      #expect(rule.stretch(at: time).offset == paris.stretch(at: time).offset)
    }
    #expect(try Self.zone("<+0330>-3:30").stretch(at: time("2024-01-01")).offset == 12_600)
    let south = try Self.zone("NZST-12NZDT,M9.5.0,M4.1.0/3")
    #expect(try south.stretch(at: time("2024-01-01")).offset == 13 * 3600)
    #expect(try south.stretch(at: time("2024-07-01")).offset == 12 * 3600)
  }

  @Test("Offsets")
  func offsets() throws {
    for (name, seconds) in [
      ("+02:00", 7200), ("-0330", -12_600), ("+2", 7200), ("UTC", 0), ("Z", 0), ("+00:00", 0),
    ] {
      #expect(try Self.zone(name).stretch(at: time("2024-07-09")).offset == seconds)
    }
    #expect(try Self.zone("-0330").name == "-03:30")
    #expect(try Self.zone("utc").isUTC)
    #expect(try Self.zone("Etc/UTC").isUTC)
  }

  @Test("What is no zone is refused, and no file outside the database is read")
  func refused() {
    for name in ["", "Paris", "../etc/passwd", "/etc/passwd", "+25:00", "Europe/", "CET-1CEST,X"] {
      #expect(throws: JournalError.self) { try ClockZone(named: name) }
    }
  }

  @Test("Times are written with their distance from UTC, in UTC as ever")
  func text() throws {
    let paris = try Self.zone("Europe/Paris")
    let summer = try time("2024-07-09 11:51:18.752")
    #expect(paris.text(summer) == "2024-07-09 13:51:18.752+02:00")
    #expect(paris.iso8601(summer) == "2024-07-09T13:51:18.752+02:00")
    #expect(paris.iso8601(try time("2024-12-31 23:30")) == "2025-01-01T00:30:00.000+01:00")
    #expect(ClockZone.utc.iso8601(summer) == summer.iso8601)
    #expect(ClockZone.utc.text(summer) == summer.description)
    #expect(paris.text(summer).count == paris.textWidth)
  }
}

@Suite("Times as people write them")
struct TimeReaderTests {
  /// 2024-07-09 12:00 UTC.
  static let now = Timestamp(milliseconds: 1_720_526_400_000)

  func read(_ text: String, _ zone: String = "UTC") throws -> String {
    try TimeReader(zone: ClockZone(named: zone), now: Self.now).time(text).iso8601
  }

  @Test(
    "Accepted forms",
    arguments: [
      ("2024-07-09", "2024-07-08T22:00:00.000Z"),
      ("2024-07-09 13:00", "2024-07-09T11:00:00.000Z"),
      ("2024-07-09T13:00:05.125", "2024-07-09T11:00:05.125Z"),
      ("2024-07-09T13:00:05.1259999", "2024-07-09T11:00:05.125Z"),
      ("2024-07-09T13:00Z", "2024-07-09T13:00:00.000Z"),
      ("2024-07-09 13:00 -05:00", "2024-07-09T18:00:00.000Z"),
      ("2024-07-09T13:00+0530", "2024-07-09T07:30:00.000Z"),
      ("13:00", "2024-07-09T11:00:00.000Z"), ("13:00:07", "2024-07-09T11:00:07.000Z"),
      ("now", "2024-07-09T12:00:00.000Z"), ("-1h", "2024-07-09T11:00:00.000Z"),
      ("-1d12h", "2024-07-08T00:00:00.000Z"), ("-90s", "2024-07-09T11:58:30.000Z"),
      ("67030,43200", "2024-07-09T10:00:00.000Z"), ("67030,43200.5Z", "2024-07-09T12:00:00.500Z"),
      ("07/09/24-12:05:49:781", "2024-07-09T10:05:49.781Z"),
      ("07/09/2024-12:05:49", "2024-07-09T10:05:49.000Z"),
    ])
  func forms(_ text: String, _ moment: String) throws {
    #expect(try read(text, "Europe/Paris") == moment)
  }

  @Test(
    "What is no time is refused",
    arguments: [
      "", "yesterday", "2024-13-01", "2024-02-30", "25:00", "-1", "-h", "-1y", "1h", "67030",
      "67030,86400", "7/9/24", "07/09-12:05:49:781", "13/09/24-12:05:49", "2024-07-09+02:00",
      "2024-07-09T13:00+25:00", "--1h",
    ])
  func refused(_ text: String) {
    #expect(throws: JournalError.self) { try read(text) }
  }

  @Test("The hour that is shown twice is named with both moments")
  func twice() throws {
    let error = #expect(throws: JournalError.self) {
      try read("2024-10-27 02:30", "Europe/Paris")
    }
    #expect(error?.reason.contains("twice in Europe/Paris") == true)
    #expect(
      error?.advice == "write 2024-10-27T02:30:00+02:00 or 2024-10-27T02:30:00+01:00")
    #expect(try read("2024-10-27T02:30+02:00", "Europe/Paris") == "2024-10-27T00:30:00.000Z")
    #expect(try read("2024-10-27 03:00", "Europe/Paris") == "2024-10-27T02:00:00.000Z")
    #expect(try read("2024-10-27 01:59", "Europe/Paris") == "2024-10-26T23:59:00.000Z")
  }

  @Test("The hour that is never shown is named with the one behind it")
  func never() throws {
    let error = #expect(throws: JournalError.self) {
      try read("03/31/24-02:30:00", "Europe/Paris")
    }
    #expect(error?.reason.contains("never shown in Europe/Paris") == true)
    #expect(error?.advice?.contains("2024-03-31T03:00:00+02:00") == true)
    // A day that begins an hour late begins all the same.
    #expect(try read("2018-11-04", "America/Sao_Paulo") == "2018-11-04T03:00:00.000Z")
    // A day that was left out has no hour at all.
    #expect(throws: JournalError.self) { try read("2011-12-30 12:00", "Pacific/Apia") }
  }

  @Test("Every moment that is written is read back")
  func roundTrip() throws {
    for name in ["Europe/Paris", "Australia/Lord_Howe", "America/New_York", "UTC", "-03:30"] {
      let zone = try ClockZone(named: name)
      let reader = TimeReader(zone: zone, now: Self.now)
      for step in 0..<20_000 {
        let time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(step) * 1_733_333)
        #expect(try reader.time(zone.iso8601(time)) == time)
        let local = zone.stretch(at: time).local(time)
        #expect(zone.moments(showing: local).contains(time))
      }
    }
  }
}
