import MirrorJournal

/// Writes and checks everything behind the last chunk: index frames, padding frame, footer frame.
enum ContainerIndex {
  /// The bytes that end a file whose chunk frames are `entries` and end at `offset`.
  static func encoded(_ entries: [ChunkEntry], header: ContainerHeader, at offset: Int) -> [UInt8] {
    let codec = header.codec
    var bytes: [UInt8] = []
    var payload: [UInt8] = []
    for (number, entry) in entries.enumerated() {
      entry.encode(into: &payload)
      if number % ChunkEntry.perFrame == ChunkEntry.perFrame - 1 || number == entries.count - 1 {
        MetaFrame.append(payload, codec, to: &bytes)
        payload.removeAll(keepingCapacity: true)
      }
    }
    let footerSize = ContainerFooter.size + MetaFrame.overhead(codec)
    bytes.append(
      contentsOf: MetaFrame.padding(after: offset + bytes.count + footerSize, codec))
    let footer = ContainerFooter(
      indexOffset: offset, indexChecksum: bytes.withUnsafeBytes { CRC32C.of($0) }, header: header)
    MetaFrame.append(footer.encoded, codec, to: &bytes)
    return bytes
  }

  /// The size of the index frames of `chunks` chunks, in bytes.
  static func size(chunks: Int, _ codec: JournalCodec) -> Int {
    let frames = (chunks + ChunkEntry.perFrame - 1) / ChunkEntry.perFrame
    return chunks * ChunkEntry.size + frames * MetaFrame.overhead(codec)
  }

  /// The entries in `bytes`, which hold the index frames and the padding frame, or nil if anything
  /// about them is not as it would be written: overlaps, gaps, sizes and addresses included.
  static func entries(
    _ bytes: [UInt8], header: ContainerHeader, firstFrame: Int, indexOffset: Int
  ) -> [ChunkEntry]? {
    let count = header.chunkCount
    let codec = header.codec
    guard bytes.count >= size(chunks: count, codec) + MetaFrame.overhead(codec) else { return nil }
    var entries: [ChunkEntry] = []
    entries.reserveCapacity(count)
    var offset = 0
    var end = firstFrame
    while entries.count < count {
      let inFrame = min(count - entries.count, ChunkEntry.perFrame)
      let frameEnd = offset + inFrame * ChunkEntry.size + MetaFrame.overhead(codec)
      guard let payload = MetaFrame.payload(bytes[offset..<frameEnd], codec) else { return nil }
      for position in stride(from: payload.startIndex, to: payload.endIndex, by: ChunkEntry.size) {
        guard
          let entry = ChunkEntry(
            decoding: bytes, at: position, chunk: entries.count, after: end, header: header)
        else { return nil }
        end = entry.frame.upperBound
        entries.append(entry)
      }
      offset = frameEnd
    }
    guard end == indexOffset,
      let padding = MetaFrame.payload(bytes[offset...], codec), padding.allSatisfy({ $0 == 0 })
    else { return nil }
    return entries
  }
}
