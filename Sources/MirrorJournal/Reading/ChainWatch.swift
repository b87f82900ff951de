/// Compares the links of blocks before their records are walked, from block to block: whether something
/// contradicts itself.
///
/// Looks at three places of each block, which the walk reads as well: the header with the first record,
/// the record that ends the block, and the one before that.
struct ChainWatch {
  /// So many blocks around a record are compared before it is shown: what is wrong with one may be seen from
  /// the other end of the longest stretch on each side.
  static let reach = 2 * ChainVerdict.longestStretch + 1

  private let journal: Journal
  private let chain: BlockChain
  /// Where the layout has the usual links, how they are read.
  private let usual: UsualLinks?
  /// From here on, times are compared as well.
  private let nearEnd: JournalAddress
  private let tailBlock: JournalAddress
  /// The next block that is compared.
  private(set) var next: JournalAddress
  /// The last block that said where it stands: the next one has to continue it.
  private var before: BlockLink?
  /// The last blocks before the end of the data.
  private var last: [BlockLink] = []
  /// The record before the first block, if it is known.
  private var previous: JournalAddress?

  /// - Parameters:
  ///   - start: the first block to be compared.
  ///   - previous: start of the record before it, if known.
  init(_ journal: Journal, from start: JournalAddress, previous: JournalAddress? = nil) {
    self.journal = journal
    chain = BlockChain(storage: journal.storage, layout: journal.layout)
    usual = UsualLinks(journal.layout)
    nearEnd = journal.dataLimit - (ChainVerdict.longestStretch + 2) * journal.layout.block.size
    tailBlock = journal.tailBlock ?? -1
    next = start
    self.previous = previous
  }

  /// Whether blocks up to address `end`, as far as they lie in `bytes`, which begin at address `base`,
  /// contradict each other, the beginning or the end of the file. O(1) for a block that does not.
  ///
  /// - Parameter behind: what stands before `bytes`, where that lies elsewhere in memory.
  mutating func isContradicted(
    in bytes: RawSpan, at base: JournalAddress, upTo end: JournalAddress,
    behind: RawSpan = RawSpan()
  ) -> Bool {
    let size = chain.blocks.size
    let end = min(end, base + bytes.byteCount, journal.dataLimit)
    while next < end {
      if let usual { goOn(by: usual, bytes, base, upTo: min(end, nearEnd)) }
      guard next < end, let content = chain.block(at: next, in: bytes, from: base) else { break }
      let link = chain.link(content, at: next, isTail: next == tailBlock)
      next += size
      if contradicts(link, content, bytes, base, behind) { return true }
      guard link.start >= nearEnd, link.hasRecords else { continue }
      last.append(link)
      if last.count > ChainVerdict.longestStretch + 1 { last.removeFirst() }
    }
    guard next >= journal.dataLimit, let before else { return false }
    self.before = nil
    return journal.endContradicts(before, last)
  }

  /// Whether `link`, that of the block with the bytes `content`, contradicts what stands before it.
  private mutating func contradicts(
    _ link: BlockLink, _ content: RawSpan, _ bytes: RawSpan, _ base: JournalAddress,
    _ behind: RawSpan
  ) -> Bool {
    if link.state == .empty { return false }
    let known = before
    let previous = previous
    self.previous = nil
    before = link.state == .silent ? nil : link
    guard link.hasRecords else {
      last = []
      return false
    }
    if let known {
      let isBreach =
        if let left = chain.block(at: known.start, in: bytes, from: base) {
          isBreach(known, left, link, content)
        } else if let left = chain.block(
          at: known.start, in: behind, from: base - behind.byteCount)
        {
          isBreach(known, left, link, content)
        } else {
          false
        }
      if isBreach { return true }
    }
    guard link.state == .sealed else { return false }
    if known == nil, let previous, link.target != previous, chain.isWhole(content) { return true }
    return link.start == chain.blocks.firstDataAddress
      && (link.target != link.first || link.time < journal.header.creationTime)
      && chain.isWhole(content)
  }

  /// Whether the block of `link` does not continue that of `known`, and both are what was written.
  private func isBreach(
    _ known: BlockLink, _ left: RawSpan, _ link: BlockLink, _ content: RawSpan
  ) -> Bool {
    guard !chain.ends(left, at: known.start, with: link.target) else { return false }
    return link.state == .filling
      || (known.state == .unfinished || chain.isWhole(left)) && chain.isWhole(content)
  }

  /// Goes on at `address`: what stands before it cannot be produced.
  mutating func lose(upTo address: JournalAddress) {
    next = max(next, address)
    before = nil
    previous = nil
    last = []
  }

  /// As `isContradicted(in:at:upTo:behind:)`, of bytes of the storage from where the watch stands up to
  /// address `end`, segment by segment.
  ///
  /// - Parameter behind: what stands before, where the caller has it; else it is read again.
  /// - Throws: `JournalError` when the file cannot be read.
  mutating func isContradicted(
    inStorageUpTo end: JournalAddress, behind: RawSpan = RawSpan()
  ) throws -> Bool {
    let storage = journal.storage
    let size = chain.blocks.size
    // A block is compared whole.
    let end = min(end, (journal.dataLimit + size - 1) / size * size, storage.count)
    var isFirst = true
    while next < min(end, journal.dataLimit) {
      let start = next
      let segment = start / storage.segmentSize * storage.segmentSize
      let part = start..<max(start, min(end, segment + storage.segmentSize))
      // The block before may stand in the same segment, or in the one before that.
      let left = min(before?.start ?? start, start)..<start
      var isContradicted = false
      let known = isFirst ? behind : RawSpan()
      isFirst = false
      let lost = try journal.withBytesUnlessLost(part) { bytes in
        guard known.byteCount == 0, !left.isEmpty,
          left.lowerBound / storage.segmentSize == (start - 1) / storage.segmentSize
        else {
          isContradicted = self.isContradicted(
            in: bytes, at: start, upTo: part.upperBound, behind: known)
          return
        }
        try storage.withBytes(left) {
          isContradicted = self.isContradicted(
            in: bytes, at: start, upTo: part.upperBound, behind: $0)
        }
      }
      if isContradicted { return true }
      if let lost { lose(upTo: max(start + 1, lost.range.upperBound)) }
      // The last block may be cut.
      guard next > start else { break }
    }
    return false
  }

  /// Takes up whole blocks before `end` as long as each continues the one before in the usual way.
  private mutating func goOn(
    by usual: UsualLinks, _ bytes: RawSpan, _ base: JournalAddress, upTo end: JournalAddress
  ) {
    guard let known = before, known.state == .sealed, known.start >= base else { return }
    var first = known.first - known.start
    var start = known.start
    while start + usual.blockSize == next, next < end, next != tailBlock {
      guard let found = usual.firstRecord(of: next - base, in: bytes, behind: first) else { break }
      first = found
      start = next
      next += usual.blockSize
    }
    guard start != known.start else { return }
    before = BlockLink(start: start)
    before?.state = .sealed
    before?.first = start + first
  }
}
