internal import Synchronization

/// Values of which it is not known whether they are whole.
///
/// A layout that was found in one file need not know how its family divides a value that is too long for a
/// record. Then a part must not be shown as the whole: neither one beside a long record of a type that nobody
/// has told, nor one behind a record of the longest size about the same node.
extension Journal {
  /// Whether the value in the record at `address` may be a part of one. O(file) once, then O(1).
  @usableFromInline
  func isPart(_ address: JournalAddress) throws -> Bool {
    if let known = valueParts.withLock({ $0 }) { return known.contains(address) }
    let found = try findParts()
    valueParts.withLock { $0 = found }
    return found.contains(address)
  }

  @usableFromInline
  func partial(_ address: JournalAddress) -> JournalError {
    JournalError(
      .badValue, "the value may go on in the records beside it, which the layout does not tell",
      at: address, in: path)
  }

  private func findParts() throws -> Set<JournalAddress> {
    var parts: Set<JournalAddress> = []
    /// Records behind a long one about the same node.
    var repeated: [(first: JournalAddress, second: JournalAddress, length: Int)] = []
    var longest = 0
    var last = (address: 0, length: 0, isKnown: true, key: [UInt8]())
    try forEachRecord(damaged: { _ in }) { record in
      let isLong = record.length >= Record.leastPart
      longest = max(longest, record.length)
      let type = record.type
      // Codes from 224 on are those that the layout does not name.
      let isKnown = type.isVisible && type.rawValue < 224
      if isLong || last.length >= Record.leastPart {
        if !isKnown, last.isKnown, last.length >= Record.leastPart { parts.insert(last.address) }
        if isKnown, !last.isKnown, last.length >= Record.leastPart { parts.insert(record.address) }
        if isKnown, last.isKnown, last.length >= Record.leastPart, type.hasKey,
          let key = record.keyBytes(), key.isEqual(to: last.key.span.bytes)
        {
          repeated.append((last.address, record.address, last.length))
        }
      }
      last = (
        record.address, record.length, isKnown,
        isLong && type.hasKey ? record.keyBytes()?.copied() ?? [] : []
      )
    }
    for pair in repeated where pair.length + 64 >= longest {
      parts.formUnion([pair.first, pair.second])
    }
    return parts
  }
}
