import Foundation
import MirrorLog
import MirrorPositions
import Testing

@Suite("Logs in disorder, and of several systems")
struct OrderAndSystemTests {
  @Test("a file that holds its log twice, or one half of it, holds it once")
  func doubled() throws {
    let logs = PairLogs()
    for half in [logs.beta.count, logs.beta.count / 2] {
      for isFirst in [true, false] {
        var twice = logs
        let part = isFirst ? Array(logs.beta.prefix(half)) : Array(logs.beta.dropFirst(half))
        twice.beta = part + logs.beta
        let result = try twice.positions()
        #expect(result.verdict == .yes, "\(half) \(isFirst) \(result.answer)")
        twice = PairLogs(losing: 800)
        twice.alpha += twice.alpha
        #expect(try twice.positions().verdict == .no)
      }
    }
  }

  @Test("lines whose stamps tell another order prove no loss")
  func swapped() throws {
    var logs = PairLogs()
    logs.alpha.swapAt(5, 6)
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    #expect(result.findings.allSatisfy { $0.severity <= .open })
  }

  @Test("two systems whose mirrors have one name are told apart, three of four logs too")
  func systems() throws {
    var logs = PairLogs()
    var other = PairLogs()
    func moved(_ lines: [String]) -> [String] {
      lines.map { line in
        line.replacingOccurrences(of: "ALPHA", with: "ELK")
          .replacingOccurrences(of: "BETA", with: "FOX")
          .replacingOccurrences(of: "#31", with: "#77").replacingOccurrences(of: "#32", with: "#78")
          .replacingOccurrences(of: ",31)", with: ",77)").replacingOccurrences(
            of: ",32)", with: ",78)")
      }
    }
    (other.alpha, other.beta) = (moved(other.alpha), moved(other.beta))
    logs.others = [("ELK", other.alpha), ("FOX", other.beta)]
    for names in [[], ["ALPHA", "BETA", "ELK", "FOX"]] {
      let result = try logs.positions(names)
      #expect(result.verdict == .cannotTell, "\(result.answer)")
      #expect(result.findings.filter { $0.severity > .note }.map(\.code) == [.mixedMembers])
    }
    logs.others.removeLast()
    #expect(try logs.positions().verdict == .cannotTell)
  }

  @Test("two logs that are called by names which contradict what they print are of two systems")
  func named() throws {
    for resumed in ["524400", "524000"] {
      let elk = PairLogs().alpha.map {
        $0.replacingOccurrences(of: "BETA", with: "FOX")
          .replacingOccurrences(of: "524400", with: resumed)
      }
      let logs = [("BETA", PairLogs().beta), ("ELK", elk)]
      func positions(_ names: [String]) throws -> MirrorPositions {
        MirrorPositions(
          try MirrorLogs(
            bytes: zip(names, logs).map { name, log in
              (
                LogInput(path: "\(log.0).log", member: name),
                Array((log.1.joined(separator: "\n") + "\n").utf8)
              )
            }))
      }
      let result = try positions(["BETA", "ELK"])
      #expect(result.verdict == .cannotTell, "\(result.answer)")
      #expect(result.answer.contains("give that as"))
      // Who says `new` and `old` gives no names.
      #expect(try positions(["new", "old"]).verdict == (resumed == "524400" ? .yes : .no))
    }
  }

  @Test("a mirror that was set up anew counts from 1 again")
  func anew() throws {
    func later(_ lines: [String]) -> [String] {
      lines.map { line in
        line.replacingOccurrences(of: "03/11/25", with: "06/01/25")
          .replacingOccurrences(of: "20250311", with: "20250601")
          .replacingOccurrences(of: "#31", with: "#1").replacingOccurrences(of: "#32", with: "#2")
          .replacingOccurrences(of: ",31)", with: ",1)").replacingOccurrences(
            of: ",32)", with: ",2)")
      }
    }
    var logs = PairLogs()
    logs.alpha += later(logs.alpha)
    logs.beta += later(logs.beta)
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    logs = PairLogs()
    logs.alpha += later(PairLogs(losing: 800).alpha)
    logs.beta += later(logs.beta)
    #expect(try logs.positions().verdict == .no)
  }

  @Test("alerts that messages.log does not repeat are read")
  func alerts() throws {
    let root = FileManager.default.temporaryDirectory.path + "/alerts-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let logs = PairLogs()
    func write(_ path: String, _ lines: [String]) throws {
      let url = URL(fileURLWithPath: root + "/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
    }
    func positions() throws -> MirrorPositions {
      let survey = try TreeSurvey(root)
      return MirrorPositions(try MirrorLogs(reading: survey.logs), findings: survey.findings)
    }
    try write("a/messages.log", logs.beta)
    try write("b/messages.log", logs.alpha)
    // What both say counts once.
    try write("a/alerts.log", logs.beta.filter { $0.contains("Becoming primary") })
    let same = try positions()
    #expect(same.verdict == .yes, "\(same.answer)")
    #expect(same.members == ["BETA", "ALPHA"])
    let lost =
      "03/11/25-08:01:41:900 (4300) 2 [Utility.Event] SERIOUS JOURNALING ERROR: JRNSTOP cannot open "
      + "/x. Stopping journaling as cleanly as possible, but you should assume that some journaling "
      + "data has been lost."
    try write("a/alerts.log", [lost])
    let result = try positions()
    #expect(result.verdict == .no)
    #expect(result.findings.first?.code == .journalDataLost)
    #expect(result.members == ["BETA", "ALPHA"])
  }
}
