import Foundation
import MirrorLog
import MirrorPositions
import Testing

@Suite("Which statements belong to one change of primary")
struct PairingTests {
  private static func codes(_ result: MirrorPositions) -> [Finding.Code] {
    result.findings.filter { $0.severity > .note }.map(\.code)
  }

  @Test("the pair as it is, and with a loss")
  func base() throws {
    #expect(try PairLogs().positions().verdict == .yes)
    let loss = try PairLogs(losing: 800).positions()
    #expect(loss.verdict == .no)
    #expect(loss.findings.first?.bytesLost == 800)
  }

  /// BETA's log as of a start as primary: nothing says that it was backup before.
  private static func startsAsPrimary(_ logs: inout PairLogs) {
    logs.beta.removeFirst(9)
    logs.beta.insert(
      PairLogs.entry("08:01:41:492", 4300, "Mirror manager for HARBOR starting"), at: 0)
  }

  @Test("a start as primary is a takeover unless the member wrote the file before")
  func startAsPrimary() throws {
    for (loss, head, verdict) in [
      (0, 0, Verdict.yes), (800, 0, .no), (0, 8, .cannotTell), (800, 8, .cannotTell),
    ] {
      var logs = PairLogs(losing: loss)
      Self.startsAsPrimary(&logs)
      logs.alpha.removeFirst(head)
      let result = try logs.positions()
      #expect(result.verdict == verdict, "\(loss) \(head) \(result.answer)")
      if verdict == .cannotTell { #expect(Self.codes(result) == [.resumeMissing]) }
    }
    // It wrote #32 as primary, started anew, and goes on in #33.
    var logs = PairLogs()
    logs.beta += [
      PairLogs.entry("09:00:00:000", 5300, "Mirror manager for HARBOR starting"),
      PairLogs.switched(33, "09:00:01:000", 5300),
      PairLogs.entry("09:00:02:000", 5300, PairLogs.current(700_400, 32)),
      PairLogs.entry("09:00:02:100", 5300, "Becoming primary mirror server"),
    ]
    let again = try logs.positions()
    #expect(again.verdict == .yes, "\(again.answer)")
  }

  @Test("a client's start and a connection in different files do not agree")
  func otherFile() throws {
    for (asked, given) in [(33, 32), (32, 31), (32, 33)] {
      var logs = PairLogs()
      let place = logs.alpha.count - 2
      logs.alpha[place] = PairLogs.entry("08:05:02:271", 4410, PairLogs.client(263_160, asked))
      logs.beta[logs.beta.count - 2] = PairLogs.entry(
        "08:05:02:268", 4350, PairLogs.connection("ALPHA", 263_160, given))
      let result = try logs.positions()
      #expect(result.verdict == .cannotTell, "\(asked) \(given) \(result.answer)")
      #expect(Self.codes(result).contains(.connectionDiffers))
    }
    // Nobody is seen writing what the client asks for.
    var logs = PairLogs()
    logs.alpha += [
      PairLogs.entry("09:00:00:000", 4410, PairLogs.client(300_000, 34)),
      PairLogs.entry("09:00:00:100", 4410, PairLogs.connected("BETA")),
    ]
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell)
    #expect(Self.codes(result) == [.beyondWriter])
  }

