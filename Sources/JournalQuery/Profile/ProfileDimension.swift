/// What a profile counts by.
public enum ProfileDimension: String, Sendable, Hashable, CaseIterable {
  /// The global, or with a depth the global and its first subscripts.
  case global
  /// The database's directory.
  case database
  /// The process, or the job where the journal does not name its process.
  case process
  /// The record's type.
  case type
  /// The minute of the block's time: the operation happened then or later.
  case minute
  /// The hour of the block's time, as the profile's zone shows it.
  case hour
  /// The day of the block's time, as the profile's zone shows it.
  case day
  /// The journal file.
  case file

  /// Milliseconds of a stretch of time; nil for what is none.
  var duration: Int64? {
    switch self {
    case .minute: 60_000
    case .hour: 3_600_000
    case .day: 86_400_000
    default: nil
    }
  }

  /// Whether rows are stretches of time.
  public var isTime: Bool { duration != nil }
}

/// How a profile's rows are ordered; the greatest first, names from A to Z.
public enum ProfileOrder: String, Sendable, Hashable, CaseIterable {
  /// By the bytes charged.
  case bytes
  /// By the number of records.
  case records
  /// By the bytes a record.
  case average
  /// By the most that one record was charged.
  case largest
  /// By the number of SETs.
  case sets
  /// By the number of KILLs.
  case kills
  /// By the names; stretches of time from the earliest on.
  case name
}

/// What a profile counts.
public struct ProfileCounts: Sendable, Hashable {
  /// Visible records.
  public var records = 0
  /// Bytes charged as the vendor's profile charges them: from the end of the previous visible record
  /// to the end of this one (class O). Extension records, directory additions, block headers and
  /// padding fall to the record behind them; lost ranges to none.
  public var bytes = 0
  /// The most that one record was charged, in bytes.
  public var largest = 0
  /// Records that set a node.
  public var sets = 0
  /// Records that kill a node or a subtree.
  public var kills = 0

  /// Nothing counted yet.
  public init() {}

  /// Bytes a record, rounded down.
  public var average: Int { records > 0 ? bytes / records : 0 }

  /// Adds the counts of `other`; `largest` is the greater of the two.
  public mutating func add(_ other: ProfileCounts) {
    records &+= other.records
    bytes &+= other.bytes
    largest = max(largest, other.largest)
    sets &+= other.sets
    kills &+= other.kills
  }
}

/// One row of a profile.
public struct ProfileRow: Sendable, Hashable {
  /// A name for each of the profile's dimensions.
  public var names: [String]
  /// What was counted in all files.
  public var counts: ProfileCounts
  /// Counts in each of the profile's files, in their order.
  public var byFile: [ProfileCounts]
  /// The order of stretches of time; 0 where rows are none.
  var moment: Int64 = 0
}
