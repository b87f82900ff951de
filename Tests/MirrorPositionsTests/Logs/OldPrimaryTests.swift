import MirrorLog
import MirrorPositions
import Testing

@Suite("What an old primary and a server did that no pair of statements shows")
struct OldPrimaryTests {
  private static func codes(_ result: MirrorPositions) -> Set<Finding.Code> {
    Set(result.findings.filter { $0.severity > .note }.map(\.code))
  }

  @Test(
    "an old primary that had finished the file of the takeover wrote what nobody has",
    arguments: [
      "Journaling switched to: /data/jrn/MIRROR-HARBOR-20250312.001",
      "Journaling switched to: /data/jrn/MIRROR-HARBOR-20250311.009",
      "Journaling started to: /data/jrn/\(PairLogs.name(32))",
      "Journal File Compression: Compressed /data/jrn/\(PairLogs.name(31)) from 1048576 bytes to "
        + "262144 bytes, compression ratio = 4.0",
      "  Scanning /data/jrn/\(PairLogs.name(32))",
      "Backup.General.ExternalFreeze: Start a journal restore for this backup with journal file: "
        + "/data/jrn/\(PairLogs.name(32))",
    ])
  func wentOn(line: String) throws {
    var logs = PairLogs()
    logs.alpha.insert(PairLogs.entry("08:01:30:000", 4222, line), at: 2)
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    #expect(Self.codes(result) == [.twoWriters])
    // Behind its return the same line is what a backup does.
    logs = PairLogs()
    logs.alpha.append(PairLogs.entry("08:09:30:000", 4222, line))
    if line.contains("Compressed") { #expect(try logs.positions().verdict == .yes) }
  }

  @Test("a journal whose end goes back was set back with its machine")
  func rewound() throws {
    var logs = PairLogs()
    logs.beta += [
      PairLogs.entry("09:00:00:000", 4350, PairLogs.connection("ALPHA", 363_160, 32)),
      PairLogs.entry("09:00:00:100", 4350, PairLogs.link(363_696)),
      PairLogs.entry("10:00:00:000", 4350, PairLogs.connection("ALPHA", 323_160, 32)),
      PairLogs.entry("10:00:00:100", 4350, PairLogs.link(323_696)),
    ]
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    #expect(Self.codes(result).contains(.linkGoesBack))
  }

  @Test("a client that asks for what it had asked for before was set back")
  func askedAgain() throws {
    var logs = PairLogs()
    logs.alpha += [
      PairLogs.entry("09:00:00:000", 4410, PairLogs.client(400_000, 32)),
      PairLogs.entry("09:00:00:100", 4410, PairLogs.connected("BETA")),
      PairLogs.entry("10:00:00:000", 4410, PairLogs.client(300_000, 32)),
      PairLogs.entry("10:00:00:100", 4410, PairLogs.connected("BETA")),
    ]
    logs.beta += [
      PairLogs.entry("09:00:00:000", 4350, PairLogs.connection("ALPHA", 400_000, 32)),
      PairLogs.entry("10:00:00:000", 4350, PairLogs.connection("ALPHA", 300_000, 32)),
    ]
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    #expect(Self.codes(result) == [.connectionDiffers])
  }

  @Test("a client that is behind is linked in the file that is written, which proves nothing")
  func behind() throws {
    var logs = PairLogs()
    logs.alpha.insert(PairLogs.switched(31, "08:00:02:000", 4222), at: 0)
    logs.alpha.insert(
      contentsOf: [
        PairLogs.entry("08:00:03:000", 4351, PairLogs.connection("BETA", 400_000, 30)),
        PairLogs.entry("08:00:03:100", 4351, PairLogs.link(262_300)),
      ], at: 1)
    logs.beta.insert(PairLogs.entry("08:00:03:000", 4260, PairLogs.client(400_000, 30)), at: 8)
    let result = try logs.positions()
    #expect(!Self.codes(result).contains(.linkGoesBack), "\(result.answer)")
    #expect(result.verdict != .no)
  }

  @Test("a backup's restart is no return after a takeover that no line tells of")
  func selfRestart() throws {
    var logs = PairLogs()
    // ALPHA starts anew as a backup in #32; later BETA, still primary, does.
    logs.alpha += [
      PairLogs.entry("09:00:00:000", 4500, "Mirror manager for HARBOR starting"),
      PairLogs.entry("09:00:00:100", 4501, PairLogs.apply(300_000, 32)),
      PairLogs.entry("09:00:00:200", 4500, "Found BETA/IRIS as primary, becoming backup"),
      PairLogs.entry("09:00:00:300", 4510, PairLogs.client(310_000, 32)),
      PairLogs.entry("09:00:00:400", 4510, PairLogs.connected("BETA")),
    ]
    logs.beta += [
      PairLogs.entry("09:00:00:350", 4350, PairLogs.connection("ALPHA", 310_000, 32)),
      PairLogs.entry("09:00:00:360", 4350, PairLogs.link(310_000)),
      PairLogs.entry("10:00:00:000", 5300, "Mirror manager for HARBOR starting"),
      PairLogs.entry("10:00:00:100", 5301, PairLogs.apply(350_000, 32)),
      PairLogs.switched(33, "10:00:01:000", 5300),
      PairLogs.entry("10:00:02:000", 5300, PairLogs.current(350_000, 32)),
      PairLogs.entry("10:00:02:100", 5300, "Becoming primary mirror server"),
    ]
    let result = try logs.positions()
    #expect(result.verdict != .no, "\(result.answer)")
  }

  @Test("a log that stands newest first is turned round, and says so")
  func newestFirst() throws {
    for (loss, verdict) in [(0, Verdict.yes), (800, .no)] {
      for turned in 1...3 {
        var logs = PairLogs(losing: loss)
        // An entry of two lines is turned as a viewer does, whole.
        if turned & 1 != 0 { logs.alpha.reverse() }
        if turned & 2 != 0 { logs.beta.reverse() }
        let result = try logs.positions()
        #expect(result.verdict == verdict, "\(loss) \(turned) \(result.answer)")
        #expect(
          result.findings.count { $0.code == .newestFirst } == turned.nonzeroBitCount)
      }
    }
  }

