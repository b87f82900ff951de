/// What looks ahead of one cursor.
final class Lookout {
  /// Blocks that are not to be believed although they match their checksums, in order of address.
  var fences: [Damage] = []
  /// Compares links in `file`; nil when all fences are known.
  var watch: ChainWatch?
  let file: MappedFile?

  init(file: MappedFile? = nil) { self.file = file }
}

/// Which blocks a walk leaves out, and how far ahead it has been asked.
extension RecordCursor {
  /// Leaves out the blocks of `fences`, which are those of the whole walk.
  mutating func fence(_ fences: [Damage]) {
    unwatched = .max
    nextFence = fences.first?.range.lowerBound ?? .max
    if lookout == nil, !fences.isEmpty { lookout = Lookout() }
    lookout?.watch = nil
    lookout?.fences = fences
  }

  /// From now on has the links of blocks compared some way ahead of the walk, beginning with those around
  /// `base`, its first.
  ///
  /// - Parameter previous: start of the record before `base`, if it has been walked.
  mutating func look(
    ahead file: MappedFile, since base: JournalAddress, _ previous: JournalAddress?
  ) {
    let behind = previous == nil ? ChainWatch.reach : 1
    let start = max(block.firstDataAddress, base - behind * block.size)
    guard let journal else { return }
    let lookout = Lookout(file: file)
    lookout.watch = ChainWatch(journal, from: start)
    self.lookout = lookout
    lookAhead(from: base)
  }

  /// Compares what comes before the walk is so near, which is about to take up the block at `start`.
  mutating func lookAhead(from start: JournalAddress) {
    guard let journal, let lookout, let file = lookout.file, lookout.watch != nil else { return }
    let step = UsualLinks.burst * block.size
    let end = min(start + step, base + bytes.byteCount)
    unwatched = end
    // Zeros that took the place of lost pages are told of by whoever asks the file whether it is intact.
    let isContradicted = lookout.watch?.isContradicted(
      in: file.span(0..<file.count), at: 0, upTo: end + ChainWatch.reach * block.size)
    if isContradicted == true {
      fence((try? journal.fences(from: start, upTo: base + bytes.byteCount)) ?? [])
    } else {
      nextFence = unwatched
    }
  }

  /// Leaves out the blocks of the next fence, in which `nextBlock` lies or which end before it.
  mutating func skipFence() throws(Damage) {
    let start = nextBlock
    if start >= unwatched { lookAhead(from: start) }
    guard start >= nextFence, let lookout else { return }
    let fence = lookout.fences.removeFirst()
    nextFence = lookout.fences.first?.range.lowerBound ?? .max
    guard start < fence.range.upperBound else { return }
    let end = (fence.range.upperBound + block.size - 1) / block.size * block.size
    throw leaveOut(upTo: end, fence)
  }

  /// Goes on behind whole blocks, which end at `end`, as far as the bytes go. The damage that they are is told
  /// whole, wherever the walk began and the bytes end: so all walks tell the same.
  mutating func leaveOut(upTo end: JournalAddress, _ damage: Damage) -> Damage {
    nextBlock = min(end, (base + bytes.byteCount + block.size - 1) / block.size * block.size)
    position = nextBlock
    blockEnd = nextBlock
    previous = -1
    return damage
  }
}
