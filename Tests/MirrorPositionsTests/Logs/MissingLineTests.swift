import Foundation
import JournalTestSupport
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

@Suite("Changes of primary that a single line shows")
struct ImpliedChangeTests {
  static let head = "03/11/25-12:19:58:160 (4101) 0 [Utility.Event] "

  @Test(
    "what only one line of the old primary shows keeps the answer from being YES",
    arguments: [
      "MirrorClient: Connected to primary: NORTHPIER/IRIS (ver 4)",
      "Found NORTHPIER/IRIS as primary, becoming backup",
      "[SYSTEM MONITOR] Mirror status changed. Member type = Failover, Status = Backup",
      "(HARBOR) Becoming a backup mirror member",
      "(HARBOR) Starting Mirror.Client(\"MIRROR-HARBOR-20250311.004\",263160,33)",
      "Retrieving journal file #33 for mirror HARBOR from|2188",
      "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at 700400 in file "
        + "#32(/data/jrn/MIRROR-HARBOR-20250311.003)",
      "Backup taking over for primary in arbiter controlled mode",
      "MirrorClient: Primary AckDaemon failed to answer status request.",
      "MirrorServer: New primary activating databases which are current as of 610000 (0x00094ed0) "
        + "in mirror journal file #33",
    ])
  func oldPrimary(text: String) throws {
    var logs = try HarborLogs()
    #expect(try logs.positions().verdict == .yes)
    logs.south.append(Self.head + text)
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
  }

  @Test(
    "the same of the new primary",
    arguments: [
      "Becoming primary mirror server",
      "[SYSTEM MONITOR] Mirror status changed. Member type = Failover, Status = Primary",
      "Journaling switched to: /data/jrn/MIRROR-HARBOR-20250311.004",
      "MirrorClient: Primary AckDaemon failed to answer status request.",
      "MirrorClient: Set status for HARBOR to Transition",
      "Backup taking over for primary in agent controlled mode",
      "MirrorServer: New primary activating databases which are current as of 700400 (0x000aaff0) "
        + "in mirror journal file #32",
    ])
  func newPrimary(text: String) throws {
    for restart in [[], [Self.head + "Mirror manager for HARBOR starting"]] {
      // A line behind a restart says nothing of what was before it.
      if !restart.isEmpty, text.hasPrefix("MirrorClient") || text.hasPrefix("Backup") { continue }
      var logs = try HarborLogs()
      logs.north += restart + [Self.head + text]
      let result = try logs.positions()
      #expect(result.verdict == .cannotTell, "\(result.answer)")
    }
  }

  @Test("a start as primary of what was backup before is a takeover, and compared")
  func startAsPrimary() throws {
    for (resumed, verdict) in [(700_400, Verdict.yes), (700_800, .no)] {
      var logs = try HarborLogs()
      logs.north += [
        Self.head + "Mirror manager for HARBOR starting",
        Self.head
          + "MirrorServer: New primary activating databases which are current as of 700400 "
          + "(0x000aaff0) in mirror journal file #32",
        Self.head + "Becoming primary mirror server",
      ]
      logs.south += [
        Self.head + "Mirror manager for HARBOR starting",
        Self.head
          + "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at \(resumed) "
          + "in file #32(/data/jrn/MIRROR-HARBOR-20250311.003)",
        Self.head + "Found NORTHPIER/IRIS as primary, becoming backup",
      ]
      let result = try logs.positions()
      #expect(result.verdict == verdict, "\(result.answer)")
      #expect(result.failovers.count == 2)
    }
  }

  @Test("the resumption alone, in a real log, asks for the other one")
  func realLogs() throws {
    let logs =
      try SampleLog.all(["1151"]) + SampleLog.all(["1433"]).filter { $0.member == "UBUNTU" }
    let result = try positions(logs)
    #expect(result.verdict == .cannotTell)
    #expect(result.findings.map(\.code) == [.takeoverMissing])
    #expect(result.answer.contains("UBUNTU resumes at 356088 in #7 and goes on to #8"))
  }

  @Test("a line written twice is one")
  func twice() throws {
    var logs = try HarborLogs()
    let index = try #require(logs.south.firstIndex { $0.contains("Backup taking over") })
    logs.south.insert(logs.south[index], at: index)
    #expect(try logs.positions().verdict == .yes)
  }

  @Test("a log whose head is cut contradicts nothing", arguments: 1...9)
  func cutHead(count: Int) throws {
    var logs = try HarborLogs()
    logs.north.removeFirst(count)
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell || count == 1, "\(result.answer)")
    #expect(result.findings.allSatisfy { $0.severity <= .open })
  }

  @Test("a file that is retrieved and applied from its beginning only after a restart is a warning")
  func appliedLate() throws {
    var logs = try HarborLogs()
    logs.north.removeAll {
      $0.contains("starting at 0 in file #32") || $0.contains("starting at 263160")
    }
    #expect(try logs.positions().verdict == .cannotTell)
    logs.north += [
      Self.head + "Mirror manager for HARBOR starting",
      Self.head
        + "DejournalProcessor: Applying journal data for mirror \"HARBOR\" starting at 0 "
        + "in file #32(/data/jrn/MIRROR-HARBOR-20250311.003)",
    ]
    let result = try logs.positions()
    #expect(result.verdict == .no)
    #expect(result.findings.first?.code == .retrievedNotApplied, "\(result.findings)")
  }
}
