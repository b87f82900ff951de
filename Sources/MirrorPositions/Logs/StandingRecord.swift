public import MirrorLog

/// What stands in the journal at a position that the logs name.
public struct StandingRecord: Sendable, Hashable {
  /// How the position relates to the journal's records.
  public enum Kind: String, Sendable, CaseIterable {
    /// The position is 0, the file's beginning; the record is its first one.
    case beginning
    /// A record starts there.
    case record
    /// The data end there; the record is the last one.
    case end
    /// A record ends there, and the next one starts in the next block.
    case afterRecord
    /// None of these.
    case nothing
  }

  /// The mirror, where the logs name it.
  public let mirror: String?
  /// The place that was looked up.
  public let position: MirrorPosition
  /// The journal's path, as it was opened.
  public let journal: String
  /// How the place relates to the journal's records.
  public let kind: Kind
  /// Where the record that is named starts, in bytes.
  public let recordAddress: Int?
  /// The vendor's name of its type, such as `SET`.
  public let recordType: String?
  /// Its global reference, such as `^PAT(1,"name")`; nil where the type has none.
  public let reference: String?
  /// Whether the record that is named is part of a transaction.
  public let isInTransaction: Bool

  /// What was found at `position` of `journal`; `recordAddress` is in bytes.
  public init(
    mirror: String?, position: MirrorPosition, journal: String, kind: Kind,
    recordAddress: Int? = nil, recordType: String? = nil, reference: String? = nil,
    isInTransaction: Bool = false
  ) {
    self.mirror = mirror
    self.position = position
    self.journal = journal
    self.kind = kind
    self.recordAddress = recordAddress
    self.recordType = recordType
    self.reference = reference
    self.isInTransaction = isInTransaction
  }

  /// In a few words: `SET ^PAT(1) in a transaction`, `end of the data, after KILL ^A at 355960`.
  public var words: String {
    let record =
      recordType.map { type in
        type + (reference.map { " \($0)" + (isInTransaction ? " in a transaction" : "") } ?? "")
      } ?? "no record"
    let place = recordAddress.map { " at \($0)" } ?? ""
    return switch kind {
    case .beginning: "beginning of the file, before " + record + place
    case .record: record
    case .end: "end of the data, after " + record + place
    case .afterRecord: "after " + record + place
    case .nothing: "no record starts here"
    }
  }
}

/// How many records lie between two positions, and of which globals.
public struct RecordGap: Sendable, Hashable {
  /// The records of one global.
  public struct Global: Sendable, Hashable {
    /// With its caret.
    public let name: String
    /// How many of its records lie in the gap.
    public let records: Int

    /// A count for the global `name`, which has its caret.
    public init(name: String, records: Int) {
      self.name = name
      self.records = records
    }
  }

  /// Records that the vendor's lists show.
  public let records: Int
  /// The most frequent first. Transaction control and markers belong to no global.
  public let globals: [Global]
  /// False when a journal is missing, damaged or cut, so that there are more.
  public let isComplete: Bool

  /// A gap of `records` records, of which `globals` names those with a global.
  public init(records: Int, globals: [Global], isComplete: Bool) {
    self.records = records
    self.globals = globals
    self.isComplete = isComplete
  }

  /// Such as `14 records: ^PAT 9, ^VISIT 5`. At most eight globals are named.
  public var words: String {
    var text = (isComplete ? "" : "at least ") + counted(records, "record")
    if !globals.isEmpty {
      text += ": " + globals.prefix(8).map { "\($0.name) \($0.records)" }.joined(separator: ", ")
    }
    if globals.count > 8 { text += " and \(counted(globals.count - 8, "more global"))" }
    return text
  }
}
