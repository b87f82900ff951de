public import MirrorJournal

/// Finds how a file keeps a compressed journal whose framing nobody has told: frames by their first bytes,
/// chunks by prefixes and tables, and compressed bytes without any mark.
///
/// Nothing is claimed that was not decompressed: all chunks have the same size but the last, hardly a byte of
/// the file is left over, and what comes out looks like a journal. Archives, images and repositories hold
/// compressed parts, too, and are none.
public struct FramingFinder: Sendable {
  /// What the journals may begin with; they count as journals without further proof.
  public var signatures: [[UInt8]]

  /// - Parameter layouts: those that the journal may have.
  public init(layouts: [JournalLayout] = JournalLayout.builtIn) {
    signatures = layouts.map(\.signature)
  }

  /// The journal in `file`, or nil when no framing fits.
  ///
  /// - Parameter known: framings that are tried before any other.
  /// - Throws: `cannotRead`, `shrank`.
  public func storage(in file: MappedFile, known: [Framing] = []) throws -> FramedStorage? {
    guard file.count >= 256, try mayBeCompressed(file) else { return nil }
    for framing in known {
      if let storage = try storage(in: file, by: framing) { return storage }
    }
    let found = try search(file) { search in
      search.byMagic() ?? search.withoutMagic() ?? search.byRanges()
    }
    return found.map { FramedStorage(file, $0) }
  }

  /// The journal in `file` by a framing that was found before; nil when it is not this file's.
  ///
  /// - Throws: `cannotRead`, `shrank`.
  public func storage(in file: MappedFile, by framing: Framing) throws -> FramedStorage? {
    let found = try search(file) { $0.by(framing) }
    return found.map { FramedStorage(file, $0) }
  }

  private func search(
    _ file: MappedFile, _ body: (FramingSearch) -> FoundFraming?
  ) throws -> FoundFraming? {
    let decoder = try FrameDecoder()
    try requireMemory(FrameDecoder.largestChunk, "a chunk", file.path)
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: FrameDecoder.largestChunk, alignment: 64)
    defer { scratch.deallocate() }
    return try file.withBytes(0..<file.count) { span in
      span.withUnsafeBytes { bytes in
        guard !OtherFormats.holds(bytes) else { return nil }
        return body(
          FramingSearch(
            bytes: bytes, end: Self.end(of: bytes), decoder: decoder, scratch: scratch
          ) { found in
            (try? JournalProof(signatures: signatures).holds(FramedStorage(file, found))) ?? false
          })
      }
    }
  }

  /// Where the zeros at the end begin.
  private static func end(of bytes: UnsafeRawBufferPointer) -> Int {
    var end = bytes.count
    while end > 0, bytes[end - 1] == 0 { end -= 1 }
    return end
  }

  /// Most journals are not dense; what a codec wrote is, in most parts of the file.
  private func mayBeCompressed(_ file: MappedFile) throws -> Bool {
    if JournalFileName(file.path)?.isCompressed == true { return true }
    let written = try FileSpread(of: file).regions.filter { $0.zeroShare < 0.5 }.map(\.entropy)
    return written.isEmpty || written.sorted()[written.count / 2] > 6.2
  }
}
