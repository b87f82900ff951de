import MirrorLog
import Testing

@Suite("A banner and its text")
struct SystemBannerTests {
  private static func read(_ text: String) throws -> (events: [LogEventKind], summary: LogSummary) {
    var kinds: [LogEventKind] = []
    let summary = try LogReader().read(bytes: Array(text.utf8), name: "x.log") {
      kinds.append($0.kind)
    }
    return (kinds, summary)
  }

  private static let head =
    "03/11/25-08:00:01:000 (4200) 0 [Generic.Event] INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE"
  private static let path = "/data/jrn/MIRROR-HARBOR-20250311.003"

  @Test(
    "a text that a tool put behind the banner in one line is read",
    arguments: [" ", "\\n", "#012", "\t", " | ", "\\r\\n"])
  func flattened(separator: String) throws {
    let read = try Self.read("\(Self.head)\(separator)Journaling switched to: \(Self.path)\n")
    #expect(read.events == [.journalFile(.switched, path: Self.path)])
    let lost = try Self.read(
      "\(Self.head)\(separator)SERIOUS JOURNALING ERROR: JRNSTOP cannot open /j. Stopping journaling as "
        + "cleanly as possible, but you should assume that some journaling data has been lost.\n")
    #expect(lost.events.count == 1)
    #expect(lost.events.allSatisfy { if case .journalTrouble = $0 { true } else { false } })
  }

  @Test(
    "a JSON string of several lines is read line by line",
    arguments: ["message", "log", "msg", "line"])
  func json(key: String) throws {
    let read = try Self.read(
      "{\"\(key)\":\"\(Self.head)\\nJournaling switched to: \(Self.path)\\n\"}\n"
        + "{\"\(key)\":\"03/11/25-08:00:02:000 (4201) 0 [Utility.Event] Becoming primary mirror server\"}\n"
    )
    #expect(read.events.first == .journalFile(.switched, path: Self.path))
    #expect(read.events.count == 2)
  }

  @Test("a banner whose text is not there is told, and so is a text whose banner is not")
  func lost() throws {
    let other = "03/11/25-08:00:02:000 (4201) 0 [Utility.Event] nothing\n"
    #expect(
      try Self.read(Self.head + "\n" + String(repeating: other, count: 6)).summary.unreadableCount
        == 1)
    #expect(
      try Self.read(Self.head + "\nJournaling switched to: \(Self.path)\n").summary.unreadableCount
        == 0)
    let headless = try Self.read("Journaling switched to: \(Self.path)\n" + other)
    #expect(headless.summary.unreadableCount == 1)
  }
}
