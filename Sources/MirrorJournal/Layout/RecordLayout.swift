/// A record's header and the fixed parts of its body. Field offsets count from the record's start
/// unless said otherwise.
public struct RecordLayout: Sendable, Hashable, Codable {
  /// Every record starts at a multiple of this (4, class O).
  public var alignment: Int
  public var headerSize: Int
  /// The longest record, in bytes.
  public var maximumLength: Int

  // Header
  public var length: Field
  /// Distance back to the start of the previous record; 0 for the first record of the file.
  public var distanceBack: Field
  public var type: Field
  public var flags: Field
  public var collation: Field
  public var valueCount: Field
  public var jobID: Field
  public var remoteSystemID: Field
  public var sfn: Field
  /// Bits of `flags`.
  public var transactionFlag: UInt8
  public var deletedFlag: UInt8
  public var continuedFlag: UInt8

  // Bodies with a key
  public var keyLength: Field
  /// How many of the key's first bytes are the global's name.
  public var nameLength: Field
  /// Offset of the key's first byte.
  public var key: UInt16
  /// How the key's bytes spell a global reference.
  public var keyEncoding: KeyLayout
  /// Width of a value word, which follows the key without alignment.
  public var valueWordWidth: UInt8
  /// How many low bits of a value word hold the byte count; the rest is the storage code.
  public var valueCountBits: UInt8

  // BitSET: offsets from the first multiple of `alignment` after the key
  public var bitPosition: Field
  public var bitOldLength: Field
  public var bitNew: Field
  public var bitOld: Field

  // Marker
  public var markerID: Field
  public var markerSequence: Field
  public var markerPrevious: Field
  public var markerTextLength: Field

  // Transactions, netsyn, dirtab, extension
  public var transactionLevel: Field
  public var netsynLength: Field
  public var dirtabKind: Field
  /// Offset of the directory entry in a `dirtab` record.
  public var dirtabEntry: UInt16
  public var extensionLength: Field
}
