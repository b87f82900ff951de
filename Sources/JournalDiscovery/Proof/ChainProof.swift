internal import MirrorJournal

/// What a walk through the whole file shows, and what agrees with it.
struct ChainProof {
  /// Something that would not be so by chance, told from other bytes than the chain itself.
  struct Evidence {
    enum Kind: String, CaseIterable {
      case blocks, link, names, numbers, addresses
    }
    var kind: Kind
    var text: String
    var support: Int
    var against: Int
  }

  var records = 0
  var blocks = 0
  /// Blocks whose last record ends where it must.
  var closed = 0
  var bytes = 0
  var unexplained = 0
  var leftover = 0
  var zeros = 0
  /// Addresses of blocks that the framing does not explain; a few.
  var broken: [Int] = []
  var shortest = Int.max
  var longest = 0
  var end = 0
  /// Made of all records' starts in their order.
  var digest: UInt64 = 0
  /// In-block offset of the first record, where it is the same in all blocks but the first.
  var sameFirst = true
  var evidence: [Evidence] = []
  private var wantedHits: Set<Int> = []

  /// Of the bytes, the share that is explained.
  var explained: Double {
    bytes == 0 ? 0 : 1 - Double(unexplained + leftover) / Double(bytes)
  }

  /// Walks the whole file; `wanted` are addresses that logs name.
  init(_ framing: Framing, _ extent: DataExtent, _ bytes: RawSpan, link: SecondLink?, wanted: [Int])
  {
    var file = FramedFile(framing, extent)
    var previous = 0
    var hits = 0
    var misses = 0
    var lead: Int?
    let wantedPlaces = Set(wanted)
    file.forEachBlock(bytes) { block in
      blocks += 1
      self.bytes += block.size
      unexplained += block.unexplained
      leftover += block.leftover
      if block.end == .broken {
        if broken.count < 8 { broken.append(block.start) }
        previous = 0
      } else if !block.places.isEmpty {
        closed += 1
      }
      records += block.places.count
      if let first = block.places.first, block.start != framing.dataStart,
        max(framing.grid.size, framing.seenSize) > 0
      {
        let inside = Int(first) % max(framing.grid.size, framing.seenSize)
        if let lead, lead != inside { sameFirst = false }
        lead = inside
      }
      // Of a large file every block's first records, of a small one all.
      let isWhole = extent.end < 1 << 26
      var count = 0
      for place in block.places {
        let start = framing.grid.advance(Int(place), by: -framing.offset)
        digest = Self.digest(digest, start)
        if !wantedPlaces.isEmpty, wantedPlaces.contains(start) { wantedHits.insert(start) }
        if let link, previous > 0, isWhole || count < 32 {
          switch Self.agrees(link, start, previous, block.start, isFirst: count == 0, bytes) {
          case true?: hits += 1
          case false?: misses += 1
          case nil: break
          }
        }
        if previous > 0, count > 0 {
          let length = start - previous
          shortest = min(shortest, length)
          longest = max(longest, length)
        }
        previous = start
        count += 1
      }
      if block.end != .broken { end = framing.grid.advance(block.stop, by: -framing.offset) }
      return true
    }
    if wantedPlaces.contains(end) { wantedHits.insert(end) }
    addBlocks(framing, lead)
    if let link, hits >= 12, misses * 50 <= hits {
      evidence.append(
        Evidence(kind: .link, text: link.kind.rawValue, support: hits, against: misses))
    }
    if let used = framing.used {
      evidence.append(
        Evidence(
          kind: .numbers,
          text:
            "a number at \(used.field.offset) of each block's header tells where its records end",
          support: closed, against: broken.count))
    }
    if !wanted.isEmpty {
      let inside = wanted.filter { $0 >= framing.firstRecord && $0 <= end }
      evidence.append(
        Evidence(
          kind: .addresses, text: "addresses that logs name are records' starts or the end",
          support: inside.count { wantedHits.contains($0) },
          against: inside.count { !wantedHits.contains($0) }))
    }
  }

  /// `digest` with one more start.
  static func digest(_ digest: UInt64, _ start: Int) -> UInt64 {
    (digest &+ UInt64(start)) &* 0x9E37_79B9_7F4A_7C15
  }

  private mutating func addBlocks(_ framing: Framing, _ lead: Int?) {
    if framing.rule.goesBack, !framing.isAtEnd {
      guard blocks >= 4, sameFirst, lead != nil, framing.seenSize > 0 else {
        guard records >= 100, framing.firstRecord % 65_536 == 16 else { return }
        evidence.append(
          Evidence(
            kind: .blocks, text: "the chain leads back to where the data begin", support: 1,
            against: 0))
        return
      }
      evidence.append(
        Evidence(
          kind: .blocks, text: "each block begins with a record at the same place", support: blocks,
          against: 0))
    } else if framing.crosses {
      guard framing.grid.size > 0, framing.grid.header > 0, blocks >= 3 else {
        guard records >= 100, broken.isEmpty else { return }
        evidence.append(
          Evidence(
            kind: .blocks, text: "the chain ends where the data do", support: 1, against: 0))
        return
      }
      evidence.append(
        Evidence(
          kind: .blocks, text: "the chain goes on behind each block's header", support: blocks - 1,
          against: 0))
    } else if closed >= 2 || closed == 1 && broken.isEmpty && records >= 24 {
      evidence.append(
        Evidence(
          kind: .blocks, text: "each block's last record ends with the block or before zeros",
          support: closed, against: blocks - closed - zeros))
    }
  }

  private static func agrees(
    _ link: SecondLink, _ start: Int, _ previous: Int, _ block: Int, isFirst: Bool,
    _ bytes: RawSpan
  ) -> Bool? {
    let isBack = link.kind == .distanceBack || link.kind == .previousAddress
    let place = isBack ? start : previous
    guard link.kind != .lengthAtEnd, isBack || !isFirst,
      let value = bytes.load(link.field, from: place), value < 1 << 40
    else { return nil }
    let number = Int(value) * link.unit
    switch link.kind {
    case .distanceBack:
      return isFirst && link.inFirst == .zero
        ? number == 0
        : number == (isFirst && link.inFirst == .block ? start - block : start - previous)
    case .previousAddress:
      return isFirst && link.inFirst == .zero
        ? number == 0 : number == (isFirst && link.inFirst == .block ? block : previous)
    case .nextAddress: return number == start
    case .length: return number == start - previous
    case .lengthAtEnd: return nil
    }
  }
}
