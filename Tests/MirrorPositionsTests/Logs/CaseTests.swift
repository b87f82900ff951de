import Foundation
import MirrorLog
import MirrorPositions
import Testing

/// Logs of the kinds that people have, and the answer to each.
struct Case: Sendable, CustomTestStringConvertible {
  let logs: [String]
  let verdict: Verdict
  /// Findings above notes.
  var codes: [Finding.Code] = []
  var comparisons: Int?
  var lost: Int?
  var extra: Int?

  var testDescription: String { logs.joined(separator: " ") }

  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Cases").path

  func positions() throws -> MirrorPositions {
    try MirrorPositions(
      MirrorLogs(
        reading: logs.map { argument in
          let input = LogInput(argument: argument)
          return LogInput(path: Self.directory + "/" + input.path, member: input.member)
        }))
  }

  private static func agrees(_ logs: String...) -> Case {
    Case(logs: logs, verdict: .yes, comparisons: 10)
  }

  private static func loses(_ logs: String...) -> Case {
    Case(logs: logs, verdict: .no, codes: [.resumeDiffers], lost: 8720)
  }

  private static let north = "base/NORTHPIER.messages.log"

  static let all: [Case] =
    [
      agrees("base/SOUTHPIER.messages.log", north),
      loses("SOUTHPIER=base/SOUTHPIER-loss.messages.log", north),
      agrees("container-prefix/compose.log"),
      agrees(
        "container-prefix/SOUTHPIER.messages.log", "container-prefix/NORTHPIER.messages.log"),
      loses("SOUTHPIER=kubernetes/SOUTHPIER.half.log", north),
      loses("SOUTHPIER=wrapped/SOUTHPIER-loss.wrapped80.log", north),
      Case(
        logs: ["dr-async/hosta/messages.log", "dr-async/hostb/messages.log"], verdict: .no,
        codes: [.resumeDiffers], extra: 8720),
      Case(
        logs: ["a", "b", "c"].map { "dr-async/host\($0)/messages.log" }, verdict: .no,
        codes: [.resumeDiffers], extra: 8720),
      Case(
        logs: ["log-says-lost/SOUTHPIER.messages.log", north], verdict: .no,
        codes: [.rollbackAborted, .restoreFailed, .journalDataLost], comparisons: 10),
      Case(
        logs: ["SOUTHPIER=log-says-lost/SOUTHPIER-failed.messages.log", north], verdict: .no,
        codes: [.startupFailed, .startMissing]),
      agrees("windows/SOUTHPIER.messages.log", "windows/NORTHPIER.messages.log"),
      // What was never compared.
      Case(logs: ["base/SOUTHPIER.messages.log"], verdict: .cannotTell, codes: [.logMissing]),
      Case(logs: [north], verdict: .cannotTell, codes: [.logMissing]),
      Case(
        logs: ["A=base/SOUTHPIER.messages.log", "B=base/SOUTHPIER.messages.log"],
        verdict: .cannotTell, codes: [.sameLog, .logMissing]),
      Case(
        logs: ["base/SOUTHPIER.messages.log", "windows/SOUTHPIER.messages.log"],
        verdict: .cannotTell, codes: [.logMissing]),
      Case(
        logs: ["dr-async/hosta/messages.log", "dr-async/hostc/messages.log"],
        verdict: .cannotTell, codes: [.logMissing]),
      Case(
        logs: ["dr-async/hostb/messages.log", "dr-async/hostc/messages.log"],
        verdict: .cannotTell, codes: [.logMissing]),
    ]
    + ["cri", "jsonfile", "kubectl"].map {
      agrees("SOUTHPIER=kubernetes/SOUTHPIER.\($0).log", north)
    }
    + ["apply", "switch", "ratio"].map {
      agrees("SOUTHPIER=repeated/SOUTHPIER.\($0).log", north)
    }
}

