import ArgumentParser
import JournalExport
import MirrorJournal

/// Ranges for the workers of an engine.
struct Splits: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cut journals into ranges, so that several workers share an export.",
    discussion: """
      Prints FILE, FROM and TO, a range a line, at block boundaries (at chunk boundaries of a \
      compressed file). One 'mjournal export --from FROM --to TO FILE' for each range gives \
      together what one export of the whole gives:

        mjournal splits --size 64M DIR | parallel --colsep '\\t' mjournal export --from {2} --to {3} {1}
      """)

  @OptionGroup var input: InputOptions

  @Option(
    help:
      "About this many bytes of journal data in a range; by default 64M, and all of a stream without an index."
  )
  var size: ByteCount?

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput()
    try input.forEachJournal(&diagnostics) { journal, _ in
      let count = journal.storage.isSequential ? size.map { journal.dataLimit / $0.bytes } : nil
      if let count, count > 0 {
        Diagnostics.line(
          "mjournal: \(journal.path): a stream without an index is read from its beginning for each range; "
            + "decompress it first, or give it to one export whole")
      }
      for split in JournalSplit.cut([journal], size: size?.bytes) {
        switch format {
        case .text: split.appendText(to: &output.buffer)
        case .ndjson: split.appendNDJSON(to: &output.buffer)
        }
      }
      try output.flush()
    }
    try diagnostics.finish()
  }
}
