import JournalCompression
import MirrorJournal
import Testing

/// Containers whose checksums are right and whose statements are lies.
@Suite struct HostileTests {
  private static let headerFrame = 8 + 56
  private static let footerFrame = 8 + 88

  /// CRC-32C bit by bit, so that the forger does not share code with the reader.
  private static func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var state = ~UInt32(0)
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? (state >> 1) ^ 0x82F6_3B78 : state >> 1 }
    }
    return ~state
  }

  private static func put(
    _ value: some FixedWidthInteger, at offset: Int, in bytes: inout [UInt8]
  ) {
    withUnsafeBytes(of: value.littleEndian) {
      bytes.replaceSubrange(offset..<offset + $0.count, with: $0)
    }
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> Int {
    (0..<8).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
  }

  /// Changes header, index and footer of a zstd container and makes all checksums right again.
  private static func forged(
    _ bytes: [UInt8], header: (inout [UInt8]) -> Void = { _ in },
    index: (inout [UInt8], Int) -> Void = { _, _ in }, footer: (inout [UInt8]) -> Void = { _ in }
  ) -> [UInt8] {
    var bytes = bytes
    let indexOffset = number(bytes, at: bytes.count - 88 + 8)
    index(&bytes, indexOffset + 8)
    var head = Array(bytes[8..<64])
    header(&head)
    put(crc32c(head[..<52]), at: 52, in: &head)
    bytes.replaceSubrange(8..<64, with: head)
    var foot = Array(bytes[(bytes.count - 88)...])
    foot.replaceSubrange(24..<80, with: head)
    put(crc32c(bytes[indexOffset..<bytes.count - footerFrame]), at: 16, in: &foot)
    footer(&foot)
    put(crc32c(foot[..<84]), at: 84, in: &foot)
    bytes.replaceSubrange(bytes.count - 88..<bytes.count, with: foot)
    return bytes
  }

  private static let original = material(3 * 65536)

  /// The storage of a forged file, or nil when it is refused with an error.
  private func open(_ bytes: [UInt8]) throws -> CompressedStorage? {
    let scratch = try Scratch()
    let path = try scratch.write(bytes, to: "z")
    do {
      let storage = try CompressedStorage(path: path)
      #expect(storage != nil)
      return storage
    } catch {
      #expect(error.code == .compressedDamaged)
      return nil
    }
  }

  @Test("the forger leaves an honest file as it is")
  func control() throws {
    let honest = try container(Self.original, .zstd)
    #expect(Self.forged(honest) == honest)
    #expect(try open(honest)?.damage == [])
  }

  @Test(
    "a lying index is not believed",
    arguments: [
      (0, 8), (0, UInt64.max), (0, 1 << 62), (8, UInt64.max), (8, 65537), (32, 64), (40, 0),
    ] as [(Int, UInt64)])
  func lyingOffsets(offset: Int, value: UInt64) throws {
    let honest = try container(Self.original, .zstd)
    let forged = Self.forged(
      honest, index: { bytes, at in Self.put(value, at: at + offset, in: &bytes) })
    let storage = try #require(try open(forged))
    // The frames say where they are.
    #expect(storage.damage.count == 1)
    let bytes = try storage.withBytes(0..<65536) { span in span.withUnsafeBytes { Array($0) } }
    #expect(bytes == Array(Self.original[..<65536]))
  }

  @Test(
    "impossible sizes in the index are not believed",
    arguments: [
      (16, 0), (16, UInt32.max), (16, 1 << 31), (20, 0), (20, UInt32.max), (20, 65537), (48, 1),
    ] as [(Int, UInt32)])
  func lyingSizes(offset: Int, value: UInt32) throws {
    let honest = try container(Self.original, .zstd)
    let forged = Self.forged(
      honest, index: { bytes, at in Self.put(value, at: at + offset, in: &bytes) })
    #expect(try #require(try open(forged)).damage.count == 1)
  }

  @Test(
    "an index offset outside the file is not followed",
    arguments: [0, 63, 65, 1 << 20, 1 << 40, 1 << 63, UInt64.max])
  func lyingFooter(offset: UInt64) throws {
    let honest = try container(Self.original, .zstd)
    let forged = Self.forged(honest, footer: { Self.put(offset, at: 8, in: &$0) })
    let storage = try #require(try open(forged))
    #expect(storage.damage.count == 1)
    #expect(try scan(storage).bytes == Self.original)
  }

  @Test(
    "a header that claims the impossible is refused or its chunks are reported missing",
    arguments: [
      (16, 0, 4), (16, 1, 4), (16, 65535, 4), (16, 17 << 20, 4), (16, UInt64(UInt32.max), 4),
      (20, UInt64(UInt32.max), 4), (20, 0, 4), (24, 0, 8), (24, UInt64.max, 8), (24, 1 << 62, 8),
      (8, 3, 1), (8, 255, 1), (9, 1, 1), (48, 1, 4),
    ] as [(Int, UInt64, Int)])
  func lyingHeader(offset: Int, value: UInt64, width: Int) throws {
    let honest = try container(Self.original, .zstd)
    let forged = Self.forged(
      honest,
      header: { header in
        for byte in 0..<width {
          header[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
        }
      })
    #expect(try open(forged) == nil)
  }

  @Test("a consistent claim of 16 GiB costs no memory and is reported once")
  func claimedSize() throws {
    let honest = try container(Self.original, .zstd)
    let size = 16 << 30
    let forged = Self.forged(
      honest,
      header: { header in
        Self.put(UInt64(size), at: 24, in: &header)
        Self.put(UInt32(size / 65536), at: 20, in: &header)
      })
    let storage = try #require(try open(forged))
    #expect(storage.chunks.count == 3)
    var damaged: [Range<Int>] = []
    var seen = 0
    try storage.forEachSegment(in: 0..<storage.count) {
      damaged.append($1)
    } _: { bytes, _ in
      seen += bytes.byteCount
      return true
    }
    #expect(seen == 3 * 65536)
    #expect(damaged == [3 * 65536..<size])
  }

  @Test("a frame that expands beyond its chunk is stopped", arguments: JournalCodec.allCases)
  func bomb(codec: JournalCodec) throws {
    // A container of 16 MiB chunks of zeros whose header is replaced by one of 64 KiB chunks: the
    // frames expand to 256 times what the header allows.
    let scratch = try Scratch()
    let zeros = [UInt8](repeating: 0, count: 16 << 20)
    let honest = try container(zeros, codec, level: 1, chunkSize: 16 << 20)
    let start = codec == .zlib ? 16 : 8
    var header = Array(honest[start..<start + 56])
    Self.put(UInt32(65536), at: 16, in: &header)
    Self.put(UInt32(256), at: 20, in: &header)
    Self.put(Self.crc32c(header[..<52]), at: 52, in: &header)
    var forged = honest
    forged.replaceSubrange(start..<start + 56, with: header)
    forged.removeLast(200)
    let path = try scratch.write(forged, to: "z")
    let storage = try #require(try CompressedStorage(path: path))
    #expect(throws: JournalError.self) { try storage.withBytes(0..<1) { _ in } }
    #expect(try scan(storage).damaged.map(\.1.count).reduce(0, +) == 16 << 20)
  }

  @Test(
    "random bytes behind a valid beginning never end the process", arguments: JournalCodec.allCases)
  func noise(codec: JournalCodec) throws {
    let scratch = try Scratch()
    let honest = try container(Self.original, codec)
    for round in 0..<60 {
      var bytes = honest
      for _ in 0...round % 5 {
        let start = Int.random(in: 0..<bytes.count)
        let end = min(bytes.count, start + Int.random(in: 1...300))
        for position in start..<end { bytes[position] = .random(in: 0...255) }
      }
      if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count)) }
      let path = try scratch.write(bytes, to: "z")
      guard let storage = try? openStorage(path: path) else { continue }
      #expect(throws: Never.self) {
        try storage.forEachSegment(in: 0..<storage.count) { _, _ in
        } _: { _, _ in
          true
        }
      }
    }
  }
}
