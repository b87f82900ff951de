package import MirrorJournal

/// Pieces of lines that many records share, rendered once for each key and then copied: the names
/// of a database, a job's process, a type.
///
/// The pieces lie one behind the other in a single buffer, so that a look-up moves no reference
/// counts: each of those costs more than the copy. A journal with absurdly many keys makes the
/// cache start anew; its memory is bounded.
package struct FragmentCache: ~Copyable {
  private struct Slot {
    var key: UInt32 = 0
    var start: UInt32 = 0
    var length: Int32 = -1
  }

  private static let limit = 1 << 16
  private static let places = 512

  @inline(__always)
  private static func place(of key: UInt32) -> Int { Int(key) & (places &- 1) }

  private var text = TextBuffer()
  /// By the key's low bits: a type with and without its transaction has a place for each.
  private var recent = [Slot](repeating: Slot(), count: places)
  private var known: [UInt32: Slot] = [:]

  package init() {}

  /// Appends the piece of `key`; false, and nothing is appended, when it is not known.
  ///
  /// The caller then renders the piece into the buffer and hands it to `remember`.
  @inline(__always)
  package mutating func append(_ key: UInt32, to buffer: inout TextBuffer) -> Bool {
    let place = Self.place(of: key)
    let slot = recent[place]
    if slot.key == key, slot.length >= 0 {
      buffer.append(piece: text, start: Int(slot.start), count: Int(slot.length))
      return true
    }
    guard let slot = known[key] else { return false }
    recent[place] = slot
    buffer.append(piece: text, start: Int(slot.start), count: Int(slot.length))
    return true
  }

  /// Keeps what stands in `buffer` from byte `start` on as the piece of `key`.
  package mutating func remember(_ key: UInt32, _ buffer: borrowing TextBuffer, from start: Int) {
    if known.count >= Self.limit { self = FragmentCache() }
    let length = buffer.count - start
    guard length >= 0, text.count + length <= Int(UInt32.max) else { return }
    let slot = Slot(key: key, start: UInt32(text.count), length: Int32(clamping: length))
    text.append(piece: buffer, start: start, count: length)
    known[key] = slot
    recent[Self.place(of: key)] = slot
  }
}
