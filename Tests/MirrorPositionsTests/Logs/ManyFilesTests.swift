import JournalTestSupport
import MirrorLog
import MirrorPositions
import Testing

/// Logs that name very many files: each line and each finding is looked at as often as it names files.
@Suite struct ManyFilesTests {
  private static let count = 2000

  /// A log whose every line is about another file.
  private func log(_ message: (Int) -> String) -> String {
    (1...Self.count).map { number in
      let seconds = number % 60 < 10 ? "0\(number % 60)" : "\(number % 60)"
      return
        "07/09/24-08:\(10 + number / 60 % 50):\(seconds):000 (6502) 0 [Utility.Event] \(message(number))"
    }.joined(separator: "\n") + "\n"
  }

  private func positions(_ text: String) throws -> MirrorPositions {
    MirrorPositions(
      try MirrorLogs(bytes: [(LogInput(path: "A.log", member: "A"), Array(text.utf8))]))
  }

  @Test(arguments: [
    "Retrieving journal file #NUMBER for mirror MIRROR from|2188",
    "DejournalProcessor: Applying journal data for mirror \"MIRROR\" starting at 3 in file "
      + "#NUMBER(/j/MIRROR-MIRROR-20240709.00NUMBER)",
  ])
  func `all timelines together look at each finding once a file`(message: String) throws {
    let found = try positions(log { message.replacing("NUMBER", with: "\($0)") })
    #expect(found.timelines.count == Self.count)
    #expect(found.findings.count >= Self.count / 2)
    let looks = found.timelines.reduce(0) { $0 + found.findings(in: $1).count }
    let named = found.findings.reduce(0) { $0 + Set($1.positions.map(\.fileCount)).count }
    #expect(looks == named)
    let astray = found.timelines.flatMap { timeline in
      found.findings(in: timeline).filter { finding in
        !finding.positions.contains { $0.fileCount == timeline.fileCount }
      }
    }
    #expect(astray == [])
    #expect(found.text().contains("#\(Self.count)"))
  }

  @Test func `of a directory each file is opened once, however many counts are asked for`() throws {
    let bench = try FailoverBench()
    var positions = try positions(
      log { "Retrieving journal file #\($0) for mirror MIRROR from|2188" })
    var journals = try MirrorJournals([.init(path: bench.journals.directory)])
    PositionCheck.run(&positions, against: &journals)
    #expect(journals.opens == FailoverBench.names.count)
  }
}
