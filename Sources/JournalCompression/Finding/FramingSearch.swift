import MirrorJournal

/// One search through one file.
final class FramingSearch {
  let bytes: UnsafeRawBufferPointer
  let end: Int
  let decoder: FrameDecoder
  let scratch: UnsafeMutableRawBufferPointer
  /// Whether what comes out is a journal.
  private let isJournal: (FoundFraming) -> Bool
  /// What was spent, in units of about a microsecond.
  private var spent = 0
  /// What decompressed from a place, and what did not.
  private var tried: [Place: FoundFrame?] = [:]

  private struct Place: Hashable {
    let kind: FrameKind
    let start: Int
  }

  /// A file may be anything: after this nothing more is tried.
  private static let limit = 500_000

  init(
    bytes: UnsafeRawBufferPointer, end: Int, decoder: FrameDecoder,
    scratch: UnsafeMutableRawBufferPointer, isJournal: @escaping (FoundFraming) -> Bool
  ) {
    self.bytes = bytes
    self.end = end
    self.decoder = decoder
    self.scratch = scratch
    self.isJournal = isJournal
  }

  private var chain: FrameChain {
    FrameChain(bytes: bytes, decoder: decoder, scratch: scratch, end: end)
  }

  /// Chunks that begin with a mark, the first within a MiB of the file's start.
  func byMagic() -> FoundFraming? {
    for place in 0..<min(1 << 20, end) {
      let kind: FrameKind
      switch bytes[place] {
      case 0x28: kind = .zstd
      case 0x04: kind = .lz4
      case 0x1F: kind = .gzip
      case let byte where byte & 0x8F == 8: kind = .zlib
      default: continue
      }
      if kind.mayBegin(bytes, at: place), let found = chain.found(kind, from: place), proves(found)
      {
        return found
      }
    }
    return nil
  }

  /// Compressed bytes without a mark, where a header of usual size ends.
  func withoutMagic() -> FoundFraming? {
    // Behind a header of any small size, or of whole sectors and a prefix.
    let sectors = stride(from: 8192, to: min(131_073, end), by: 512)
    let places =
      Array(0..<min(8192, end))
      + sectors.flatMap { sector in [0, 4, 8, 12, 16, 24, 32].map { sector + $0 } }
    for kind in [FrameKind.zstdWithoutMagic, .deflate] {
      for place in places {
        spent += 2
        guard spent < Self.limit else { return nil }
        if let found = chain.found(kind, from: place), proves(found) { return found }
      }
    }
    return nil
  }

  /// LZ4 blocks by prefixes and tables; what shows its own end needs neither.
  func byRanges() -> FoundFraming? {
    var found: FoundFraming?
    var seen: Set<Int> = []
    _ = ChunkRanges(bytes: bytes, end: end).forEach { candidate in
      spent += 1
      guard spent < Self.limit else { return true }
      var hasher = Hasher()
      for chunk in candidate.chunks {
        hasher.combine(chunk.start)
        hasher.combine(chunk.count)
      }
      guard seen.insert(hasher.finalize()).inserted else { return false }
      found = decode(candidate, as: [.lz4Block])
      return found != nil
    }
    return found
  }

  func by(_ framing: Framing) -> FoundFraming? {
    guard framing.prefix >= 0, framing.alignment > 0, framing.start >= 0,
      framing.start < bytes.count
    else { return nil }
    guard let sizes = framing.sizes else {
      return chain.found(framing.frames, from: framing.start + framing.prefix).flatMap {
        proves($0) ? $0 : nil
      }
    }
    guard sizes.width == 4 || sizes.width == 8 else { return nil }
    let ranges = ChunkRanges(bytes: bytes, end: end)
    let candidates: [ChunkRanges.Candidate] =
      if sizes.kind == .prefix {
        ranges.walk(framing.start, framing.prefix, framing.alignment, sizes).map { chunks in
          [
            ChunkRanges.Candidate(
              start: framing.start, prefix: framing.prefix, alignment: framing.alignment,
              sizes: sizes, chunks: chunks)
          ]
        } ?? []
      } else {
        ranges.divisions(sizes)
      }
    for candidate in candidates {
      if let found = decode(candidate, as: [framing.frames]) { return found }
    }
    return nil
  }

  /// What a division's chunks are compressed with, if all of them are.
  private func decode(
    _ candidate: ChunkRanges.Candidate, as kinds: [FrameKind]
  ) -> FoundFraming? {
    // A table may point to prefixes.
    let prefixes = candidate.sizes.kind == .prefix ? [0] : [0, 4, 8, 12, 16, 24, 32]
    for kind in kinds {
      for prefix in prefixes {
        guard let frames = frames(candidate, kind, prefix), let first = frames.first else {
          continue
        }
        let found = FoundFraming(
          framing: Framing(
            frames: kind, start: candidate.start, prefix: candidate.prefix + prefix,
            alignment: candidate.alignment, chunkSize: first.originalSize, sizes: candidate.sizes),
          frames: frames)
        if proves(found) { return found }
      }
    }
    return nil
  }

  private func frames(
    _ candidate: ChunkRanges.Candidate, _ kind: FrameKind, _ prefix: Int
  ) -> [FoundFrame]? {
    var frames: [FoundFrame] = []
    for chunk in candidate.chunks {
      guard chunk.count > prefix,
        let frame = frame(chunk.start + prefix, chunk.count - prefix, kind)
      else { return nil }
      if let first = frames.first {
        guard frames[frames.count - 1].originalSize == first.originalSize,
          frame.originalSize <= first.originalSize
        else { return nil }
      } else if frame.originalSize < 4096 {
        return nil
      }
      frames.append(frame)
    }
    return frames
  }

  /// The frame that a stretch of the file holds, padding behind it left out.
  private func frame(_ start: Int, _ count: Int, _ kind: FrameKind) -> FoundFrame? {
    guard kind.mayBegin(bytes, at: start), start + count <= bytes.count else { return nil }
    if kind == .lz4Block { return block(start, count) }
    // Where such a frame ends does not depend on the division.
    let place = Place(kind: kind, start: start)
    let frame: FoundFrame?
    if let known = tried[place] {
      frame = known
    } else {
      frame = decode(kind, start, bytes.count - start)
      tried[place] = .some(frame)
    }
    guard let frame, frame.count <= count, count - frame.count <= 4096 + 64 else { return nil }
    return frame
  }

  /// An LZ4 block, which may end before the zeros that pad it, or with some of them.
  private func block(_ start: Int, _ count: Int) -> FoundFrame? {
    if let frame = decode(.lz4Block, start, count) { return frame }
    var zeros = 0
    while zeros < min(4096, count - 16), bytes[start + count - 1 - zeros] == 0 { zeros += 1 }
    for kept in 0...min(8, zeros) where zeros > 0 {
      if let frame = decode(.lz4Block, start, count - zeros + kept) { return frame }
    }
    return nil
  }

  private func decode(_ kind: FrameKind, _ start: Int, _ count: Int) -> FoundFrame? {
    let source = UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(count))
    spent += 5
    guard let (read, written) = decoder.decode(kind, source, into: scratch) else { return nil }
    spent += (read + written) >> 9
    return FoundFrame(start: start, count: read, originalSize: written)
  }

  /// Whether chunks that were decompressed are those of a journal.
  private func proves(_ found: FoundFraming) -> Bool {
    guard found.originalSize >= 65_536, found.originalSize % 4096 == 0 else { return false }
    // All of it is decompressed once more, or nearly.
    spent += found.originalSize >> 9
    return isJournal(found)
  }
}
