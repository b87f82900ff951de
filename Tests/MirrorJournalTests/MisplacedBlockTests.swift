import Testing

@testable import MirrorJournal

/// Sealed blocks that do not stand where they were written; `scripts/reliability` tries all of them.
@Suite struct MisplacedBlockTests {
  @Test(
    "Nothing misplaced is shown, and every loss is told, in all ways of reading",
    arguments: SampleJournal.RecordSize.allCases, [true, false])
  func misplaced(size: SampleJournal.RecordSize, isClosed: Bool) throws {
    let directory = try TemporaryDirectory()
    let folder = directory.path + "/"
    let sample = try SampleJournal(size, blocks: 9, isClosed: isClosed, seed: 1, in: folder)
    let older = try SampleJournal(
      size, blocks: 9, isClosed: true, seed: 2, creation: 1_720_400_000_000, in: folder)
    let check = MisplacementCheck(sample, older: older, path: directory.file("20240709.001"))
    let all = Misplacement.all(in: 9)
    var readings = 0
    let step = isLongRun ? 1 : size == .small ? 61 : 29
    // A block at the beginning of a chunk, which a part of the walk begins with.
    let atEdge = all.filter { "\($0)" == "copied 2+1 from 6" }
    #expect(atEdge.count == 1)
    for misplacement in stride(from: 0, to: all.count, by: step).map({ all[$0] }) + atEdge {
      let outcome = try check.check(misplacement)
      readings += outcome.readings
      #expect(outcome.complaints == [], "\(misplacement)")
    }
    #expect(readings > 20)
  }
}
