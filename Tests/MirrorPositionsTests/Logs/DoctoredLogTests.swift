import Foundation
import JournalTestSupport
import MirrorLog
import MirrorPositions
import Testing

/// A real failover with one change, and the one kind of finding that must come of it.
struct Doctored: Sendable, CustomTestStringConvertible {
  /// How a member's log is changed.
  struct Change: Sendable {
    /// Nil for both members.
    var member: String?
    /// Only lines that hold this are changed.
    var line: String
    /// Nil removes the line.
    var replace: (of: String, with: String)?

    func meets(_ text: String) -> Bool { line.isEmpty || text.contains(line) }

    static func edit(
      _ member: String? = nil, _ line: String = "", _ of: String, _ with: String
    ) -> Change {
      Change(member: member, line: line, replace: (of, with))
    }

    static func remove(_ member: String, _ line: String) -> Change {
      Change(member: member, line: line, replace: nil)
    }

    static func append(_ member: String, _ text: String) -> Change {
      Change(member: member, line: "\u{1}", replace: ("", text))
    }
  }

  let failover: String
  let code: Finding.Code
  let severity: Finding.Severity
  let changes: [Change]
  /// `member:line` of the first proving line.
  let proof: String
  var lost: Int?
  var extra: Int?

  var testDescription: String { "\(code) in \(failover) at \(proof)" }

