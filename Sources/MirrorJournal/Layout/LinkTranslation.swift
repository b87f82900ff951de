/// The links of one layout as shifts and sums, for walks.
///
/// What is rare goes to `RecordLayout`, which says the same at length.
@usableFromInline
struct LinkTranslation: Sendable {
  @usableFromInline let forward: Field
  @usableFromInline let backward: Field
  @usableFromInline let forwardShift: Int
  @usableFromInline let backwardShift: Int
  @usableFromInline let omits: Int
  @usableFromInline let forwardIsAddress: Bool
  @usableFromInline let backwardIsAddress: Bool
  /// Whether the links that there are have at most 32 bits, one byte order, and four bytes of the
  /// header from their start on, as in most families: then each is a load, a shift and a mask.
  @usableFromInline let areWords: Bool
  @usableFromInline let areBigEndian: Bool
  @usableFromInline let forwardBits: Bits
  @usableFromInline let backwardBits: Bits

  /// Where the bits of a link stand in the 32-bit number at its place.
  @usableFromInline
  struct Bits: Sendable {
    @usableFromInline let shift: Int
    @usableFromInline let mask: Int

    init(_ field: Field) {
      let width = min(Int(field.width), 4)
      shift = field.isBigEndian ? (4 - width) * 8 : 0
      mask = (1 << (width * 8)) - 1
    }

    @inlinable @inline(__always)
    func number(_ word: Int) -> Int { word &>> shift & mask }
  }

  init(_ record: RecordLayout) {
    forwardIsAddress = !record.length.isKnown
    backwardIsAddress = !record.distanceBack.isKnown
    forward = forwardIsAddress ? record.nextAddress : record.length
    backward = backwardIsAddress ? record.previousAddress : record.distanceBack
    backwardShift = record.linkUnit.trailingZeroBitCount
    forwardShift = forwardIsAddress ? backwardShift : record.lengthUnit.trailingZeroBitCount
    omits = forwardIsAddress ? 0 : Int(record.lengthOmits)
    areBigEndian = forward.isBigEndian
    let first = forward
    // A link back that is not known has no bits, and is read as 0.
    areWords = (backward.isKnown ? [forward, backward] : [forward]).allSatisfy {
      [1, 2, 4].contains($0.width) && $0.isBigEndian == first.isBigEndian
        && Int($0.offset) + 4 <= record.headerSize
    }
    forwardBits = Bits(forward)
    backwardBits = Bits(backward)
  }

  /// Size and distance back of the record at `offset`, whose header the caller knows to be there.
  @inlinable @inline(__always)
  func sizeAndBack(
    in bytes: RawSpan, at offset: Int, address: JournalAddress, room: Int,
    interned: InternedRecordLayout
  ) -> (size: Int, back: Int) {
    guard areWords else {
      return (
        size(in: bytes, at: offset, address: address, room: room, interned: interned),
        distanceBack(in: bytes, at: offset, address: address)
      )
    }
    // In bounds: the header is there, and has four bytes at both places.
    let (first, second) = unsafe (
      forwardBits.number(
        bytes.loadWord(atUnchecked: offset &+ Int(forward.offset), isBigEndian: areBigEndian)),
      backwardBits.number(
        bytes.loadWord(atUnchecked: offset &+ Int(backward.offset), isBigEndian: areBigEndian))
    )
    var size = first &<< forwardShift &+ omits &- (forwardIsAddress ? address : 0)
    if first == 0 || forwardIsAddress && size > room {
      size = rareSize(bytes, offset, address, room, interned)
    }
    let distance = second &<< backwardShift
    return (size, backwardIsAddress && second != 0 ? address &- distance : distance)
  }

  /// As `RecordLayout.size`.
  @inlinable @inline(__always)
  func size(
    in bytes: RawSpan, at offset: Int, address: JournalAddress, room: Int,
    interned: InternedRecordLayout
  ) -> Int {
    let number = Int(truncatingIfNeeded: (bytes.load(forward, from: offset) ?? 0) & 0xFF_FFFF_FFFF)
    let size = number &<< forwardShift &+ omits &- (forwardIsAddress ? address : 0)
    if number == 0 || forwardIsAddress && size > room {
      return rareSize(bytes, offset, address, room, interned)
    }
    return size
  }

  @usableFromInline @inline(never)
  func rareSize(
    _ bytes: RawSpan, _ offset: Int, _ address: JournalAddress, _ room: Int,
    _ interned: InternedRecordLayout
  ) -> Int {
    interned.layout.size(in: bytes, at: offset, address: address, room: room)
  }

  /// As `RecordLayout.distanceBack`; 0 where it is not known.
  @inlinable @inline(__always)
  func distanceBack(in bytes: RawSpan, at offset: Int, address: JournalAddress) -> Int {
    let number = Int(truncatingIfNeeded: (bytes.load(backward, from: offset) ?? 0) & 0xFF_FFFF_FFFF)
    let distance = number &<< backwardShift
    return backwardIsAddress && number != 0 ? address &- distance : distance
  }
}
