import ArgumentParser
import MirrorPositions

/// What compression saved, from the logs.
struct Ratios: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Table of all compression lines of message logs, with totals and checked ratios.",
    discussion: """
      Each ratio is computed again from its two sizes. A printed ratio that does not follow from \
      them is a finding; one that only rounding up explains is a note.

      Exit status: 0 every ratio follows; 1 findings; 2 a log cannot be read, or no log has a \
      compression line; 3 messages are cut.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, ndjson, csv }

  @OptionGroup var input: LogOptions

  @Option(help: "text, ndjson or csv.")
  var format: Format = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var csv: CSVOptions

  func validate() throws {
    try csv.check(isCSV: format == .csv)
  }

  func run() throws {
    ProgressLine.begin()
    let report = CompressionReport(try input.read(input.inputs()))
    var output = StandardOutput(csv.cells)
    switch format {
    case .text:
      output.append(
        report.text(
          style: characters.reportStyle))
    case .ndjson: output.append(report.ndjson())
    case .csv: output.append(report.csv())
    }
    try output.flush()
    if report.verdict == .nothingToCompare {
      Diagnostics.line(
        "mjournal: \(input.logs.joined(separator: ", ")): no compression line; an instance writes "
          + "one for each journal file that it compresses (CompressFiles=1)")
    }
    try report.verdict.exit()
  }
}

extension Verdict {
  /// Ends a command with the documented exit status.
  func exit() throws {
    if let status = ExitStatus(rawValue: exitStatus) { throw status }
  }
}
