import ArgumentParser
import JournalIntegrity
import MirrorJournal

extension Layouts {
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prove anew, without a listing, that files are as their layout says.",
      discussion: """
        Walks each file and counts what agrees only when the layout is right: records lead to each other and \
        back, checksums match, types are documented ones, keys decode, values fill their records, times do not \
        go back. What the layout does not know is named and not compared.

        Exit status 1 when a layout does not hold.
        """)

    @OptionGroup var input: InputOptions

    @OptionGroup var threads: ThreadOptions

    func run() throws {
      var output = StandardOutput()
      var diagnostics = Diagnostics()
      try input.forEachJournal(&diagnostics) { journal, diagnostics in
        let check = try LayoutCheck(journal, threads: threads.count)
        check.appendText(to: &output.buffer)
        if !check.holds { diagnostics.noteFindings() }
      }
      try output.flush()
      try diagnostics.finish()
    }
  }
}
