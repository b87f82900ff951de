public import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// What a state is asked of: databases and memory.
struct StateOptions: ParsableArguments {
  @Option(
    help: "Databases by directory; * and ? are wildcards. By default all that the journals name.")
  var database: [String] = []

  @Option(help: "Memory for changes; what is beyond goes to a temporary file in $TMPDIR or /tmp.")
  var memory = ByteCount(bytes: 64 << 20)

  /// Which records count.
  func selection() throws -> RecordSelection {
    guard !database.isEmpty else { return everyRecord }
    return RecordFilter.anyOf(try database.map { try FilterField.database.filter($0) }).selection
  }

  /// Whether only one database can be meant.
  var namesOneDatabase: Bool {
    database.count == 1 && !database[0].contains(where: { "*?".contains($0) })
  }

  /// A question about `reference`.
  func query(_ reference: GlobalReference?, includesSubtree: Bool = true) throws -> StateQuery {
    var query = try StateQuery(reference, includesSubtree: includesSubtree)
    query.memoryBudget = memory.bytes
    return query
  }

  /// Reports what of the journals could not be used for an answer.
  static func report(_ summary: StateSummary, _ diagnostics: inout Diagnostics) {
    diagnostics.reportUndecodable(summary.undecodable, in: "state")
    if summary.unfollowed > 0 {
      Diagnostics.line(
        "mjournal: too many transactions are open at the same time: rollbacks of "
          + "\(summary.unfollowed) records are not followed; choose fewer files")
      diagnostics.noteFindings()
    }
  }
}

/// A place on the command line.
struct PlaceArgument: ExpressibleByArgument {
  let text: PlaceText

  init(_ text: PlaceText) { self.text = text }

  init?(argument: String) {
    guard let text = try? PlaceText(parsing: argument) else { return nil }
    self.text = text
  }

  var defaultValueDescription: String { text == .start ? "start" : "end" }
}

extension StateFormat: ExpressibleByArgument {}
