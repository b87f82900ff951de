import JournalIntegrity
import JournalTestSupport
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

  @Test("Equal files are equal, read or by their checksums")
  func equal() throws {
    let (a, b) = (try member(), try member())
    let journals = (try a.journal(Self.name), try b.journal(Self.name))
    for trusts in [false, true] {
      let result = try IntegrityCheck.compare(journals.0, journals.1, trustsChecksums: trusts)
      #expect(result.isEqual)
      #expect(result.blocksCompared == 0)
      #expect(result.equalBlocks > 1)
    }
  }

  @Test("A flipped bit under an unchanged checksum is found, in the first file and in the second")
  func damagedUnderEqualChecksums() throws {
    let (a, b) = (try member(), try member())
    try b.patch(Self.name) { $0[140_000] ^= 1 }
    let (left, right) = (try a.journal(Self.name), try b.journal(Self.name))
    #expect(try IntegrityCheck.compare(left, right).damage.map(\.file) == [b.path(Self.name)])
    #expect(try IntegrityCheck.compare(right, left).damage.map(\.file) == [b.path(Self.name)])
    #expect(try !IntegrityCheck.compare(right, right).isEqual)
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
