public import MirrorJournal

/// Every change of one node or subtree, over all files, in the order in which it happened.
///
/// Keys are compared as the bytes that stand in the records; nothing is decoded for the others.
public struct NodeHistory: Sendable {
  /// How a record's node relates to the one asked for.
  public enum Relation: String, Sendable, CaseIterable {
    /// It is the node.
    case node
    /// It lies in the node's subtree.
    case descendant
    /// It lies above, and its whole subtree was killed.
    case ancestor
  }

  /// The node that is asked for.
  public let reference: GlobalReference
  /// Whether changes below the node count.
  public let includesSubtree: Bool

  /// - Throws: `badKey` when `reference` cannot be a key.
  public init(_ reference: GlobalReference, includesSubtree: Bool = true) throws(JournalError) {
    self.reference = reference
    self.includesSubtree = includesSubtree
    _ = try reference.encodedKey()
  }

  /// Makes sure that the journal's layout knows what no history can do without.
  ///
  /// - Throws: `badLayout`.
  public static func require(of journal: Journal) throws(JournalError) {
    do {
      try journal.layout.require([.type, .key, .subscript], for: "history without it")
    } catch {
      throw error.inFile(journal.path)
    }
  }

  /// Calls `body` with each record that changes the node, in order of file and address.
  ///
  /// - Parameters:
  ///   - journals: in journal order.
  ///   - selection: a further filter; it sees only records of the node.
  ///   - damaged: told of data that could not be read; a change may be lost with them.
  ///   - passed: told of every record of the node behind `body`, also of those that are not selected.
  ///   - body: called with the journal, the record, and what the change has to do with the node.
  /// - Throws: what the closures throw, `badKey` when a layout cannot express the reference, and
  ///   `JournalError` when a file cannot be read.
  public func forEachRecord(
    in journals: [Journal], selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void,
    passed: (Journal, borrowing Record) throws -> Void = { _, _ in },
    _ body: (Journal, borrowing Record, Relation) throws -> Void
  ) throws {
    for journal in journals {
      let matcher = try matcher(in: journal)
      let wanted = try selection(journal)
      try journal.forEachRecord(damaged: { try damaged($0, journal) }) { record in
        guard let relation = matcher.relation(of: record),
          includesSubtree || relation != .descendant
        else { return }
        if try wanted(record) { try body(journal, record, relation) }
        try passed(journal, record)
      }
    }
  }

  /// The records of the node, and with `includesSubtree` those below it, as a selection.
  public var selection: RecordSelection {
    { journal in
      let matcher = try matcher(in: journal)
      return { record in
        switch matcher.relation(of: record) {
        case .node: true
        case .descendant: includesSubtree
        case .ancestor, nil: false
        }
      }
    }
  }

  /// - Throws: `badKey` when the layout cannot express the reference, `badArgument` when keys are encrypted.
  private func matcher(in journal: Journal) throws -> SubtreeMatcher {
    try Self.require(of: journal)
    if journal.header.isEncrypted {
      throw JournalError(
        .badArgument, "keys are encrypted: no node can be found in them", in: journal.path,
        advice: "list the records with 'mjournal dump'")
    }
    let encoding = journal.layout.record.keyEncoding
    return SubtreeMatcher(try reference.encodedKey(encoding), encoding)
  }

  /// Calls `body` with each change of the node, in order of file and address.
  ///
  /// - Throws: as `forEachRecord(in:selecting:damaged:_:)`.
  public func forEachChange(
    in journals: [Journal], selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void, _ body: (NodeChange) throws -> Void
  ) throws {
    try forEachRecord(in: journals, selecting: selection, damaged: damaged) {
      journal, record, relation in
      try body(NodeChange(record, of: journal, relation))
    }
  }
}

/// Compares the keys of records with one key.
struct SubtreeMatcher: Sendable {
  private let key: [UInt8]
  private let nameLength: Int
  private let encoding: KeyLayout
  /// The name's first eight bytes: most other names differ in them.
  private let head: UInt64
  private let headMask: UInt64

  init(_ key: EncodedKey, _ encoding: KeyLayout) {
    self.key = key.bytes
    nameLength = key.nameLength
    self.encoding = encoding
    headMask = key.nameLength < 8 ? 1 << UInt64(8 * key.nameLength) - 1 : .max
    head = key.bytes.prefix(min(8, key.nameLength)).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What a record's key has to do with this one.
  enum Bearing {
    case node, descendant, ancestor
    /// Nothing, in the same global.
    case elsewhere
    case none
    /// The key does not fit into the record.
    case unreadable
  }

  /// What `record`, which has a key, has to do with the key's subtree.
  @inline(__always)
  func bearing(of record: borrowing Record) -> Bearing {
    guard let view = record.key() else { return .unreadable }
    guard view.nameLength == nameLength else { return .none }
    if let word: UInt64 = view.bytes.loadLittle(at: 0), (word ^ head) & headMask != 0 {
      return .none
    }
    return bearing(of: view, type: record.type)
  }

  @inline(never)
  private func bearing(of view: borrowing KeyView, type: RecordType) -> Bearing {
    let own = key.span.bytes
    let other = view.bytes
    let common = min(own.byteCount, other.byteCount)
    guard own.isEqual(to: other, count: common) else {
      return own.isEqual(to: other, count: min(nameLength, common)) ? .elsewhere : .none
    }
    if own.byteCount == other.byteCount { return .node }
    if own.byteCount < other.byteCount {
      return encoding.endsSubscript(of: other, at: common) ? .descendant : .elsewhere
    }
    // The descendants' own KILLdes records tell of them; a ZKILL leaves them alone.
    let killsSubtree = [.kill, .networkKill, .mirrorKill].contains(type)
    return killsSubtree && encoding.endsSubscript(of: own, at: common) ? .ancestor : .elsewhere
  }

  /// How `record` relates to the key; nil when it does not change its subtree.
  func relation(of record: borrowing Record) -> NodeHistory.Relation? {
    guard record.type.hasKey else { return nil }
    return switch bearing(of: record) {
    case .node: .node
    case .descendant: .descendant
    case .ancestor: .ancestor
    case .elsewhere, .none, .unreadable: nil
    }
  }
}
