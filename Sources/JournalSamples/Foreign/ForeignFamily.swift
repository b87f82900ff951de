public import MirrorJournal

/// A made-up family of journal files whose bytes stand elsewhere than in R2: what calibration is
/// tested with. None of them is the vendor's.
///
/// A family is described here and written by `ForeignJournal`; neither knows `JournalLayout`, so
/// that a mistake in reading cannot hide in writing.
public struct ForeignFamily: Sendable {
  /// How a record tells where the next one starts.
  public enum Forward: Sendable {
    /// Its length in units of `unit` bytes, `omits` bytes of the record not counted.
    case length(at: Int, width: Int, unit: Int, omits: Int)
    /// The next record's address in units of `unit` bytes.
    case next(at: Int, width: Int, unit: Int)
  }

  /// How a record tells where the previous one starts.
  public enum Backward: Sendable {
    /// It does not: records can be walked forwards only.
    case none
    /// The distance to it in units of `unit` bytes.
    case distance(at: Int, width: Int, unit: Int)
    /// Its address in units of `unit` bytes.
    case previous(at: Int, width: Int, unit: Int)
  }

  /// How a key is spelled.
  public enum Key: Sendable {
    /// A way that a layout can say.
    case marked(KeyLayout)
    /// Each subscript as its kind, its length and its text: a form that no layout can say.
    case counted
  }

  /// A number in a record's header: its offset and its width in bytes.
  public struct Place: Sendable {
    /// Bytes from the start of the header that the number stands in.
    public var at: Int
    /// Bytes of the number.
    public var width: Int

    /// The number of `width` bytes at offset `at`.
    public init(_ at: Int, _ width: Int) {
      self.at = at
      self.width = width
    }
  }

  /// A short name for tests and file names.
  public var name: String
  /// The first bytes of every file of the family.
  public var signature: [UInt8]
  /// Whether numbers have their most significant byte first.
  public var isBigEndian = false
  /// Bytes of the file's header.
  public var fileHeaderSize = 8192
  /// Address at which the first block begins.
  public var dataStart = 131_072
  /// Bytes of a block, its header included.
  public var blockSize = 65_536
  /// Bytes at the head of each block before its records.
  public var blockHeaderSize = 16
  /// Where a block says at which offset its first record starts.
  public var firstRecord: Place?
  /// Where a block says when its buffer was taken, and how.
  public var time: (place: Place, form: TimeForm)?
  /// Where a block keeps the CRC-32C of its bytes.
  public var checksum: Int?
  /// Every record starts at a multiple of this.
  public var alignment = 4
  /// How a record leads to the next one.
  public var forward: Forward
  /// How a record leads to the previous one.
  public var backward: Backward = .none
  /// Whether a record goes on behind the next block's header; if not, a block's rest is zero.
  public var crossesBlocks = false
  /// Bytes of a record before its key or body.
  public var recordHeaderSize: Int
  /// The type code, after `codes`.
  public var type: Place
  /// The family's code for a documented one; others are written as they are.
  public var codes: [UInt8: UInt8] = [:]
  /// The number that holds the transaction flag.
  public var flags: Place
  /// Which bit of `flags`, counted from the lowest.
  public var transactionBit: Int
  /// Whether a bit of the type's byte is the flag, so that the code has the others.
  public var flagIsInType = false
  /// The job, or with `jobIsProcess` the operating system's process id.
  public var job: Place
  /// Whether `job` holds a process id instead of a job id.
  public var jobIsProcess = false
  /// The database's number.
  public var sfn: Place
  /// The remote system's id; nil where the family has none.
  public var remote: Place?
  /// The key's collation; nil where the family has none.
  public var collation: Place?
  /// How many values follow the key; nil where the family does not say.
  public var valueCount: Place?
  /// The key's bytes plus `keyLengthBias`; nil where the family does not say.
  public var keyLength: Place?
  /// Added to the key's bytes to get the number that is stored.
  public var keyLengthBias = 0
  /// The bytes of the global's name; nil where a mark ends the name.
  public var nameLength: Place?
  /// Offset of the key's first byte in the record.
  public var keyOffset: Int
  /// How the key is spelled.
  public var key: Key
  /// Bytes of the word that gives a value's length.
  public var valueWidth = 4
  /// A value's word starts at a multiple of this, counted from the record's start.
  public var valueAlignment = 1
  /// Whether each value's bytes follow its word, instead of all words.
  public var valuesInterleaved = false
  /// Bytes of the header of records without a node, where that is shorter.
  public var shortHeaderSize: Int?
  /// Bytes behind the values that are neither: a checksum of them.
  public var bytesBehindValues = 0
  /// Whether the four highest bits of a value's word say how it is stored; wide strings then have the
  /// family's order of bytes.
  public var marksStorage = false
  /// Where the file header keeps the address behind the last record.
  public var endAddress: Place?
}

