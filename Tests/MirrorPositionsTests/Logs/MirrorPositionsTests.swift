import Foundation
import JournalTestSupport
import MirrorLog
import MirrorPositions
import Testing

func positions(_ logs: [SampleLog], named: Bool = true) throws -> MirrorPositions {
  MirrorPositions(
    try MirrorLogs(
      bytes: logs.map { log in
        (LogInput(path: log.name, member: named ? log.member : nil), Array(log.text.utf8))
      }))
}

extension MirrorPositions {
  /// All findings but the note that UBUNTU became primary between the logs of 11:51 and those of 14:33.
  var findingsInside: [Finding] {
    findings.filter { $0.code != .takeoverMissing || $0.severity > .note }
  }
}

@Suite("Positions of the real failovers")
struct MirrorPositionsTests {
  @Test("every selection of the untouched logs has no finding but for logs that are missing")
  func untouched() throws {
    let logs = try SampleLog.all()
    for selection in 1..<(1 << logs.count) {
      let chosen = logs.indices.filter { selection & (1 << $0) != 0 }.map { logs[$0] }
      let result = try positions(chosen)
      #expect(result.findingsInside.allSatisfy { $0.severity == .open }, "\(chosen.map(\.name))")
      // Every takeover that one side tells of needs the log of the other side.
      let isTold = chosen.allSatisfy { one in
        chosen.contains { $0.member != one.member && $0.name.prefix(13) == one.name.prefix(13) }
      }
      #expect(result.verdict == (isTold ? .yes : .cannotTell), "\(chosen.map(\.name))")
    }
  }

  @Test("14:33 agrees at 356088 in #7")
  func failover1433() throws {
    let result = try positions(try SampleLog.all(["1433"]))
    #expect(result.verdict == .yes)
    let failover = try #require(result.failovers.first)
    #expect(result.failovers.count == 1)
    #expect(failover.newPrimary == "UBUNTU-2")
    #expect(failover.oldPrimary == "UBUNTU")
    #expect(failover.current.position == MirrorPosition(fileCount: 7, address: 356088))
    #expect(failover.resumed?.position == MirrorPosition(fileCount: 7, address: 356088))
    #expect(failover.resumed?.event.source.line == 11)
    #expect(failover.bytesLost == 0)
    #expect(failover.verdict == .yes)
    #expect(failover.switchedTo?.hasSuffix("MIRROR-MIRROR-20240709.008") == true)

    let named = result.namedPositions.map { "\($0.event.source.member) \($0.role) \($0.position)" }
    #expect(
      Set(named) == [
        "UBUNTU-2 processorStart 0 in #7", "UBUNTU-2 readerStart 200088 in #7",
        "UBUNTU-2 clientStart 200088 in #7", "UBUNTU-2 readerStart 356088 in #7",
        "UBUNTU-2 currentAsOf 356088 in #7", "UBUNTU-2 serverStart 200088 in #8",
        "UBUNTU-2 linked 200868 in #8", "UBUNTU processorStart 356088 in #7",
        "UBUNTU processorStart 0 in #8", "UBUNTU readerStart 200088 in #8",
        "UBUNTU clientStart 200088 in #8",
      ])
    #expect(named.count == 11)
    #expect(
      result.namedPositions.allSatisfy {
        $0.path?.hasSuffix(".00\($0.position.fileCount)") == true
      })

    let seven = try #require(result.timelines.first { $0.fileCount == 7 })
    #expect(seven.addresses == [0, 200088, 356088])
    #expect(seven.size == 393216)
  }

  @Test("11:51 agrees at 382140 in #5, and #6 goes on at 204392")
  func failover1151() throws {
    let result = try positions(try SampleLog.all(["1151"]))
    #expect(result.verdict == .yes)
    let failover = try #require(result.failovers.first)
    #expect(failover.current.position == MirrorPosition(fileCount: 5, address: 382140))
    #expect(failover.resumed?.position == failover.current.position)
    #expect(failover.verdict == .yes)
    #expect(result.timelines.map(\.fileCount) == [5, 6])
    #expect(result.timelines.last?.addresses == [0, 204392])
    #expect(
      result.confirmations.contains {
        $0.sentence.contains("compressed 393216 bytes to 106496")
      })
  }

  @Test("all four logs agree, in any order and without given names")
  func together() throws {
    let logs = try SampleLog.all()
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
      let result = try positions(order.map { logs[$0] }, named: false)
      // UBUNTU is primary of #7 and was not of #6: that happened between the logs.
      #expect(result.findings.map(\.code) == [.takeoverMissing])
      #expect(result.findings.map(\.severity) == [.note])
      #expect(result.answer.hasSuffix("1 change of primary between the logs given is not judged"))
      #expect(result.verdict == .yes)
      #expect(Set(result.members) == ["UBUNTU", "UBUNTU-2"])
      #expect(result.failovers.map(\.current.position.fileCount) == [5, 7])
      #expect(result.failovers.allSatisfy { $0.verdict == .yes && $0.bytesLost == 0 })
      #expect(result.timelines.map(\.fileCount) == [5, 6, 7, 8])
    }
  }

  @Test("one side of a failover has nothing to compare it with")
  func oneSide() throws {
    let result = try positions([try SampleLog("1433", "UBUNTU-2")])
    #expect(result.failovers.first?.verdict == .cannotTell)
    #expect(result.verdict == .cannotTell)
    #expect(result.answer.hasPrefix("CANNOT TELL: the log of UBUNTU is missing"))
    #expect(result.failovers.first?.resumed == nil)
    #expect(result.failovers.first?.oldPrimary == "UBUNTU/IRIS")
  }

  @Test("a log without mirror lines has nothing to compare")
  func noMirror() throws {
    var log = try SampleLog("1433", "UBUNTU")
    log.text = "07/09/24-14:36:45:825 (1689) 0 [Utility.Event] Starting TASKMGR\n"
    let result = try positions([log])
    #expect(result.verdict == .nothingToCompare)
    #expect(result.timelines.isEmpty)
  }

  @Test("clocks that differ by hours or years make no finding")
  func clockSkew() throws {
    for stamp in ["07/09/24-0", "01/01/99-0", "12/31/30-0"] {
      var logs = try SampleLog.all(["1433"])
      logs[0].text = logs[0].text.replacingOccurrences(of: "07/09/24-1", with: stamp)
      let result = try positions(logs)
      #expect(result.findings == [])
      #expect(result.verdict == .yes)
    }
  }

  @Test("the form in which a log comes changes nothing", arguments: LogForm.all)
  func forms(form: LogForm) throws {
    let logs = try SampleLog.all()
    let plain = try positions(logs)
    let changed = MirrorPositions(
      try MirrorLogs(
        bytes: logs.map { log in
          (
            LogInput(path: log.name, member: log.member),
            form.change(Array(log.text.utf8))
          )
        }))
    #expect(changed.findingsInside == [])
    #expect(changed.verdict == .yes)
    #expect(changed.namedPositions.map(\.position) == plain.namedPositions.map(\.position))
    #expect(changed.confirmations.map(\.sentence) == plain.confirmations.map(\.sentence))
  }

  @Test("members may have any names")
  func names() throws {
    let logs = try SampleLog.all(["1433"]).enumerated().map { index, log in
      (LogInput(path: log.name, member: ["left", "right"][index]), Array(log.text.utf8))
    }
    let result = MirrorPositions(try MirrorLogs(bytes: logs))
    #expect(result.verdict == .yes)
    #expect(result.failovers.first?.oldPrimary == "left")
  }
}