@Suite("Cases")
struct CaseTests {
  @Test("each case has its answer", arguments: Case.all)
  func answer(one: Case) throws {
    let result = try one.positions()
    let findings = result.findings.filter { $0.severity > .note }
    #expect(result.verdict == one.verdict, "\(result.answer)")
    #expect(Set(findings.map(\.code)) == Set(one.codes), "\(findings)")
    if let comparisons = one.comparisons { #expect(result.confirmations.count == comparisons) }
    #expect(findings.compactMap(\.bytesLost).max() == one.lost)
    #expect(findings.compactMap(\.bytesExtra).max() == one.extra)
    let first = try #require(result.text().split(separator: "\n").first)
    #expect(first == result.answer && first.hasPrefix(one.verdict.words))
    if one.verdict == .yes { #expect(result.findings == []) }
  }

  @Test(
    "a rotated log that begins with a hole of any length is read", arguments: [40_000, 150_000])
  func hole(length: Int) throws {
    let text = try String(
      contentsOfFile: Case.directory + "/base/SOUTHPIER-loss.messages.log", encoding: .utf8)
    let lines = text.split(separator: "\n").map { Array($0.utf8) + [10] }
    let older = lines.prefix(18).flatMap { $0 }
    let newer = [UInt8](repeating: 0, count: length) + lines.dropFirst(18).flatMap { $0 }
    let north = try String(
      contentsOfFile: Case.directory + "/base/NORTHPIER.messages.log", encoding: .utf8)
    for names in [["SOUTHPIER", "SOUTHPIER"], [nil, nil]] {
      let result = MirrorPositions(
        try MirrorLogs(bytes: [
          (LogInput(path: "x/SOUTHPIER.messages.log.1", member: names[0]), older),
          (LogInput(path: "x/SOUTHPIER.messages.log", member: names[1]), newer),
          (LogInput(path: "x/NORTHPIER.messages.log"), Array(north.utf8)),
        ]))
      #expect(result.findings.map(\.code) == [.resumeDiffers])
      #expect(result.findings.first?.bytesLost == 8720)
      #expect(result.members == ["SOUTHPIER", "NORTHPIER"])
    }
  }

  @Test("who is who in a mirror with an async member, with and without its log")
  func members() throws {
    let all = Case(logs: ["a", "b", "c"].map { "dr-async/host\($0)/messages.log" }, verdict: .no)
    #expect(try all.positions().members == ["NORTHPIER", "SOUTHPIER", "DRPIER"])
    let two = Case(logs: ["a", "b"].map { "dr-async/host\($0)/messages.log" }, verdict: .no)
    #expect(try two.positions().members == ["NORTHPIER", "SOUTHPIER"])
    let one = try #require(try two.positions().findings.first { $0.code == .logMissing })
    #expect(one.severity == .note && one.sentence.contains("DRPIER"))
  }

  @Test("an async member whose log ends before the takeover keeps the answer from being YES")
  func behind() throws {
    let directory = Case.directory
    let south = try String(
      contentsOfFile: directory + "/base/SOUTHPIER.messages.log", encoding: .utf8)
    let north = try String(
      contentsOfFile: directory + "/base/NORTHPIER.messages.log", encoding: .utf8)
    let async = """
      03/01/25-10:16:00:690 (911) 0 [Utility.Event] Mirror manager for HARBOR starting
      03/01/25-10:16:00:700 (911) 0 [Utility.Event] (HARBOR) Starting Mirror.Client("MIRROR-HARBOR-20250301.001",131088,20)
      03/01/25-10:16:00:710 (911) 0 [Generic.Event] MirrorClient: Connected to primary: NORTHPIER/IRIS (ver 4)

      """
    let result = MirrorPositions(
      try MirrorLogs(bytes: [
        (LogInput(path: "SOUTHPIER.messages.log"), Array(south.utf8)),
        (LogInput(path: "NORTHPIER.messages.log"), Array(north.utf8)),
        (LogInput(path: "DRPIER.messages.log"), Array(async.utf8)),
      ]))
    #expect(result.members == ["SOUTHPIER", "NORTHPIER", "DRPIER"])
    #expect(result.findings.map(\.code) == [.memberBehind])
    #expect(result.verdict == .cannotTell)
    let row = try #require(result.rows.first { $0.name == "DRPIER" })
    #expect(row.filesBehind == 12 && row.bytesBehind == nil)
    #expect(row.roles.map(\.role).last == .async)
  }

  @Test("an async member of two mirrors has each connection in its own mirror")
  func twoMirrors() throws {
    func line(_ second: Int, _ pid: Int, _ text: String) -> String {
      "03/11/25-10:16:\(second):000 (\(pid)) 0 [Utility.Event] \(text)\n"
    }
    func primary(_ mirror: String, _ at: Int) -> [UInt8] {
      Array(
        (line(10, 1, "Mirror manager for \(mirror) starting")
          + line(11, 1, "Becoming primary mirror server")
          + line(
            12, 2,
            "MirrorServer: Starting connection for: DR/IRIS (async member) (ver 4) at offset "
              + "0x000\(String(at, radix: 16)) (\(at)) in  file #7")).utf8)
    }
    let async =
      line(10, 1, "Mirror manager for BAY starting")
      + line(10, 2, "Mirror manager for COVE starting")
      + line(11, 1, "(BAY) Starting Mirror.Client(\"MIRROR-BAY-20250311.001\",131088,7)")
      + line(12, 2, "(COVE) Starting Mirror.Client(\"MIRROR-COVE-20250311.001\",262160,7)")
      + line(13, 2, "MirrorClient: Connected to primary: C/IRIS (ver 4)")
      + line(14, 1, "MirrorClient: Connected to primary: B/IRIS (ver 4)")
    let result = MirrorPositions(
      try MirrorLogs(bytes: [
        (LogInput(path: "B.messages.log"), primary("BAY", 131_088)),
        (LogInput(path: "C.messages.log"), primary("COVE", 262_160)),
        (LogInput(path: "DR.messages.log"), Array(async.utf8)),
      ]))
    #expect(result.findings == [])
    #expect(
      result.confirmations.map(\.sentence).sorted() == [
        "DR asks for data from 131088 in #7, and B starts there",
        "DR asks for data from 262160 in #7, and C starts there",
      ])
    #expect(
      result.rows.map { "\($0.mirror ?? "") \($0.name)" } == [
        "BAY B", "BAY DR", "COVE C", "COVE DR",
      ])
  }
}
