public import JournalQuery
public import MirrorJournal

/// Writes the statements that bring back old values, or set new ones again, for a selection of
/// records.
///
/// Nothing is guessed: a change that the journal does not hold whole is a warning, in the script as
/// a comment and in the summary as a number. Unless told otherwise the statements write below
/// another global, so that nobody overwrites live data by accident.
public struct RestoreScript: Sendable {
  /// The language of the statements.
  public enum Dialect: String, Sendable, CaseIterable {
    /// Commands for a terminal or a routine.
    case objectScript
    /// Commands of standard M, for GT.M and YottaDB: lists and bit strings are the strings that they are.
    case m
    /// The exchange format of globals: SETs only; everything else is a warning.
    case zwr
  }

  /// Where the statements write.
  public enum Target: Sendable, Hashable {
    /// `^X(1)` becomes `^NAME("X",1)`.
    case redirected(String)
    /// The statements write where the records did.
    case inPlace
  }

  /// What a script holds and what it does not.
  public struct Summary: Sendable, Hashable {
    /// Records that became statements.
    public internal(set) var restored = 0
    /// Lines of statements; long values take several.
    public internal(set) var lines = 0
    /// Changes that are not in the script, by kind.
    public internal(set) var warnings: [RestoreWarning.Kind: Int] = [:]
    /// Records that change no node.
    public internal(set) var skipped = 0
    /// Damaged places that were passed over.
    public internal(set) var damage = 0

    /// Whether every selected change is in the script.
    public var isComplete: Bool { warnings.isEmpty && damage == 0 }
  }

  /// Whether old values come back or new ones are set again.
  public var direction = RestoreDirection.undo
  /// The language of the statements.
  public var dialect = Dialect.objectScript
  /// Where the statements write.
  public var target = Target.redirected("mjrestore")
  /// Whether references name their database: `^|"^^/iris/user/"|X(1)`.
  public var qualifiesDatabase = false
  /// A line of ObjectScript is about this many characters long at most; a longer value is appended
  /// piece by piece. Lines of ZWR are as long as their value.
  public var lineLimit = 4000

  /// A script that undoes changes, written below `^mjrestore`.
  public init() {}

  /// Writes the script for the records of `journals` that `selection` accepts.
  ///
  /// Streaming: memory for one value, a line and the record addresses of one block.
  ///
  /// - Parameters:
  ///   - journals: in journal order, whatever the direction.
  ///   - ranges: the addresses of each file; nil means all data.
  ///   - selection: which records.
  ///   - damaged: told of data that could not be read; the script says so too.
  ///   - warned: told of each change that is not in the script.
  ///   - write: takes the text, piece by piece.
  /// - Throws: what the closures throw, `JournalError` when a file cannot be read, `badArgument` when
  ///   `target` is no global's name, and `badLayout`, before anything is written, when a layout does not
  ///   know how keys are spelled or where values stand.
  public func write(
    _ journals: [Journal], in ranges: FileRanges? = nil,
    selecting selection: RecordSelection,
    damaged: (Damage, Journal) throws -> Void = { _, _ in },
    warned: (RestoreWarning) throws -> Void = { _ in }, _ write: (RawSpan) throws -> Void
  ) throws -> Summary {
    try checkTarget()
    for journal in journals {
      // A statement about another node than the record's is worse than none.
      try journal.layout.require(
        [.type, .key, .subscript, .value], for: "restore script without it")
    }
    var writer = RestoreWriter(self)
    writer.begin()
    for journal in direction == .undo ? journals.reversed() : journals {
      let planner = RestorePlanner(journal: journal, direction: direction)
      let wanted = try selection(journal)
      let range = ranges?.range(of: journal.path)
      writer.begin(journal)
      let take: (borrowing Record) throws -> Void = { record in
        guard try wanted(record) else { return }
        let step = try planner.step(for: record)
        if let warning = try writer.take(step, record, journal, write) { try warned(warning) }
        if writer.waiting > 1 << 16 { try writer.flush(write) }
      }
      let lost: (Damage) throws -> Void = {
        writer.damaged($0)
        try damaged($0, journal)
      }
      if direction == .undo {
        try journal.forEachRecordReversed(in: range, damaged: lost, take)
      } else {
        try journal.forEachRecord(in: range, damaged: lost, take)
      }
    }
    writer.end()
    try writer.flush(write)
    return writer.summary
  }

  /// - Throws: `badArgument` when `target` is no global's name.
  func checkTarget() throws(JournalError) {
    guard case .redirected(let name) = target, !GlobalReference.isName(name) else { return }
    throw JournalError(
      .badArgument, "\"\(name)\" is not the name of a global",
      advice: "use a letter or %, then letters, digits and inner dots")
  }
}
