public import MirrorJournal

/// The same mirror journal file on two members, compared.
public struct MemberComparison: Sendable, Hashable {
  /// A header field that has to agree and does not.
  public struct FieldDifference: Sendable, Hashable {
    /// The field's name in lowerCamelCase, as in NDJSON.
    public let field: String
    /// The first file's, as text.
    public let left: String
    /// The second file's, as text.
    public let right: String
  }

  /// A record that differs, or that only one of the files has.
  public struct RecordDifference: Sendable, Hashable {
    /// How the record differs.
    public enum Kind: String, Sendable {
      /// Both files have a record there and the two differ, or only one of them has one.
      case differs, onlyInFirst, onlyInSecond
    }

    /// How the record differs.
    public let kind: Kind
    /// Where it starts, in bytes.
    public let address: JournalAddress
    /// Its operation.
    public let type: RecordType
    /// The global reference, or nil when the record has none or it does not decode.
    public let global: String?
    /// What differs: `type`, `length`, `transaction`, `job`, `remoteSystem`, `database`, `global`,
    /// `newValue`, `oldValue`, `body`; empty unless both have the record.
    public let fields: [String]
  }

  /// The fields of the headers that differ.
  public internal(set) var headerDifferences: [FieldDifference] = []
  /// The first differences by address, at most `limit`.
  public internal(set) var differences: [RecordDifference] = []
  /// Records at the same address that differ.
  public internal(set) var differingRecords = 0
  /// Records that the second file lacks.
  public internal(set) var onlyInFirst = 0
  /// Records that the first file lacks.
  public internal(set) var onlyInSecond = 0
  /// Blocks that have the same bytes in both files; with `trustsChecksums`, the same checksum.
  public internal(set) var equalBlocks = 0
  /// Blocks whose records were compared one by one.
  public internal(set) var blocksCompared = 0
  /// Damage met while records were compared.
  public internal(set) var damage: [IntegrityFinding] = []

  /// Whether both files hold the same records, as far as they could be read.
  public var isEqual: Bool {
    headerDifferences.isEmpty && differingRecords == 0 && onlyInFirst == 0 && onlyInSecond == 0
      && damage.isEmpty
  }
}

extension IntegrityCheck {
  /// Compares the same mirror file on two members, such as a plain and a compressed copy.
  ///
  /// Blocks of equal bytes are equal; the records of all others are compared by address. O(bytes).
  ///
  /// - Parameters:
  ///   - first: the file on one member.
  ///   - second: the file on the other.
  ///   - limit: how many differing records are described; all are counted.
  ///   - trustsChecksums: takes blocks with equal stored checksums as equal without reading them.
  ///     O(number of blocks), for two files of which each has passed an integrity check.
  /// - Throws: `JournalError` when a file cannot be read, or the two have different layouts.
  public static func compare(
    _ first: Journal, _ second: Journal, limit: Int = 20, trustsChecksums: Bool = false
  ) throws -> MemberComparison {
    guard first.layout.block.size == second.layout.block.size,
      first.layout.record == second.layout.record
    else {
      throw JournalError(
        .badLayout, "the layout is not that of \(second.path)", in: first.path,
        advice: "only files of one layout can be compared")
    }
    var comparer = MemberComparer(first: first, second: second, limit: limit)
    comparer.compareHeaders()
    try comparer.compareBlocks(trustsChecksums: trustsChecksums)
    return comparer.result
  }
}
