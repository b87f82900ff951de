public import JournalQuery
public import MirrorJournal

/// Writes the statements that bring a subtree to its state at a place: each node once, in collation order, so
/// that a script that was stopped half-way can be run again.
///
/// Only nodes that a record names are touched; what is not known, or not certain, stands in the script as a
/// comment.
public struct StateRestore: Sendable {
  /// What a script holds and what it does not.
  public struct Summary: Sendable, Hashable {
    /// Nodes that get a value.
    public internal(set) var set = 0
    /// Nodes that lose theirs.
    public internal(set) var killed = 0
    /// Nodes that are as they were at the place, as far as the journals tell.
    public internal(set) var unchanged = 0
    /// Nodes of which it is not known, or not certain, what they were.
    public internal(set) var unknown = 0
    /// Nodes whose value or name has no form in the script.
    public internal(set) var notExpressible = 0
    /// Lines of statements.
    public internal(set) var lines = 0
    /// What the state as a whole can claim.
    public internal(set) var state = StateSummary()

    /// Nodes that are not in the script and should be.
    public var leftOut: Int { unknown + notExpressible }
  }

  /// Language, target and form of the statements. With `undo` the nodes that changed behind the place are
  /// brought back, with `redo` those that changed before it are brought to where the place has them.
  public var script: RestoreScript
  /// Whether the script compares the nodes with what it would make of them, and sets nothing.
  public var comparesOnly = false
  /// Whether the statements are one transaction.
  public var isTransaction = false

  /// Statements as `script` has them.
  public init(_ script: RestoreScript) { self.script = script }

  /// Writes the script for `query` at `place`.
  ///
  /// - Parameters:
  ///   - journals: in journal order.
  ///   - query: the subtree.
  ///   - place: the script brings it there.
  ///   - selection: which databases count.
  ///   - damaged: told of data that could not be read.
  ///   - write: takes the text, piece by piece.
  /// - Throws: what the closures throw; `badArgument` when the target is no global's name or a dialect has no
  ///   form for what is asked; as `StateQuery.run`.
  public func write(
    _ journals: [Journal], query: StateQuery, at place: StatePlace,
    selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void = { _, _ in }, _ write: (RawSpan) throws -> Void
  ) throws -> Summary {
    try script.checkTarget()
    guard script.dialect != .zwr || !comparesOnly && !isTransaction else {
      throw JournalError(.badArgument, "ZWR has no statements, only values")
    }
    let text = StateText(files: journals.map(\.path))
    var writer = StateWriter(self, text, place)
    writer.begin(query)
    let places = script.direction == .undo ? [place, .end(of: journals)] : [place]
    writer.summary.state = try query.run(
      journals, at: places, selecting: selection, damaged: damaged
    ) { node in
      try writer.take(node, write)
      try writer.flushIfLarge(write)
    }
    writer.end(query)
    return try writer.finish(write)
  }
}

/// The text of a script that is made of states.
private struct StateWriter: ~Copyable {
  private let restore: StateRestore
  private let text: StateText
  private let place: StatePlace
  private var lines: ScriptLines
  private var database: StateDatabase?
  var summary = StateRestore.Summary()

  init(_ restore: StateRestore, _ text: StateText, _ place: StatePlace) {
    self.restore = restore
    self.text = text
    self.place = place
    lines = ScriptLines(restore.script)
  }

  mutating func flushIfLarge(_ write: (RawSpan) throws -> Void) throws {
    if lines.text.count > 1 << 16 { try lines.flush(write) }
  }

  mutating func finish(_ write: (RawSpan) throws -> Void) throws -> StateRestore.Summary {
    try lines.flush(write)
    return summary
  }

  mutating func begin(_ query: StateQuery) {
    let words = "\(restore.script.direction.rawValue) to \(text.place(place))"
    if restore.script.dialect == .zwr { return lines.beginZWR(words) }
    lines.begin("\(query.reference?.description ?? "all globals"), \(words)")
    if restore.comparesOnly {
      lines.comment("compares only: sets nothing but the local variable mjvalue")
    }
    if restore.isTransaction, !restore.comparesOnly { lines.line("TStart") }
  }

