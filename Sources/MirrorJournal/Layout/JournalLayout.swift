/// Everything this toolkit believes about the bytes of one family of journal files.
///
/// No other type holds a byte position. `JournalLayout.r2` is the built-in reference layout; it is
/// a reference choice (class R), not the vendor's format, which is unpublished.
public struct JournalLayout: Sendable, Hashable, Codable {
  /// A short name, such as `R2`.
  public var name: String
  /// Who found it and from what, in one sentence.
  public var provenance: String
  /// The first bytes of every file of the family.
  public var signature: [UInt8]
  /// The file's header.
  public var header: HeaderLayout
  /// Blocks and what they begin with.
  public var block: BlockLayout
  /// The tables of databases and jobs.
  public var directory: DirectoryLayout
  /// Records: links, fixed fields and bodies.
  public var record: RecordLayout
  /// What the codes of `record.type` mean. Empty: they are the vendor's documented codes.
  public var typeCodes: [TypeCode]

  /// A layout of these parts; whether it makes sense is not checked here.
  public init(
    name: String, provenance: String, signature: [UInt8], header: HeaderLayout, block: BlockLayout,
    directory: DirectoryLayout, record: RecordLayout, typeCodes: [TypeCode] = []
  ) {
    self.name = name
    self.provenance = provenance
    self.signature = signature
    self.header = header
    self.block = block
    self.directory = directory
    self.record = record
    self.typeCodes = typeCodes
  }

  /// Nothing known but the documented sizes: a header of 8192 bytes, blocks of 65536 bytes, data
  /// from 131072 on (class D and O). What calibration and layout files start from.
  public static let unknown = JournalLayout(
    name: "", provenance: "", signature: [], header: .unknown, block: .unknown,
    directory: DirectoryLayout(numberWidth: 0, stringLengthWidth: 0), record: .unknown)
}

/// One code of a family's record types, and the operation it stands for.
public struct TypeCode: Sendable, Hashable, Codable {
  /// The number in the file, `typeMask` applied.
  public var code: UInt8
  /// The vendor's documented number of the operation.
  public var type: UInt8

  /// The family's `code` for an operation.
  public init(code: UInt8, type: RecordType) {
    self.code = code
    self.type = type.rawValue
  }
}

/// The file header in block 0. Field offsets count from the start of the file.
public struct HeaderLayout: Sendable, Hashable, Codable {
  /// Length of the header in bytes (8192, class D).
  public var size: Int
  /// Version of the layout.
  public var versionMajor: Field
  /// Revision of the layout.
  public var versionMinor: Field
  /// Bytes of the header, as the file says it.
  public var headerLength: Field
  /// Bytes of a block, as the file says it.
  public var blockSize: Field
  /// Address of the first data block, as the file says it.
  public var firstDataBlock: Field
  /// Bits, of which three have a meaning.
  public var flags: Field
  /// Bits of `flags`. Without a bit for it, a file with an end address is closed.
  public var mirrorFlag: UInt32
  /// Set once `endAddress` is valid.
  public var closedFlag: UInt32
  /// Set when the records' bytes are encrypted.
  public var encryptedFlag: UInt32
  /// The instance's count of journal files.
  public var fileCount: Field
  /// The `#7` of the logs; 0 if not a mirror journal.
  public var mirrorFileCount: Field
  /// Code of the reason for the switch to this file.
  public var switchReason: Field
  /// The size that triggers a switch, in bytes.
  public var maximumSize: Field
  /// When the file was begun, in the form `timeForm`.
  public var creationTime: Field
  /// How `creationTime` is written.
  public var timeForm: TimeForm = .milliseconds
  /// The address just past the last record; 0 while active.
  public var endAddress: Field
  /// The end address of the previous file.
  public var previousEnd: Field
  /// The mirror's end address.
  public var mirrorEnd: Field
  /// Of the minimal open transaction: the file count.
  public var openTransactionFile: Field
  /// Of the minimal open transaction: the address in that file.
  public var openTransactionOffset: Field
  /// Of the mirror's minimal open transaction: the file count.
  public var openMirrorTransactionFile: Field
  /// Of the mirror's minimal open transaction: the address in that file.
  public var openMirrorTransactionOffset: Field
  /// Offsets of the GUIDs, 16 bytes each, in this order: file, previous file, next file, mirror,
  /// system, session. 0: not known.
  public var guids: [UInt16]
  /// Whether the first three groups of a GUID are numbers in little-endian order.
  public var guidsAreMixedEndian = false
  /// CRC-32C of the header with this field as zero (class R).
  public var checksum: Field
  /// Offset of the strings: own name, previous path, next path, mirror name, reason, key id. 0: not
  /// known.
  public var strings: UInt16
  /// Width of the length before each string, in bytes.
  public var stringLengthWidth: UInt8

