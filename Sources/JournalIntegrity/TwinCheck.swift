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
    var run: TwinRun?
    for (block, checksum) in blocks {
      let known = places[checksum, default: []]
      if let first = known.first(where: { isSame($0, block) }) {
        if run?.add(block, first) != true {
          append(run, &list)
          run = TwinRun(block, first, size: journal.layout.block.size)
        }
      } else if known.count < 4 {
        places[checksum] = known + [block]
      }
    }
    append(run, &list)
  }

  private func append(_ run: TwinRun?, _ list: inout FindingList) {
    guard let run else { return }
    list.append(IntegrityFinding(.note, .twin, in: journal.path, at: run.range, run.text))
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

/// Neighbouring blocks that stand elsewhere, too: one finding, as a value of many blocks has many of them.
private struct TwinRun {
  private let block: JournalAddress
  private let first: JournalAddress
  private let size: Int
  private var count = 1
  /// From one block to the next, how far the other moves: nothing, or a block; nil while there is one.
  private var step: Int?

  init(_ block: JournalAddress, _ first: JournalAddress, size: Int) {
    self.block = block
    self.first = first
    self.size = size
  }

  var range: Range<JournalAddress> { block..<block + count * size }

  /// False where `next`, which is the same as `other`, does not go on from here.
  mutating func add(_ next: JournalAddress, _ other: JournalAddress) -> Bool {
    guard next == block + count * size else { return false }
    let moved = other - first
    guard moved == 0 && step ?? 0 == 0 || moved == count * size && step ?? size == size else {
      return false
    }
    step = moved == 0 ? 0 : size
    count += 1
    return true
  }

  var text: String {
    switch step {
    case nil: "the block at \(block) is the same as the one at \(first), byte for byte"
    case 0:
      "\(count) blocks from \(block) on are each the same as the one at \(first), byte for byte"
    default:
      "\(count) blocks from \(block) on are the same as those from \(first) on, byte for byte"
    }
  }
}
