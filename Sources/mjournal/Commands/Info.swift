import ArgumentParser
import JournalQuery
import MirrorJournal

/// What a journal says about itself, and what is in it.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show header, databases, and block and record counts of journals.",
    discussion: """
      Reads each file once to count its records, and verifies its checksums. Of a file of unknown \
      layout it shows what needs none: name, size, text in the header, how the bytes are spread, and \
      which command finds its layout.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  @OptionGroup var input: InputOptions

  @Option(help: "text or ndjson.")
  var format: Format = .text

  @OptionGroup var characters: CharacterOptions

  @OptionGroup var time: TimeOptions

  func run() throws {
    var diagnostics = Diagnostics()
    var output = StandardOutput()
    let zone = try time.zone()
    try input.forEachFile(&diagnostics) { file, diagnostics in
      guard let journal = file.journal else {
        try survey(file, &output)
        return
      }
      let summary = try JournalSummary(of: journal, threads: 2)
      switch format {
      case .text:
        summary.appendText(
          of: journal, in: zone, style: characters.style, to: &output.buffer)
      case .ndjson: summary.appendJSON(of: journal, in: zone, to: &output.buffer)
      }
      try output.flush()
      for damage in summary.damage.dropFirst(journal.structuralDamage.count) {
        diagnostics.report(damage, in: journal.path)
      }
    }
    try diagnostics.finish()
  }

  private func survey(_ file: JournalFile, _ output: inout StandardOutput) throws {
    let survey = try FileSurvey(of: file.storage)
    switch format {
    case .text: survey.appendText(style: characters.style, to: &output.buffer)
    case .ndjson: survey.appendJSON(to: &output.buffer)
    }
    try output.flush()
  }
}