extension ForeignFamily {
  /// Families that differ in everything that a layout can express.
  public static let all: [ForeignFamily] = [
    bigEndianWords, absoluteLinks, smallBlocks, crossing, contiguous, packedFlags, shortened,
  ]

  private static func documentedCodes(adding number: UInt8) -> [UInt8: UInt8] {
    var codes: [UInt8: UInt8] = [:]
    for code in (4...21 as ClosedRange<UInt8>) { codes[code] = code + number }
    codes[134] = 134 - number
    return codes
  }

  /// Most significant byte first, lengths and distances in words of four bytes.
  public static let bigEndianWords = ForeignFamily(
    name: "big-endian-words", signature: Array("JRNBE\u{2}\0\0".utf8), isBigEndian: true,
    firstRecord: Place(4, 4), time: (Place(8, 8), .milliseconds),
    forward: .length(at: 4, width: 2, unit: 4, omits: 0),
    backward: .distance(at: 6, width: 2, unit: 4), recordHeaderSize: 28, type: Place(0, 1),
    flags: Place(1, 1), transactionBit: 6, job: Place(8, 4), sfn: Place(12, 2),
    remote: Place(16, 4), collation: Place(14, 1), valueCount: Place(15, 1),
    keyLength: Place(20, 2), nameLength: Place(22, 2), keyOffset: 28, key: .marked(.observed))

  /// The addresses of both neighbours, process ids, a name that ends with a zero byte.
  public static let absoluteLinks = ForeignFamily(
    name: "absolute-links", signature: Array("CJNL4.1\n".utf8), blockHeaderSize: 32,
    time: (Place(16, 4), .seconds),
    forward: .next(at: 8, width: 4, unit: 1), backward: .previous(at: 4, width: 4, unit: 1),
    recordHeaderSize: 36, type: Place(12, 1), codes: documentedCodes(adding: 40),
    flags: Place(14, 2),
    transactionBit: 9, job: Place(16, 4), jobIsProcess: true, sfn: Place(20, 1),
    remote: Place(24, 4), valueCount: Place(21, 1), keyLength: Place(28, 2), keyOffset: 36,
    key: .marked(marks(end: 0, string: 0x02, number: 0x60)), valuesInterleaved: true)

  /// Blocks of 8 KB, records at multiples of 8, a checksum, no link back.
  public static let smallBlocks = ForeignFamily(
    name: "small-blocks", signature: [0x4A, 0x8F, 0x00, 0x17, 0x01, 0x00], dataStart: 8192,
    blockSize: 8192, blockHeaderSize: 24, firstRecord: Place(0, 2),
    time: (Place(16, 8), .horolog), checksum: 4, alignment: 8,
    forward: .length(at: 0, width: 4, unit: 1, omits: 24), recordHeaderSize: 24, type: Place(5, 1),
    codes: [6: 83, 7: 75, 134: 73, 4: 66, 5: 67, 8: 100, 9: 90, 14: 98], flags: Place(4, 1),
    transactionBit: 0, job: Place(8, 2), sfn: Place(10, 2), collation: Place(12, 1),
    valueCount: Place(13, 1), keyLength: Place(14, 2), nameLength: Place(6, 1), keyOffset: 24,
    key: .marked(marks(end: -1, string: 0x01, number: 0xC0)), valueAlignment: 4)

