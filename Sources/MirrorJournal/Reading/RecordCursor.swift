import CJournalSupport

/// Walks the records of a stretch of journal data, block by block.
///
/// A record is handed out only when its length, its place and its distance back are sound and, with
/// `verifyingChecksums`, when its whole block matches its checksum. One that comes from
/// ``Journal/cursor(over:at:previous:verifyingChecksums:)`` knows, too, which blocks do not stand where
/// they were written. Damage is thrown with the range that it costs; the next call goes on at the next
/// block, so nothing behind damage is lost:
///
///     while true {
///       do {
///         guard let record = try cursor.next() else { break }
///         …
///       } catch { report(error) }
///     }
///
/// Nothing is allocated per record.
public struct RecordCursor: ~Escapable {
  @usableFromInline let bytes: RawSpan
  /// Address of the first byte of `bytes`.
  @usableFromInline let base: JournalAddress
  /// Data end here, or `bytes` do.
  @usableFromInline let limit: JournalAddress
  /// The block that may be unsealed, because its writer is still filling it; -1 if none may.
  @usableFromInline let tailBlock: JournalAddress
  @usableFromInline let verifiesChecksums: Bool
  /// Where what does not lie whole in `bytes` is read.
  var journal: Journal?
  /// Where the last record of a closed file has to end; `max` where that is not known.
  var recordsEnd: JournalAddress = .max
  /// What is not to be believed, and what looks ahead for it. Behind one reference: what a cursor has to
  /// let go of stands in the code of every loop over records.
  var lookout: Lookout?
  /// Where the walk has to look up: at the first of the fences that it has not passed, or at `unwatched`.
  var nextFence: JournalAddress = .max
  /// The first block before which the links ahead have to be compared; `max` if none.
  var unwatched: JournalAddress = .max
  @usableFromInline let block: BlockLayout
  @usableFromInline let interned: InternedRecordLayout

  // Taken out of the layout once, because the walk touches them for each record.
  @usableFromInline let length: Field
  /// Whether length and distance back need no translation.
  @usableFromInline let hasPlainLinks: Bool
  /// How the links of other families are translated.
  @usableFromInline let links: LinkTranslation
  @usableFromInline let distanceBack: Field
  @usableFromInline let alignmentMask: Int
  @usableFromInline let headerSize: Int
  /// The least size that a record can have, alignment included.
  @usableFromInline let leastSize: Int
  /// The bits that what a record has beyond its least size cannot have: it is aligned and less than a
  /// block, and not too long where that is no limit. What has them may still be a record.
  @usableFromInline let oddBits: Int
  /// Whether the layout knows where a record says how far back the previous one starts.
  @usableFromInline let hasLinks: Bool
  /// Whether a record begins with its length and its distance back, little-endian 32-bit numbers both:
  /// nothing has to be looked up to read them. Other layouts take the general way.
  @usableFromInline let readsPair: Bool
  /// How many bytes of a record `sizeAndLink` reads, header included.
  @usableFromInline let reach: Int
  /// Whether the processor wants to be asked for lines shortly before they are read.
  @usableFromInline let prefetchesNear: Bool

  /// Where the next record is expected.
  @usableFromInline var position: JournalAddress
  /// The current block's records end here at the latest.
  @usableFromInline var blockEnd: JournalAddress
  /// The next block's start.
  @usableFromInline var nextBlock: JournalAddress
  /// Start of the last record handed out; -1 when it is not known.
  @usableFromInline var previous: JournalAddress
  @usableFromInline var time = Timestamp(milliseconds: 0)
  /// Finds the runs of families whose records may cross blocks.
  var crossing: CrossingCursor?
  /// Whether the last run was a record put together: where the walk goes on, `crossing` knows then.
  var isAssembled = false

