internal import MirrorJournal

/// Looks for sealed blocks that stand twice, byte for byte: a write that went to another place as well. Where
/// their links fit there, nothing else speaks of it, and equal blocks that were written twice look like that,
/// too: a note.
struct TwinCheck {
  private let journal: Journal

  init(_ journal: Journal) { self.journal = journal }

  /// - Parameter blocks: in order of address, with the checksums that they match.
  func run(
    _ blocks: some Sequence<(block: JournalAddress, checksum: UInt32)>, _ list: inout FindingList
  ) {
    // Different blocks may have one checksum, but not many.
    var places: [UInt32: [JournalAddress]] = [:]
    for (block, checksum) in blocks {
      let known = places[checksum, default: []]
      if let first = known.first(where: { isSame($0, block) }) {
        list.append(
          IntegrityFinding(
            .note, .twin, in: journal.path, at: block..<block + journal.layout.block.size,
            "the block at \(block) is the same as the one at \(first), byte for byte"))
      } else if known.count < 4 {
        places[checksum] = known + [block]
      }
    }
  }

  private func isSame(_ left: JournalAddress, _ right: JournalAddress) -> Bool {
    let size = journal.layout.block.size
    // What cannot be read any more has been told.
    let answer = try? journal.storage.withBytes(left..<left + size) { one in
      try journal.storage.withBytes(right..<right + size) { one.isEqual(to: $0) }
    }
    return answer ?? false
  }
}