@Suite("Whose log it is")
struct MemberNameTests {
  @Test("logs that are all called messages.log are told apart by whom they mention")
  func elimination() throws {
    let logs = try SampleLog.all(["1433"]).map {
      (LogInput(path: "/x/messages.log"), Array($0.text.utf8))
    }
    #expect(try MirrorLogs(bytes: logs).members.map(\.name) == ["UBUNTU", "UBUNTU-2"])
  }

  @Test("the argument forms")
  func argument() {
    #expect(LogInput(argument: "A=/x/y") == LogInput(path: "/x/y", member: "A"))
    #expect(LogInput(argument: "/x=y/z") == LogInput(path: "/x=y/z"))
    #expect(LogInput(argument: "=y") == LogInput(path: "=y"))
    #expect(LogInput(argument: "A=-") == LogInput(path: "-", member: "A"))
  }
}

@Suite("Several logs of one member")
struct RotatedLogTests {
  @Test("the parts of a rotated log give the same result in any order")
  func rotated() throws {
    let logs = try SampleLog.all()
    let whole = try positions(logs)
    var parts: [(input: LogInput, bytes: [UInt8])] = []
    for log in logs {
      // An entry and its continuation lines stay together, as the instance rolls its log.
      var pieces = [""]
      for line in log.lines where !line.isEmpty {
        let size = pieces[pieces.count - 1].count
        if line.hasPrefix("07/"), size > 900 { pieces.append("") }
        pieces[pieces.count - 1] += line + "\n"
      }
      #expect(pieces.count > 2)
      for (index, piece) in pieces.enumerated() {
        parts.append(
          (LogInput(path: "\(log.name).\(index)", member: log.member), Array(piece.utf8)))
      }
    }
    for shift in 0..<parts.count {
      let order = Array(parts[shift...].reversed() + parts[..<shift])
      let logs = try MirrorLogs(bytes: order)
      let result = MirrorPositions(logs)
      #expect(result.findingsInside == [])
      #expect(result.verdict == .yes)
      #expect(result.confirmations.count == whole.confirmations.count)
      #expect(result.namedPositions.count == whole.namedPositions.count)
      for member in logs.members {
        #expect(member.events.map(\.stamp) == member.events.map(\.stamp).sorted())
      }
    }
  }

