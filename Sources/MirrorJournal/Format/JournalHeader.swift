/// What a journal file says about itself (fields: class D; places: class R).
public struct JournalHeader: Sendable, Hashable {
  /// Version of the layout; 2 for R2 (class R).
  public var versionMajor = 2
  /// Revision of the layout; 0 for R2 (class R).
  public var versionMinor = 0
  /// Whether the file belongs to a mirror.
  public var isMirrorJournal = false
  /// Whether the file is finished and `endAddress` is valid.
  public var isClosed = false
  /// Whether the records' bytes are encrypted, with the key `encryptionKeyID`.
  public var isEncrypted = false
  /// The instance's count of journal files; not the `NNN` of the name.
  public var fileCount = 0
  /// The `#7` of the logs; 0 if not a mirror journal.
  public var mirrorFileCount = 0
  /// Why the file was begun (0 unspecified, 1 by user; class D).
  public var switchReason = 0
  /// The size that triggers a switch, in bytes.
  public var maximumSize = 0
  /// When the file was begun, in milliseconds since 1970-01-01 UTC.
  public var creationTime = Timestamp(milliseconds: 0)
  /// Just past the last record; 0 while the file is active.
  public var endAddress: JournalAddress = 0
  /// `endAddress` of the previous file; 0 if not known.
  public var previousEnd: JournalAddress = 0
  /// The mirror's end address; 0 if not known.
  public var mirrorEnd: JournalAddress = 0
  /// Any open transaction started at this position or later.
  public var openTransaction = FilePosition()
  /// Any open transaction of the mirror started at this position or later.
  public var openMirrorTransaction = FilePosition()
  /// Of this file.
  public var guid = GUID.zero
  /// Of the file before; zero if there is none or it is not known.
  public var previousGUID = GUID.zero
  /// Zero while the file is active.
  public var nextGUID = GUID.zero
  /// Of the mirror; zero if not a mirror journal.
  public var mirrorGUID = GUID.zero
  /// Of the system that wrote the file.
  public var systemGUID = GUID.zero
  /// Of the session that wrote the file.
  public var sessionGUID = GUID.zero
  /// The path under which the file was created.
  public var name = ""
  /// The path of the file before; empty if there is none or it is not known.
  public var previousName = ""
  /// The path of the file after; empty while the file is active.
  public var nextName = ""
  /// The mirror's name; empty if not a mirror journal.
  public var mirrorName = ""
  /// Why the file was begun, in words.
  public var reasonText = ""
  /// The id of the key that the file is encrypted with; empty if it is not.
  public var encryptionKeyID = ""

  /// The header of an empty active file in which nothing is known.
  public init() {}
}

/// A file count and an address in that file.
public struct FilePosition: Sendable, Hashable {
  /// The count of the file that `address` is in.
  public var fileCount: Int
  /// Bytes from the start of that file.
  public var address: JournalAddress

  /// A position; without arguments none.
  public init(fileCount: Int = 0, address: JournalAddress = 0) {
    self.fileCount = fileCount
    self.address = address
  }
}

