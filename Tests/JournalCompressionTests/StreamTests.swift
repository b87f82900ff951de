import JournalCompression
import MirrorJournal
import Testing

/// Files that `zstd`, `lz4` and `gzip` made.
@Suite struct StreamTests {
  struct Recipe: CustomTestStringConvertible, Sendable {
    let codec: JournalCodec
    let command: String
    var testDescription: String { command }
  }

  /// Shell commands that turn the file `j` into the file `z`.
  private static let recipes: [Recipe] = [
    .init(codec: .zstd, command: "zstd -q -c j > z"),
    .init(codec: .zstd, command: "zstd -q -19 --long=27 -c j > z"),
    .init(codec: .zstd, command: "zstd -q --no-check -c < j > z"),
    .init(codec: .zstd, command: "split -b 700000 j part. && zstd -q -c part.* > z && rm part.*"),
    .init(codec: .lz4, command: "lz4 -q -c j > z"),
    .init(codec: .lz4, command: "lz4 -q -9 -B4 -BD --content-size -c j > z"),
    .init(codec: .lz4, command: "lz4 -q -BX --no-frame-crc -c < j > z"),
    .init(
      codec: .lz4,
      command: "split -b 700000 j p. && for p in p.*; do lz4 -q -c $p; done > z && rm p.*"),
    .init(codec: .zlib, command: "gzip -c j > z"),
    .init(codec: .zlib, command: "gzip -1 -n -c < j > z"),
    .init(
      codec: .zlib, command: "split -b 700000 j p. && for p in p.*; do gzip -c $p; done > z; rm p.*"
    ),
    .init(codec: .zlib, command: "(gzip -c j; head -c 5000 /dev/zero) > z"),
  ]

  @Test("what a stock tool compressed is read in order and at random", arguments: recipes)
  func stock(recipe: Recipe) throws {
    for size in [1, 65536, 3_500_001] {
      let scratch = try Scratch()
      let original = material(size, seed: 5)
      try scratch.write(original, to: "j")
      try #require(scratch.shell(recipe.command) == 0)
      let storage = try #require(try openStorage(path: "\(scratch.path)/z"))
      #expect((storage as? StreamStorage)?.codec == recipe.codec)
      #expect(storage.damage.isEmpty)
      #expect(storage.count == size)
      #expect(try scan(storage).bytes == original)
      for start in [size - 1, 0, size / 2, size / 3, size * 9 / 10] {
        let end = min(start + 500, size, (start / storage.segmentSize + 1) * storage.segmentSize)
        #expect(try bytes(of: storage, start..<end) == Array(original[start..<end]))
      }
      #expect(
        try scan(storage, in: size / 3..<size / 2).bytes == Array(original[size / 3..<size / 2]))

      let result = try JournalDecompressor().decompress(
        "\(scratch.path)/z", to: "\(scratch.path)/back")
      #expect(result.chunks == 0)
      #expect(try scratch.read("back") == original)
    }
  }

  @Test(
    "an empty file compressed by a stock tool is an empty journal",
    arguments: ["zstd -q", "lz4 -q", "gzip"])
  func empty(tool: String) throws {
    let scratch = try Scratch()
    try scratch.write([], to: "j")
    try #require(scratch.shell("\(tool) -c < j > z") == 0)
    let storage = try #require(try openStorage(path: "\(scratch.path)/z"))
    #expect(storage.count == 0)
    #expect(try scan(storage).bytes == [])
  }

  @Test(
    "a cut or damaged stream is readable up to the damage and not decompressed",
    arguments: ["zstd -q -c j > z", "lz4 -q -c j > z", "gzip -c j > z"])
  func damaged(command: String) throws {
    let scratch = try Scratch()
    let original = material(3_000_000, seed: 9)
    try scratch.write(original, to: "j")
    try #require(scratch.shell(command) == 0)
    let whole = try scratch.read("z")
    for cut in [whole.count - 1, whole.count * 3 / 4, 20, 5] {
      let path = try scratch.write(Array(whole[..<cut]), to: "cut")
      try check(path, original, scratch)
    }
    for position in stride(from: 30, to: whole.count, by: whole.count / 10) {
      var bytes = whole
      bytes[position] ^= 0x10
      bytes[position - 1] ^= 0xFF
      try check(scratch.write(bytes, to: "flipped"), original, scratch)
    }
    try check(scratch.write(whole + [1, 2, 3, 4, 5], to: "trailing"), original, scratch)
  }

  private func check(_ path: String, _ original: [UInt8], _ scratch: Scratch) throws {
    do {
      guard let storage = try openStorage(path: path) else { return }
      #expect(storage.damage.count == 1)
      #expect(storage.damage.first?.code == .compressedDamaged)
      // Bytes before the error are as the decoder gave them; the frame's checksum comes too late.
      let (read, _) = try scan(storage)
      #expect(read.count == storage.count)
      #expect(storage.count <= original.count)
    } catch let error as JournalError {
      #expect(error.code == .compressedDamaged)
    }
    let error = #expect(throws: JournalError.self) {
      try JournalDecompressor().decompress(path, to: "\(scratch.path)/back")
    }
    #expect(error?.code == .compressedDamaged)
    #expect(try scratch.names().contains("back") == false)
  }

  @Test("several threads read one stream")
  func concurrent() async throws {
    let scratch = try Scratch()
    let original = material(12_000_000)
    try scratch.write(original, to: "j")
    try #require(scratch.shell("zstd -q -1 -c j > z") == 0)
    let storage = try #require(try openStorage(path: "\(scratch.path)/z"))
    try await atOnce(4) { task in
      for step in 0..<10 {
        let segment = (step * 5 + task * 3) % 11
        let start = segment << 20 + 1000 * task
        let read = try bytes(of: storage, start..<start + 100)
        #expect(read == Array(original[start..<start + 100]))
      }
    }
  }
}