  @Test("a member that writes a file twice, or goes back to an earlier one, was set back")
  func writtenAgain() throws {
    for (second, restarts) in [(33, true), (33, false), (32, false)] {
      var logs = PairLogs()
      logs.beta += [
        PairLogs.switched(33, "09:00:00:000", 4300), PairLogs.switched(34, "10:00:00:000", 4300),
      ]
      #expect(try logs.positions().verdict == .yes)
      if restarts {
        logs.beta.append(
          PairLogs.entry("11:00:00:000", 5300, "Mirror manager for HARBOR starting"))
      }
      logs.beta.append(PairLogs.switched(second, "11:00:01:000", restarts ? 5300 : 4300))
      let result = try logs.positions()
      #expect(result.verdict == .cannotTell, "\(result.answer)")
      #expect(Self.codes(result) == [.writtenAgain])
    }
    // A takeover in a file of which the member has written the next one.
    var logs = PairLogs()
    logs.beta += [
      PairLogs.entry("11:00:00:000", 5300, "Mirror manager for HARBOR starting"),
      PairLogs.entry("11:00:01:000", 5300, PairLogs.current(524_400, 31)),
    ]
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell)
    #expect(Self.codes(result) == [.writtenAgain])
  }

  @Test("a primary serves older files to members behind, and did not write them")
  func olderFile() throws {
    // The old primary comes back at its place and is served the rest of the file.
    var logs = PairLogs()
    logs.alpha =
      PairLogs.served + [
        PairLogs.entry("08:11:01:940", 4309, "Mirror manager for HARBOR starting"),
        PairLogs.entry("08:11:01:970", 4309, PairLogs.apply(524_400, 31, isStart: false)),
        PairLogs.entry("08:11:02:046", 4309, "Found BETA/IRIS as primary, becoming backup"),
        PairLogs.entry("08:11:02:060", 4316, PairLogs.client(524_400, 31)),
        PairLogs.entry("08:11:02:101", 4316, PairLogs.connected("BETA")),
      ]
    logs.beta.removeLast(2)
    logs.beta.append(
      PairLogs.entry("08:11:02:105", 4309, PairLogs.connection("ALPHA", 524_400, 31)))
    let old = try logs.positions()
    #expect(old.verdict == .yes, "\(old.answer)")
    // An async member that reconnects in the file of the takeover.
    logs = PairLogs()
    let kind = "async member"
    logs.others = [
      (
        "DELTA",
        [
          PairLogs.entry("08:00:30:622", 4300, "(HARBOR) Becoming an async mirror member"),
          PairLogs.entry("08:00:30:678", 4310, PairLogs.client(270_000, 31)),
          PairLogs.entry("08:00:30:756", 4310, PairLogs.connected("ALPHA")),
          PairLogs.entry("08:01:52:266", 4407, PairLogs.client(524_400, 31)),
          PairLogs.entry("08:01:52:268", 4407, PairLogs.connected("BETA")),
        ]
      )
    ]
    logs.alpha.insert(
      PairLogs.entry(
        "08:00:30:757", 4350, PairLogs.connection("DELTA", 270_000, 31, kind: kind)), at: 2)
    logs.beta.insert(
      PairLogs.entry(
        "08:01:52:317", 4300, PairLogs.connection("DELTA", 524_400, 31, kind: kind)),
      at: logs.beta.count - 2)
    let async = try logs.positions()
    #expect(async.verdict == .yes, "\(async.answer)")
  }

  /// DELTA takes over from BETA in #32, BETA comes back, and ALPHA follows DELTA: by a restart, or by
  /// a connection in #32 or in #33.
  private static func third(_ how: Int, losing bytes: Int = 0) -> PairLogs {
    var logs = PairLogs()
    let delta =
      PairLogs.start("09:15:02", pid: 4500, as: "BETA", at: (300_000, 32))
      + PairLogs.takeOver("09:25:02", pid: 4600, at: 610_000, in: 32)
    logs.beta +=
      [PairLogs.entry("09:15:02:781", 4350, PairLogs.connection("DELTA", 300_000, 32))]
      + PairLogs.back(
        "09:31:43", pid: 4700, to: "DELTA", from: (610_000 + bytes, 32), next: (200_088, 33))
    let place = how == 1 ? (610_000, 32) : (200_400, 33)
    logs.alpha +=
      how == 0
      ? PairLogs.back("09:33:23", pid: 4800, to: "DELTA", from: (610_000, 32), next: place)
      : [
        PairLogs.entry("09:33:23:898", 4700, PairLogs.client(place.0, place.1)),
        PairLogs.entry("09:33:23:974", 4700, PairLogs.connected("DELTA")),
      ]
    logs.others = [
      (
        "DELTA",
        delta + [
          PairLogs.entry("09:31:43:822", 4350, PairLogs.connection("BETA", 200_088, 33)),
          PairLogs.entry("09:33:24:038", 4700, PairLogs.connection("ALPHA", place.0, place.1)),
        ]
      )
    ]
    return logs
  }

  @Test("a third member that follows the new primary shows no other takeover", arguments: 0...2)
  func thirdMember(how: Int) throws {
    let result = try Self.third(how).positions()
    #expect(result.verdict == .yes, "\(result.answer)")
    #expect(result.failovers.count == 2)
    let loss = try Self.third(how, losing: 800).positions()
    #expect(loss.verdict == .no)
    // Without the second takeover's line nobody can tell.
    var cut = Self.third(how)
    cut.others[0].lines.removeAll { $0.contains("current as of") }
    #expect(try cut.positions().verdict == .cannotTell)
  }

  @Test("an async member that was promoted keeps its name")
  func promoted() throws {
    var logs = Self.third(0)
    logs.alpha.removeLast(10)
    logs.beta = logs.beta.map {
      $0.contains("for: DELTA")
        ? $0.replacingOccurrences(of: "failover member", with: "async member") : $0
    }
    logs.beta.removeLast(10)
    let isFollowing = { (line: String) in
      line.contains("Found BETA") || line.contains("Becoming a backup")
    }
    logs.others[0].lines.removeAll { isFollowing($0) || $0.contains("Starting connection") }
    let result = try logs.positions()
    #expect(result.members.contains("DELTA"))
    #expect(result.verdict == .cannotTell)
    #expect(result.failovers.map(\.newPrimary).sorted() == ["BETA", "DELTA"])
  }

  @Test("a link that may be in a later file contradicts no start")
  func linkInNextFile() throws {
    for isBefore in [true, false] {
      var logs = PairLogs()
      let at = [
        PairLogs.switched(33, "08:06:00:000", 4300),
        PairLogs.entry("08:06:01:000", 4360, PairLogs.connection("ALPHA", 300_000, 32)),
      ]
      logs.beta +=
        (isBefore ? at : at.reversed())
        + [PairLogs.entry("08:06:02:000", 4360, PairLogs.link(200_088))]
      logs.alpha += [
        PairLogs.entry("08:06:01:100", 4411, PairLogs.client(300_000, 32)),
        PairLogs.entry("08:06:01:200", 4411, PairLogs.connected("BETA")),
      ]
      let result = try logs.positions()
      #expect(result.verdict == .yes, "\(result.answer)")
    }
    // Where the log begins later, what was written then is not known.
    var logs = PairLogs()
    logs.alpha.insert(
      contentsOf: [
        PairLogs.entry("08:00:02:000", 4351, PairLogs.connection("BETA", 300_000, 31)),
        PairLogs.entry("08:00:02:100", 4351, PairLogs.link(200_088)),
      ], at: 2)
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell)
    #expect(Self.codes(result) == [.linkGoesBack])
  }

  @Test("where the second statement of a takeover is gone, that of the one before is not it")
  func previousStatements() throws {
    // ALPHA takes over again in #32; of BETA's return only its client is left.
    var logs = PairLogs()
    logs.alpha +=
      PairLogs.takeOver("09:00:00", pid: 4600, at: 700_400, in: 32)
      + [PairLogs.entry("09:05:01:000", 4350, PairLogs.connection("BETA", 200_088, 33))]
    logs.beta += [
      PairLogs.entry("09:05:00:900", 4710, "Found ALPHA/IRIS as primary, becoming backup"),
      PairLogs.entry("09:05:01:100", 4710, PairLogs.client(200_088, 33)),
      PairLogs.entry("09:05:01:200", 4710, PairLogs.connected("ALPHA")),
    ]
    for removesCurrent in [false, true] {
      if removesCurrent {
        logs.beta.removeAll { $0.contains("current as of") || $0.contains("Becoming primary") }
      }
      let result = try logs.positions()
      #expect(result.verdict == .cannotTell, "\(result.answer)")
    }
    // `switched to` of a takeover without its other lines is not that of the next one.
    logs = PairLogs()
    logs.beta.removeAll { $0.contains("current as of") || $0.contains("Becoming primary") }
    logs.beta +=
      PairLogs.back("09:05:00", pid: 4700, to: "ALPHA", from: (700_400, 32), next: (200_088, 33))
    logs.beta += PairLogs.takeOver("10:00:00", pid: 4900, at: 610_000, in: 33)
      .filter { !$0.contains("switched to") }
    let result = try logs.positions()
    #expect(result.verdict == .cannotTell, "\(result.answer)")
    #expect(!Self.codes(result).contains(.fileCountSkipped))
  }
}
