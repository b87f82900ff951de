/// A made-up family of journal files that differs from R2 in its structure, not only in where numbers
/// stand: what discovery is tested with. None of them is the vendor's.
///
/// Nothing here knows `JournalLayout` or how discovery searches.
public struct StructuralFamily: Sendable {
  /// How a record leads to another.
  public enum Lead: Sendable {
    /// Its length, padding included, in units, without `omits` bytes.
    case length(at: Int, width: Int, unit: Int, omits: Int)
    /// Its length without the padding that follows, and without `omits` bytes.
    case unpadded(at: Int, width: Int, omits: Int)
    /// The next record's address.
    case next(at: Int, width: Int)
    /// Nothing but the lengths of its parts.
    case parts
    /// Its length stands in its last bytes.
    case endLength(width: Int, unit: Int)
    /// Only the distance to the record before.
    case onlyBack
  }

  /// A second link.
  public enum Back: Sendable {
    case none
    case distance(at: Int, width: Int, unit: Int)
    case address(at: Int, width: Int)
  }

  /// What the link back of a block's first record says.
  public enum FirstBack: Sendable { case previous, zero, blockHeader }

  /// What stands between a block's last record and its end.
  public enum Fill: Sendable {
    case zeros
    /// A record of this code and no content.
    case record(UInt8)
    /// The last record is as long as there is room.
    case stretched
    /// Bytes of an older file; a number in the block's header counts the used ones.
    case stale(used: ForeignFamily.Place)
  }

  /// How a key is spelled.
  public enum Key: Sendable {
    /// As `KEYS.md` observed it.
    case observed
    /// Each subscript as kind, length and text.
    case counted
    /// As observed, without the bytes that the key before in the block begins with, too.
    case shared(count: ForeignFamily.Place)
  }

  public var name: String
  public var signature: [UInt8]
  public var isBigEndian = false
  public var dataStart = 131_072
  public var blockSize = 65_536
  public var blockHeaderSize = 16
  /// Bytes at each block's end that are no record's: a checksum and a number.
  public var trailerSize = 0
  /// Bytes of zeros before the first record of all.
  public var startGap = 0
  public var alignment = 4
  public var crossesBlocks = false
  public var lead: Lead
  public var back = Back.none
  public var firstBack = FirstBack.previous
  public var fill = Fill.zeros
  public var headerSize: Int
  /// The header of records without a node.
  public var shortHeaderSize: Int?
  public var type: ForeignFamily.Place
  public var flags: ForeignFamily.Place
  public var job: ForeignFamily.Place
  public var sfn: ForeignFamily.Place
  public var keyLength: ForeignFamily.Place
  public var nameLength: ForeignFamily.Place?
  /// Where the header keeps the lengths of two values; without, each stands in a word before it.
  public var valueLengths: [ForeignFamily.Place] = []
  public var key = Key.observed
  public var valuesBeforeKey = false
  /// Whether a record that no listing shows stands behind each tenth one.
  public var hasInternalRecords = false
  /// Where a block says when it was begun, in seconds.
  public var time: ForeignFamily.Place?
}