  /// Records that go on behind the next block's header.
  public static let crossing = ForeignFamily(
    name: "crossing", signature: Array("XJR1".utf8), firstRecord: Place(8, 4),
    time: (Place(0, 8), .milliseconds),
    forward: .length(at: 0, width: 4, unit: 1, omits: 0),
    backward: .previous(at: 12, width: 4, unit: 4), crossesBlocks: true, recordHeaderSize: 32,
    type: Place(4, 1), flags: Place(6, 1), transactionBit: 3, job: Place(16, 4),
    sfn: Place(20, 2), valueCount: Place(5, 1), keyLength: Place(24, 4), keyLengthBias: 2,
    nameLength: Place(22, 1), keyOffset: 32, key: .counted, endAddress: Place(72, 8))

  /// One record behind the other from the file's header on; nothing else.
  public static let contiguous = ForeignFamily(
    name: "contiguous", signature: Array("JLOG-BE\0".utf8), isBigEndian: true, dataStart: 65_536,
    blockHeaderSize: 0, forward: .length(at: 12, width: 4, unit: 1, omits: 0),
    backward: .distance(at: 16, width: 4, unit: 1), crossesBlocks: true, recordHeaderSize: 24,
    type: Place(10, 2), codes: documentedCodes(adding: 100), flags: Place(8, 1), transactionBit: 4,
    job: Place(4, 4), jobIsProcess: true, sfn: Place(0, 4), valueCount: Place(9, 1),
    keyLength: Place(20, 2), nameLength: Place(22, 1), keyOffset: 24,
    key: .marked(marks(end: -1, string: 0xF0, number: 0x40)), endAddress: Place(40, 4))

  /// The transaction flag in the byte of the type, numbers of two bytes.
  public static let packedFlags = ForeignFamily(
    name: "packed-flags", signature: Array("PJ\u{1}\u{9}".utf8), blockSize: 32_768,
    blockHeaderSize: 8, time: (Place(0, 4), .seconds),
    forward: .length(at: 2, width: 2, unit: 2, omits: 0),
    backward: .distance(at: 4, width: 2, unit: 2), recordHeaderSize: 20, type: Place(0, 1),
    codes: [134: 60],
    flags: Place(0, 1), transactionBit: 7, flagIsInType: true, job: Place(8, 2), sfn: Place(10, 1),
    valueCount: Place(11, 1), keyLength: Place(14, 2), nameLength: Place(16, 2), keyOffset: 20,
    key: .marked(marks(end: -1, string: 0xA1, number: 0x80)), valueWidth: 2)

  /// R2's order with a shorter header and the key further behind.
  public static let shortened = ForeignFamily(
    name: "shortened", signature: Array("IJ25\u{1}\0".utf8), blockHeaderSize: 12,
    firstRecord: Place(10, 2), time: (Place(4, 4), .seconds),
    forward: .length(at: 0, width: 4, unit: 1, omits: 0),
    backward: .distance(at: 4, width: 4, unit: 1), recordHeaderSize: 24, type: Place(8, 1),
    flags: Place(9, 1), transactionBit: 2, job: Place(12, 2), sfn: Place(14, 1),
    collation: Place(15, 1), valueCount: Place(10, 1), keyLength: Place(16, 2),
    nameLength: Place(18, 2), keyOffset: 24,
    key: .marked(marks(end: 0xFF, string: 0x10, number: 0x90)),
    valueAlignment: 2, endAddress: Place(64, 4))

  private static func marks(end: Int16, string: UInt8, number: UInt8) -> KeyLayout {
    var layout = KeyLayout.decimal
    layout.nameEnd = end
    layout.strings.mark = Int16(string)
    layout.strings.utf8Mark = Int16(string &+ 1)
    layout.numbers.zero = number
    layout.numbers.positiveBase = number
    layout.numbers.negativeBase = number
    return layout
  }
}
