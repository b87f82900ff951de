import Foundation
import JournalTestSupport
import MirrorJournal
import MirrorLog
import Testing

@Suite("Event records")
struct EventRecordsTests {
  func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("every event is an object that names its line")
  func events() throws {
    for log in try SampleLog.all() {
      for event in try log.events() {
        let record = try object(
          event.ndjson(
            clocks: LogClocks(others: LogClock(ClockZone(name: "+02:00", offset: 7200)))))
        #expect(record["kind"] as? String == event.kind.name)
        #expect(record["line"] as? Int == event.source.line)
        #expect((record["time"] as? String)?.hasSuffix("+02:00") == true)
      }
    }
    for (text, kind) in LogEventTests.messages {
      let line = "11/01/19-13:51:59:109 (1) 1 [X] \(text)"
      let event = try #require(try JournalTestSupport.events(of: line).events.first)
      #expect(event.kind == kind)
      #expect(try object(event.ndjson())["kind"] as? String == kind.name)
    }
  }
}
