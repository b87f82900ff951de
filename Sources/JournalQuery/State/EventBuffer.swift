internal import MirrorJournal

/// Events one behind the other, as `StateEvent` reads them. Database and transaction are left to the store.
struct EventBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Begins an event with its key; values follow, then `end`.
  mutating func begin(_ head: StateEventHead, key: RawSpan) -> Int {
    let start = bytes.count
    append(UInt32(0))
    append(UInt32(clamping: key.byteCount))
    append(UInt64(0))
    append(head.sequence)
    bytes.append(head.kind.rawValue)
    bytes.append((head.isInTransaction ? 1 : 0) | (head.provesAbsence ? 8 : 0))
    append(UInt16(0))
    append(UInt64(0))
    key.append(to: &bytes)
    return start
  }

  /// Appends the new value, before the old one.
  mutating func appendNew(_ value: RawSpan, storageCode: UInt8, to start: Int) {
    value.append(to: &bytes)
    bytes[start + 25] |= 2
    bytes[start + 26] = storageCode
    bytes.store(UInt32(clamping: value.byteCount), at: start + 28)
  }

  /// Appends the old value.
  mutating func appendOld(_ value: RawSpan, storageCode: UInt8, to start: Int) {
    value.append(to: &bytes)
    bytes[start + 25] |= 4
    bytes[start + 27] = storageCode
    bytes.store(UInt32(clamping: value.byteCount), at: start + 32)
  }

  /// The kind of an event whose value turned out not to be readable.
  mutating func setKind(_ kind: StateEvent.Kind, of start: Int) {
    bytes[start + 24] = kind.rawValue
  }

  /// Ends an event.
  mutating func end(_ start: Int) {
    bytes.store(UInt32(clamping: bytes.count - start), at: start)
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

extension [UInt8] {
  /// Writes `number` over the four bytes at `place`, least first.
  mutating func store(_ number: UInt32, at place: Int) {
    for byte in 0..<4 {
      self[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(byte)))
    }
  }
}
