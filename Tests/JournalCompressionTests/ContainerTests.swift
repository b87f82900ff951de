import JournalCompression
import MirrorJournal
import Testing

@Suite struct ContainerTests {
  private static let tools: [(JournalCodec, String)] = [
    (.zstd, "zstd -q -dc"), (.lz4, "lz4 -q -dc"), (.zlib, "gzip -dc"),
  ]

  @Test("every size comes back at every codec and level", arguments: Setting.all)
  func roundTrip(setting: Setting) throws {
    for size in edgeSizes + [3_333_333] {
      for chunkSize in [65536, 1 << 20] where size < 1 << 20 || chunkSize > 65536 {
        let scratch = try Scratch()
        let original = material(size, seed: UInt64(size))
        let source = try scratch.write(original, to: "20261122.001")
        let compressor = JournalCompressor(
          codec: setting.codec, level: setting.level, chunkSize: chunkSize)
        let result = try compressor.compress(source, fileGUID: Array(1...16))
        #expect(result.target == source + "z")
        #expect(result.bytesFrom == size)
        #expect(result.bytesTo % 4096 == 0)
        #expect(try scratch.read("20261122.001z").count == result.bytesTo)
        #expect(result.chunks == (size + chunkSize - 1) / chunkSize)

        let storage = try #require(try CompressedStorage(path: result.target))
        #expect(storage.damage.isEmpty)
        #expect(storage.count == size)
        #expect(storage.segmentSize == chunkSize)
        #expect(storage.header.codec == setting.codec)
        #expect(storage.header.level == setting.level)
        #expect(storage.header.fileGUID == Array(1...16))
        #expect(try scan(storage).bytes == original)

        let back = try JournalDecompressor().decompress(result.target, to: source + ".back")
        #expect(back.bytesTo == size)
        #expect(try scratch.read("20261122.001.back") == original)
      }
    }
  }

  @Test("chunks of 1 to 16 MiB come back", arguments: Setting.defaults)
  func largeChunks(setting: Setting) throws {
    let original = material(17 << 20, seed: 7)
    for chunkSize in [1 << 20, 3 << 20, 4 << 20, 16 << 20] {
      let scratch = try Scratch()
      let path = try scratch.write(
        container(original, setting.codec, level: 1, chunkSize: chunkSize), to: "z")
      let storage = try #require(try CompressedStorage(path: path))
      #expect(try scan(storage).bytes == original)
    }
  }

  @Test("stock tools restore the journal byte for byte", arguments: [0, 1, 65536, 1_000_000])
  func stockTools(size: Int) throws {
    for (codec, tool) in Self.tools {
      let scratch = try Scratch()
      let original = material(size, seed: 3)
      try scratch.write(try container(original, codec), to: "x.z")
      // From a file and from a pipe, where skipping cannot seek; nothing may be said about it.
      #expect(scratch.shell("\(tool) < x.z > out 2> err") == 0, "\(tool)")
      #expect(try scratch.read("out") == original, "\(tool)")
      #expect(scratch.shell("cat x.z | \(tool) > out2 2>> err") == 0, "\(tool)")
      #expect(try scratch.read("out2") == original, "\(tool)")
      #expect(String(decoding: try scratch.read("err"), as: UTF8.self) == "", "\(tool)")
    }
  }

  @Test("stock tools pass over an index of several frames")
  func longIndex() throws {
    for (codec, tool) in Self.tools {
      let scratch = try Scratch()
      let original = [UInt8](repeating: 7, count: 1030 * 65536 + 5)
      let compressed = try container(original, codec, level: 1)
      let path = try scratch.write(compressed, to: "x.z")
      #expect(scratch.shell("\(tool) < x.z > out") == 0)
      #expect(try scratch.read("out") == original)
      let storage = try #require(try CompressedStorage(path: path))
      #expect(storage.damage.isEmpty)
      #expect(storage.chunks.count == 1031)
    }
  }

  @Test("the container does not depend on the number of threads", arguments: Setting.defaults)
  func deterministic(setting: Setting) throws {
    let scratch = try Scratch()
    let source = try scratch.write(material(2_000_000), to: "j")
    for threads in [1, 2, 5] {
      var compressor = JournalCompressor(codec: setting.codec, chunkSize: 131072)
      compressor.options.threads = threads
      _ = try compressor.compress(source, to: "\(scratch.path)/z\(threads)")
    }
    let one = try scratch.read("z1")
    #expect(try scratch.read("z2") == one)
    #expect(try scratch.read("z5") == one)
  }

