public import ArgumentParser
import JournalExport
import JournalQuery
import MirrorJournal

/// Which databases a state is of.
struct DatabaseOptions: ParsableArguments {
  @Option(
    help: "Databases by directory; * and ? are wildcards. By default all that the journals name.")
  var database: [String] = []

  /// Whether only one database can be meant.
  var namesOne: Bool {
    database.count == 1 && !database[0].contains(where: { "*?".contains($0) })
  }
}

/// What working out a state may take.
struct StateOptions: ParsableArguments {
  @Option(help: "Memory for changes; what is beyond goes to a temporary file in $TMPDIR or /tmp.")
  var memory = ByteCount(bytes: 64 << 20)

  @OptionGroup var threads: ThreadOptions

  /// A question about `reference`, or all globals.
  func query(_ reference: String?, includesSubtree: Bool = true) throws -> StateQuery {
    var query = try StateQuery(
      reference.map { try GlobalReference(parsing: $0) }, includesSubtree: includesSubtree)
    query.memoryBudget = memory.bytes
    query.threads = threads.count
    return query
  }

  /// The journals of `input` that a state can be made from, or an error for one whose layout does not know
  /// enough.
  static func journals(
    _ input: InputOptions, _ diagnostics: inout Diagnostics
  ) throws -> [Journal] {
    var journals: [Journal] = []
    try input.forEachJournal(&diagnostics) { journal, _ in
      try StateQuery.require(of: [journal])
      journals.append(journal)
    }
    return journals
  }

  /// The records in databases that match one of `patterns`; every record where there is none.
  static func selection(_ patterns: [String]) throws -> RecordSelection {
    guard !patterns.isEmpty else { return everyRecord }
    return RecordFilter.anyOf(try patterns.map { try FilterField.database.filter($0) }).selection
  }

  /// Says that no record is about `reference`, and what there is; nothing where one is.
  static func reportNothing(
    _ reference: String?, includesSubtree: Bool = true, _ databases: [String],
    in journals: [Journal], _ zone: ClockZone
  ) throws {
    guard let reference, !journals.isEmpty else { return }
    struct Found: Error {}
    let node = try GlobalReference(parsing: reference)
    ProgressLine.addPass()
    do {
      try NodeHistory(node, includesSubtree: includesSubtree).forEachRecord(
        in: journals, selecting: selection(databases), damaged: { _, _ in }
      ) { _, _, _ in throw Found() }
    } catch is Found {
      return
    } catch is JournalError {
      // What cannot be read has been told, and is not searched for names.
      return
    }
    var filters = [RecordFilter.global(GlobalPattern(node))]
    if !databases.isEmpty {
      filters.append(.anyOf(try databases.map { try FilterField.database.filter($0) }))
    }
    ProgressLine.addPass()
    let found = try NothingFound(.allOf(filters), in: journals)
    Diagnostics.line(
      "mjournal: " + found.sentence(in: zone, groupsDigits: Diagnostics.isTerminal))
  }

  /// Reports what of the journals could not be used for an answer.
  static func report(
    _ summary: StateSummary, of journals: [Journal], _ diagnostics: inout Diagnostics
  ) {
    if let first = summary.firstUndecodable, journals.indices.contains(first.file) {
      diagnostics.reportUndecodable(
        summary.undecodable, in: "\(journals[first.file].path), from \(first.address) on")
    }
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