  @Test("two async members of whom one is named nowhere are two")
  func twoAsyncs() throws {
    func async(_ second: String, _ pid: Int, at address: Int) -> [String] {
      PairLogs.start(second, pid: pid, as: "ALPHA", at: (address, 31)).map { line in
        line.replacing("Found ALPHA/IRIS as primary, becoming backup", with: "Shadowing nothing")
          .replacing("Becoming a backup mirror member", with: "Becoming an async mirror member")
      }
    }
    var logs = PairLogs()
    logs.beta.append(
      PairLogs.entry(
        "09:42:45:351", 5636, PairLogs.connection("DELTA", 263_700, 32, kind: "async member")))
    let delta =
      async("08:30:33", 4452, at: 480_000) + [
        PairLogs.entry("09:42:45:183", 4948, PairLogs.client(263_700, 32)),
        PairLogs.entry("09:42:45:261", 4948, PairLogs.connected("BETA")),
      ]
    logs.others = [("DELTA", delta), ("OMEGA", async("08:58:08", 4741, at: 270_000))]
    logs.alpha = []
    let result = try logs.positions()
    #expect(Set(result.members) == ["BETA", "DELTA", "OMEGA.log"])
    #expect(result.verdict == .cannotTell, "\(result.answer)")
  }

  @Test("who asks for what comes before the end of a file comes back from no takeover in it")
  func beforeTheEnd() throws {
    // BETA's start as a backup of ALPHA in #31; later ALPHA starts anew in it and stays primary.
    var logs = PairLogs()
    logs.beta = PairLogs.start("08:00:01", pid: 4200, as: "ALPHA", at: (262_200, 31))
    logs.alpha =
      PairLogs.served + [
        PairLogs.switched(32, "09:00:01:000", 5300),
        PairLogs.entry("09:00:02:000", 5300, PairLogs.current(524_400, 31)),
        PairLogs.entry("09:00:02:100", 5300, "Becoming primary mirror server"),
      ]
    let result = try logs.positions()
    #expect(result.verdict != .no, "\(result.answer)")
  }

  @Test("a file that is called by the one name that is left is its member's, and no other one is")
  func calledByName() throws {
    var logs = PairLogs()
    // Nothing prints BETA's name: its first lines and DELTA's are left, and DELTA's name.
    let beta = Array(logs.beta.prefix(6))
    let delta = PairLogs.start("08:40:24", pid: 4433, as: "ALPHA", at: (346_736, 31))
    logs.alpha = Array(
      PairLogs.back("11:20:15", pid: 4893, to: "DELTA", from: (524_400, 31), next: (263_160, 32)))
    logs.beta = beta
    logs.others = [("DELTA", delta)]
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    #expect(result.members.count == 3, "\(result.members)")
  }

  @Test("a status of Stopped changes no primary")
  func stopped() throws {
    var logs = PairLogs()
    logs.beta.append(
      PairLogs.entry("09:30:36:708", 4705, "MirrorClient: Set status for HARBOR to Stopped"))
    let result = try logs.positions()
    #expect(result.verdict == .yes, "\(result.answer)")
  }
}
