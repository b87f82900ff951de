extension StructuralFamily {
  /// Every family, alone and combined.
  public static let all: [StructuralFamily] = [
    words, unpaddedBigEndian, threeParts, crossingEndLength, sharedKeys, trailers, lateStart,
    valuesFirst, stale, stretched, nextAddress, onlyBack, contiguous, padRecords, smallBlocks,
    wideHeader, oddBytes, combined,
  ]

  private static func base(_ name: String, _ lead: Lead) -> StructuralFamily {
    StructuralFamily(
      name: name, signature: Array((name.uppercased() + "____").utf8.prefix(4)) + [0, 2, 1, 0],
      lead: lead,
      headerSize: 24, type: ForeignFamily.Place(8, 1), flags: ForeignFamily.Place(9, 1),
      job: ForeignFamily.Place(12, 4), sfn: ForeignFamily.Place(10, 1),
      keyLength: ForeignFamily.Place(16, 2), nameLength: ForeignFamily.Place(18, 2))
  }

  /// Length in words of four bytes, a link back of 16 bits in words.
  public static let words: StructuralFamily = {
    var family = base("words", .length(at: 0, width: 2, unit: 4, omits: 0))
    family.back = .distance(at: 2, width: 2, unit: 4)
    family.firstBack = .zero
    family.time = ForeignFamily.Place(4, 4)
    return family
  }()

  /// Most significant byte first; lengths leave out header and padding.
  public static let unpaddedBigEndian: StructuralFamily = {
    var family = base("unpadded-be", .unpadded(at: 4, width: 4, omits: 24))
    family.isBigEndian = true
    family.shortHeaderSize = 24
    family.blockHeaderSize = 32
    family.back = .distance(at: 20, width: 4, unit: 1)
    family.type = ForeignFamily.Place(0, 1)
    family.flags = ForeignFamily.Place(1, 1)
    family.sfn = ForeignFamily.Place(2, 2)
    family.job = ForeignFamily.Place(8, 4)
    family.keyLength = ForeignFamily.Place(12, 2)
    family.nameLength = ForeignFamily.Place(14, 2)
    return family
  }()

  /// No length at all, three lengths of parts.
  public static let threeParts: StructuralFamily = {
    var family = base("three-parts", .parts)
    family.type = ForeignFamily.Place(0, 1)
    family.flags = ForeignFamily.Place(1, 1)
    family.sfn = ForeignFamily.Place(2, 1)
    family.nameLength = ForeignFamily.Place(3, 1)
    family.keyLength = ForeignFamily.Place(4, 2)
    family.valueLengths = [ForeignFamily.Place(8, 4), ForeignFamily.Place(6, 2)]
    family.job = ForeignFamily.Place(12, 4)
    family.headerSize = 20
    family.time = ForeignFamily.Place(8, 4)
    return family
  }()

  /// Records that cross blocks and end with their own length.
  public static let crossingEndLength: StructuralFamily = {
    var family = base("crossing-end", .endLength(width: 4, unit: 1))
    family.crossesBlocks = true
    family.type = ForeignFamily.Place(0, 1)
    family.flags = ForeignFamily.Place(1, 1)
    family.job = ForeignFamily.Place(4, 4)
    family.sfn = ForeignFamily.Place(2, 2)
    family.keyLength = ForeignFamily.Place(8, 2)
    family.nameLength = ForeignFamily.Place(10, 1)
    family.headerSize = 12
    return family
  }()

  /// Keys without what the key before begins with, too.
  public static let sharedKeys: StructuralFamily = {
    var family = base("shared-keys", .length(at: 4, width: 4, unit: 1, omits: 0))
    family.key = .shared(count: ForeignFamily.Place(20, 2))
    family.back = .distance(at: 0, width: 4, unit: 1)
    return family
  }()

  /// Blocks that end with a checksum and a number.
  public static let trailers: StructuralFamily = {
    var family = base("trailers", .length(at: 0, width: 4, unit: 1, omits: 0))
    family.trailerSize = 12
    family.back = .address(at: 4, width: 4)
    family.blockHeaderSize = 8
    return family
  }()

  /// The first record stands at 131312.
  public static let lateStart: StructuralFamily = {
    var family = base("late-start", .length(at: 0, width: 4, unit: 1, omits: 0))
    family.startGap = 224
    family.back = .distance(at: 4, width: 4, unit: 1)
    return family
  }()

  /// Values stand before the key, which ends the record; records without a node have a short header.
  public static let valuesFirst: StructuralFamily = {
    var family = base("values-first", .length(at: 0, width: 4, unit: 1, omits: 8))
    family.valuesBeforeKey = true
    family.shortHeaderSize = 16
    family.hasInternalRecords = true
    family.back = .distance(at: 4, width: 4, unit: 1)
    family.firstBack = .blockHeader
    return family
  }()

  /// Bytes of an older file stand behind the used part of a block.
  public static let stale: StructuralFamily = {
    var family = base("stale", .length(at: 0, width: 4, unit: 1, omits: 0))
    family.fill = .stale(used: ForeignFamily.Place(4, 4))
    family.back = .distance(at: 4, width: 4, unit: 1)
    return family
  }()

  /// The last record of a block takes all its room.
  public static let stretched: StructuralFamily = {
    var family = base("stretched", .length(at: 4, width: 2, unit: 1, omits: 0))
    family.fill = .stretched
    family.back = .distance(at: 6, width: 2, unit: 1)
    family.blockHeaderSize = 32
    family.blockSize = 32_768
    return family
  }()

  /// The next record's address, and the address of the one before.
  public static let nextAddress: StructuralFamily = {
    var family = base("next-address", .next(at: 4, width: 4))
    family.back = .address(at: 0, width: 4)
    family.isBigEndian = true
    return family
  }()

  /// Nothing but distances back.
  public static let onlyBack: StructuralFamily = {
    var family = base("only-back", .onlyBack)
    family.back = .distance(at: 4, width: 4, unit: 1)
    return family
  }()

  /// No blocks.
  public static let contiguous: StructuralFamily = {
    var family = base("contiguous", .unpadded(at: 0, width: 4, omits: 0))
    family.crossesBlocks = true
    family.blockHeaderSize = 0
    family.back = .distance(at: 4, width: 4, unit: 1)
    family.key = .counted
    return family
  }()

  /// A block's rest is a record.
  public static let padRecords: StructuralFamily = {
    var family = base("pad-records", .length(at: 4, width: 2, unit: 4, omits: 0))
    family.fill = .record(0)
    family.type = ForeignFamily.Place(0, 1)
    family.flags = ForeignFamily.Place(1, 1)
    family.sfn = ForeignFamily.Place(2, 2)
    family.shortHeaderSize = 8
    family.hasInternalRecords = true
    return family
  }()

  /// Blocks of 8 KB without headers, records at multiples of eight.
  public static let smallBlocks: StructuralFamily = {
    var family = base("blocks-8k", .length(at: 0, width: 2, unit: 8, omits: 0))
    family.blockSize = 8192
    family.dataStart = 8192
    family.blockHeaderSize = 0
    family.alignment = 8
    family.back = .distance(at: 2, width: 2, unit: 8)
    return family
  }()

  /// A block header of 64 bytes, crossed by records.
  public static let wideHeader: StructuralFamily = {
    var family = base("wide-header", .length(at: 8, width: 4, unit: 1, omits: 0))
    family.isBigEndian = true
    family.crossesBlocks = true
    family.blockHeaderSize = 64
    family.type = ForeignFamily.Place(4, 1)
    family.flags = ForeignFamily.Place(5, 1)
    family.sfn = ForeignFamily.Place(6, 2)
    family.back = .distance(at: 0, width: 4, unit: 1)
    return family
  }()

  /// Records of any length at any place.
  public static let oddBytes: StructuralFamily = {
    var family = base("odd-bytes", .length(at: 0, width: 2, unit: 1, omits: 2))
    family.alignment = 1
    family.type = ForeignFamily.Place(2, 1)
    family.flags = ForeignFamily.Place(3, 1)
    family.sfn = ForeignFamily.Place(4, 1)
    family.job = ForeignFamily.Place(5, 4)
    family.keyLength = ForeignFamily.Place(9, 1)
    family.nameLength = ForeignFamily.Place(10, 1)
    family.headerSize = 11
    family.back = .distance(at: 0, width: 0, unit: 1)
    family.blockHeaderSize = 20
    return family
  }()

  /// Words, a trailer, a late start, stale bytes, shared keys, internal records.
  public static let combined: StructuralFamily = {
    var family = base("combined", .length(at: 2, width: 2, unit: 4, omits: 0))
    family.isBigEndian = true
    family.trailerSize = 8
    family.blockHeaderSize = 24
    family.startGap = 64
    family.fill = .stale(used: ForeignFamily.Place(8, 4))
    family.key = .shared(count: ForeignFamily.Place(20, 2))
    family.hasInternalRecords = true
    family.shortHeaderSize = 16
    family.type = ForeignFamily.Place(6, 1)
    family.flags = ForeignFamily.Place(7, 1)
    family.back = .distance(at: 0, width: 2, unit: 4)
    family.firstBack = .zero
    return family
  }()
}
