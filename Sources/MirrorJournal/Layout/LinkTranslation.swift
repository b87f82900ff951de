/// The links of one layout as shifts and sums, for walks.
///
/// What is rare goes to `RecordLayout`, which says the same at length.
@usableFromInline
struct LinkTranslation: RunLinks, Sendable {
  @usableFromInline let forward: Field
  @usableFromInline let backward: Field
  @usableFromInline let forwardShift: Int
  @usableFromInline let backwardShift: Int
  @usableFromInline let omits: Int
  @usableFromInline let forwardIsAddress: Bool
  @usableFromInline let backwardIsAddress: Bool
  /// Whether neither link is an address.
  @usableFromInline let areRelative: Bool
  /// How many bytes of a record `sizeAndBack` reads, header included; no record is so long where the
  /// links have different byte orders, and it can read none.
  @usableFromInline let reach: Int
  /// Whether a length is more than one number, so that only `RecordLayout` can read it.
  @usableFromInline let isComputed: Bool
  @usableFromInline let areBigEndian: Bool
  @usableFromInline let forwardBits: Bits
  @usableFromInline let backwardBits: Bits

  /// A link in the 64 bits at its place.
  @usableFromInline
  struct Bits: Sendable {
    @usableFromInline let offset: Int
    /// How far a big-endian link is turned to the left until it counts bytes.
    @usableFromInline let rotation: Int
    /// The same for a little-endian one.
    @usableFromInline let shift: Int
    /// Its bits then.
    @usableFromInline let mask: Int

    /// - Parameter limit: how many of the link's bits count.
    init(_ field: Field, unitShift: Int, limit: Int) {
      let width = Int(field.width) * 8
      offset = Int(field.offset)
      rotation = width + unitShift
      shift = unitShift
      mask = ((1 << min(width, limit)) &- 1) << unitShift
    }
  }

  init(_ record: RecordLayout) {
    forwardIsAddress = !record.length.isKnown
    backwardIsAddress = !record.distanceBack.isKnown
    areRelative = !forwardIsAddress && !backwardIsAddress
    forward = forwardIsAddress ? record.nextAddress : record.length
    backward = backwardIsAddress ? record.previousAddress : record.distanceBack
    backwardShift = record.linkUnit.trailingZeroBitCount
    forwardShift = forwardIsAddress ? backwardShift : record.lengthUnit.trailingZeroBitCount
    omits = forwardIsAddress ? 0 : Int(record.lengthOmits)
    areBigEndian = forward.isBigEndian
    // A link back that is not known has no bits, and is read as 0.
    let areAlike = !backward.isKnown || forward.isBigEndian == backward.isBigEndian
    let end = Int(max(forward.offset, backward.offset)) + 8
    isComputed = record.lengthIsComputed
    reach = areAlike && !isComputed ? max(record.headerSize, end) : .max
    // As many as `size` and `distanceBack` look at, or what reads plain numbers.
    let limit = record.hasPlainLinks ? 64 : 40
    forwardBits = Bits(forward, unitShift: forwardShift, limit: limit)
    backwardBits = Bits(backward, unitShift: backwardShift, limit: limit)
  }

  /// Size and distance back of the record at `place`, of which the caller knows `reach` bytes to be
  /// there: for each a load, a shift and a mask.
  ///
  /// Only what is sound may be believed: of a size that is 0 or goes beyond its room, and of a distance
  /// that is wrong, `size` and `distanceBack` know more.
  ///
  /// - Parameter distance: what is said to be the distance where the layout does not know it.
  @unsafe
  @inlinable @inline(__always)
  func sizeAndBack(at place: BytePlace, address: JournalAddress, orBack distance: Int)
    -> (size: Int, back: Int)
  {
    // In bounds: both links lie within `reach`.
    var (forward, backward) = unsafe (
      place.long(at: forwardBits.offset), place.long(at: backwardBits.offset)
    )
    if areBigEndian {
      forward = forward.byteSwapped.rotated(by: forwardBits.rotation)
      backward = backward.byteSwapped.rotated(by: backwardBits.rotation)
    } else {
      forward = forward &<< forwardBits.shift
      backward = backward &<< backwardBits.shift
    }
    forward &= forwardBits.mask
    backward &= backwardBits.mask
    guard forward != 0 else { return (0, 0) }
    // Branches that always go the same way: sums with masks would need more registers than there are.
    if _fastPath(areRelative) { return (forward &+ omits, backward) }
    if _fastPath(!forwardIsAddress) { forward &+= omits } else { forward &-= address }
    if _fastPath(backwardIsAddress) {
      backward = _fastPath(backwardBits.mask != 0) ? address &- backward : distance
    }
    return (forward, backward)
  }

  /// As `RecordLayout.size`.
  @inlinable @inline(__always)
  func size(
    in bytes: RawSpan, at offset: Int, address: JournalAddress, room: Int,
    interned: InternedRecordLayout
  ) -> Int {
    let number = Int(truncatingIfNeeded: (bytes.load(forward, from: offset) ?? 0) & 0xFF_FFFF_FFFF)
    let size = number &<< forwardShift &+ omits &- (forwardIsAddress ? address : 0)
    if number == 0 || forwardIsAddress && size > room || isComputed {
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

extension Int {
  /// The bits turned to the left.
  @inlinable @inline(__always)
  func rotated(by count: Int) -> Int {
    let bits = UInt(bitPattern: self)
    return Int(bitPattern: bits &<< UInt(bitPattern: count) | bits &>> UInt(bitPattern: 0 &- count))
  }
}
