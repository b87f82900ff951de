/// Everything this toolkit believes about the bytes of one family of journal files.
///
/// No other type holds a byte position. `JournalLayout.r1` is the built-in reference layout; it is
/// a reference choice (class R), not the vendor's format, which is unpublished.
public struct JournalLayout: Sendable, Hashable, Codable {
  /// A short name, such as `R1`.
  public var name: String
  /// Who found it and from what, in one sentence.
  public var provenance: String
  /// The first bytes of every file of the family.
  public var signature: [UInt8]
  public var header: HeaderLayout
  public var block: BlockLayout
  public var directory: DirectoryLayout
  public var record: RecordLayout

  public init(
    name: String, provenance: String, signature: [UInt8], header: HeaderLayout, block: BlockLayout,
    directory: DirectoryLayout, record: RecordLayout
  ) {
    self.name = name
    self.provenance = provenance
    self.signature = signature
    self.header = header
    self.block = block
    self.directory = directory
    self.record = record
  }
}

/// The file header in block 0. Field offsets count from the start of the file.
public struct HeaderLayout: Sendable, Hashable, Codable {
  /// Length of the header in bytes (8192, class D).
  public var size: Int
  public var versionMajor: Field
  public var versionMinor: Field
  public var headerLength: Field
  public var blockSize: Field
  public var firstDataBlock: Field
  public var flags: Field
  /// Bits of `flags`.
  public var mirrorFlag: UInt32
  public var closedFlag: UInt32
  public var encryptedFlag: UInt32
  public var fileCount: Field
  public var mirrorFileCount: Field
  public var switchReason: Field
  public var maximumSize: Field
  public var creationTime: Field
  public var endAddress: Field
  public var previousEnd: Field
  public var mirrorEnd: Field
  public var openTransactionFile: Field
  public var openTransactionOffset: Field
  public var openMirrorTransactionFile: Field
  public var openMirrorTransactionOffset: Field
  /// Offset of the first GUID: file, previous file, next file, mirror, system, session, 16 bytes each.
  public var guids: UInt16
  public var checksum: Field
  /// Offset of the strings: own name, previous path, next path, mirror name, reason, key id.
  public var strings: UInt16
  /// Width of the length before each string, in bytes.
  public var stringLengthWidth: UInt8
}

/// A block and the bytes that it begins with. Field offsets count from the start of the block.
public struct BlockLayout: Sendable, Hashable, Codable {
  /// 65536 bytes (class D).
  public var size: Int
  /// 16 bytes (class O: the first record stands at 131088).
  public var headerSize: Int
  /// Address of the block that holds the directory.
  public var directoryAddress: Int
  /// Address of the first data block: 131072 (class O).
  public var firstDataAddress: Int
  /// In-block offset of the first record that starts in the block; 0 if none does.
  public var firstRecord: Field
  public var flags: Field
  /// CRC-32C of the block with this field as zero; 0 while the block is being filled.
  public var checksum: Field
  /// Milliseconds since 1970-01-01 UTC.
  public var bufferTime: Field
}

/// The directory block and the entries of later `dirtab` records.
public struct DirectoryLayout: Sendable, Hashable, Codable {
  /// Width of the two entry counts, of an SFN, and of job and process ids, in bytes.
  public var numberWidth: UInt8
  /// Width of the length before each string, in bytes.
  public var stringLengthWidth: UInt8
}
