import MirrorLog
import Testing

@testable import MirrorPositions

/// Logs of which lines are missing, torn, or of two times.
@Suite("Excerpts")
struct ExcerptTests {
  private static func lines(_ day: String, _ lines: [String]) -> [String] {
    lines.map { $0.replacing("03/11/25-", with: day) }
  }

  @Test("a primary that is primary again took over from nobody whom its log does not name")
  func primaryAgain() throws {
    var logs = PairLogs()
    logs.alpha = [
      PairLogs.entry(
        "01:04:53:215", 5774, "No other mirror members configured, becoming primary mirror server"),
      PairLogs.switched(31, "01:04:53:645", 5774),
      PairLogs.entry("01:04:53:718", 5774, "Becoming primary mirror server"),
      PairLogs.switched(32, "04:12:42:926", 5974),
      PairLogs.entry("04:12:43:512", 5974, PairLogs.current(435_288, 31)),
      PairLogs.entry("04:12:43:829", 5974, "Becoming primary mirror server"),
    ]
    logs.beta = [
      PairLogs.entry("01:07:02:308", 1726, PairLogs.apply(0, 31)),
      PairLogs.entry("01:07:03:156", 1728, PairLogs.apply(395_564, 31, isStart: false)),
      PairLogs.entry("01:07:04:095", 1716, "Found ALPHA/IRIS as primary, becoming backup"),
      PairLogs.entry("04:13:30:197", 1852, PairLogs.apply(435_288, 31)),
      PairLogs.entry("04:13:31:047", 1852, PairLogs.apply(0, 32)),
      PairLogs.entry("04:13:32:824", 1842, "Found ALPHA/IRIS as primary, becoming backup"),
    ]
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
  }

  @Test(
    "a mirror that was set up anew counts its files again: its places are not those of the first",
    arguments: [0, 800])
  func anew(loss: Int) throws {
    let first = PairLogs()
    let second = PairLogs(losing: loss)
    func again(_ lines: [String]) -> [String] {
      Self.lines("06/20/25-", lines).map { $0.replacing("20250311", with: "20250620") }
        .map { $0.replacing("524400", with: "600000").replacing("00080070", with: "000927c0") }
    }
    var logs = first
    logs.alpha += again(second.alpha)
    logs.beta += again(second.beta)
    let result = try logs.positions()
    #expect(result.verdict != (loss == 0 ? .no : .yes), "\(result.answer)")
    #expect(result.verdict != .yes, "\(result.answer)")
    #expect(try PairLogs(losing: 800).positions().verdict == .no)
  }

  @Test(
    "a name of a mirror journal that is torn forbids YES and contradicts nothing",
    arguments: ["MIRROR-HARBOR-20250311.", "MIRROR-HARBOR-20250311.0ERROR: 17 3", "MIRROR-HAR"])
  func torn(name: String) throws {
    for loss in [0, 800] {
      var logs = PairLogs(losing: loss)
      logs.beta = logs.beta.map { line in
        line.contains("switched to") ? line.replacing(PairLogs.name(32), with: name) : line
      }
      let result = try logs.positions()
      #expect(result.verdict == (loss == 0 ? .cannotTell : .no), "\(result.answer)")
      #expect(result.findings.contains { $0.code == .unreadableMessages })
    }
  }
}
