import JournalAnalysis
import MirrorJournal
import Testing

@Suite("Integrity: one file on two members")
struct MemberComparisonTests {
  private static let name = "MIRROR-M-20240709.001"

  private func member(_ change: (Int) -> String = { "value \($0)" }) throws -> Workbench {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name, mirror: true)
    for index in 0..<5000 {
      try writer.append(
        .node(.set, "^A(\(index))", [JournalValue(change(index)), "old"], inTransaction: true))
    }
    try writer.close()
    return bench
  }

  @Test("Equal files are equal by their checksums, and when everything is read")
  func equal() throws {
    let (a, b) = (try member(), try member())
    let journals = (try a.journal(Self.name), try b.journal(Self.name))
    let quick = try IntegrityCheck.compare(journals.0, journals.1)
    #expect(quick.isEqual)
    #expect(quick.blocksCompared == 0)
    let full = try IntegrityCheck.compare(journals.0, journals.1, readsEverything: true)
    #expect(full.isEqual)
    #expect(full.blocksCompared == quick.blocksEqualByChecksum)
  }

  @Test("The first record that differs is named with what differs")
  func differs() throws {
    let a = try member()
    let b = try member { $0 == 3000 || $0 == 3001 ? "VALUE \($0)" : "value \($0)" }
    let result = try IntegrityCheck.compare(a.journal(Self.name), b.journal(Self.name))
    #expect(!result.isEqual)
    #expect(result.headerDifferences.isEmpty)
    #expect(result.differingRecords == 2)
    #expect(result.differences.first?.global == "^A(3000)")
    #expect(result.differences.first?.fields == ["newValue"])
    #expect(result.blocksCompared <= 2)
  }

  @Test("Records that only one member has are told, and the header's end")
  func onlyInOne() throws {
    let a = try member()
    let b = try Workbench()
    let writer = try b.writer(Self.name, mirror: true)
    for index in 0..<4990 {
      try writer.append(
        .node(.set, "^A(\(index))", [JournalValue("value \(index)"), "old"], inTransaction: true))
    }
    try writer.close()
    let result = try IntegrityCheck.compare(a.journal(Self.name), b.journal(Self.name))
    #expect(result.headerDifferences.map(\.field) == ["endAddress"])
    #expect(result.onlyInFirst == 10)
    #expect(result.onlyInSecond == 0)
    #expect(result.differences.first?.global == "^A(4990)")
    var text = TextBuffer()
    result.appendText(to: &text)
    #expect(text.string.contains("SET ^A(4990): only in the first file"))
  }

  @Test("A damaged block is reported as damage, not as missing data of the other member")
  func damaged() throws {
    let (a, b) = (try member(), try member())
    try b.patch(Self.name) { $0[131_072 + 4] ^= 1 }
    let result = try IntegrityCheck.compare(a.journal(Self.name), b.journal(Self.name))
    #expect(!result.isEqual)
    #expect(result.damage.map(\.kind) == [.checksum])
    #expect(result.damage.map(\.file) == [b.path(Self.name)])
  }
}
