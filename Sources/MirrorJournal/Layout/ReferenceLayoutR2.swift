extension JournalLayout {
  /// Reference layout R2: little-endian, for the family before IRIS 2025.1.
  ///
  /// Its framing (headers, links) is our choice (class R) that reproduces every published address and
  /// record size (class O). Keys, `$LIST` values and bit strings are as InterSystems' engine was
  /// observed to hold them (class O); nobody has shown that a journal does. The vendor's own bytes are
  /// unpublished.
  public static let r2 = JournalLayout(
    name: "R2",
    provenance: "reference layout of mirror-journal; not the vendor's format",
    signature: Array("MJRNLR2\0".utf8),
    header: HeaderLayout(
      size: 8192,
      versionMajor: Field(8, width: 2),
      versionMinor: Field(10, width: 2),
      headerLength: Field(12, width: 4),
      blockSize: Field(16, width: 4),
      firstDataBlock: Field(20, width: 4),
      flags: Field(24, width: 4),
      mirrorFlag: 1, closedFlag: 2, encryptedFlag: 4,
      fileCount: Field(28, width: 4),
      mirrorFileCount: Field(32, width: 4),
      switchReason: Field(36, width: 4),
      maximumSize: Field(40, width: 8),
      creationTime: Field(48, width: 8),
      endAddress: Field(56, width: 8),
      previousEnd: Field(64, width: 8),
      mirrorEnd: Field(72, width: 8),
      openTransactionFile: Field(80, width: 4),
      openTransactionOffset: Field(84, width: 4),
      openMirrorTransactionFile: Field(88, width: 4),
      openMirrorTransactionOffset: Field(92, width: 4),
      guids: [96, 112, 128, 144, 160, 176],
      checksum: Field(192, width: 4),
      strings: 256,
      stringLengthWidth: 2),
    block: BlockLayout(
      size: 65536,
      headerSize: 16,
      directoryAddress: 65536,
      firstDataAddress: 131072,
      firstRecord: Field(0, width: 2),
      flags: Field(2, width: 2),
      checksum: Field(4, width: 4),
      bufferTime: Field(8, width: 8)),
    directory: DirectoryLayout(numberWidth: 4, stringLengthWidth: 2),
    record: RecordLayout(
      alignment: 4,
      headerSize: 24,
      maximumLength: 65520,
      length: Field(0, width: 4),
      distanceBack: Field(4, width: 4),
      type: Field(8, width: 1),
      flags: Field(9, width: 1),
      collation: Field(10, width: 1),
      valueCount: Field(11, width: 1),
      jobID: Field(12, width: 4),
      remoteSystemID: Field(16, width: 4),
      sfn: Field(20, width: 4),
      transactionFlag: 1, deletedFlag: 2, continuedFlag: 4,
      keyLength: Field(24, width: 2),
      nameLength: Field(26, width: 2),
      key: 30,
      keyEncoding: .observed,
      valueWordWidth: 4,
      valueCountBits: 28,
      bitPosition: Field(0, width: 4),
      bitOldLength: Field(4, width: 4),
      bitNew: Field(8, width: 1),
      bitOld: Field(9, width: 1),
      markerID: Field(24, width: 4),
      markerSequence: Field(28, width: 4),
      markerPrevious: Field(32, width: 4),
      markerTextLength: Field(36, width: 2),
      transactionLevel: Field(24, width: 4),
      netsynLength: Field(24, width: 2),
      dirtabKind: Field(24, width: 1),
      dirtabEntry: 28,
      extensionLength: Field(24, width: 4)))

  /// The layouts that need no file.
  public static let builtIn: [JournalLayout] = [r2]
}
