import ArgumentParser
import JournalQuery
import MirrorJournal
import MirrorPositions

/// Two members' mirror journals, without any log.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the mirror journals of two members, without their logs.",
    discussion: """
      Each argument is a directory with the mirror journals of one member, compressed or not. Files \
      are matched by mirror and mirror file count. The first line says whether both hold the same \
      and up to where; below it stand the files, where the copies of each end or first differ, and \
      gaps in the chains. A copy that is shorter because it is behind is no difference.

      Exit status: 0 the same as far as both go; 1 copies or chains differ; 2 a directory cannot be \
      read, or no file is in both; 3 a file that decides is missing.
      """)

  @Argument(help: "Directory of one member's mirror journals.", completion: .directory)
  var left: String

  @Argument(help: "Directory of the other member's mirror journals.", completion: .directory)
  var right: String

  @Flag(help: "Take blocks with equal checksums as equal without reading them.")
  var quick = false

  @Option(help: "text or ndjson.")
  var format: ReportFormat = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var layout: LayoutOptions

  func run() throws {
    ProgressLine.begin()
    let comparison = try CopyComparison(
      left, right, layouts: layout.layouts(), trustsChecksums: quick)
    var output = StandardOutput()
    switch format {
    case .text:
      output.append(
        comparison.text(style: characters.reportStyle))
    case .ndjson: output.append(comparison.ndjson())
    }
    try output.flush()
    if comparison.verdict == .nothingToCompare {
      Diagnostics.line("mjournal: \(left), \(right): \(comparison.reasonForNothing)")
    }
    try comparison.verdict.exit()
  }
}
