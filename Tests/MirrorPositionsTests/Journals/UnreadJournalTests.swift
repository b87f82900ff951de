import JournalTestSupport
import MirrorJournal
import MirrorLog
import MirrorPositions
import Testing

/// Positions against journals whose layout is not known: what can be checked is, what cannot is said, and
/// nothing of it makes an answer YES.
@Suite("Unread journals") struct UnreadJournalTests {
  /// The bench with other marks at the beginning of its journals.
  private func bench(_ counts: ClosedRange<Int> = 5...8) throws -> FailoverBench {
    let bench = try FailoverBench(counts: counts)
    for count in counts {
      try bench.journals.patch(FailoverBench.name(count)) { $0[0] ^= 0xFF }
    }
    return bench
  }

  private func sources(_ bench: FailoverBench, isGiven: Bool) -> [MirrorJournals.Source] {
    [MirrorJournals.Source(path: bench.journals.directory, isGiven: isGiven)]
  }

  @Test(
    "Asked for, the check that is not possible keeps the answer from being YES, and from being NO")
  func given() throws {
    let result = try bench().result()
    #expect(result.verdict == .cannotTell)
    #expect(result.findings.allSatisfy { $0.severity <= .open }, "\(result.findings)")
    let unknown = result.findings.filter { $0.code == .layoutUnknown && $0.severity == .open }
    #expect(!unknown.isEmpty)
    #expect(unknown.allSatisfy { $0.sentence.contains("not checked") })
    let positions = Set(unknown.flatMap(\.positions).map(\.address))
    #expect(positions.contains(356_088) && positions.contains(200_088))
  }

  @Test("In a tree that holds them, the logs alone decide as without journals")
  func found() throws {
    let bench = try bench()
    let result = try bench.result(sources(bench, isGiven: false))
    #expect(result.verdict == .yes)
    #expect(result.findings.contains { $0.code == .layoutUnknown && $0.severity == .note })
    // No comparison is counted that was not made.
    let readable = try FailoverBench().result()
    #expect(result.confirmations.count < readable.confirmations.count)
    #expect(!result.confirmations.contains { $0.sentence.contains("holds a record's start") })
  }

  @Test("A position beyond the file's size, before its data or in a block's header is told")
  func places() throws {
    for (address, code) in [
      (999_996, Finding.Code.beyondFileSize), (65_540, .noRecord), (262_148, .noRecord),
    ] {
      var bench = try bench(7...7)
      bench.move(200_088, to: address)
      bench.edit("393216", "1393216")
      let result = try bench.result(sources(bench, isGiven: false))
      let finding = result.findings.first {
        $0.code == code && $0.positions.contains { $0.address == address }
          && $0.file?.hasSuffix("007") == true
      }
      #expect(finding?.severity == .open, "\(address): \(result.findings.map(\.sentence))")
      #expect(result.verdict != .yes)
    }
  }

  @Test("Blocks with data behind the place of a takeover are told")
  func goesOn() throws {
    let bench = try bench(7...7)
    let extra = try bench.journals.bytes(FailoverBench.name(7)).suffix(65_536)
    try bench.journals.patch(FailoverBench.name(7)) { $0 += extra }
    let result = try bench.result(sources(bench, isGiven: false))
    #expect(
      result.findings.contains {
        $0.code == .endDiffers && $0.severity == .open
          && $0.sentence.contains("blocks behind 356088")
      }, "\(result.findings.map(\.sentence))")
    #expect(result.verdict == .cannotTell)
  }
}