  func logs() throws -> [SampleLog] {
    try SampleLog.all([failover]).map { log in
      var log = log
      for change in changes where change.member == nil || change.member == log.member {
        if change.line == "\u{1}", let text = change.replace?.with {
          log.text += text + "\n"
          continue
        }
        let lines = log.lines
        #expect(
          change.member == nil
            || lines.contains { change.meets($0) && $0.contains(change.replace?.of ?? change.line) },
          "nothing to change")
        log.text = lines.compactMap { line in
          guard change.meets(line) else { return line }
          return change.replace.map { line.replacingOccurrences(of: $0.of, with: $0.with) }
        }.joined(separator: "\n")
      }
      return log
    }
  }

  static let stuck =
    "07/09/24-15:00:00:000 (25129) 2 Dejournal stuck at 7342380 (0x0070092c) "
    + "cyclejrnend=11141120 in file #9"
  static let header =
    "07/09/24-15:00:00:000 (11864) 1 [Utility.Event] Primary startup failed, failed to read "
    + "header of /archive/journal/MIRROR-MIRROR-20240709.012 (file #12)"
  static let restart =
    "07/09/24-15:00:00:000 (7000) 0 [Utility.Event] Mirror manager for MIRROR starting"

  static let all: [Doctored] = [
    Doctored(
      failover: "1151", code: .hexDiffers, severity: .error,
      changes: [.edit("UBUNTU-2", "current as of", "0x0005d4bc", "0x0005d4c0")],
      proof: "UBUNTU-2:15"),
    Doctored(
      failover: "1151", code: .hexDiffers, severity: .error,
      changes: [.edit("UBUNTU-2", "current as of", "382140", "382144")], proof: "UBUNTU-2:15"),
    Doctored(
      failover: "1151", code: .hexDiffers, severity: .error,
      changes: [.edit("UBUNTU-2", "Starting connection", "(204392)", "(204388)")],
      proof: "UBUNTU-2:24"),
    Doctored(
      failover: "1433", code: .unaligned, severity: .error,
      changes: [.edit(nil, "", "356088", "356090"), .edit(nil, "", "00056ef8", "00056efa")],
      proof: "UBUNTU:11"),
    Doctored(
      failover: "1433", code: .beyondFileSize, severity: .error,
      changes: [.edit(nil, "", "356088", "456088"), .edit(nil, "", "00056ef8", "0006f598")],
      proof: "UBUNTU:11"),
    Doctored(
      failover: "1433", code: .applyGoesBack, severity: .error,
      changes: [.edit("UBUNTU-2", "(6589)", "356088", "199996")], proof: "UBUNTU-2:24",
      extra: 92),
    Doctored(
      failover: "1433", code: .applyGoesBack, severity: .error,
      changes: [.edit("UBUNTU-2", "(6589)", "356088", "356092")], proof: "UBUNTU-2:30"),
    Doctored(
      failover: "1433", code: .applyGoesBack, severity: .warning,
      changes: [
        .append("UBUNTU", restart),
        .append(
          "UBUNTU",
          "07/09/24-15:00:01:000 (7001) 0 [Utility.Event] DejournalProcessor: Applying journal data"
            + " for mirror \"MIRROR\" starting at 200000 in file #8"
            + "(/usr/iris/mgr/journal/MIRROR-MIRROR-20240709.008)"),
      ], proof: "UBUNTU:28", extra: 88),
    Doctored(
      failover: "1433", code: .applyJumps, severity: .open,
      changes: [.remove("UBUNTU", "starting at 0 in file #8")], proof: "UBUNTU:13"),
    Doctored(
      failover: "1433", code: .applyJumps, severity: .error,
      changes: [.edit("UBUNTU-2", "Starting Mirror.Client", "200088", "200000")],
      proof: "UBUNTU-2:2", lost: 88),
    Doctored(
      failover: "1151", code: .fileCountSkipped, severity: .error,
      changes: [
        .edit(nil, "", "file #6", "file #7"), .edit(nil, "", "20240709.006", "20240709.007"),
        .edit("UBUNTU", "Mirror.Client(", ",6)", ",7)"),
      ], proof: "UBUNTU-2:12"),
    Doctored(
      failover: "1433", code: .nameDiffers, severity: .warning,
      changes: [
        .edit("UBUNTU", "Mirror.Client(", "20240709.008", "20240709.007")
      ], proof: "UBUNTU:11"),
    Doctored(
      failover: "1151", code: .connectionDiffers, severity: .error,
      changes: [.edit("UBUNTU", "Mirror.Client(", "204392", "204388")], proof: "UBUNTU:15",
      lost: 4),
    Doctored(
      failover: "1151", code: .connectionDiffers, severity: .error,
      changes: [.edit("UBUNTU", "Mirror.Client(", "204392", "204400")], proof: "UBUNTU:15",
      extra: 8),
    Doctored(
      failover: "1433", code: .linkGoesBack, severity: .error,
      changes: [.edit("UBUNTU-2", "linking with", "0x000310a4", "0x00030d94")],
      proof: "UBUNTU-2:39", extra: 4),
    Doctored(
      failover: "1151", code: .resumeDiffers, severity: .error,
      changes: [.edit("UBUNTU", "starting at 382140", "382140", "382240")], proof: "UBUNTU-2:15",
      lost: 100),
    Doctored(
      failover: "1433", code: .resumeDiffers, severity: .error,
      changes: [.edit("UBUNTU", "starting at 356088", "356088", "356000")], proof: "UBUNTU-2:30",
      extra: 88),
    Doctored(
      failover: "1433", code: .beyondTakeover, severity: .error,
      changes: [
        .append(
          "UBUNTU",
          "07/09/24-14:00:00:000 (5) 0 [Generic.Event] MirrorServer: Starting connection for: DR/IRIS "
            + "(async member) (ver 4) at offset 0x00056f5c (356188) in  file #7")
      ], proof: "UBUNTU:27", lost: 100),
    Doctored(
      failover: "1151", code: .retrievedNotApplied, severity: .open,
      changes: [
        .remove("UBUNTU", "starting at 0 in file #6"), .remove("UBUNTU", "starting at 204392"),
      ], proof: "UBUNTU:6"),
    Doctored(
      failover: "1151", code: .catchupIncomplete, severity: .open,
      changes: [.remove("UBUNTU-2", "remains inactive")], proof: "UBUNTU-2:3"),
    Doctored(
      failover: "1151", code: .catchupIncomplete, severity: .warning,
      changes: [
        .append(
          "UBUNTU",
          "07/09/24-12:00:00:000 (1) 0 [Utility.Event] Mirror 'MIRROR' catchup started for 2 databases."
        ), .append("UBUNTU", restart),
      ], proof: "UBUNTU:22"),
    Doctored(
      failover: "1151", code: .dejournalStuck, severity: .error,
      changes: [.append("UBUNTU", stuck)], proof: "UBUNTU:22"),
    Doctored(
      failover: "1151", code: .headerUnreadable, severity: .error,
      changes: [.append("UBUNTU", header)], proof: "UBUNTU:22"),
    Doctored(
      failover: "1151", code: .sizesDiffer, severity: .warning,
      changes: [
        .edit("UBUNTU", "Compressed", "to 106496", "to 110592"),
        .edit("UBUNTU", "Compressed", "= 3.7", "= 3.6"),
      ], proof: "UBUNTU:20"),
    Doctored(
      failover: "1433", code: .sizesDiffer, severity: .error,
      changes: [
        .edit("UBUNTU-2", "20240709.007 from", "from 393216", "from 458752"),
        .edit("UBUNTU-2", "20240709.007 from", "= 5.1", "= 5.9"),
      ], proof: "UBUNTU:25"),
    Doctored(
      failover: "1433", code: .ratioDiffers, severity: .warning,
      changes: [.edit("UBUNTU-2", "20240709.010", "= 2.7", "= 2.6")], proof: "UBUNTU-2:35"),
    Doctored(
      failover: "1433", code: .mixedMembers, severity: .open,
      changes: [.append("UBUNTU-2", servesItself)],
      proof: "UBUNTU-2:41"),
  ]

  static let servesItself =
    "07/09/24-15:00:00:000 (5) 0 [Utility.Event] Found UBUNTU-2/IRIS as primary, becoming backup"
}

