internal import MirrorJournal

/// A way in which a record may tell where the next one starts.
struct ForwardLink: Hashable {
  var field: Field
  /// Bytes in one unit.
  var unit: Int
  /// Bytes that a length leaves out.
  var omits = 0
  /// Whether the number is the next record's address instead of a length.
  var isAddress = false

  /// The address behind the record at `address`; nil where none starts.
  @inline(__always)
  func next(_ bytes: RawSpan, _ address: Int) -> Int? {
    guard let number = bytes.load(field, from: address), number > 0, number < 1 << 32 else {
      return nil
    }
    let value = Int(number) &* unit
    if isAddress { return value > address ? value : nil }
    return address &+ value &+ omits
  }

  var description: String {
    let order = field.width > 1 ? field.isBigEndian ? ", big-endian" : ", little-endian" : ""
    var text = isAddress ? "next address" : "length"
    text += " at \(field.offset), \(field.width) bytes\(order)"
    if unit > 1 { text += ", in units of \(unit) bytes" }
    if omits > 0 { text += ", \(omits) bytes not counted" }
    return text
  }

  func apply(to record: inout RecordLayout) {
    if isAddress {
      record.nextAddress = field
      record.linkUnit = UInt8(unit)
    } else {
      record.length = field
      record.lengthUnit = UInt8(unit)
      record.lengthOmits = UInt8(omits)
    }
  }
}

/// Finds the links forward: the hypotheses under which a walk from one listed record hits the next.
struct ForwardSearch {
  /// A listed record, and one that a walk from it has to hit.
  struct Pair {
    var from: Int
    var to: Int
  }

  struct Candidate {
    var link: ForwardLink
    var hits: Int
    var misses: Int
  }

  let alignment: Int
  let pairs: [Pair]

  /// - Parameter records: those whose addresses lie in the file.
  init(_ records: [ListedRecord], alignment: Int, fileSize: Int) {
    self.alignment = alignment
    var pairs: [Pair] = []
    let stated = records.filter { $0.next ?? 0 > $0.address && $0.next ?? 0 < fileSize }
    if stated.count * 2 >= records.count {
      pairs = stated.map { Pair(from: $0.address, to: $0.next ?? 0) }
      pairs = pairs.filter { $0.to - $0.from < 1 << 20 }
    } else {
      let starts = Set(records.map(\.address)).sorted()
      let all = zip(starts, starts.dropFirst()).map { Pair(from: $0, to: $1) }
      // Pairs in one block tell most; blocks are unknown yet, so the smallest grid with enough.
      for shift in 12...32 {
        pairs = all.filter { $0.from >> shift == $0.to >> shift }
        if pairs.count >= 24 { break }
      }
    }
    self.pairs = Self.spread(pairs)
  }

  /// For families whose rows lie so far apart that no two share a block: a walk from the place where
  /// a block of `size` bytes begins its records to the row in it.
  init(fromBlocksOf size: Int, headerSize: Int, starts: [Int], alignment: Int) {
    self.alignment = alignment
    pairs = Self.spread(
      starts.compactMap { start in
        let begin = start / size * size + headerSize
        return begin < start ? Pair(from: begin, to: start) : nil
      })
  }

  /// The shorter half in an order in which every part of it comes early, then the longer one: what a
  /// wrong row makes of its neighbours is short, and must not be all that a hypothesis is judged by.
  private static func spread(_ pairs: [Pair]) -> [Pair] {
    let sorted = pairs.sorted { $0.to - $0.from < $1.to - $1.from }
    let half = sorted.prefix((sorted.count + 1) / 2)
    let step = max(1, half.count / 12)
    return (0..<step).flatMap { first in
      stride(from: first, to: half.count, by: step).map { half[$0] }
    } + sorted.dropFirst(half.count)
  }

  /// The hypotheses that hold, best first.
  func candidates(_ bytes: RawSpan) -> [Candidate] {
    var result: [Candidate] = []
    for width in [4, 2] as [UInt8] {
      for offset in stride(from: 0, through: 60, by: 2) as StrideThrough<UInt16> {
        for isBigEndian in [false, true] {
          let field = Field(offset, width: width, isBigEndian: isBigEndian)
          for unit in [1, 2, 4, 8] {
            for link in links(field, unit) {
              if let candidate = test(link, bytes) { result.append(candidate) }
            }
          }
        }
      }
    }
    return Self.sorted(result)
  }

  /// Best first.
  static func sorted(_ candidates: [Candidate]) -> [Candidate] {
    candidates.sorted { left, right in
      let first = (left.hits - 2 * left.misses, left.link.field.preference)
      let second = (right.hits - 2 * right.misses, right.link.field.preference)
      if first != second { return first > second }
      if left.link.unit != right.link.unit { return left.link.unit < right.link.unit }
      return left.link.field.offset < right.link.field.offset
    }
  }

  private func links(_ field: Field, _ unit: Int) -> [ForwardLink] {
    var links = stride(from: 0, through: 48, by: alignment).map {
      ForwardLink(field: field, unit: unit, omits: $0)
    }
    if field.width == 4 { links.append(ForwardLink(field: field, unit: unit, isAddress: true)) }
    return links
  }

  /// Counts the pairs that `link` joins; nil as soon as it cannot be right.
  private func test(_ link: ForwardLink, _ bytes: RawSpan) -> Candidate? {
    var candidate = Candidate(link: link, hits: 0, misses: 0)
    for (index, pair) in pairs.enumerated() {
      switch walk(from: pair.from, to: pair.to, link, bytes) {
      case .hit: candidate.hits += 1
      case .miss: candidate.misses += 1
      case .broken: break
      }
      // Of one row in twenty that is wrong, four in a row are not.
      if index == 3, candidate.hits == 0 { return nil }
      if index == 11, candidate.hits < 4 || candidate.misses > candidate.hits { return nil }
      if candidate.misses > 12, candidate.misses * 3 > candidate.hits { return nil }
    }
    guard candidate.hits >= min(8, max(4, pairs.count / 3)),
      candidate.misses * 5 <= candidate.hits
    else { return nil }
    return candidate
  }

  enum Outcome { case hit, miss, broken }

  /// Follows `link` from one address; broken where no record starts or a length makes no sense.
  private func walk(from: Int, to: Int, _ link: ForwardLink, _ bytes: RawSpan) -> Outcome {
    var position = from
    var steps = 0
    while position < to {
      guard let next = link.next(bytes, position), next > position, next & (alignment - 1) == 0,
        next - position < 1 << 24
      else { return steps == 0 ? .miss : .broken }
      position = next
      steps += 1
      if steps > 50_000 { return .miss }
    }
    return position == to ? .hit : .miss
  }
}

extension Field {
  /// Of places with the same evidence, the one with the highest preference is reported: at a
  /// multiple of its width, and then the widest.
  var preference: Int {
    guard width > 0 else { return 0 }
    return (Int(offset) % Int(width) == 0 ? 100 : 0) + Int(width)
  }
}
