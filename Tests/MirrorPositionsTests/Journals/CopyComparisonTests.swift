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
    #expect(damaged.rows.first { $0.fileCount == 7 }?.relation == .unreadable)
    #expect(damaged.verdict == .no)
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