@Suite("Doctored logs")
struct DoctoredLogTests {
  @Test("one change makes exactly its kind of finding", arguments: Doctored.all)
  func exactlyOne(doctored: Doctored) throws {
    let result = try positions(try doctored.logs())
    let findings = result.findings.filter { $0.severity > .note }
    #expect(Set(findings.map(\.code)) == [doctored.code])
    #expect(findings.allSatisfy { $0.severity == doctored.severity || $0.severity == .open })
    #expect(findings.first?.severity == doctored.severity)
    #expect(result.verdict == (doctored.severity == .open ? .cannotTell : .no))
    let first = try #require(findings.first)
    if !doctored.proof.isEmpty {
      let line = try #require(first.lines.first)
      #expect("\(line.member):\(line.line)" == doctored.proof)
    }
    #expect(first.bytesLost == doctored.lost)
    #expect(first.bytesExtra == doctored.extra)
  }

  @Test("every kind of finding has a doctored log")
  func complete() {
    let all: [Finding.Code] = [
      .hexDiffers, .unaligned, .beyondFileSize, .applyGoesBack, .applyJumps, .fileCountSkipped,
      .nameDiffers, .connectionDiffers, .linkGoesBack, .resumeDiffers, .beyondTakeover,
      .retrievedNotApplied, .catchupIncomplete, .dejournalStuck, .headerUnreadable, .sizesDiffer,
      .ratioDiffers, .mixedMembers,
    ]
    #expect(Set(Doctored.all.map(\.code)) == Set(all))
  }

  @Test("a failover counts the findings of its own two files")
  func perFailover() throws {
    var logs = try SampleLog.all()
    logs[0].text = logs[0].text.replacingOccurrences(of: "382140", with: "382240")
    let result = try positions(logs)
    #expect(result.verdict == .no)
    #expect(result.failovers.map(\.verdict) == [.no, .yes])
    #expect(result.failovers.map(\.bytesLost) == [100, 0])
  }

