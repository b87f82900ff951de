import JournalCompression
import MirrorJournal
import Testing

@Suite struct CodecTests {
  private func frame(_ bytes: [UInt8], with compressor: ChunkCompressor) throws -> [UInt8] {
    let bound = ChunkCompressor.bound(codec: compressor.codec, count: bytes.count)
    var output = [UInt8](repeating: 0xEE, count: bound)
    var span = output.mutableSpan
    var raw = span.mutableBytes
    let size = try compressor.compress(bytes.span.bytes, into: &raw)
    return Array(output.prefix(size))
  }

  private func content(
    _ frame: [UInt8], room: Int, with decompressor: ChunkDecompressor,
    checksum: ChunkDecompressor.Checksum = .verify
  ) throws -> [UInt8] {
    var output = [UInt8](repeating: 0xEE, count: room)
    var span = output.mutableSpan
    var raw = span.mutableBytes
    let size = try decompressor.decompress(frame.span.bytes, into: &raw, checksum: checksum)
    return Array(output.prefix(size))
  }

  @Test("one reused context returns every chunk", arguments: Setting.all)
  func roundTrip(setting: Setting) throws {
    let compressor = try ChunkCompressor(codec: setting.codec, level: setting.level)
    let decompressor = try ChunkDecompressor(codec: setting.codec)
    for size in edgeSizes + [1 << 20, 3_000_001, 1] {
      let original = material(size, seed: UInt64(size + 1))
      let frame = try frame(original, with: compressor)
      for checksum in [ChunkDecompressor.Checksum.verify, .callerVerifies] {
        let room = max(size, 1)
        #expect(try content(frame, room: room, with: decompressor, checksum: checksum) == original)
      }
    }
  }

  @Test("incompressible chunks stay below the bound", arguments: Setting.all)
  func incompressible(setting: Setting) throws {
    var generator = SystemRandomNumberGenerator()
    let original = (0..<(1 << 20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let compressor = try ChunkCompressor(codec: setting.codec, level: setting.level)
    let frame = try frame(original, with: compressor)
    let decompressor = try ChunkDecompressor(codec: setting.codec)
    #expect(try content(frame, room: 1 << 20, with: decompressor) == original)
  }

  @Test("a cut, doubled or too large frame is refused", arguments: JournalCodec.allCases)
  func refused(codec: JournalCodec) throws {
    let original = material(100_000)
    let compressor = try ChunkCompressor(codec: codec)
    let decompressor = try ChunkDecompressor(codec: codec)
    let whole = try frame(original, with: compressor)
    for checksum in [ChunkDecompressor.Checksum.verify, .callerVerifies] {
      for cut in [0, 1, 4, 7, 14, 19, whole.count / 2, whole.count - 1] {
        #expect(throws: JournalError.self) {
          try content(
            Array(whole.prefix(cut)), room: 100_000, with: decompressor, checksum: checksum)
        }
      }
      #expect(throws: JournalError.self) {
        try content(whole + whole, room: 200_000, with: decompressor, checksum: checksum)
      }
      #expect(throws: JournalError.self) {
        try content(whole, room: 99_999, with: decompressor, checksum: checksum)
      }
    }
    // The context is none the worse for it.
    #expect(try content(whole, room: 100_000, with: decompressor) == original)
  }

  @Test(
    "a flipped bit is an error or harmless, never wrong bytes", arguments: JournalCodec.allCases)
  func flipped(codec: JournalCodec) throws {
    let original = material(3000)
    let compressor = try ChunkCompressor(codec: codec)
    let decompressor = try ChunkDecompressor(codec: codec)
    let whole = try frame(original, with: compressor)
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 1 << UInt8(position % 8)
      if let answer = try? content(damaged, room: 4000, with: decompressor) {
        #expect(answer == original, "byte \(position)")
      }
    }
  }

  @Test("levels outside the codec's range are refused", arguments: JournalCodec.allCases)
  func levels(codec: JournalCodec) throws {
    for level in [codec.levels.lowerBound - 1, codec.levels.upperBound + 1] {
      let error = #expect(throws: JournalError.self) {
        try ChunkCompressor(codec: codec, level: level)
      }
      #expect(error?.code == .badArgument)
    }
    #expect(JournalCodec(name: codec.name) == codec)
  }
}