  mutating func end(_ query: StateQuery) {
    if restore.isTransaction, !restore.comparesOnly { lines.line("TCommit") }
    lines.comment(
      "\(summary.set) set, \(summary.killed) killed, \(summary.unchanged) unchanged, "
        + "\(summary.leftOut) not in this script")
    let parts = summary.state.completeness
    let isComplete = !parts.isEmpty && parts.allSatisfy { ($0.since.first ?? nil) != nil }
    if query.reference == nil || !isComplete {
      lines.comment("changes only: nodes that no record names are not touched")
    }
    summary.lines = lines.count
  }

  mutating func take(_ node: StateNode, _ write: (RawSpan) throws -> Void) throws {
    guard let state = node.states.first, isAsked(node, state) else { return }
    nameDatabase(node.database)
    guard state.content != .unknown, state.isCertain else {
      summary.unknown += 1
      let why =
        state.content == .unknown
        ? StateText.reason(state)
        : "\(text.source(state)) is not certain: \(StateText.doubt(state))"
      return lines.comment("NOT RESTORED \(node.reference): \(why)")
    }
    guard let target = lines.place(node.reference) else {
      return leaveOut(node, "the redirected reference is too long for a key")
    }
    if restore.script.dialect == .zwr { return zwr(node, target, state) }
    let directory = lines.qualifies ? node.database.directory : nil
    // Without its database a statement would write into whichever the reader is in.
    guard !lines.qualifies || directory?.isEmpty == false else {
      return leaveOut(node, "the journal does not name its database")
    }
    let language = restore.script.language
    guard let reference = ObjectScriptText.reference(target, directory: directory, language) else {
      return leaveOut(node, "its name is none that a global can have")
    }
    guard reference.utf8.count <= ScriptLines.longestReference else {
      return leaveOut(node, "with its database it is too long for a line")
    }
    if case .value(let value) = state.content {
      if let why = language.refusal(of: value) { return leaveOut(node, why) }
      summary.set += 1
      if restore.comparesOnly {
        try lines.compare(reference, named: target.description, with: value, write)
      } else {
        try lines.set(reference, value, write)
      }
    } else {
      summary.killed += 1
      if restore.comparesOnly {
        try lines.compare(reference, named: target.description, with: nil, write)
      } else {
        lines.line("ZKill \(reference)")
      }
    }
  }

  /// Whether the script is about the node: it changed behind the place, or for `redo` before it.
  private mutating func isAsked(_ node: StateNode, _ state: NodeState) -> Bool {
    guard restore.script.direction == .undo, node.states.count > 1 else {
      // What only later records name is not there yet.
      return state.record.map { $0 < place } ?? false
    }
    let now = node.states[1]
    let isSame =
      if state.content != .unknown, state.isCertain {
        state.content == now.content && now.isCertain
      } else {
        // Nothing that is recorded happened to it behind the place.
        state.content == now.content && state.record == now.record
      }
    if isSame { summary.unchanged += 1 }
    return !isSame
  }

  private mutating func zwr(_ node: StateNode, _ target: GlobalReference, _ state: NodeState) {
    guard case .value(let value) = state.content else {
      return leaveOut(node, "a KILL has no form in ZWR")
    }
    if case .vector = value {
      return leaveOut(node, "the inner form of a vector is not documented")
    }
    summary.set += 1
    lines.zwr(target, value)
  }

  private mutating func leaveOut(_ node: StateNode, _ why: String) {
    summary.notExpressible += 1
    lines.comment("NOT RESTORED \(node.reference): \(why)")
  }

  private mutating func nameDatabase(_ database: StateDatabase) {
    if self.database == database { return }
    self.database = database
    lines.comment("database \(database.name)")
  }
}
