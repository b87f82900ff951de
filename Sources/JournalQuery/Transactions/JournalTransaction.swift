public import MirrorJournal

/// One transaction, put together from the records of one job on one system.
public struct JournalTransaction: Sendable, Hashable {
  /// How it ended.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Its commit is recorded.
    case committed
    /// Its rollback is recorded.
    case rolledBack
    /// The files end before it does: purging must keep them from its start on.
    case open
    /// The job begins another transaction, and no end of this one is recorded.
    case unfinished
  }

  /// A record in one of the files that were read.
  public struct Position: Sendable, Hashable {
    /// Index of the file, in the order in which the files were read.
    public var file: Int
    /// The record's address in that file.
    public var address: JournalAddress

    /// The record at `address` of the file with this index.
    public init(file: Int, address: JournalAddress) {
      self.file = file
      self.address = address
    }
  }

  /// The job that ran it.
  public let jobID: UInt32
  /// The raw remote system id.
  public let remoteSystemID: UInt32
  /// Nil when the journal does not name the job's process.
  public let processID: UInt32?
  /// How it ended.
  public internal(set) var state = State.open
  /// The first record of it that is there.
  public let start: Position
  /// Its last record that is there.
  public internal(set) var end: Position
  /// Whether `start` is its beginning; otherwise it began before the files that were read.
  public let hasBeginning: Bool
  /// Block times of the first and the last record: they were not made earlier (class D).
  /// Nil when the layout does not know the blocks' times.
  public let startTime: Timestamp?
  /// The last record's block time.
  public internal(set) var endTime: Timestamp?
  /// Its records, those that begin and end it included.
  public internal(set) var records = 0
  /// Bytes charged to its records, as in `ProfileCounts`.
  public internal(set) var bytes = 0
  /// Records of it that set a node.
  public internal(set) var sets = 0
  /// Records of it that kill a node or a subtree.
  public internal(set) var kills = 0
  /// The deepest level of nesting; 1 is not nested.
  public internal(set) var deepestLevel = 1
  /// Whether data were lost while it was open: records of it may be missing, an end and another
  /// beginning among them.
  public internal(set) var hasGap = false

  /// Milliseconds from the first to the last block time; negative when the clock was set back, nil when
  /// times are not known.
  public var duration: Int64? {
    guard let startTime, let endTime else { return nil }
    let (duration, overflow) = endTime.milliseconds
      .subtractingReportingOverflow(startTime.milliseconds)
    return overflow ? 0 : duration
  }
}

/// How transactions are ordered; longest and largest first.
public enum TransactionOrder: String, Sendable, Hashable, CaseIterable {
  /// In the order in which they begin.
  case start
  /// By `duration`.
  case duration
  /// By the number of their records.
  case records
  /// By the bytes charged to them.
  case bytes
}

/// How many transactions ended how.
public struct TransactionSummary: Sendable, Hashable {
  /// With a recorded commit.
  public internal(set) var committed = 0
  /// With a recorded rollback.
  public internal(set) var rolledBack = 0
  /// Not over at the end of the files.
  public internal(set) var open = 0
  /// Without an end, although their job began another one.
  public internal(set) var unfinished = 0
  /// Where the first transaction that is still open begins.
  public internal(set) var oldestOpen: JournalTransaction?

  /// What is beyond the transactions that can be followed at the same time.
  public internal(set) var rest = Rest()

  /// Records of transactions that were not followed, because as many others were open as are followed.
  public struct Rest: Sendable, Hashable {
    /// Transactions that begin among them. Whether they ended is not known.
    public internal(set) var beginnings = 0
    /// The records; those that match, when there is a filter.
    public internal(set) var records = 0
    /// Bytes charged to the records.
    public internal(set) var bytes = 0
    /// The first of the records.
    public internal(set) var start: JournalTransaction.Position?

    mutating func take(
      _ record: borrowing Record, at position: JournalTransaction.Position, charge: Int
    ) {
      if record.type == .beginTransaction { beginnings += 1 }
      records += 1
      bytes += charge
      if start == nil { start = position }
    }
  }

  /// All of them that were followed.
  public var total: Int { committed + rolledBack + open + unfinished }

  mutating func count(_ transaction: JournalTransaction) {
    switch transaction.state {
    case .committed: committed += 1
    case .rolledBack: rolledBack += 1
    case .unfinished: unfinished += 1
    case .open:
      open += 1
      let isOlder = oldestOpen.map { transaction.start < $0.start } ?? true
      if isOlder { oldestOpen = transaction }
    }
  }
}

extension JournalTransaction.Position: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.file, left.address) < (right.file, right.address)
  }
}
