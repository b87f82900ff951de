internal import MirrorJournal

/// Finds where in its record the rule's number stands, which the chain itself does not tell.
struct StartOffset {
  let candidate: FramingSearch.Candidate
  let extent: DataExtent

  /// What a few blocks say.
  private struct Facts {
    /// Where the first record's number of each block stands, but for the first block.
    var firsts: [Int] = []
    var others: [Int] = []
    /// Zero bytes before the place of a further record's number, at least.
    var zeros = Int.max
    var steps = 0
  }

  /// The framing with the offset, the header's size and the alignment.
  func resolve(_ bytes: RawSpan) -> Framing {
    var framing = candidate.framing
    let facts = facts(bytes)
    let unit = [8, 4, 2].first { facts.steps % $0 == 0 } ?? 1
    framing.alignment = unit
    if framing.isAtEnd { return framing }
    let place = framing.firstPlace
    let isInBlock = !framing.crosses && !framing.rule.goesBack
    // The number of a first record and what stands before it lie within what a header may have.
    var allowed = (0...60).filter { offset in
      offset <= (isInBlock ? framing.lead : place - framing.dataStart)
        && (place - offset) % unit == 0
    }
    if framing.rule.isAddress { allowed = [framing.rule.adds] }
    if isInBlock, !framing.rule.isAddress, framing.used == nil, let left = framing.left,
      facts.zeros == .max
    {
      // Blocks end with a record.
      let exact = allowed.filter { $0 >= -left }
      if let least = exact.first { allowed = [least] }
    }
    if let used = framing.used, allowed.contains(used.adds) { allowed = [used.adds] }
    let zeros = framing.rule.goesBack ? [] : allowed.filter { $0 <= facts.zeros }
    if !zeros.isEmpty { allowed = zeros }
    let alike = alike(bytes, facts)
    let likely = allowed.filter { $0 <= alike }
    if !likely.isEmpty { allowed = likely }
    if unit == 1, allowed.count > 1 {
      // Nothing pads these records: what a record ends with varies more than what it begins with.
      let head = headed(bytes, facts, allowed.last ?? 0)
      allowed = allowed.filter { $0 <= head }.suffix(1)
    }
    var best = allowed.last ?? 0
    if framing.crosses, !framing.rule.goesBack {
      let exact = place - framing.dataStart - framing.grid.header
      if allowed.contains(exact) { (best, allowed) = (exact, [exact]) }
    }
    // 131088, the documented first record (class O), as far as the file allows it.
    if let documented = allowed.first(where: { (place - $0) % 65_536 == 16 }) { best = documented }
    framing.offset = best
    framing.otherOffsets = allowed.filter { $0 != best }
    if isInBlock {
      framing.grid.header = framing.lead - best
      if let left = framing.left, left + best > 0, hasTrailer(left + best, framing, bytes) {
        framing.grid.trailer += left + best
      }
      // Addresses lead over the next block's header.
      if !framing.rule.isAddress { framing.left = -best }
    }
    return framing
  }

  /// Whether the last `count` bytes of the first blocks are anything but zeros.
  private func hasTrailer(_ count: Int, _ framing: Framing, _ bytes: RawSpan) -> Bool {
    (1...4).allSatisfy { number in
      let end = framing.dataStart + number * framing.grid.size
      return end > bytes.byteCount || bytes.slice(end - count, count)?.isAllZero == false
    }
  }

  private func facts(_ bytes: RawSpan) -> Facts {
    var facts = Facts()
    var file = FramedFile(candidate.framing, extent)
    var blocks = 0
    file.forEachBlock(bytes) { block in
      blocks += 1
      if block.start != candidate.framing.dataStart, let first = block.places.first {
        facts.firsts.append(Int(first))
      }
      for (place, next) in zip(block.places, block.places.dropFirst()).prefix(400) {
        facts.steps = Self.gcd(facts.steps, Int(next - place))
        facts.others.append(Int(next))
      }
      if block.end == .zeros(tail: 0), !block.places.isEmpty {
        var zeros = 0
        while zeros < 64, bytes.loadUInt8(at: block.stop - 1 - zeros) == 0 { zeros += 1 }
        facts.zeros = min(facts.zeros, zeros)
      }
      return blocks < 48
    }
    return facts
  }

  private static func gcd(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }

  /// How many bytes before the number, at most `most`, are alike in records as those of a header are.
  private func headed(_ bytes: RawSpan, _ facts: Facts, _ most: Int) -> Int {
    guard facts.others.count >= 60 else { return most }
    func kinds(_ offset: Int) -> Double {
      var seen = [UInt32](repeating: 0, count: 256)
      for place in facts.others { seen[Int(bytes.loadUInt8(at: place + offset) ?? 0)] += 1 }
      return ChainLoops.entropy(of: seen, facts.others.count)
    }
    let anywhere = (24..<40).map { kinds($0) }.reduce(0, +) / 16
    for distance in 1...max(1, most) where kinds(-distance) > anywhere * 0.55 {
      return distance - 1
    }
    return most
  }

  /// How many bytes before the number are of the same kinds in blocks' first records as in others.
  private func alike(_ bytes: RawSpan, _ facts: Facts) -> Int {
    guard facts.firsts.count >= 3, facts.others.count >= 30, !candidate.framing.crosses else {
      return 60
    }
    for distance in 1...60 {
      var seen = [Int](repeating: 0, count: 256)
      for place in facts.others { seen[Int(bytes.loadUInt8(at: place - distance) ?? 0)] += 1 }
      let strange = facts.firsts.count { seen[Int(bytes.loadUInt8(at: $0 - distance) ?? 0)] == 0 }
      if strange * 2 > facts.firsts.count { return distance - 1 }
    }
    return 60
  }
}
