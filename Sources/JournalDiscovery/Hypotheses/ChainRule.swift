internal import CJournalSupport
internal import MirrorJournal

/// How a number in a record leads to the same number of another record.
///
/// A distance does not need to know where in its record the number stands: only addresses do, and for
/// them `adds` is that offset.
struct ChainRule: Hashable {
  /// A number that counts, at an offset from the rule's first number.
  struct Part: Hashable {
    var at: Int
    var width: Int
  }

  var parts: [Part]
  var isBigEndian: Bool
  /// Whether it leads to the record before.
  var goesBack = false
  /// Whether the number is an address instead of a distance.
  var isAddress = false
  /// Bytes in one unit.
  var unit = 1
  /// Bytes that the number leaves out; with an address, where in its record the number stands.
  var adds = 0
  /// Distances are rounded up to a multiple of this.
  var rounds = 1

  /// The shortest record and the longest that a search believes.
  static let steps: ClosedRange<Int> = 8...(1 << 20)

  init(
    _ parts: [Part], isBigEndian: Bool, goesBack: Bool = false, isAddress: Bool = false,
    unit: Int = 1, adds: Int = 0, rounds: Int = 1
  ) {
    self.parts = parts
    self.isBigEndian = isBigEndian
    self.goesBack = goesBack
    self.isAddress = isAddress
    self.unit = unit
    self.adds = adds
    self.rounds = rounds
  }

  /// One number of `width` bytes.
  init(
    width: Int, isBigEndian: Bool, goesBack: Bool = false, isAddress: Bool = false, unit: Int = 1,
    adds: Int = 0, rounds: Int = 1
  ) {
    self.init(
      [Part(at: 0, width: width)], isBigEndian: isBigEndian, goesBack: goesBack,
      isAddress: isAddress, unit: unit, adds: adds, rounds: rounds)
  }

  /// The rule as the loops in C have it.
  var plain: mj_rule {
    var rule = mj_rule()
    func part(_ index: Int) -> mj_part {
      guard index < parts.count else { return mj_part(at: 0, width: 0) }
      return mj_part(
        at: Int16(truncatingIfNeeded: parts[index].at),
        width: Int16(truncatingIfNeeded: parts[index].width))
    }
    rule.parts = (part(0), part(1), part(2))
    rule.part_count = Int32(truncatingIfNeeded: min(parts.count, 3))
    rule.is_big_endian = isBigEndian
    rule.goes_back = goesBack
    rule.is_address = isAddress
    rule.unit = Int32(truncatingIfNeeded: unit)
    rule.adds = Int32(truncatingIfNeeded: adds)
    rule.rounds = Int32(truncatingIfNeeded: rounds)
    rule.least = Int64(Self.steps.lowerBound)
    rule.most = Int64(Self.steps.upperBound)
    return rule
  }

  /// Bytes of all its numbers.
  var width: Int { parts.reduce(0) { $0 + $1.width } }

  /// Bytes from the rule's first number to behind its last.
  var reach: Int { parts.map { $0.at + $0.width }.max() ?? 0 }
}

/// The loops of a search, which are in C: in what a search tries they make the difference between
/// seconds and minutes. With `Grid`, the unsafe room of discovery: each call gives the bytes and their
/// count, which the loops stay inside.
struct ChainLoops {
  /// Room for the loops, kept from one window to the next.
  private var reach: [Int32] = []
  private var places: [Int32] = []
  /// The window's numbers of one width and byte order, which hundreds of rules share.
  private var values: [Int32] = []
  private var valuesAre: (base: Int, width: Int, isBigEndian: Bool) = (-1, 0, false)

