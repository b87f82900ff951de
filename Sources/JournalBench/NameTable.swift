internal import MirrorJournal

/// Numbers the names of globals in the order in which they are met; a look-up allocates nothing.
struct NameTable {
  /// The names' bytes without the caret, by number.
  private(set) var names: [[UInt8]] = []
  /// Open addressing: the number of a name, or -1; at most half full.
  private var slots = [Int32](repeating: -1, count: 256)
  private var recent = -1

  /// The number of `name`; a new name gets the next one. O(length).
  mutating func number(of name: RawSpan) -> Int {
    if recent >= 0, Self.equal(names[recent], name) { return recent }
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if Self.equal(names[number], name) {
        recent = number
        return number
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    names.append(name.copied())
    recent = names.count - 1
    slots[slot] = Int32(clamping: recent)
    if names.count * 2 > slots.count { grow() }
    return recent
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (number, name) in names.enumerated() {
      var slot = Self.hash(name.span.bytes) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(clamping: number)
    }
  }

  /// FNV-1a.
  private static func hash(_ name: RawSpan) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var offset = 0
    while let byte = name.loadUInt8(at: offset) {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      offset &+= 1
    }
    return Int(truncatingIfNeeded: hash >> 8)
  }

  private static func equal(_ left: [UInt8], _ right: RawSpan) -> Bool {
    guard left.count == right.byteCount else { return false }
    for offset in 0..<left.count where left[offset] != right.loadUInt8(at: offset) { return false }
    return true
  }
}