  @Test("a log given twice, or beside an excerpt of itself, counts once")
  func duplicates() throws {
    let logs = try SampleLog.all()
    let whole = try positions(logs)
    var excerpts = logs
    for index in excerpts.indices {
      excerpts[index].text = excerpts[index].lines.suffix(12).joined(separator: "\n")
    }
    for result in [try positions(logs + logs), try positions(logs + excerpts)] {
      #expect(result.findingsInside == [])
      #expect(result.namedPositions.count == whole.namedPositions.count)
    }
  }
}

@Suite("Mirrors of more than two members")
struct LargerMirrorTests {
  /// An async member that follows the new primary from an older position.
  static func async(from address: Int, client: Int) -> SampleLog? {
    guard var log = try? SampleLog("1151", "UBUNTU") else { return nil }
    let path = "/usr/iris/mgr/journal/MIRROR-MIRROR-20240709"
    func line(_ text: String) -> String { "07/09/24-01:00:00:000 (9) 0 [Utility.Event] \(text)\n" }
    log.text =
      line("Mirror manager for MIRROR starting")
      + line(
        "DejournalProcessor: Applying journal data for mirror \"MIRROR\" starting at \(address) in "
          + "file #5(\(path).005)")
      + line(
        "DejournalProcessor: Applying journal data for mirror \"MIRROR\" starting at 0 in "
          + "file #6(\(path).006)")
      + line("(MIRROR) Starting Mirror.Client(\"MIRROR-MIRROR-20240709.006\",\(client),6)")
      + line("MirrorClient: Connected to primary: UBUNTU-2/IRIS (ver 4)")
    return log
  }

  func result(from address: Int, client: Int) throws -> MirrorPositions {
    var logs = try SampleLog.all(["1151"])
    logs[1].text +=
      "07/09/24-11:55:00:000 (5) 0 [Generic.Event] MirrorServer: Starting connection for: DR/IRIS "
      + "(disaster recovery) (ver 4) at offset 0x00031000 (200704) in  file #6\n"
    let async = try #require(Self.async(from: address, client: client))
    let inputs =
      logs.map { (input: LogInput(path: $0.name, member: $0.member), bytes: Array($0.text.utf8)) }
      + [(input: LogInput(path: "dr", member: "DR"), bytes: Array(async.text.utf8))]
    return MirrorPositions(try MirrorLogs(bytes: inputs))
  }

  @Test("an async member that is behind at a failover is no finding")
  func behind() throws {
    let result = try result(from: 300000, client: 200704)
    #expect(result.findings == [])
    #expect(result.failovers.map(\.oldPrimary) == ["UBUNTU"])
    #expect(result.confirmations.contains { $0.sentence.contains("DR asks for data from 200704") })
  }

  @Test("its connection is compared with the primary's line for it alone")
  func connection() throws {
    let result = try result(from: 300000, client: 200700)
    #expect(result.findings.map(\.code) == [.connectionDiffers])
    #expect(result.findings.first?.bytesLost == 4)
    #expect(result.findings.first?.lines.map(\.member) == ["DR", "UBUNTU-2"])
  }

  @Test("two mirrors in one log are told apart")
  func twoMirrors() throws {
    let logs = try SampleLog.all(["1151"])
    var other = try SampleLog.all(["1151"])
    for index in other.indices {
      other[index].text = other[index].text.replacingOccurrences(of: "MIRROR", with: "SECOND")
    }
    let both = try positions([logs[0], logs[1]] + [other[0]])
    // Of the second mirror only one log is there.
    #expect(both.findings.map(\.code) == [.logMissing])
    #expect(both.findings.map(\.mirror) == ["SECOND"])
    #expect(Set(both.timelines.compactMap(\.mirror)) == ["MIRROR", "SECOND"])
  }
}

/// A way in which the same log can come.
struct LogForm: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let change: @Sendable ([UInt8]) -> [UInt8]

  init(_ description: String, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) {
    testDescription = description
    self.change = change
  }

  static let all: [LogForm] = [
    LogForm("CRLF", { $0.flatMap { $0 == 10 ? [13, 10] : [$0] } }),
    LogForm("NULs before each line", { [0, 0] + $0.flatMap { $0 == 10 ? [10, 0, 0] : [$0] } }),
    LogForm(
      "Latin-1 between the lines", { $0.flatMap { $0 == 10 ? [10, 0xE9, 0xFF, 10] : [$0] } }),
    LogForm(
      "a line of a megabyte between the lines",
      {
        [UInt8](repeating: 0x78, count: 1 << 20) + [10] + $0
          + [UInt8](repeating: 0x79, count: 1 << 20)
      }
    ),
    LogForm(
      "entries of a megabyte",
      {
        Array("07/09/24-11:00:00:000 (1) 0 [X] ".utf8) + [UInt8](repeating: 0x78, count: 1 << 20)
          + [10] + $0
      }
    ),
    LogForm("no last line feed", { Array($0.dropLast()) }),
    LogForm("a last line cut in its stamp", { $0 + Array("07/09/24-15:0".utf8) }),
    LogForm("a byte order mark", { [0xEF, 0xBB, 0xBF] + $0 }),
  ]
}
