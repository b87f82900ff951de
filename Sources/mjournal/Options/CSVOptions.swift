import ArgumentParser
import MirrorJournal

/// How CSV is written.
struct CSVOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "In CSV, for spreadsheets: put ' before cells that begin like a formula.",
      discussion:
        "Such cells begin with = + - @, a tab or a line end; a NUL becomes U+2400. Without it CSV is exact."
    ))
  var csvSafe = false

  /// What the output goes through.
  var cells: SpreadsheetCSV? { csvSafe ? SpreadsheetCSV() : nil }

  /// - Throws: `ValidationError` when another format than CSV was asked for.
  func check(isCSV: Bool) throws {
    if csvSafe, !isCSV { throw ValidationError("--csv-safe belongs to --format csv") }
  }
}
