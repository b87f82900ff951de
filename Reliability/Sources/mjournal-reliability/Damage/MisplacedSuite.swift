import MisplacedBlocks

/// Whole sealed blocks in the wrong places: copied, exchanged, missing, doubled, of an older file; 1 to 4
/// in a row, anywhere, in closed and active files with records of every size. In each way of reading
/// nothing is shown that was not written to its address, and every loss is told.
enum MisplacedSuite {
  /// Data blocks of a file; with two files for each size, some 14 000 misplacements.
  private static let blocks = 13

  static func run(seed: UInt64) throws -> Figures {
    var figures = Figures("misplaced")
    let misplacements = Misplacement.all(in: blocks)
    for size in SampleJournal.RecordSize.allCases {
      for isClosed in [true, false] {
        let scratch = try Scratch()
        let sample = try SampleJournal(
          size, blocks: blocks, isClosed: isClosed, seed: seed, in: scratch.path)
        let older = try SampleJournal(
          size, blocks: blocks, isClosed: true, seed: seed &+ 99, creation: 1_720_400_000_000,
          in: scratch.path)
        figures.merge(
          shared("misplaced", misplacements.count) { index, thread, figures in
            let check = MisplacementCheck(
              sample, older: older, path: scratch.file("20240709.00\(thread + 1)"))
            let misplacement = misplacements[index]
            let outcome = try check.check(misplacement)
            figures.add("files with misplaced blocks")
            figures.add("readings of them", outcome.readings)
            if outcome.isSilent {
              figures.add("of these, files with a stretch whose links all fit")
            }
            for complaint in outcome.complaints.prefix(1) {
              figures.find(
                "\(size), \(isClosed ? "closed" : "active"), \(misplacement): \(complaint)")
            }
          })
      }
    }
    return figures
  }
}