  @Test("a catch-up that is open when the log ends, or a retrieval, is only a note")
  func notes() throws {
    var logs = try SampleLog.all(["1151"])
    logs[0].text +=
      "07/09/24-12:00:00:000 (1) 0 [Utility.Event] Mirror 'MIRROR' catchup started for 2 databases.\n"
    let open = try positions(logs)
    #expect(open.findings.map(\.code) == [.catchupIncomplete])
    #expect(open.verdict == .yes)
    logs[0].text +=
      "07/09/24-12:00:01:000 (1) 0 [Utility.Event] Mirror Catchup completed for 2 databases.\n"
    #expect(try positions(logs).findings == [])
  }

  @Test("what a catch-up applies again is only a note")
  func catchupGoesBack() throws {
    var logs = try SampleLog.all(["1433"])
    let lines = logs[1].lines
    let catchup = [
      "07/09/24-12:06:00:000 (1) 0 [Utility.Event] Mirror 'MIRROR' catchup started for 1 database.",
      lines[0],
      "07/09/24-12:06:01:000 (1) 0 [Utility.Event] Mirror Catchup completed for 1 database.",
    ]
    #expect(lines[13].contains("Status = Backup"))
    logs[1].text = (lines[..<14] + catchup + lines[14...]).joined(separator: "\n")
    let result = try positions(logs)
    #expect(result.findings.map(\.code) == [.applyGoesBack])
    #expect(result.findings.map(\.severity) == [.note])
    #expect(result.verdict == .yes)
  }

  @Test("a log of two members is noticed even without a name")
  func mixed() throws {
    let logs = try SampleLog.all(["1433"])
    var both = logs[0]
    both.text += logs[1].text
    let result = MirrorPositions(
      try MirrorLogs(bytes: [(LogInput(path: "-"), Array(both.text.utf8))]))
    let finding = try #require(result.findings.first { $0.code == .mixedMembers })
    #expect(finding.severity == .open)
    #expect(result.answer.hasSuffix("bring each member's log as a file of its own"))
    #expect(finding.lines.map(\.line) == [18, 32])
  }

  @Test("findings of other modules change the verdicts")
  func extensible() throws {
    var result = try positions(try SampleLog.all())
    result.add([
      Finding(
        Finding.Code("noRecord"), .error, "no record starts there", lines: [],
        positions: [MirrorPosition(fileCount: 7, address: 356088)], mirror: "MIRROR")
    ])
    #expect(result.verdict == .no)
    #expect(result.failovers.map(\.verdict) == [.yes, .no])
  }

  @Test("flipped bits never trap the checks or the reports")
  func bitFlips() throws {
    let logs = try SampleLog.all(["1433"])
    let whole = logs.map { (LogInput(path: $0.name, member: $0.member), Array($0.text.utf8)) }
    for log in whole.indices {
      for index in stride(from: log, to: whole[log].1.count, by: 13) {
        var flipped = whole
        flipped[log].1[index] ^= UInt8(1 << (index % 8))
        let result = MirrorPositions(try MirrorLogs(bytes: flipped))
        #expect(result.text().contains("\nVerdict: "))
      }
    }
  }

  @Test("hostile figures never trap")
  func hostile() throws {
    let figures = ["0", "9223372036854775807", "9223372036854775806", "99999999999999999999"]
    for log in try SampleLog.all() {
      for figure in figures {
        for target in [
          "5", "6", "7", "8", "382140", "204392", "356088", "200088", "393216", "77824",
        ] {
          var logs = try SampleLog.all()
          for index in logs.indices where logs[index].name == log.name {
            for mark in ["#", " ", ",", "("] {
              logs[index].text = logs[index].text.replacingOccurrences(
                of: mark + target, with: mark + figure)
            }
          }
          // A process id that does not fit leaves no entry at all, which is refused.
          if let result = try? positions(logs) { #expect(result.members.count == 2) }
        }
      }
    }
  }
}
