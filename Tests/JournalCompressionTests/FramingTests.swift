import JournalCompression
import JournalSamples
import MirrorJournal
import Testing

/// Compressed journals of framings that nobody has told.
@Suite("Framings") struct FramingTests {
  private func storage(_ bytes: [UInt8], name: String = "20240709.001z") throws -> FramedStorage? {
    let scratch = try Scratch()
    let path = try scratch.write(bytes, to: name)
    return try FramingFinder().storage(in: MappedFile(path: path))
  }

  private static let pairs = FileForm.allCases.flatMap { form in
    FrameKind.allCases.map { (form, $0) }
  }.filter {
    // Nothing tells where such blocks end.
    $0 != (.header, .lz4Block)
  }

  @Test(
    "Each is found, proved, read back to the byte, and found again by its description",
    arguments: pairs)
  func found(form: FileForm, kind: FrameKind) throws {
    let journal = try strangeJournal.get()
    let chunks = try journal.pieces(of: 131_072).map(kind.compressed)
    let scratch = try Scratch()
    let path = try scratch.write(form.file(chunks, journal), to: "20240709.001z")
    let file = try MappedFile(path: path)
    let storage = try #require(try FramingFinder().storage(in: file))
    #expect(storage.framing.frames == kind)
    #expect(storage.framing.chunkSize == 131_072)
    #expect(storage.chunkCount == chunks.count)
    #expect(try scan(storage).bytes == journal)
    // One chunk for one place, in any order.
    for address in [300_000, 10, 262_140] {
      let bytes = try storage.withBytes(address..<address + 4) { $0.copied() }
      #expect(bytes == Array(journal[address..<address + 4]))
    }
    try storage.framing.write(to: scratch.path + "/x.framing")
    let framing = try Framing(contentsOf: scratch.path + "/x.framing")
    #expect(framing == storage.framing)
    #expect(try FramingFinder().storage(in: file, by: framing)?.count == journal.count)
  }

  @Test("A file of one chunk is found", arguments: FrameKind.allCases)
  func oneChunk(kind: FrameKind) throws {
    let journal = try strangeJournal.get()
    for form in FileForm.allCases where (form, kind) != (.header, .lz4Block) {
      let found = try storage(form.file([kind.compressed(journal)], journal))
      #expect(found?.count == journal.count, "\(form)")
    }
  }

  @Test("Chunks that are no multiples of a block are read across")
  func oddChunks() throws {
    let journal = try strangeJournal.get()
    let chunks = try journal.pieces(of: 100_000).map(FrameKind.zlib.compressed)
    let found = try #require(try storage(FileForm.shortPrefix.file(chunks, journal)))
    #expect(try scan(found).bytes == journal)
  }

  @Test("Compressed parts of other files are no journal")
  func others() throws {
    let journal = try strangeJournal.get()
    let packed = try FrameKind.zstd.compressed(journal)
    var tar = Array("20240709.001.zst".utf8) + [UInt8](repeating: 0, count: 241)
    tar += Array("ustar\u{0}00".utf8)
    tar += [UInt8](repeating: 0, count: 512 - tar.count) + packed
    tar += [UInt8](repeating: 0, count: 10_240)
    let zip =
      try Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26)
      + FrameKind.deflate.compressed(journal) + Array("PK\u{1}\u{2}".utf8)
      + [UInt8](repeating: 1, count: 60)
    var pack = Array("PACK\u{0}\u{0}\u{0}\u{2}\u{0}\u{0}\u{0}\u{8}".utf8)
    for piece in journal.pieces(of: 65_536) {
      try pack += [0x9F, 1] + FrameKind.zlib.compressed(piece)
    }
    let text = (0..<40_000).flatMap { Array("line \($0 * 7919 % 65_537) of a text\n".utf8) }
    let texts = try Array(text.prefix(1 << 20)).pieces(of: 131_072).map(FrameKind.zstd.compressed)
    let head = [UInt8](repeating: 7, count: 64)
    let files: [(String, [UInt8])] = [
      ("tar", tar), ("zip", zip), ("git pack", pack),
      ("zstd of a text behind a header", head + texts.flatMap { $0 }),
      ("zlib of a text in prefixes", FileForm.shortPrefix.file(texts, text)),
      ("noise", noise(1 << 20, seed: 5)), ("zeros", [UInt8](repeating: 0, count: 1 << 20)),
      ("text", text), ("plain journal", journal),
      (
        "chunks of different sizes",
        try FileForm.header.file(
          [100_000, 70_000, 100_000].map {
            try FrameKind.zstd.compressed(Array(journal.prefix($0)))
          },
          journal)
      ),
      ("half a chunk behind", head + packed + packed.prefix(packed.count / 2)),
      ("a program", Array(try readAll("/proc/self/exe").prefix(1 << 20))),
    ]
    for (name, bytes) in files {
      let found = try storage(bytes, name: "file.z")
      #expect(found == nil, "\(name): \(found?.formName ?? "")")
      // A name that promises a compressed journal makes none of it.
      #expect(try storage(bytes) == nil, "\(name)")
    }
  }

  @Test("A damaged chunk is not passed over")
  func damaged() throws {
    let journal = try strangeJournal.get()
    for kind in [FrameKind.gzip, .zlib] {
      var chunks = try journal.pieces(of: 131_072).map(kind.compressed)
      chunks[1].replaceSubrange(2000..<2400, with: [UInt8](repeating: 0x55, count: 400))
      let found = try storage(FileForm.prefix.file(chunks, journal))
      #expect(found == nil, "\(kind)")
    }
  }

  @Test("decompress restores such a file, and names what it is not")
  func decompress() throws {
    let scratch = try Scratch()
    let journal = try strangeJournal.get()
    let chunks = try journal.pieces(of: 131_072).map(FrameKind.lz4Block.compressed)
    let path = try scratch.write(FileForm.sizes.file(chunks, journal), to: "20240709.001z")
    var words = ""
    let result = try JournalDecompressor().decompress(path) { words = $0.words }
    #expect(result.chunks == chunks.count && words.hasPrefix("lz4Block in chunks of 131072"))
    #expect(try scratch.read("20240709.001") == journal)

    let encrypted = Array(journal.prefix(131_072)) + noise(262_144, seed: 9)
    for (bytes, reason) in [
      (encrypted, "encrypted"), (noise(300_000, seed: 10), "no framing fits"),
      (journal, "not compressed"),
    ] {
      let path = try scratch.write(bytes, to: "20240709.002z")
      let error = #expect(throws: JournalError.self) { try JournalDecompressor().decompress(path) }
      #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
  }
}
