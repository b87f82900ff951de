/// Walks the records of a stretch of journal data, block by block.
///
/// A record is handed out only when its length, its place and its distance back are sound and, with
/// `verifyingChecksums`, when its whole block matches its checksum. Damage is thrown with the range
/// that it costs; the next call goes on at the next block, so nothing behind damage is lost:
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
  /// Asked whether a block that does not continue the one before stands in its place.
  @usableFromInline let journal: Journal?
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
  /// Whether the layout knows where a record says how far back the previous one starts.
  @usableFromInline let hasLinks: Bool
  /// Whether both fields are little-endian 32-bit numbers inside the header, so that one check of
  /// the place serves both. Other layouts take the general way.
  @usableFromInline let readsWords: Bool
  /// How many bytes of a record `sizeAndLink` reads, header included.
  @usableFromInline let reach: Int

  /// Where the next record is expected.
  @usableFromInline var position: JournalAddress
  /// The current block's records end here at the latest.
  @usableFromInline var blockEnd: JournalAddress
  /// The next block's start.
  @usableFromInline var nextBlock: JournalAddress
  /// Start of the last record handed out; -1 when it is not known.
  @usableFromInline var previous: JournalAddress
  @usableFromInline var time = Timestamp(milliseconds: 0)

  /// A cursor over `bytes`, which begin at address `base`, a block's start.
  ///
  /// - Parameters:
  ///   - limit: the end of the journal's data.
  ///   - tailBlock: the block that its writer is still filling, if the file is active.
  ///   - previous: start of the record before `base`, if known, to check the first link against.
  ///   - journal: if given, a sound block that stands in the wrong place is damage, too; without it
  ///     the block after damage is believed.
  @_lifetime(copy bytes)
  public init(
    _ bytes: RawSpan, at base: JournalAddress, limit: JournalAddress,
    tailBlock: JournalAddress? = nil, previous: JournalAddress? = nil,
    verifyingChecksums: Bool = true, in journal: Journal? = nil, layout: JournalLayout
  ) {
    self.bytes = bytes
    self.base = base
    self.limit = min(limit, base + bytes.byteCount)
    self.tailBlock = tailBlock ?? -1
    self.verifiesChecksums = verifyingChecksums
    self.journal = journal
    self.block = layout.block
    self.interned = InternedRecordLayout(layout)
    length = layout.record.length
    distanceBack = layout.record.distanceBack
    alignmentMask = layout.record.alignment - 1
    // Without a size no record could be left behind.
    headerSize = max(layout.record.headerSize, 1)
    hasLinks = layout.record.knowsPrevious
    hasPlainLinks = layout.record.hasPlainLinks
    links = LinkTranslation(layout.record)
    readsWords =
      hasPlainLinks
      && [layout.record.length, layout.record.distanceBack].allSatisfy {
        $0.width == 4 && !$0.isBigEndian && $0.end <= layout.record.headerSize
      }
    reach = readsWords ? headerSize : links.reach
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
        var (size, back) = sizeAndLink(at: position)
        if !isSound(size, back, at: position, after: previous) {
          (size, back) = rareSizeAndLink(at: position)
        }
        if size != 0 {
          guard isSound(size, back, at: position, after: previous) else {
            throw damagedRecord(size: size, back: back)
          }
          let address = position
          previous = address
          position = address &+ size
          return record(at: address, size: size)
        }
      }
      try leaveBlock()
      guard nextBlock < limit else { return nil }
      try enterBlock()
    }
  }

  /// Calls `body` with the records up to the end of the block that the cursor stands in, and then
  /// enters the next block, with the walk's state in registers: what `next` does for each record
  /// takes a quarter of the time here.
  ///
  /// - Returns: false at the end of the data, or when `body` returned false.
  /// - Throws: as `next`, and what `body` throws, after which the cursor stands behind the record.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func walkBlock(_ body: (borrowing Record) throws -> Bool) throws -> Bool {
    var position = self.position
    var previous = self.previous
    let end = blockEnd
    while position < end {
      var (size, back) = sizeAndLink(at: position)
      if !isSound(size, back, at: position, after: previous) {
        (size, back) = rareSizeAndLink(at: position)
        if size == 0 { break }
        guard isSound(size, back, at: position, after: previous) else {
          self.position = position
          self.previous = previous
          throw damagedRecord(size: size, back: back)
        }
      }
      previous = position
      position = position &+ size
      do {
        guard try body(record(at: previous, size: size)) else {
          self.position = position
          self.previous = previous
          return false
        }
      } catch {
        self.position = position
        self.previous = previous
        throw error
      }
    }
    self.position = position
    self.previous = previous
    try leaveBlock()
    guard nextBlock < limit else { return false }
    try enterBlock()
    return true
  }

  /// Length and distance back of the record at `address`, which lies before the block's end, if both
  /// are found in the usual way. If they are not sound, `rareSizeAndLink` knows what they are.
  @inlinable @inline(__always)
  func sizeAndLink(at address: JournalAddress) -> (size: Int, back: Int) {
    guard blockEnd &- address >= reach else { return (0, 0) }
    let offset = address &- base
    if readsWords {
      // In bounds: `bytes` reach to `blockEnd`, and both fields end inside the header.
      return unsafe (
        bytes.loadWord(atUnchecked: offset &+ Int(length.offset)),
        bytes.loadWord(atUnchecked: offset &+ Int(distanceBack.offset))
      )
    }
    return links.sizeAndBack(in: bytes, at: offset, address: address)
  }

  /// The same in any layout and at the end of a block: a size of 0 where no record starts.
  @usableFromInline @inline(never)
  func rareSizeAndLink(at address: JournalAddress) -> (size: Int, back: Int) {
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
  func isSound(_ size: Int, _ back: Int, at address: JournalAddress, after previous: JournalAddress)
    -> Bool
  {
    size >= headerSize && size & alignmentMask == 0 && size <= blockEnd &- address
      && (back == address &- previous || previous < 0 || !hasLinks)
  }

  /// The record at `address`, whose size was found sound.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  func record(at address: JournalAddress, size: Int) -> Record {
    let offset = address &- base
    // The chain of lengths hides the next lines from the processor's own prefetcher.
    bytes.prefetch(at: offset &+ 4096)
    // In bounds: a sound size ends at `blockEnd` at the latest, and `bytes` reach to there.
    let content = unsafe bytes.extracting(
      unchecked: Range(uncheckedBounds: (offset, offset &+ size)))
    return Record(bytes: content, address: address, blockTime: time, layout: interned)
  }
}
