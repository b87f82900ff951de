import MirrorLog
import Testing

@testable import MirrorPositions

/// Lines that do not stand in the order in which they were written.
@Suite("Order of lines")
struct LineOrderTests {
  static let losses = [0, 800]

  /// `NO` of a log in which nothing is lost and `YES` of one in which something is are both wrong.
  private func expectTrue(_ result: MirrorPositions, losing loss: Int, _ what: String) {
    #expect(result.verdict != (loss == 0 ? .no : .yes), "\(loss) lost, \(what): \(result.answer)")
  }

  @Test("a part that stands newest first", arguments: losses)
  func part(loss: Int) throws {
    let whole = PairLogs(losing: loss)
    for (length, isAlpha) in [(whole.alpha.count, true), (whole.beta.count, false)] {
      for start in 0..<length {
        for end in stride(from: start + 2, through: length, by: 1) {
          var logs = whole
          if isAlpha {
            logs.alpha[start..<end].reverse()
          } else {
            logs.beta[start..<end].reverse()
          }
          let result = try logs.positions()
          expectTrue(result, losing: loss, "\(isAlpha ? "ALPHA" : "BETA") \(start)..<\(end)")
        }
      }
    }
  }

  @Test("newest first by whole seconds, those of one second either way", arguments: losses)
  func wholeSeconds(loss: Int) throws {
    for keepsSeconds in [false, true] {
      for turned in 1...3 {
        var logs = PairLogs(losing: loss)
        if turned & 1 != 0 { logs.alpha = Self.newestFirst(logs.alpha, keepsSeconds) }
        if turned & 2 != 0 { logs.beta = Self.newestFirst(logs.beta, keepsSeconds) }
        expectTrue(try logs.positions(), losing: loss, "\(turned) \(keepsSeconds)")
      }
    }
  }

  @Test("an older file put behind a newer one is moved before it", arguments: losses)
  func joined(loss: Int) throws {
    var logs = PairLogs(losing: loss)
    let older = PairLogs.start("08:00:01", pid: 4100, as: "BETA", at: (262_144, 30)).map {
      $0.replacing("03/11/25-", with: "03/10/25-")
    }
    logs.alpha += older
    let result = try logs.positions()
    #expect(result.findings.contains { $0.code == .linesRearranged })
    expectTrue(result, losing: loss, "joined")
  }

  @Test("a clock that is set back by hand changes nothing", arguments: losses)
  func clock(loss: Int) throws {
    var logs = PairLogs(losing: loss)
    logs.beta = logs.beta.map { $0.replacing("-08:05:", with: "-04:05:") }
    let result = try logs.positions()
    #expect(result.verdict == (loss == 0 ? .yes : .no), "\(result.answer)")
    #expect(!result.findings.contains { $0.code == .linesRearranged })
  }

  @Test("a log that is given twice, in two zones, is one log", arguments: losses, [-5, 2])
  func zones(loss: Int, hours: Int) throws {
    let logs = PairLogs(losing: loss)
    func input(_ name: String, _ member: String, _ lines: [String]) -> (LogInput, [UInt8]) {
      (LogInput(path: name, member: member), Array((lines.joined(separator: "\n") + "\n").utf8))
    }
    let moved = [logs.alpha, logs.beta].map { lines in
      lines.map { line in
        let hour = (8 + hours < 10 ? "0" : "") + "\(8 + hours)"
        return line.replacing("03/11/25-08:", with: "03/11/25-\(hour):")
      }
    }
    let result = MirrorPositions(
      try MirrorLogs(bytes: [
        input("a/messages.log", "ALPHA", logs.alpha), input("a/messages.log.1", "ALPHA", moved[0]),
        input("b/messages.log", "BETA", logs.beta), input("b/messages.log.1", "BETA", moved[1]),
      ]))
    let once = try logs.positions(["ALPHA", "BETA"])
    #expect(result.verdict == once.verdict, "\(result.answer)")
    #expect(result.confirmations.count == once.confirmations.count)
  }

  private static func newestFirst(_ lines: [String], _ keepsSeconds: Bool) -> [String] {
    let seconds = lines.map { line in
      // 03/11/25-08:00:01:018 (4200)
      line.prefix(17) + line.dropFirst(21)
    }.map(String.init)
    guard keepsSeconds else { return seconds.reversed() }
    return seconds.enumerated().sorted {
      $0.element.prefix(17) == $1.element.prefix(17)
        ? $0.offset < $1.offset : $0.element.prefix(17) > $1.element.prefix(17)
    }.map(\.element)
  }
}
