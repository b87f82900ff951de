import MirrorJournal

/// An open compressed file with its header and a chunk table that has passed every check.
struct Container: Sendable {
  let file: SystemFile
  let fileSize: Int
  let header: ContainerHeader
  /// Nil where a chunk's frame is lost; chunks behind the last entry are lost too.
  let entries: [ChunkEntry?]
  /// What was wrong with the header or the index and could be mended.
  let damage: [JournalError]

  /// - Returns: nil if the file is no container.
  /// - Throws: `cannotRead`; `compressedDamaged` when neither header nor footer is intact, or they
  ///   contradict each other.
  init?(_ file: SystemFile) throws(JournalError) {
    let fileSize = try file.size()
    let header = try Self.header(of: file, size: fileSize)
    let footer = try Self.footer(of: file, size: fileSize)
    var damage: [JournalError] = []

    switch (header, footer) {
    case (.absent, .absent): return nil
    case (.intact(let header), .intact(let footer)):
      guard header == footer.header else {
        throw JournalError(
          .compressedDamaged, "the header and the footer contradict each other", in: file.path)
      }
      self.header = header
    case (.intact(let header), _):
      self.header = header
    case (_, .intact(let footer)):
      damage.append(
        JournalError(
          .compressedDamaged, "the header is damaged; its copy in the footer was used",
          in: file.path, advice: "decompress and compress the file again to mend it"))
      self.header = footer.header
    default:
      throw JournalError(
        .compressedDamaged, "both the header and the footer are damaged", in: file.path,
        advice: "try the stock tool (zstd -dc, lz4 -dc or gzip -dc)")
    }

    if case .intact(let footer) = footer,
      let entries = try Self.entries(of: file, size: fileSize, footer: footer)
    {
      self.entries = entries
    } else {
      var walk = try FrameWalk(file: file, header: self.header)
      let entries = try walk.entries()
      let found = entries.count(where: { $0 != nil })
      damage.append(
        JournalError(
          .compressedDamaged,
          "the chunk index is damaged or cut off; rebuilt from the frames of \(found) of "
            + "\(self.header.chunkCount) chunks", in: file.path,
          advice: "decompress and compress the file again to mend it"))
      self.entries = entries
    }
    self.file = file
    self.fileSize = fileSize
    self.damage = damage
  }

  /// An error about `what` of some chunks, with their numbers and addresses.
  func damaged(_ chunks: Range<Int>, _ what: String) -> JournalError {
    let first = header.addresses(of: chunks.lowerBound).lowerBound
    let end = header.addresses(of: chunks.upperBound - 1).upperBound
    let name =
      chunks.count == 1
      ? "chunk \(chunks.lowerBound)" : "chunks \(chunks.lowerBound)..<\(chunks.upperBound)"
    return JournalError(
      .compressedDamaged, "\(name), journal addresses \(first)..<\(end), \(what)", at: first,
      in: file.path,
      advice: "the other chunks stay readable; restore this file from another copy")
  }

  private enum Part<Content> {
    case intact(Content)
    case damaged
    case absent
  }

  private static func header(
    of file: SystemFile, size: Int
  ) throws(JournalError) -> Part<ContainerHeader> {
    var damaged = false
    for codec in [JournalCodec.zstd, .zlib] {
      let frame = try file.bytes(
        min(size, ContainerHeader.size + MetaFrame.overhead(codec)), at: 0)
      if let payload = MetaFrame.payload(frame[...], codec),
        let header = ContainerHeader(decoding: payload),
        (header.codec == .zlib) == (codec == .zlib)
      {
        return .intact(header)
      }
      let magicAt = codec == .zlib ? 16 : 8
      damaged = damaged || frame.dropFirst(magicAt).starts(with: ContainerHeader.magic)
    }
    return damaged ? .damaged : .absent
  }

  private static func footer(
    of file: SystemFile, size: Int
  ) throws(JournalError) -> Part<ContainerFooter> {
    var damaged = false
    for codec in [JournalCodec.zstd, .zlib] {
      let length = ContainerFooter.size + MetaFrame.overhead(codec)
      guard size >= length else { continue }
      let frame = try file.bytes(length, at: size - length)
      if let payload = MetaFrame.payload(frame[...], codec),
        let footer = ContainerFooter(decoding: payload),
        (footer.header.codec == .zlib) == (codec == .zlib)
      {
        return .intact(footer)
      }
      let magicAt = codec == .zlib ? 16 : 8
      damaged = damaged || frame.dropFirst(magicAt).starts(with: ContainerFooter.magic)
    }
    return damaged ? .damaged : .absent
  }

  /// The entries that the footer leads to, or nil if they are not intact.
  private static func entries(
    of file: SystemFile, size: Int, footer: ContainerFooter
  ) throws(JournalError) -> [ChunkEntry]? {
    let codec = footer.header.codec
    let firstFrame = ContainerHeader.size + MetaFrame.overhead(codec)
    let end = size - ContainerFooter.size - MetaFrame.overhead(codec)
    // The index has the size that the number of chunks gives it, plus at most a page of padding:
    // nothing larger than the file is ever allocated.
    guard footer.indexOffset >= firstFrame, footer.indexOffset <= end,
      footer.header.chunkCount <= size / ChunkEntry.size,
      end - footer.indexOffset
        <= ContainerIndex.size(chunks: footer.header.chunkCount, codec)
        + MetaFrame.overhead(codec) + 4095
    else { return nil }
    let bytes = try file.bytes(end - footer.indexOffset, at: footer.indexOffset)
    guard bytes.withUnsafeBytes({ CRC32C.of($0) }) == footer.indexChecksum else { return nil }
    return ContainerIndex.entries(
      bytes, header: footer.header, firstFrame: firstFrame, indexOffset: footer.indexOffset)
  }
}
