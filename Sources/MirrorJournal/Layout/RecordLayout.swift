/// A record's header and the fixed parts of its body. Field offsets count from the record's start
/// unless said otherwise.
public struct RecordLayout: Sendable, Hashable, Codable {
  /// Every record starts at a multiple of this (4, class O).
  public var alignment: Int
  /// Bytes before the key or body (24 in R2).
  public var headerSize: Int
  /// The longest record, in bytes.
  public var maximumLength: Int

  // Links. A layout knows one of these, or it cannot be walked.
  /// How long the record is, in units of `lengthUnit`; 0 where no record starts.
  public var length: Field
  /// Bytes in one unit of `length`.
  public var lengthUnit: UInt8 = 1
  /// How many bytes of the record `length` leaves out, such as those of its header.
  public var lengthOmits: UInt8 = 0
  /// Further numbers that are added to `length`, where the lengths of a record's parts are all that it
  /// says.
  public var lengthSecond: Field = .unknown
  /// See `lengthSecond`.
  public var lengthThird: Field = .unknown
  /// A record takes this multiple at least: what `length` leaves out as padding.
  public var lengthRounds: UInt8 = 1
  /// How long the record is that ends with this number, in units of `lengthUnit`: the offset counts from
  /// the number's own start, which is its width before the record's end.
  public var lengthAtEnd: Field = .unknown
  /// Address of the next record, in units of `linkUnit`; 0 in the last record of the file.
  public var nextAddress: Field = .unknown
  /// Distance back to the start of the previous record, in units of `linkUnit`; 0 for the first
  /// record of the file.
  public var distanceBack: Field
  /// Address of the previous record, in units of `linkUnit`; 0 in the first record of the file.
  public var previousAddress: Field = .unknown
  /// Bytes in one unit of the three links above.
  public var linkUnit: UInt8 = 1
  /// Whether a record goes on in the next block, behind that block's header.
  public var crossesBlocks = false

  // Header
  /// The operation's code, in the bits of `typeMask`.
  public var type: Field
  /// Which bits of `type` are the code.
  public var typeMask: UInt8 = 0xFF
  /// Bits, of which three have a meaning.
  public var flags: Field
  /// The key's collation; 5 is IRIS standard (class D).
  public var collation: Field
  /// How many values follow the key: 0, 1, or 2 for new then old.
  public var valueCount: Field
  /// The job, or with `jobIsProcess` the process.
  public var jobID: Field
  /// Whether `jobID` is the operating system's process id itself.
  public var jobIsProcess = false
  /// The system that asked for the operation; 0x40000000 is the local one (class O).
  public var remoteSystemID: Field
  /// The system file number of the database.
  public var sfn: Field
  /// Bits of `flags`.
  public var transactionFlag: UInt8
  /// Bit of `flags`: the record is marked as deleted.
  public var deletedFlag: UInt8
  /// Bit of `flags`: leading value bytes stand in extension records before (class R).
  public var continuedFlag: UInt8

  // Bodies with a key
  /// Length of the key. Unknown: only the name of a key is known.
  public var keyLength: Field
  /// What is added to `keyLength` to get the key's bytes.
  public var keyLengthExtra: Int16 = 0
  /// How many of the key's first bytes are the global's name. Unknown: the name ends before the
  /// first byte that no name can have.
  public var nameLength: Field
  /// Offset of the key's first byte.
  public var key: UInt16
  /// How the key's bytes spell a global reference.
  public var keyEncoding: KeyLayout
  /// Width of a value word, which follows the key; 0 if the values' place is not known.
  public var valueWordWidth: UInt8
  /// How many low bits of a value word hold the byte count; the rest is the storage code.
  public var valueCountBits: UInt8
  /// Whether a value word has its most significant byte first.
  public var valueWordIsBigEndian = false
  /// A value word starts at a multiple of this, counted from the record's start.
  public var valueAlignment: UInt8 = 1
  /// Whether a wide string's characters have their most significant byte first.
  public var wideStringsAreBigEndian = false
  /// Whether each value's bytes stand behind its word, instead of behind all words.
  public var valuesAreInterleaved = false

  // BitSET: offsets from the first multiple of `alignment` after the key
  /// The bit's position, counted from 1.
  public var bitPosition: Field
  /// Length of the bit string before, in bits.
  public var bitOldLength: Field
  /// The bit after.
  public var bitNew: Field
  /// The bit before.
  public var bitOld: Field

  // Marker
  /// The marker's id, signed; −1 is a backup (class D).
  public var markerID: Field
  /// The marker's number.
  public var markerSequence: Field
  /// Address of the previous marker; 0 if none.
  public var markerPrevious: Field
  /// Bytes of the text, which follows.
  public var markerTextLength: Field

  // Transactions, netsyn, dirtab, extension
  /// The level of a transaction that begins or ends.
  public var transactionLevel: Field
  /// Length of a netsyn record's bytes, which follow.
  public var netsynLength: Field
  /// What a `dirtab` record adds: 1 a database, 2 a job (class R).
  public var dirtabKind: Field
  /// Offset of the directory entry in a `dirtab` record.
  public var dirtabEntry: UInt16
  /// Payload bytes of an extension record, which follow (class R).
  public var extensionLength: Field
}

extension RecordLayout {
  /// Nothing known: what calibration and layout files start from.
  public static let unknown = RecordLayout(
    alignment: 4, headerSize: 0, maximumLength: 0, length: .unknown, distanceBack: .unknown,
    type: .unknown, flags: .unknown, collation: .unknown, valueCount: .unknown, jobID: .unknown,
    remoteSystemID: .unknown, sfn: .unknown, transactionFlag: 0, deletedFlag: 0, continuedFlag: 0,
    keyLength: .unknown, nameLength: .unknown, key: 0, keyEncoding: KeyLayout(),
    valueWordWidth: 0, valueCountBits: 32, bitPosition: .unknown, bitOldLength: .unknown,
    bitNew: .unknown, bitOld: .unknown, markerID: .unknown, markerSequence: .unknown,
    markerPrevious: .unknown, markerTextLength: .unknown, transactionLevel: .unknown,
    netsynLength: .unknown, dirtabKind: .unknown, dirtabEntry: 0, extensionLength: .unknown)

  /// Whether a record says whether it is part of a transaction.
  public var knowsTransaction: Bool { flags.isKnown && transactionFlag != 0 }

  /// Whether the place of keys is known.
  public var knowsKeys: Bool { key != 0 }

  /// Whether the place and the number of values are known.
  public var knowsValues: Bool {
    valueWordWidth != 0 && valueCount.isKnown && keyLength.isKnown && knowsKeys
  }

  /// The least multiple of `alignment` that is not below `count`, in bytes.
  public func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// Whether a record points to the one before it.
  public var knowsPrevious: Bool { distanceBack.isKnown || previousAddress.isKnown }

  /// Whether records lead to the one before only: where they start is found from the last one on.
  public var leadsBack: Bool { !length.isKnown && !nextAddress.isKnown }

  /// Whether a walk goes from start to start over blocks' edges, instead of block by block.
  @usableFromInline var walksAcross: Bool { crossesBlocks || leadsBack }

  /// Whether the body of a record of `type` that has no values is known.
  public func knowsBody(of type: RecordType) -> Bool {
    if type.isTransactionControl { return transactionLevel.isKnown }
    return switch type {
    case .bitSet: bitPosition.isKnown
    case .marker: markerTextLength.isKnown
    case .netsyn: netsynLength.isKnown
    case .extension: extensionLength.isKnown
    case .dirtab: dirtabKind.isKnown
    default: true
    }
  }
}
