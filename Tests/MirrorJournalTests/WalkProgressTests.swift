import Foundation
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("How far walks are") struct WalkProgressTests {
  @Test func `a walk counts the bytes that it passes, forwards, backwards and shared`() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.appendMixture(3000, seed: 7)
    try writer.close()
    let journal = try bench.journal("20240709.001")
    let count = journal.dataRange.count
    // Other tests walk at the same time: it may be more.
    func passed(_ walk: () throws -> Void) rethrows -> Int {
      let before = WalkProgress.passedBytes
      try walk()
      return WalkProgress.passedBytes - before
    }
    #expect(try passed { try journal.forEachRecord(damaged: { throw $0 }) { _ in } } >= count)
    #expect(
      try passed { try journal.forEachRecordReversed(damaged: { throw $0 }) { _ in } } >= count)
    #expect(
      try passed {
        _ = try journal.reduce(threads: 2, into: { _ in 0 }) { sum, _ in sum += 1 }
      } >= count)
  }
}
