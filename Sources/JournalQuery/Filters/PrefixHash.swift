internal import MirrorJournal

/// A hash of what stands before a place of a text, carried on from place to place: what begins alike
/// has the same one.
struct PrefixHash: Hashable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var length = 0

  init() {}

  init(of elements: some Sequence<UInt32>) { for element in elements { take(element) } }

  init(of bytes: [UInt8]) { for byte in bytes { take(UInt32(byte)) } }

  @inline(__always)
  mutating func take(_ element: UInt32) {
    let mixed = (value ^ UInt64(element)) &* 0x9E37_79B9_7F4A_7C15
    value = mixed ^ mixed >> 29
    length &+= 1
  }

  /// The value is as good a hash as any: it is mixed, and no key here comes from a journal.
  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// Things by what a text has to begin with for them to be asked at all: of many only those that share
/// a head with the text are looked at.
struct HeadTable<Element> {
  private let elements: [PrefixHash: [Element]]
  private let isHeadLength: [Bool]

  init(_ pairs: [(head: PrefixHash, element: Element)]) {
    elements = pairs.reduce(into: [:]) { $0[$1.head, default: []].append($1.element) }
    var isHeadLength = [Bool](
      repeating: false, count: (pairs.lazy.map(\.head.length).max() ?? -1) + 1)
    for pair in pairs { isHeadLength[pair.head.length] = true }
    self.isHeadLength = isHeadLength
  }

  /// The length of the longest head; -1 when there is none.
  var longest: Int { isHeadLength.count - 1 }

  /// The elements with this head; nil where there are none.
  @inline(__always)
  func at(_ head: PrefixHash) -> [Element]? {
    head.length < isHeadLength.count && isHeadLength[head.length] ? elements[head] : nil
  }
}

/// Several runs of bytes, compared with one.
struct ByteRuns {
  private let runs: HeadTable<[UInt8]>
  /// Nil unless there is one, which is compared as it is.
  private let only: [UInt8]?

  init(_ runs: [[UInt8]]) {
    only = runs.count == 1 ? runs.first : nil
    self.runs = HeadTable(Set(runs).map { (PrefixHash(of: $0), $0) })
  }

  /// Whether `bytes` are one of them.
  func contain(_ bytes: RawSpan) -> Bool {
    if let only { return only.span.bytes.isEqual(to: bytes) }
    guard bytes.byteCount <= runs.longest else { return false }
    var hash = PrefixHash()
    for offset in 0..<bytes.byteCount { hash.take(UInt32(bytes.loadUInt8(at: offset) ?? 0)) }
    for run in runs.at(hash) ?? [] where run.span.bytes.isEqual(to: bytes) { return true }
    return false
  }
}
