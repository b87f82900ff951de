internal import MirrorJournal

/// A key that was met lately, in a form that is compared in a few instructions where it stands.
///
/// A key of up to 16 bytes is wholly in `head` and `tail`; of a longer one they say only that it may be the
/// same.
struct RecentKey: Sendable {
  private var numbers = ProfileTable.KeyNumbers()
  private var length = -1
  private var head: UInt64 = 0
  private var tail: UInt64 = 0
  /// Its row in the table, -1 before it has one.
  var row = -1

  static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let wholeLength = 16

  /// No key is equal to this one.
  init() {}

  @inline(__always)
  init(_ numbers: ProfileTable.KeyNumbers, _ key: RawSpan) {
    self.numbers = numbers
    length = key.byteCount
    if let head: UInt64 = key.loadLittle(at: 0), let tail: UInt64 = key.loadLittle(at: length &- 8)
    {
      self.head = head
      self.tail = tail
    } else if let head: UInt32 = key.loadLittle(at: 0),
      let tail: UInt32 = key.loadLittle(at: length &- 4)
    {
      self.head = UInt64(head)
      self.tail = UInt64(tail)
    } else {
      for offset in 0..<3 {
        guard let byte = key.loadUInt8(at: offset) else { break }
        head = head << 8 | UInt64(byte)
      }
    }
  }

  /// Whether this is surely the same key.
  @inline(__always)
  func isSame(as other: RecentKey) -> Bool {
    length == other.length && tail == other.tail && head == other.head
      && length <= Self.wholeLength && numbers == other.numbers
  }

  /// How many places there are.
  static let count = 1 << 11

  /// The place of a key among `count`.
  @inline(__always)
  var place: Int {
    let word =
      numbers.ids ^ numbers.detail << 20 ^ UInt64(bitPattern: numbers.minute) << 40 ^ tail ^ head
      << 7
    return Int(truncatingIfNeeded: (word &* Self.multiplier) >> 53)
  }
}
