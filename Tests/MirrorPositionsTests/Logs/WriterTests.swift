import Foundation
import MirrorLog
import MirrorPositions
import Testing

@Suite("Who wrote which file")
struct WriterTests {
  private static func findings(
    _ change: (inout HarborLogs) throws -> Void
  ) throws -> (verdict: Verdict, findings: [Finding]) {
    var logs = try HarborLogs()
    try change(&logs)
    let result = try logs.positions()
    return (result.verdict, result.findings.filter { $0.severity > .note })
  }

  private static let back = [
    "03/11/25-10:17:00:000 (1360) 0 [Generic.Event] MirrorServer: Starting connection for: "
      + "DRPIER/IRIS (async member) (ver 4) at offset 0x00020010 (131088) in  file #32"
  ]

  @Test("two members that write the same file are an error")
  func twoWriters() throws {
    let served = try Self.findings { $0.north = HarborLogs.served + Self.back + $0.north }
    #expect(served.verdict == .no)
    #expect(served.findings.map(\.code).contains(.twoWriters))
    let switched = try Self.findings {
      $0.north =
        HarborLogs.served
        + [
          "03/11/25-10:16:30:000 (1101) 0 [Generic.Event] INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE",
          "Journaling switched to: /data/jrn/MIRROR-HARBOR-20250311.003",
        ] + $0.north
    }
    #expect(switched.verdict == .no)
    #expect(switched.findings.map(\.code).contains(.twoWriters))
  }

  @Test("one file count with two names is an error; of two days, it forbids YES")
  func names() throws {
    for (name, verdict) in [("20250311.005", Verdict.no), ("20250312.001", .cannotTell)] {
      for of in ["20250311.003", "20250311.002"] {
        let result = try Self.findings { logs in
          logs.north = logs.north.map { $0.replacingOccurrences(of: of, with: name) }
        }
        #expect(result.verdict == verdict, "\(of) \(name) \(result.findings)")
        #expect(Set(result.findings.map(\.code)) == [.nameDiffers])
      }
    }
  }

  @Test("a member that is further than what the writer names forbids YES")
  func beyond() throws {
    // Its reader only, what it asks for only, and both.
    let reader = try Self.findings { logs in
      logs.north = logs.north.map {
        $0.replacingOccurrences(of: "starting at 263160", with: "starting at 900000")
      }
    }
    #expect(reader.verdict == .no)
    #expect(reader.findings.first?.code == .applyJumps)
    #expect(reader.findings.first?.bytesLost == 636_840)
    let ask =
      "03/11/25-10:30:00:000 (2210) 0 [Utility.Event] (HARBOR) Starting Mirror.Client("
      + "\"MIRROR-HARBOR-20250311.003\",900000,32)"
    let asks = try Self.findings { $0.north.append(ask) }
    #expect(asks.verdict == .cannotTell)
    #expect(asks.findings.map(\.code) == [.beyondWriter])
    let alone = try Self.findings { logs in
      logs.north = logs.north.filter { !$0.contains("Mirror.Client") }
        .map { $0.replacingOccurrences(of: "starting at 263160", with: "starting at 900000") }
    }
    #expect(alone.verdict == .cannotTell)
    #expect(alone.findings.map(\.code) == [.beyondWriter])
  }

  @Test(
    "an async member's start is compared like that of any other", arguments: [131_084, 131_092])
  func async(asked: Int) throws {
    let result = try Self.findings { logs in
      logs.south = try HarborLogs.lines("dr-async/hostb/messages.log")
      logs.others = [
        (
          "DRPIER.messages.log",
          try HarborLogs.lines("dr-async/hostc/messages.log").map {
            $0.replacingOccurrences(of: ",131088,", with: ",\(asked),")
          }
        )
      ]
    }
    #expect(result.verdict == .no)
    let finding = try #require(result.findings.first)
    #expect(finding.code == .connectionDiffers)
    #expect(finding.bytesLost == (asked < 131_088 ? 4 : nil))
    #expect(finding.bytesExtra == (asked > 131_088 ? 4 : nil))
  }
}
