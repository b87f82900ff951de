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
  private let argument: String

  init(argument: String) { self.argument = argument }

  var defaultValueDescription: String { argument }

  /// The place that is meant, times read by `times`.
  ///
  /// - Throws: `ValidationError` when it is none.
  func text(_ times: TimeReader) throws -> PlaceText {
    do {
      return try PlaceText(parsing: argument, times: times)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension StateFormat: ExpressibleByArgument {}