  /// A cursor over `bytes`, which begin at address `base`, a block's start.
  ///
  /// - Parameters:
  ///   - bytes: of one segment of the journal's storage at the most.
  ///   - base: the address of the first of `bytes`.
  ///   - limit: the end of the journal's data.
  ///   - tailBlock: the block that its writer is still filling, if the file is active.
  ///   - previous: start of the record before `base`, if known, to check the first link against.
  ///   - verifyingChecksums: whether each block is compared with its checksum first.
  ///   - layout: that of the journal.
  @_lifetime(copy bytes)
  public init(
    _ bytes: RawSpan, at base: JournalAddress, limit: JournalAddress,
    tailBlock: JournalAddress? = nil, previous: JournalAddress? = nil,
    verifyingChecksums: Bool = true, layout: JournalLayout
  ) {
    self.bytes = bytes
    self.base = base
    self.limit = min(limit, base + bytes.byteCount)
    self.tailBlock = tailBlock ?? -1
    self.verifiesChecksums = verifyingChecksums
    self.block = layout.block
    self.interned = InternedRecordLayout(layout)
    length = layout.record.length
    distanceBack = layout.record.distanceBack
    alignmentMask = layout.record.alignment - 1
    // Without a size no record could be left behind.
    headerSize = max(layout.record.headerSize, 1)
    leastSize = (headerSize + alignmentMask) & ~alignmentMask
    let record = layout.record
    let sizes =
      record.crossesBlocks
      ? min(layout.block.size, max(1, record.maximumLength - leastSize)) : layout.block.size
    // All bits from that of the largest power of two on.
    oddBits = alignmentMask | Int.min >> sizes.leadingZeroBitCount
    hasLinks = layout.record.knowsPrevious
    hasPlainLinks = layout.record.hasPlainLinks
    links = LinkTranslation(layout.record)
    readsPair =
      hasPlainLinks && length == Field(0, width: 4) && distanceBack == Field(4, width: 4)
      && headerSize >= 8
    // Blocks that say how much of them is used are each looked at.
    reach = layout.block.usedLength.isKnown ? .max : max(readsPair ? headerSize : links.reach, 8)
    prefetchesNear = mj_prefetches_near()
    position = base
    blockEnd = base
    nextBlock = base
    self.previous = previous ?? -1
  }

  /// Start of the last record handed out, or nil when damage or the start of the walk hides it.
  public var lastAddress: JournalAddress? { previous < 0 ? nil : previous }

  /// The next record, or nil at the end of the data.
  ///
  /// - Throws: the damage that was met; the walk then stands at the next block.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public mutating func next() throws(Damage) -> Record? {
    while true {
      if position < blockEnd {
        let (size, back) = sizeAndLink(at: position)
        if size != 0 {
          guard isSound(size, back, at: position, room: blockEnd &- position) else {
            throw damagedRecord(size: size, back: back)
          }
          previous = position
          position = position &+ size
          // In bounds: a sound size ends with the block at the latest.
          let place = unsafe BytePlace(bytes, at: previous &- base)
          unsafe place.prefetchAhead(of: size, near: prefetchesNear)
          let content = unsafe bytes.part(atUnchecked: place, size)
          return Record(bytes: content, address: previous, blockTime: time, layout: interned)
        }
      }
      try leaveBlock()
      guard nextBlock < limit else { return nil }
      try enterBlock()
    }
  }

  /// Length and distance back of the record at `address`, whose `place` has at least `reach` bytes, if
  /// both are found in the usual way. If they are not sound, `rareSizeAndLink` knows what they are.
  ///
  /// - Parameter distance: what is said to be the distance where the layout does not know it.
  @unsafe
  @inlinable @inline(__always)
  func usualSizeAndLink(_ place: BytePlace, at address: JournalAddress, orBack distance: Int)
    -> (size: Int, back: Int)
  {
    // In bounds: all links lie within `reach`.
    if _fastPath(readsPair) {
      return unsafe PairedLinks().sizeAndBack(at: place, address: address, orBack: distance)
    }
    return unsafe links.sizeAndBack(at: place, address: address, orBack: distance)
  }

  /// Length and distance back of the record at `address`, in whatever way they are found: a size of 0
  /// where no record starts.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func sizeAndLink(at address: JournalAddress) -> (size: Int, back: Int) {
    if blockEnd &- address >= reach {
      let (size, back) = unsafe usualSizeAndLink(
        BytePlace(bytes, at: address &- base), at: address, orBack: 0)
      if isSound(size, back, at: address, room: blockEnd &- address) { return (size, back) }
    }
    return rareSizeAndLink(at: address)
  }

  /// The same in any layout and at the end of a block.
  // Mutating, because else the whole cursor is copied for the call.
  @usableFromInline @inline(never)
  @_lifetime(self: copy self)
  mutating func rareSizeAndLink(at address: JournalAddress) -> (size: Int, back: Int) {
    let offset = address - base
    guard hasPlainLinks else {
      let size = links.size(
        in: bytes, at: offset, address: address, room: blockEnd - address, interned: interned)
      return (size, links.distanceBack(in: bytes, at: offset, address: address))
    }
    return (
      Int(truncatingIfNeeded: bytes.load(length, from: offset) ?? 0),
      Int(truncatingIfNeeded: bytes.load(distanceBack, from: offset) ?? 0)
    )
  }

  @inlinable @inline(__always)
  func isSound(_ size: Int, _ back: Int, at address: JournalAddress, room: Int) -> Bool {
    size >= headerSize && size & alignmentMask == 0 && size <= room
      && (back == address &- previous || previous < 0 || !hasLinks)
  }
}
