public import JournalQuery
public import MirrorJournal

/// What became of a node between two places.
public enum NodeDifference: String, Sendable, Hashable, CaseIterable {
  /// It had no value, and has one.
  case added
  /// It had a value, and has none.
  case removed
  /// It has another value.
  case changed
  /// It was set; what it was before is not known.
  case set
  /// It was killed; what it was before is not known.
  case killed
  /// It was changed, and what it is behind that is not known.
  case unknown

  /// The difference between the first two states of `node`; nil when there is none, as far as the journals
  /// tell.
  public init?(_ node: StateNode, from place: StatePlace) {
    guard node.states.count > 1 else { return nil }
    let before = node.states[0]
    let after = node.states[1]
    switch (before.content, after.content) {
    case (.value(let old), .value(let new)):
      guard old != new else { return nil }
      self = .changed
    case (.absent, .value): self = .added
    case (.value, .absent): self = .removed
    case (.absent, .absent): return nil
    case (.unknown, .value): self = .set
    case (.unknown, .absent): self = .killed
    case (_, .unknown):
      guard let record = after.record, record >= place else { return nil }
      self = .unknown
    }
  }

  /// In the first column of text.
  var sign: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .changed: "~"
    case .set: "s"
    case .killed: "k"
    case .unknown: "?"
    }
  }
}

/// Writes the differences between two states.
public struct DifferencePrinter {
  private let isText: Bool
  private let text: StateText
  /// How many nodes are different, by kind.
  public private(set) var counts: [NodeDifference: Int] = [:]
  /// Of those: records may be lost behind what tells one of the states.
  public private(set) var uncertain = 0

  /// A printer of text or NDJSON; values of text are cut behind `valueLimit` bytes, 0 for never.
  public init(isText: Bool, files: [String], valueLimit: Int = 256) {
    self.isText = isText
    text = StateText(files: files, valueLimit: valueLimit > 0 ? valueLimit : .max)
  }

  /// Appends a node if its states, of two places, differ.
  public mutating func append(
    _ node: StateNode, from place: StatePlace, to buffer: inout TextBuffer
  ) {
    guard let difference = NodeDifference(node, from: place) else { return }
    counts[difference, default: 0] += 1
    let before = node.states[0]
    let after = node.states[1]
    let isCertain =
      (before.isCertain || before.content == .unknown)
      && (after.isCertain || after.content == .unknown)
    if !isCertain { uncertain += 1 }
    guard isText else {
      buffer.beginObject()
      buffer.field("record", "difference")
      buffer.field("databaseName", node.database.name)
      buffer.field("mirrorDatabaseName", node.database.mirrorName)
      buffer.field("globalNode", node.reference.description)
      buffer.field("difference", difference.rawValue)
      text.appendJSON("oldValue", "oldValueType", before, to: &buffer)
      text.appendJSON("newValue", "newValueType", after, to: &buffer)
      text.appendSource(after, to: &buffer)
      buffer.field("isCertain", isCertain)
      buffer.endObject()
      return
    }
    buffer.append(difference.sign + " ")
    buffer.append(printable: node.reference.description)
    buffer.append(": ")
    append(before, to: &buffer)
    buffer.append(" -> ")
    append(after, to: &buffer)
    buffer.append("  ")
    buffer.append(printable: text.source(after))
    buffer.append(isCertain ? "\n" : "  (uncertain)\n")
  }

  private func append(_ state: NodeState, to buffer: inout TextBuffer) {
    switch state.content {
    case .value(let value): text.append(value, to: &buffer)
    case .absent: buffer.append("no value")
    case .unknown: buffer.append("not known")
    }
  }

  /// Appends the numbers.
  public func appendEnd(_ summary: StateSummary, to buffer: inout TextBuffer) {
    func count(_ kind: NodeDifference) -> Int { counts[kind] ?? 0 }
    guard isText else {
      buffer.beginObject()
      buffer.field("record", "summary")
      buffer.field("added", count(.added))
      buffer.field("removed", count(.removed))
      buffer.field("changed", count(.changed))
      buffer.field("set", count(.set))
      buffer.field("killed", count(.killed))
      buffer.field("unknown", count(.unknown))
      buffer.field("uncertain", uncertain)
      buffer.field("unknownTypes", summary.unknownTypes)
      buffer.endObject()
      return
    }
    buffer.append(
      "\(count(.added)) added, \(count(.removed)) removed, \(count(.changed)) changed, "
        + "\(count(.set)) set, \(count(.killed)) killed (not known before), \(count(.unknown)) unknown, "
        + "\(uncertain) uncertain\n")
  }
}
