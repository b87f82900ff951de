import MirrorJournal

/// Chunks that show their own ends: each begins where the one before ended, behind a prefix or at the next
/// multiple of something.
struct FrameChain {
  let bytes: UnsafeRawBufferPointer
  let decoder: FrameDecoder
  let scratch: UnsafeMutableRawBufferPointer
  /// Where the zeros at the file's end begin.
  let end: Int

  /// How far behind a chunk the next one is looked for.
  private static let reach = 4096 + 64
  private static let alignments = [1, 4, 8, 16, 64, 512, 4096]

  /// The chain of frames of `kind` that begins at `start`; nil when there is none, or it leaves more of the
  /// file than a table would take.
  func found(_ kind: FrameKind, from start: Int) -> FoundFraming? {
    guard let first = frame(kind, at: start), first.originalSize >= 4096 else { return nil }
    var frames = [first]
    var rules = Self.alignments.map { (alignment: $0, prefix: -1) }
    while true {
      guard let last = frames.last else { return nil }
      let ended = last.start + last.count
      if ended >= end { break }
      let total = frames.reduce(0) { $0 + $1.originalSize }
      guard let next = next(kind, behind: ended, first.originalSize, total, &rules) else { break }
      // Only the last chunk may be shorter.
      guard last.originalSize == first.originalSize else { return nil }
      frames.append(next)
    }
    guard let last = frames.last, mayBeTable(from: last.start + last.count, frames.count),
      let rule = rules.first(where: { $0.prefix >= 0 }) ?? rules.first
    else { return nil }
    let prefix = frames.count > 1 ? rule.prefix : 0
    return FoundFraming(
      framing: Framing(
        frames: kind, start: start - prefix, prefix: prefix,
        alignment: frames.count > 1 ? rule.alignment : 1, chunkSize: first.originalSize, sizes: nil),
      frames: frames)
  }

  /// Whether the bytes from `start` to the end may be a table or a trailer: few, and not as dense as another
  /// chunk, or the piece of one, would be.
  private func mayBeTable(from start: Int, _ chunks: Int) -> Bool {
    let count = end - start
    guard count > 0 else { return true }
    guard count <= 65_536 + 64 * chunks else { return false }
    var spread = ByteHistogram()
    spread.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end]).bytes)
    // The entropy of few bytes is low whatever they are.
    return count < 512 || spread.entropy < 7
  }

  private func frame(_ kind: FrameKind, at place: Int) -> FoundFrame? {
    guard place >= 0, place < end, kind.mayBegin(bytes, at: place) else { return nil }
    let source = UnsafeRawBufferPointer(rebasing: bytes[place...])
    guard let (read, written) = decoder.decode(kind, source, into: scratch) else { return nil }
    return FoundFrame(start: place, count: read, originalSize: written)
  }

  /// The next frame, where a rule that held so far puts it; `rules` loses those that do not hold.
  private func next(
    _ kind: FrameKind, behind ended: Int, _ size: Int, _ total: Int,
    _ rules: inout [(alignment: Int, prefix: Int)]
  ) -> FoundFrame? {
    func aligned(_ alignment: Int) -> Int { (ended + alignment - 1) / alignment * alignment }
    if rules.contains(where: { $0.prefix >= 0 }) {
      for rule in rules {
        guard let next = frame(kind, at: aligned(rule.alignment) + rule.prefix),
          next.originalSize <= size
        else { continue }
        rules = rules.filter { aligned($0.alignment) + $0.prefix == next.start }
        return next
      }
      return nil
    }
    for place in ended..<ended + Self.reach {
      guard let next = frame(kind, at: place), next.originalSize <= size else { continue }
      // A short piece that decompresses by chance is no chunk: the last one ends the journal and the file.
      if next.originalSize < size,
        (total + next.originalSize) % 4096 != 0 || !mayBeTable(from: next.start + next.count, 1)
      {
        continue
      }
      rules = rules.compactMap { rule in
        let prefix = place - aligned(rule.alignment)
        return (0...64).contains(prefix) ? (rule.alignment, prefix) : nil
      }
      return rules.isEmpty ? nil : next
    }
    return nil
  }
}