extension JournalHeader {
  /// Reads the header at the start of a file.
  ///
  /// A header that does not match its checksum or names an impossible end is read all the same, with
  /// the damage beside it, so that the records behind it stay readable; its closing fields are then
  /// not believed.
  ///
  /// - Throws: `notAJournal` when the signature is not the layout's, `headerDamaged` when the file
  ///   ends inside its header or the header names other block sizes than the layout.
  static func read(_ bytes: RawSpan, layout: JournalLayout) throws(JournalError) -> (
    header: JournalHeader, damage: Damage?
  ) {
    let places = layout.header
    guard let start = bytes.slice(0, layout.signature.count),
      start.copied() == layout.signature
    else {
      throw JournalError(
        .notAJournal, "the signature is not of a known journal layout", at: 0,
        advice: "if IRIS wrote this file, find its layout with 'mjournal discover FILE -o layout.json', "
          + "or with 'mjournal calibrate' and a listing")
    }
    guard let header = bytes.slice(0, places.size) else {
      throw JournalError(
        .headerDamaged,
        "the file ends inside its header (\(bytes.byteCount) of \(places.size) bytes)",
        at: bytes.byteCount, advice: "copy the file again")
    }
    var damage: Damage?
    let stored = header.load(places.checksum).map { UInt32(truncatingIfNeeded: $0) }
    if places.checksum.isKnown,
      stored != CRC32C.of(header, zeroing: Int(places.checksum.offset))
    {
      damage = Damage(.header, 0..<places.size, "the header does not match its checksum")
    }
    var result = parse(header, places)
    if let size = header.load(places.blockSize), Int(clamping: size) != layout.block.size,
      damage == nil
    {
      throw JournalError(
        .headerDamaged,
        "the header names blocks of \(size) bytes, layout \(layout.name) has "
          + "\(layout.block.size)", at: Int(places.blockSize.offset),
        advice: "use the layout that belongs to the file with --layout")
    }
    let possibleEnds = layout.block.firstDataAddress...Int(UInt32.max)
    if damage == nil, result.isClosed,
      !possibleEnds.contains(result.endAddress)
        || result.endAddress % layout.record.alignment != 0
    {
      damage = Damage(
        .header, 0..<places.size,
        "the header names an impossible end address (\(result.endAddress))")
    }
    if damage != nil {
      result.isClosed = false
      result.endAddress = 0
    }
    return (result, damage)
  }

  private static func parse(_ bytes: RawSpan, _ places: HeaderLayout) -> JournalHeader {
    func number(_ field: Field) -> Int { Int(clamping: bytes.load(field) ?? 0) }
    func guid(_ index: Int) -> GUID {
      guard index < places.guids.count, places.guids[index] != 0 else { return .zero }
      return GUID(bytes, at: Int(places.guids[index]), isMixedEndian: places.guidsAreMixedEndian)
        ?? .zero
    }
    var header = JournalHeader()
    let flags = UInt32(truncatingIfNeeded: bytes.load(places.flags) ?? 0)
    header.versionMajor = number(places.versionMajor)
    header.versionMinor = number(places.versionMinor)
    header.isMirrorJournal = flags & places.mirrorFlag != 0
    header.isClosed = flags & places.closedFlag != 0
    header.isEncrypted = flags & places.encryptedFlag != 0
    header.fileCount = number(places.fileCount)
    header.mirrorFileCount = number(places.mirrorFileCount)
    header.switchReason = number(places.switchReason)
    header.maximumSize = number(places.maximumSize)
    header.creationTime = places.timeForm.timestamp(bytes.load(places.creationTime) ?? 0)
    header.endAddress = number(places.endAddress)
    if places.closedFlag == 0 { header.isClosed = header.endAddress != 0 }
    header.previousEnd = number(places.previousEnd)
    header.mirrorEnd = number(places.mirrorEnd)
    header.openTransaction = FilePosition(
      fileCount: number(places.openTransactionFile), address: number(places.openTransactionOffset))
    header.openMirrorTransaction = FilePosition(
      fileCount: number(places.openMirrorTransactionFile),
      address: number(places.openMirrorTransactionOffset))
    header.guid = guid(0)
    header.previousGUID = guid(1)
    header.nextGUID = guid(2)
    header.mirrorGUID = guid(3)
    header.systemGUID = guid(4)
    header.sessionGUID = guid(5)
    guard places.strings != 0 else { return header }
    var strings = CountedStrings(
      bytes, from: Int(places.strings), lengthWidth: places.stringLengthWidth)
    header.name = strings.next() ?? ""
    header.previousName = strings.next() ?? ""
    header.nextName = strings.next() ?? ""
    header.mirrorName = strings.next() ?? ""
    header.reasonText = strings.next() ?? ""
    header.encryptionKeyID = strings.next() ?? ""
    return header
  }
}
