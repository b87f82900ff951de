import Foundation
import JournalTestSupport
import MirrorJournal
import MirrorLog
import MirrorPositions
import Testing

@Suite("Two members' journals without a log")
struct CopyComparisonTests {
  @Test("a record that differs is named with its address and what differs in it")
  func differs() throws {
    let left = try FailoverBench()
    let right = try FailoverBench()
    // A letter of a value in the second block, under a checksum that is right.
    let bytes = try left.journals.bytes(FailoverBench.name(7))
    let word = Array("FISCHER".utf8)
    let place = try #require(
      (262_144..<327_000).first { Array(bytes[$0..<$0 + word.count]) == word })
    try right.journals.forge(FailoverBench.name(7), block: 262_144) { $0[place] = 0x57 }
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.verdict == .no)
    let row = try #require(result.rows.first { $0.fileCount == 7 })
    #expect(row.relation == .differs)
    let difference = try #require(row.difference)
    let around = try left.records(7).last { $0.address <= place }
    #expect(difference.address == around?.address)
    #expect(difference.fields == ["newValue"] || difference.fields == ["oldValue"])
    #expect(
      result.commonEnds["MIRROR"] == MirrorPosition(fileCount: 7, address: difference.address))
    #expect(result.findings.map(\.code) == [.copiesDiffer])
    #expect(
      result.answer.hasPrefix("NO, the copies of #7 first differ at \(difference.address), a "))
    // A flipped bit is damage, and no difference of what the members wrote.
    try right.journals.patch(FailoverBench.name(7)) { $0[place + 1] ^= 1 }
    let damaged = try CopyComparison(left.journals.directory, right.journals.directory)
    let seven = try #require(damaged.rows.first { $0.fileCount == 7 })
    #expect(seven.relation == .unreadable)
    #expect(seven.damage?.directory == right.journals.directory)
    #expect(seven.damage?.address == 262_144)
    #expect(seven.damage?.lastRecord?.contains(" at 26") == true)
    #expect(seven.commonEnd == 262_144)
    #expect(damaged.verdict == .no)
    #expect(
      damaged.answer.hasPrefix(
        "NO, the copy of #7 in \(right.journals.directory) cannot be read from 262144 on, after "))
  }

  @Test("two copies that are cut at one place are not the same", arguments: [131_072, 262_144])
  func bothCut(size: Int) throws {
    let left = try FailoverBench()
    let right = try FailoverBench()
    for bench in [left, right] {
      try bench.journals.patch(FailoverBench.name(7)) { $0.removeSubrange(size...) }
    }
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.verdict == .no, "\(result.answer)")
    let row = try #require(result.rows.first { $0.fileCount == 7 })
    #expect(row.relation == .unreadable)
    #expect(row.damage?.address == size)
  }

  @Test("with checksums alone, the answer says that no more was compared")
  func quick() throws {
    let left = try FailoverBench()
    let right = try FailoverBench()
    let result = try CopyComparison(
      left.journals.directory, right.journals.directory, trustsChecksums: true)
    #expect(result.answer.hasPrefix("YES, the checksums in both are the same up to "))
    #expect(result.answer.hasSuffix("what they are of was not read"))
  }

  @Test("a copy that a stock tool compressed is there", arguments: ["gzip", "zstd"])
  func stockCopy(tool: String) throws {
    let left = try FailoverBench()
    let right = try FailoverBench()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [tool, "-q", "-f"] + (tool == "zstd" ? ["--rm"] : [])
      + [right.journals.path(FailoverBench.name(7))]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    // A machine need not have both tools.
    guard process.terminationStatus == 0 else { return }
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.rows.map(\.relation) == [.same, .same, .same, .same])
    #expect(result.verdict == .yes)
    var positions = try positions(try SampleLog.all(["1433"]))
    var journals = try MirrorJournals([MirrorJournals.Source(path: right.journals.directory)])
    PositionCheck.run(&positions, against: &journals)
    #expect(positions.confirmations.contains { $0.sentence.contains("ends at 356088 in #7") })
    #expect(positions.verdict == .yes)
  }

  @Test("one directory under two names has nothing to compare")
  func oneDirectory() throws {
    let bench = try FailoverBench()
    let link = FileManager.default.temporaryDirectory.path + "/same-\(UUID().uuidString)"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: bench.journals.directory)
    defer { try? FileManager.default.removeItem(atPath: link) }
    for other in [bench.journals.directory, bench.journals.directory + "/.", link] {
      let result = try CopyComparison(bench.journals.directory, other)
      #expect(result.verdict == .nothingToCompare)
      #expect(result.answer.contains("one directory"))
    }
  }

  @Test("a directory that is not there is called so")
  func noDirectory() throws {
    let error = #expect(throws: JournalError.self) {
      try MirrorJournals([MirrorJournals.Source(path: "/no/journals")])
    }
    #expect(error?.reason == "no such directory")
  }

  @Test("a copy that is behind is no difference, and the further side is named")
  func behind() throws {
    let left = try FailoverBench()
    let right = try FailoverBench(counts: 5...6)
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.verdict == .yes)
    #expect(result.commonEnds["MIRROR"] == result.rightEnds["MIRROR"])
    #expect(result.leftEnds["MIRROR"]?.fileCount == 8)
    #expect(result.rows.map(\.relation) == [.same, .same, .onlyLeft, .onlyLeft])
    #expect(result.answer.contains("goes on to"))
  }

  @Test(
    "a copy that is damaged around its records is not the same",
    arguments: [(300, "header"), (20_000, "headerTail"), (131_060, "directory")])
  func structure(place: Int, code: String) throws {
    let left = try FailoverBench()
    let right = try FailoverBench()
    try right.journals.patch(FailoverBench.name(7)) { $0[place] ^= 0xA7 }
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.verdict == .no)
    let codes = result.findings.filter { $0.severity > .note }.map(\.code.rawValue)
    #expect(codes == [code], "\(result.findings)")
    var positions = try positions(try SampleLog.all(["1433"]))
    var journals = try MirrorJournals([MirrorJournals.Source(path: right.journals.directory)])
    PositionCheck.run(&positions, against: &journals)
    #expect(positions.verdict == .no)
    #expect(positions.findings.contains { $0.code == .journalDamaged })
  }

  @Test(
    "a copy that was made while the file grew is behind", arguments: [210_000, 210_004, 209_900])
  func growing(size: Int) throws {
    let left = try FailoverBench()
    let right = try FailoverBench()
    try right.journals.patch(FailoverBench.name(8)) { $0.removeSubrange(size...) }
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.verdict == .yes, "\(result.answer)")
    #expect(result.rows.last?.relation == .leftLonger)
    let end = try #require(result.rows.last?.commonEnd)
    #expect(end <= size && end > size - 200)
    // What stands before is compared all the same.
    try right.journals.patch(FailoverBench.name(8)) { $0[200_100] ^= 1 }
    let damaged = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(damaged.verdict == .no)
  }

  @Test("another mirror's journals have nothing to compare, two files of one count differ")
  func others() throws {
    let left = try FailoverBench()
    let other = try Workbench()
    for count in 5...6 {
      try FileManager.default.copyItem(
        atPath: left.journals.path(FailoverBench.name(count)),
        toPath: other.path("MIRROR-OTHER-20240709.00\(count)"))
    }
    let none = try CopyComparison(left.journals.directory, other.directory)
    #expect(none.verdict == .nothingToCompare)
    #expect(none.verdict.exitStatus == 2)
    let right = try FailoverBench(counts: 5...5)
    try right.journals.doctorGUID(FailoverBench.name(5), 0, 0xAB)
    let result = try CopyComparison(left.journals.directory, right.journals.directory)
    #expect(result.rows.first?.relation == .otherFile)
    #expect(result.verdict == .no)
    #expect(throws: JournalError.self) {
      try CopyComparison(left.journals.directory, "/nonexistent")
    }
  }
}
