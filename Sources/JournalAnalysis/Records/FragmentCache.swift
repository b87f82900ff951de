internal import MirrorJournal

/// Pieces of lines that many records share, rendered once for each key and then copied: the names
/// of a database, a job's process, a type.
///
/// The pieces lie one behind the other in a single array, so that a look-up moves no reference
/// counts. A journal with absurdly many keys makes the cache start anew; its memory is bounded.
struct FragmentCache {
  private struct Slot {
    var key: UInt32 = 0
    var start: UInt32 = 0
    var length: Int32 = -1
  }

  private static let slots = 256
  private static let limit = 1 << 16

  private var bytes: [UInt8] = []
  private var recent = [Slot](repeating: Slot(), count: slots)
  private var known: [UInt32: Slot] = [:]

  /// Appends the piece of `key`, which `render` writes when it is not there yet.
  mutating func append(
    _ key: UInt32, to buffer: inout TextBuffer, render: (inout TextBuffer) -> Void
  ) {
    let place = Int(key) & (Self.slots - 1)
    var slot = recent[place]
    if slot.key != key || slot.length < 0 {
      slot = known[key] ?? add(key, render)
      recent[place] = slot
    }
    let start = Int(slot.start)
    let length = Int(slot.length)
    buffer.append(bytes: bytes.span.bytes.extracting(start..<start + length))
  }

  private mutating func add(_ key: UInt32, _ render: (inout TextBuffer) -> Void) -> Slot {
    if known.count >= Self.limit { self = FragmentCache() }
    var text = TextBuffer(capacity: 256)
    render(&text)
    let slot = Slot(key: key, start: UInt32(bytes.count), length: Int32(clamping: text.count))
    text.withBytes { bytes += $0.copied() }
    known[key] = slot
    return slot
  }
}
