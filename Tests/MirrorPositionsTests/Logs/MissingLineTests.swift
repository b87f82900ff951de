import Foundation
import MirrorLog
import MirrorPositions
import Testing

/// The lines of the base case, for variants with some of them missing or changed.
struct HarborLogs {
  var south: [String]
  var north: [String]
  var others: [(path: String, lines: [String])] = []

  init(south name: String = "SOUTHPIER") throws {
    south = try Self.lines("base/\(name).messages.log")
    north = try Self.lines("base/NORTHPIER.messages.log")
  }

  static func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: Case.directory + "/" + path, encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  func positions() throws -> MirrorPositions {
    let logs =
      [("SOUTHPIER.messages.log", south), ("NORTHPIER.messages.log", north)]
      + others.map { ($0.path, $0.lines) }
    return MirrorPositions(
      try MirrorLogs(
        bytes: logs.map {
          (LogInput(path: $0.0), Array(($0.1.joined(separator: "\n") + "\n").utf8))
        }))
  }

  /// What the old primary's log shows of its time as primary.
  static let served = [
    "03/11/25-07:50:00:000 (1101) 0 [Utility.Event] Mirror manager for HARBOR starting",
    "03/11/25-07:50:02:000 (1101) 2 [Utility.Event] Becoming primary mirror server",
    "03/11/25-08:00:03:705 (1350) 0 [Generic.Event] MirrorServer: Starting connection for: "
      + "SOUTHPIER/IRIS (failover member) (ver 4) at offset 0x00040038 (262200) in  file #31",
  ]
}

@Suite("Lines that are missing")
struct MissingLineTests {
  @Test(
    "a takeover that only the role shows is not told to have lost nothing",
    arguments: [12...19, 12...14, 10...19, 8...19, 5...19, 19...19])
  func roleOnly(removed: ClosedRange<Int>) throws {
    var logs = try HarborLogs(south: "SOUTHPIER-loss")
    logs.south.removeSubrange(removed.lowerBound - 1...removed.upperBound - 1)
    logs.north = HarborLogs.served + logs.north
    let result = try logs.positions()
    guard removed.upperBound == 19 else {
      #expect(result.verdict == .no)
      return
    }
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    let finding = try #require(result.findings.first { $0.code == .takeoverUnfinished })
    #expect(finding.sentence.contains("NORTHPIER") || removed.lowerBound < 6)
    #expect(finding.sentence.contains("current as of` is missing in its log"))
  }

  @Test("the role alone, from other lines than that of becoming primary")
  func otherLines() throws {
    for line in [
      "03/11/25-10:15:41:150 (4101) 0 [Utility.Event] Changed database /data/db/ (SFN 5) to "
        + "read-write due to becoming primary.",
      "03/11/25-10:15:41:150 (4101) 0 [Utility.Event] [SYSTEM MONITOR] Mirror status changed. "
        + "Member type = Failover, Status = Primary",
    ] {
      var logs = try HarborLogs()
      logs.south.replaceSubrange(11...19, with: [line])
      logs.north = HarborLogs.served + logs.north
      let result = try logs.positions()
      #expect(result.verdict == .cannotTell, "\(result.answer)")
      #expect(result.findings.contains { $0.code == .takeoverUnfinished }, "\(result.findings)")
    }
  }

  @Test("an empty log is nobody's")
  func empty() throws {
    let south = try HarborLogs().south.joined(separator: "\n") + "\n"
    let result = MirrorPositions(
      try MirrorLogs(bytes: [
        (LogInput(path: "SOUTHPIER.messages.log"), Array(south.utf8)),
        (LogInput(path: "NORTHPIER.messages.log"), []),
      ]))
    #expect(result.members == ["SOUTHPIER"])
    #expect(result.verdict == .cannotTell)
    #expect(result.files.count == 2)
  }

  @Test("a line missing from one member's own chain is a line to bring, and no loss")
  func ownChain() throws {
    var logs = try HarborLogs()
    logs.north.removeAll { $0.contains("starting at 0 in file #32") }
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    let finding = try #require(result.findings.first)
    #expect(finding.code == .applyJumps && finding.bytesLost == nil)
    #expect(finding.sentence.contains("lacks the line that applies #32 from 0"))
  }
}
