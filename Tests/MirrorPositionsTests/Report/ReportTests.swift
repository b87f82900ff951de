import Foundation
import JournalCompression
import JournalTestSupport
import MirrorJournal
import MirrorLog
import MirrorPositions
import Testing

@Suite("Reports")
struct ReportTests {
  /// Every line of an NDJSON text as an object.
  func objects(_ text: String) throws -> [[String: Any]] {
    #expect(text.hasSuffix("\n"))
    return try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("the drawing has a mark for every named position, in the member's column")
  func drawing() throws {
    let text = try positions(try SampleLog.all(["1433"])).text(width: 100)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let header = try #require(lines.first { $0.contains("address") })
    let left = try #require(header.firstRange(of: "UBUNTU ")).lowerBound
    let right = try #require(header.firstRange(of: "UBUNTU-2")).lowerBound
    let columns = [left, right].map { header.distance(from: header.startIndex, to: $0) }
    let row = try #require(lines.first { $0.hasPrefix("      356088") })
    for column in columns {
      #expect(row[row.index(row.startIndex, offsetBy: column)] == "●")
    }
    #expect(row.contains("processor applies  14:36:47.930"))
    #expect(row.contains("reader applies  14:33:12.304"))
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    #expect(lines.filter { $0.hasPrefix("Verdict: YES (") }.count == 1)
    #expect(lines.dropLast().last?.hasPrefix("Verdict: YES") == true)
  }

  @Test("a gap is drawn between the two positions that differ")
  func gap() throws {
    let doctored = try #require(Doctored.all.first { $0.code == .resumeDiffers })
    let result = try positions(try doctored.logs())
    let lines = result.text(width: 80, style: ReportStyle(isASCII: true))
      .split(separator: "\n").map(String.init)
    let gap = try #require(lines.firstIndex { $0.contains("100 bytes lost (resumeDiffers)") })
    #expect(lines[..<gap].contains { $0.hasPrefix("      382140") })
    #expect(lines[(gap + 1)...].contains { $0.hasPrefix("      382240") })
    #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    #expect(lines.last == "Verdict: NO (\(result.confirmations.count) comparisons, 1 error)")
    #expect(lines.contains { $0.hasSuffix("UBUNTU-2.messages.log:15 (UBUNTU-2)") })
  }

  @Test("no width breaks the drawing", arguments: [-1, 0, 1, 20, 60, 80, 1000])
  func widths(width: Int) throws {
    let result = try positions(try SampleLog.all())
    let text = result.text(width: width)
    #expect(text.contains("#8"))
    #expect(text.hasSuffix(")\n"))
  }

  @Test("colour only on demand, and no control character of a log reaches the terminal")
  func colour() throws {
    var logs = try SampleLog.all(["1433"])
    for index in logs.indices {
      logs[index].text = logs[index].text.replacingOccurrences(
        of: "/usr/iris/mgr", with: "/usr/\u{1B}[31m/\u{7F}")
    }
    let result = try positions(logs)
    #expect(!result.text().contains("\u{1B}"))
    #expect(result.text().contains("/usr/\\x1b[31m/\\x7f"))
    #expect(result.text(style: .ansi).contains("\u{1B}[32mYES\u{1B}[0m"))
    #expect(try objects(result.ndjson()).count > 20)
  }

  @Test("NDJSON of positions: every line an object, the verdict last")
  func ndjson() throws {
    let doctored = try #require(Doctored.all.first { $0.code == .resumeDiffers })
    let records = try objects(try positions(try doctored.logs()).ndjson())
    let finding = try #require(records.first { $0["type"] as? String == "finding" })
    #expect(finding["code"] as? String == "resumeDiffers")
    #expect(finding["severity"] as? String == "error")
    #expect(finding["bytesLost"] as? Int == 100)
    let lines = try #require(finding["lines"] as? [[String: Any]])
    #expect(lines.map { $0["line"] as? Int } == [15, 5])
    let failover = try #require(records.first { $0["type"] as? String == "failover" })
    #expect(failover["address"] as? Int == 382140)
    #expect(failover["resumedAddress"] as? Int == 382240)
    #expect(records.last?["type"] as? String == "verdict")
    #expect(records.last?["verdict"] as? String == "no")
    #expect((records.last?["answer"] as? String)?.hasPrefix("NO, 100 bytes lost: ") == true)
    let members = records.filter { $0["type"] as? String == "member" }
    #expect(members.map { $0["name"] as? String } == ["UBUNTU", "UBUNTU-2"])
    #expect(members.map { $0["role"] as? String } == ["backup", "primary"])
    #expect(members[1]["writtenAddress"] as? Int == 204392)
    #expect(members[0]["bytesBehind"] as? Int == 0)
    let roles = Set(records.compactMap { $0["role"] as? String })
    #expect(roles.isSuperset(of: ["processorStart", "readerStart", "currentAsOf", "linked"]))
  }

  @Test("ratios: rows, totals by day and by file")
  func ratios() throws {
    let logs = try SampleLog.all()
    let report = CompressionReport(
      try MirrorLogs(
        bytes: logs.map { (LogInput(path: $0.name, member: $0.member), Array($0.text.utf8)) },
        clocks: LogClocks(["UBUNTU": LogClock(ClockZone(name: "+01:00", offset: 3600))])))
    #expect(report.rows.count == 7)
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .yes)
    #expect(report.total.from == report.rows.map(\.printed.line.from).reduce(0, +))
    #expect(report.days.map(\.name) == ["2024-07-09"])
    #expect(report.days.first?.lines == 7)
    let seven = try #require(report.files.first { $0.name == "MIRROR-MIRROR-20240709.007" })
    #expect(seven.lines == 2)
    #expect(seven.from == 2 * 393216)
    let text = report.text()
    #expect(text.contains("393216   77824    5.1       5.1  315392     80.2"))
    #expect(text.hasSuffix("Verdict: YES (7 comparisons)\n"))
    let records = try objects(report.ndjson())
    #expect(records.filter { $0["type"] as? String == "ratio" }.count == 7)
    #expect(records.contains { ($0["time"] as? String)?.hasSuffix("+01:00") == true })
  }

  @Test("a ratio that does not follow is a finding, and no lines are nothing to compare")
  func ratioFindings() throws {
    func report(_ text: String) throws -> CompressionReport {
      CompressionReport(try MirrorLogs(bytes: [(LogInput(path: "x"), Array(text.utf8))]))
    }
    let line = CompressionLine(path: "/j/1", from: 393216, to: 77824)
    let stamp = try #require(
      LogStamp(
        year: 2024, month: 7, day: 9, hour: 1, minute: 2, second: 3, millisecond: 4))
    let good = line.logLine(stamp: stamp, pid: 7)
    #expect(
      good.hasPrefix("07/09/24-01:02:03:004 (7) 0 [Utility.Event] Journal File Compression: "))
    #expect(try report(good).verdict == .yes)
    let bad = try report(String(good.dropLast()) + "0")
    #expect(bad.findings.map(\.code) == [.ratioDiffers])
    #expect(bad.verdict == .no)
    #expect(bad.verdict.exitStatus == 1)
    let none = try report("07/09/24-01:02:03:004 (7) 0 x")
    #expect(none.verdict == .nothingToCompare)
    #expect(none.text().hasPrefix("NOTHING TO COMPARE: no compression line"))
    #expect(none.text().hasSuffix("\n\nVerdict: NOTHING TO COMPARE (0 comparisons)\n"))
  }
}
