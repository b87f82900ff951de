public import JournalQuery
public import MirrorJournal

/// How a state is written.
public enum StateFormat: String, Sendable, CaseIterable {
  /// Columns: which record tells it, and the node.
  case text
  /// One JSON object a node, and one for the whole.
  case ndjson
  /// The nodes with a value, in the exchange format of globals.
  case zwr
}

/// Writes the nodes of a state.
public struct StatePrinter {
  /// How many nodes are what.
  public struct Counts: Sendable, Hashable {
    /// With a value.
    public var values = 0
    /// Known to be killed.
    public var killed = 0
    /// Named by a record, and not known.
    public var unknown = 0
    /// Of those with a value or killed: records may be lost behind what tells it, or a later one contradicts.
    public var uncertain = 0
    /// With a value that has no form in ZWR.
    public var notExpressible = 0
  }

  private let format: StateFormat
  private var text: StateText
  /// What was written.
  public private(set) var counts = Counts()

  /// A printer for states of `files`, in which values of text are cut behind `valueLimit` bytes; 0 for never.
  public init(format: StateFormat, files: [String], valueLimit: Int = 256) {
    self.format = format
    text = StateText(files: files, valueLimit: valueLimit > 0 ? valueLimit : .max)
  }

  /// Appends what stands before the first node.
  public func appendHead(to buffer: inout TextBuffer) {
    switch format {
    case .text:
      let start = buffer.count
      buffer.append("Known by")
      buffer.padRight(from: start, to: width)
      buffer.append(" Node\n")
    case .ndjson: break
    case .zwr: buffer.append("mirror-journal state\nZWR\n")
    }
  }

  /// Room for a source: longer ones push the node to the right.
  private var width: Int { text.files.count == 1 ? 25 : 52 }

  /// Appends a node, unless it was not there yet.
  public mutating func append(_ node: StateNode, to buffer: inout TextBuffer) {
    guard let state = node.states.first else { return }
    // That a later record proves it not to be there is no news of this place.
    if state.content == .absent, state.source != .kill { return }
    switch state.content {
    case .value: counts.values += 1
    case .absent: counts.killed += 1
    case .unknown: counts.unknown += 1
    }
    if state.content != .unknown, !state.isCertain { counts.uncertain += 1 }
    switch format {
    case .text: appendText(node, state, to: &buffer)
    case .ndjson: appendJSON(node, state, to: &buffer)
    case .zwr: appendZWR(node, state, to: &buffer)
    }
  }

  private func appendText(_ node: StateNode, _ state: NodeState, to buffer: inout TextBuffer) {
    let start = buffer.count
    buffer.append(printable: text.source(state))
    buffer.padRight(from: start, to: width)
    buffer.append(" ")
    buffer.append(printable: node.reference.description)
    switch state.content {
    case .value(let value):
      buffer.append("=")
      text.append(value, to: &buffer)
    case .absent: buffer.append(": killed")
    case .unknown: buffer.append(printable: ": " + StateText.reason(state))
    }
    if state.content != .unknown, !state.isCertain {
      buffer.append("  (uncertain: \(StateText.doubt(state)))")
    }
    buffer.append("\n")
  }

  private func appendJSON(_ node: StateNode, _ state: NodeState, to buffer: inout TextBuffer) {
    buffer.beginObject()
    buffer.field("record", "node")
    buffer.field("databaseName", node.database.name)
    buffer.field("mirrorDatabaseName", node.database.mirrorName)
    buffer.field("globalNode", node.reference.description)
    let name =
      switch state.content {
      case .value: "value"
      case .absent: "killed"
      case .unknown: "unknown"
      }
    buffer.field("state", name)
    text.appendJSON("value", "valueType", state, to: &buffer)
    text.appendSource(state, to: &buffer)
    buffer.field("isCertain", state.isCertain)
    buffer.endObject()
  }

  private mutating func appendZWR(
    _ node: StateNode, _ state: NodeState, to buffer: inout TextBuffer
  ) {
    guard case .value(let value) = state.content else { return }
    if case .vector = value {
      counts.notExpressible += 1
      return
    }
    buffer.append(node.reference.description)
    buffer.append("=")
    buffer.appendZWRValue(value)
    buffer.append("\n")
  }

  /// Appends what the state as a whole is; nothing in ZWR, which has no place for it.
  public func appendEnd(
    _ summary: StateSummary, of query: StateQuery, at place: StatePlace, to buffer: inout TextBuffer
  ) {
    switch format {
    case .zwr: return
    case .text:
      let name = query.reference?.description ?? "all globals"
      buffer.append(
        "\(counts.values) nodes, \(counts.killed) killed, \(counts.unknown) unknown, "
          + "\(counts.uncertain) uncertain, at \(text.place(place))\n")
      if query.includesSubtree { appendCompleteness(summary, name, to: &buffer) }
      if summary.unknownTypes > 0 {
        buffer.append(
          "records of types whose meaning is not known, which may change more: \(summary.unknownTypes)\n"
        )
      }
      if summary.contradictions > 0 {
        buffer.append(
          "old values that are not the last one known: \(summary.contradictions); "
            + "'mjournal verify --history' names them\n")
      }
    case .ndjson:
      buffer.beginObject()
      buffer.field("record", "summary")
      buffer.field("globalNode", query.reference?.description)
      let file = text.file(of: place)
      buffer.field("placeFile", file)
      buffer.field("placeAddress", file.map { _ in place.address })
      buffer.field("nodes", counts.values)
      buffer.field("killed", counts.killed)
      buffer.field("unknown", counts.unknown)
      buffer.field("uncertain", counts.uncertain)
      buffer.field("unknownTypes", summary.unknownTypes)
      let known = summary.completeness.compactMap { part in
        (part.since.first ?? nil).map { (part.database, $0) }
      }
      buffer.field("completeSince", known) { part, buffer in
        buffer.field("databaseName", part.0.name)
        buffer.field("file", text.file(of: part.1))
        buffer.field("address", part.1.address)
      }
      buffer.endObject()
    }
  }

  private func appendCompleteness(
    _ summary: StateSummary, _ name: String, to buffer: inout TextBuffer
  ) {
    if summary.completeness.isEmpty {
      buffer.append(printable: "\(name): changes only")
      buffer.append("\n")
    }
    for part in summary.completeness {
      if let since = part.since.first ?? nil {
        buffer.append(
          printable: "complete for \(name) in \(part.database.name) since the KILL at "
            + text.place(since))
      } else {
        buffer.append(
          printable: "changes only for \(name) in \(part.database.name): what no record names is "
            + "not known")
      }
      buffer.append("\n")
    }
  }
}
