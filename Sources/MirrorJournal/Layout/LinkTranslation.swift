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

  init(_ record: RecordLayout) {
    forwardIsAddress = !record.length.isKnown
    backwardIsAddress = !record.distanceBack.isKnown
    forward = forwardIsAddress ? record.nextAddress : record.length
    backward = backwardIsAddress ? record.previousAddress : record.distanceBack
    backwardShift = record.linkUnit.trailingZeroBitCount
    forwardShift = forwardIsAddress ? backwardShift : record.lengthUnit.trailingZeroBitCount
    omits = forwardIsAddress ? 0 : Int(record.lengthOmits)
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