  /// Nothing known but its size (class D).
  public static let unknown = HeaderLayout(
    size: 8192, versionMajor: .unknown, versionMinor: .unknown, headerLength: .unknown,
    blockSize: .unknown, firstDataBlock: .unknown, flags: .unknown, mirrorFlag: 0, closedFlag: 0,
    encryptedFlag: 0, fileCount: .unknown, mirrorFileCount: .unknown, switchReason: .unknown,
    maximumSize: .unknown, creationTime: .unknown, endAddress: .unknown, previousEnd: .unknown,
    mirrorEnd: .unknown, openTransactionFile: .unknown, openTransactionOffset: .unknown,
    openMirrorTransactionFile: .unknown, openMirrorTransactionOffset: .unknown,
    guids: [0, 0, 0, 0, 0, 0], checksum: .unknown, strings: 0, stringLengthWidth: 0)

  /// Whether the header says where the data end.
  var knowsEnd: Bool { endAddress.isKnown }
}

/// How a moment is written as one number.
public enum TimeForm: String, Sendable, Hashable, Codable, CaseIterable {
  /// Milliseconds since 1970-01-01.
  case milliseconds
  /// Seconds since 1970-01-01.
  case seconds
  /// `$HOROLOG` in eight bytes: the low half counts days since 1840-12-31, the high half seconds of
  /// the day.
  case horolog

  /// The moment that `number` stands for.
  public func timestamp(_ number: UInt64) -> Timestamp {
    switch self {
    case .milliseconds: return Timestamp(milliseconds: Int64(bitPattern: number))
    case .seconds:
      return Timestamp(milliseconds: Int64(truncatingIfNeeded: number & 0xFF_FFFF_FFFF) * 1000)
    case .horolog:
      let days = Int64(number & 0xFFFF_FFFF) - Self.horologDayOf1970
      return Timestamp(milliseconds: (days * 86_400 + Int64(number >> 32)) * 1000)
    }
  }

  /// The number that stands for `time`.
  public func number(_ time: Timestamp) -> UInt64 {
    let seconds = time.milliseconds / 1000
    switch self {
    case .milliseconds: return UInt64(bitPattern: time.milliseconds)
    case .seconds: return UInt64(bitPattern: seconds)
    case .horolog:
      let days = seconds / 86_400
      let inDay = UInt64(clamping: seconds - days * 86_400)
      return UInt64(clamping: days + Self.horologDayOf1970) | inDay << 32
    }
  }

  /// `$HOROLOG` of 1970-01-01.
  private static let horologDayOf1970: Int64 = 47_117
}

/// A block and the bytes that it begins with. Field offsets count from the start of the block.
public struct BlockLayout: Sendable, Hashable, Codable {
  /// 65536 bytes (class D).
  public var size: Int
  /// 16 bytes (class O: the first record stands at 131088).
  public var headerSize: Int
  /// Bytes at each block's end that are no record's.
  public var trailerSize: Int = 0
  /// In-block offset behind the block's last record, where other bytes than zeros follow; 0 in a block
  /// that does not say it.
  public var usedLength: Field = .unknown
  /// Address of the first record, where it does not stand behind the header of the first block (131312
  /// was observed, class O); 0: it does.
  public var firstRecordAddress: Int = 0
  /// Address of the block that holds the directory.
  public var directoryAddress: Int
  /// Address of the first data block: 131072 (class O).
  public var firstDataAddress: Int
  /// In-block offset of the first record that starts in the block; 0 if none does.
  public var firstRecord: Field
  /// Reserved; 0 in R2.
  public var flags: Field
  /// CRC-32C of the block with this field as zero; 0 while the block is being filled.
  public var checksum: Field
  /// When the block's buffer was taken.
  public var bufferTime: Field
  /// How `bufferTime` is written.
  public var timeForm: TimeForm = .milliseconds

  /// When the buffer of `block` was taken; nil where the layout does not know the place, or the bytes
  /// end before.
  public func time(of block: RawSpan) -> Timestamp? {
    block.load(bufferTime).map(timeForm.timestamp)
  }

  /// Nothing known but the documented size and the first data block.
  public static let unknown = BlockLayout(
    size: 65536, headerSize: 0, directoryAddress: 0, firstDataAddress: 131_072,
    firstRecord: .unknown, flags: .unknown, checksum: .unknown, bufferTime: .unknown)
}

/// The directory block and the entries of later `dirtab` records.
public struct DirectoryLayout: Sendable, Hashable, Codable {
  /// Width of the two entry counts, of an SFN, and of job and process ids, in bytes; 0 if the
  /// directory is not known.
  public var numberWidth: UInt8
  /// Width of the length before each string, in bytes.
  public var stringLengthWidth: UInt8
}