  @Test("single bytes and ranges are read from their chunk alone", arguments: Setting.defaults)
  func randomAccess(setting: Setting) throws {
    let scratch = try Scratch()
    let original = material(1_000_000)
    let path = try scratch.write(container(original, setting.codec), to: "z")
    let storage = try #require(try CompressedStorage(path: path))
    for range in [0..<1, 65535..<65536, 65536..<131072, 999_999..<1_000_000, 500_000..<500_100] {
      #expect(try bytes(of: storage, range) == Array(original[range]))
    }
    #expect(try bytes(of: storage, 1_000_000..<1_000_000) == [])
    for range in [65535..<65537, 999_999..<1_000_001, -1..<3] {
      let error = #expect(throws: JournalError.self) { try bytes(of: storage, range) }
      #expect(error?.code == .badArgument)
    }
  }

  @Test("a scan is cut to its range and stops when told", arguments: [1, 2, 4])
  func ranges(threads: Int) throws {
    let scratch = try Scratch()
    let original = material(1_000_000)
    let path = try scratch.write(container(original, .zstd), to: "z")
    let storage = try #require(try CompressedStorage(path: path, threads: threads))
    for range in [0..<0, 5..<70000, 65536..<131072, 300_000..<1_000_000, 900_000..<2_000_000] {
      #expect(
        try scan(storage, in: range).bytes == Array(original[range.clamped(to: 0..<1_000_000)]))
    }
    var seen = 0
    try storage.forEachSegment(in: 0..<1_000_000) { error, _ in
      throw error
    } _: { _, _ in
      seen += 1
      return seen < 3
    }
    #expect(seen == 3)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try storage.forEachSegment(in: 0..<1_000_000) { _, _ in
      } _: { _, _ in
        throw Stop()
      }
    }
  }

  @Test("several threads scan and read single ranges of one storage at once")
  func concurrentScans() async throws {
    let scratch = try Scratch()
    let original = material(2_000_000)
    let path = try scratch.write(container(original, .zstd), to: "z")
    let storage = try #require(try CompressedStorage(path: path))
    try await atOnce(6) { task in
      for step in 0..<8 {
        let start = (step * 7919 * (task + 1)) % 1_500_000
        let range = start..<start + 400_000
        let found = try scan(storage, in: range, readingAhead: task == 0).bytes
        #expect(found == Array(original[range]))
        let single = start / 65536 * 65536..<start / 65536 * 65536 + 100
        #expect(try bytes(of: storage, single) == Array(original[single]))
      }
    }
  }

  @Test("several threads read at once")
  func concurrent() async throws {
    let scratch = try Scratch()
    let original = material(2_000_000)
    let path = try scratch.write(container(original, .lz4), to: "z")
    let storage = try #require(try CompressedStorage(path: path))
    try await atOnce(8) { task in
      for step in 0..<200 {
        let start = (step * 7919 * (task + 1)) % 1_990_000
        let end = min(start + 100, (start / 65536 + 1) * 65536)
        let read = try bytes(of: storage, start..<end)
        #expect(read == Array(original[start..<end]))
      }
    }
  }

  @Test("the index holds what the caller says about first records")
  func firstRecords() throws {
    let scratch = try Scratch()
    let source = try scratch.write(material(200_000), to: "j")
    let compressor = JournalCompressor(chunkSize: 65536) { addresses, bytes in
      #expect(bytes.byteCount == addresses.count)
      // The last answer is impossible and is brought back into the chunk.
      return addresses.lowerBound == 65536 ? 70000 : addresses.upperBound + 5
    }
    let result = try compressor.compress(source)
    let storage = try #require(try CompressedStorage(path: result.target))
    #expect(storage.chunks.map { $0?.firstRecord } == [65536, 70000, 196608, 200_000])
  }

  @Test("a plain file is no container", arguments: edgeSizes)
  func plain(size: Int) throws {
    let scratch = try Scratch()
    let path = try scratch.write(material(size), to: "j")
    #expect(try CompressedStorage(path: path) == nil)
    #expect(try openStorage(path: path) == nil)
  }

  @Test("X falls back to Xz, and X is read where both exist")
  func names() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/20261122.001"
    #expect(resolveJournalPath(path) == path)
    try scratch.write([1], to: "20261122.001z")
    #expect(resolveJournalPath(path) == path + "z")
    try scratch.write([1], to: "20261122.001")
    #expect(resolveJournalPath(path) == path)
  }
}
