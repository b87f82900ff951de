import JournalCompression
import MirrorJournal
import Testing

/// What opening a hostile file may cost: counts, not seconds.
@Suite struct BoundedWorkTests {
  /// A container of `codec` whose index is gone and whose chunks are `filling`, over and over.
  private func trapped(
    _ codec: JournalCodec, _ filling: [UInt8], in scratch: Scratch
  ) throws -> (file: SystemFile, header: ContainerHeader) {
    let honest = try container(material(3 * 65536), codec)
    let path = try scratch.write(honest, to: "honest")
    let header = try #require(try CompressedStorage(path: path)).header
    var bytes = Array(honest.prefix(8 + 56))
    while bytes.count < 3 << 20 { bytes += filling }
    return (try SystemFile(reading: scratch.write(bytes, to: "z")), header)
  }

  /// Frames that state the size of a chunk and consist of blocks of nothing, or of a block that goes on into
  /// the frames behind it.
  private static let traps: [(JournalCodec, [UInt8])] = [
    (.lz4, [0x04, 0x22, 0x4D, 0x18, 0x6C, 0x40, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]),
    (.lz4, [0x04, 0x22, 0x4D, 0x18, 0x6C, 0x40, 0, 0, 1, 0, 0, 0, 0, 0, 0, 19, 0, 0, 0x80]),
    (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 1, 0, 0, 0, 0]),
    (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 1, 0, 9 << 3, 0, 0]),
  ]

  @Test("A container full of frames that lead nowhere costs what its size does", arguments: 0..<4)
  func frames(trap: Int) throws {
    let scratch = try Scratch()
    let (codec, frame) = Self.traps[trap]
    let (file, header) = try trapped(codec, frame, in: scratch)
    var walk = try FrameWalk(file: file, header: header)
    _ = try walk.entries()
    #expect(walk.steps >= 0)
    #expect(walk.steps < FrameWalk.steps(fileSize: try file.size()))
  }

  @Test("The walk over zstd blocks finds the frames that the library finds", arguments: [1, 3, 19])
  func zstdFrames(level: Int) throws {
    let scratch = try Scratch()
    let original = material(40 * 65536, seed: 9) + [UInt8](repeating: 0, count: 20 * 65536)
    let honest = try container(original, .zstd, level: level)
    let whole = try #require(
      try CompressedStorage(path: scratch.write(honest, to: "whole")))
    var walk = try FrameWalk(file: SystemFile(reading: whole.path), header: whole.header)
    let found = try walk.entries()
    #expect(found.count == whole.chunks.count)
    #expect(found.map { $0?.frame } == whole.chunks.map { $0?.frame })
  }

  @Test(
    "A stream that expands without end is given up", arguments: ["zstd -q", "lz4 -q", "gzip"])
  func bomb(tool: String) throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/z"
    try #require(scratch.shell("head -c 40000000 /dev/zero | \(tool) -c > z") == 0)
    let codec: JournalCodec = tool.hasPrefix("z") ? .zstd : tool.hasPrefix("l") ? .lz4 : .zlib
    let file = try SystemFile(reading: path)
    let error = #expect(throws: JournalError.self) {
      _ = try StreamStorage(file, codec: codec, atMost: 8 << 20)
    }
    #expect(error?.code == .compressedDamaged)
    #expect(error?.reason.contains("expands to more than 8388608 bytes") == true)
    #expect(try StreamStorage(file, codec: codec).count == 40_000_000)
  }
}