  /// Where chains begin in `window`, which begins at `base`: the one that spans most of it, and the one
  /// of most records, if that is another. None that is short.
  mutating func chains(_ rule: ChainRule, in window: RawSpan, at base: Int) -> [Int32] {
    let count = window.byteCount
    if places.count < count {
      places = [Int32](repeating: 0, count: count)
      reach = [Int32](repeating: 0, count: 2 * count)
      values = places
    }
    var plain = rule.plain
    let isPlain = rule.parts.count == 1 && !rule.isAddress
    let width = rule.parts.first?.width ?? 0
    var firsts: [Int32] = [-1, -1]
    unsafe window.withUnsafeBytes { buffer in
      let bytes = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      if isPlain, valuesAre != (base, width, rule.isBigEndian) {
        unsafe mj_numbers(bytes, Int64(count), Int32(width), rule.isBigEndian, &values)
        valuesAre = (base, width, rule.isBigEndian)
      }
      unsafe values.withUnsafeBufferPointer { values in
        unsafe mj_find_chains(
          bytes, Int64(count), &plain, Int64(base), isPlain ? values.baseAddress : nil,
          Int64(count / 5), &reach, &firsts)
      }
    }
    return firsts.filter { $0 >= 0 }
  }

  /// The chain that begins at `first`, in the order of its steps; none if these are all alike.
  mutating func follow(_ rule: ChainRule, in window: RawSpan, at base: Int, from first: Int32)
    -> ArraySlice<Int32>
  {
    var plain = rule.plain
    let found = unsafe window.withUnsafeBytes { buffer in
      unsafe mj_follow_chain(
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), Int64(window.byteCount), &plain,
        Int64(base), first, &places)
    }
    guard unsafe mj_steps_vary(places, found) else { return [] }
    return places[0..<Int(found)]
  }

  /// Bits that the bytes around the last chain are more alike than bytes elsewhere.
  func gain(_ rule: ChainRule, in window: RawSpan, places: ArraySlice<Int32>, entropy: Double)
    -> Double
  {
    var plain = rule.plain
    return unsafe window.withUnsafeBytes { bytes in
      unsafe places.withUnsafeBufferPointer { places in
        unsafe mj_chain_gain(
          bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int64(window.byteCount),
          places.baseAddress, Int64(places.count), &plain, entropy, -32, 32)
      }
    }
  }

  /// Bits in one of `total` bytes that were met so often.
  static func entropy(of counts: [UInt32], _ total: Int) -> Double {
    unsafe mj_entropy(counts, Int64(total))
  }

  /// Bits in one byte of `window`.
  static func entropy(_ window: RawSpan) -> Double {
    var counts = [UInt32](repeating: 0, count: 256)
    for index in 0..<window.byteCount { counts[Int(window.loadUInt8(at: index) ?? 0)] += 1 }
    return unsafe mj_entropy(counts, Int64(window.byteCount))
  }
}

/// Blocks of `size` bytes that begin and end with bytes of their own.
struct Grid: Hashable {
  /// 0: the data are not divided.
  var size = 0
  var header = 0
  var trailer = 0

  var plain: mj_grid {
    mj_grid(size: Int64(size), header: Int64(header), trailer: Int64(trailer))
  }

  /// The place `count` bytes of data on from `place`.
  func advance(_ place: Int, by count: Int) -> Int {
    var plain = plain
    return unsafe Int(mj_grid_advance(&plain, Int64(place), Int64(count)))
  }
}

extension ChainRule {
  /// How far the rule leads from `place`; 0: nowhere.
  func step(_ bytes: RawSpan, from place: Int, grid: Grid? = nil) -> Int {
    var rule = plain
    var blocks = (grid ?? Grid()).plain
    return unsafe bytes.withUnsafeBytes { bytes in
      unsafe Int(
        mj_rule_step(
          bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int64(bytes.count), Int64(place),
          &rule, 0, &blocks))
    }
  }

  /// The places from `start` up (or down) to `limit`, at most `most`; records may cross the blocks of
  /// `grid`.
  func walk(
    _ bytes: RawSpan, from start: Int, to limit: Int, grid: Grid? = nil, most: Int,
    into places: inout [Int64]
  ) -> Int {
    if places.count < most {
      // Room for the most there can be, of which hardly any is ever written.
      places = unsafe [Int64](unsafeUninitializedCapacity: most) { $1 = most }
    }
    var rule = plain
    var blocks = (grid ?? Grid()).plain
    return unsafe bytes.withUnsafeBytes { bytes in
      unsafe Int(
        mj_walk_chain(
          bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int64(bytes.count), Int64(start),
          Int64(limit), &rule, &blocks, &places, Int64(most)))
    }
  }
}
