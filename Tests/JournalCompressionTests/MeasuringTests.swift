import JournalCompression
import MirrorJournal
import Testing

@Suite("measuring codecs") struct MeasuringTests {
  private func settings(_ text: String) throws -> [String] {
    try CodecSetting.parse(text).map(\.name)
  }

  @Test("a codec with levels names settings")
  func parsing() throws {
    #expect(try settings("zstd:3") == ["zstd 3"])
    #expect(
      try settings("zstd:-5,1..3,19") == ["zstd -5", "zstd 1", "zstd 2", "zstd 3", "zstd 19"])
    #expect(try settings("lz4:-3..-1") == ["lz4 -3", "lz4 -2", "lz4 -1"])
    #expect(try settings("zlib") == CodecSetting.common.filter { $0.codec == .zlib }.map(\.name))
    #expect(CodecSetting(.zstd).isDefault)
  }

  @Test(
    "what names no setting is refused",
    arguments: [
      "", "brotli", "zstd:", "zstd:23", "zstd:3..1", "zlib:0", "zstd:1,,2", "lz4:1...2",
      "lz4:-65536..12", "zstd:1..9223372036854775807", "zstd:x", "zstd 3",
    ])
  func refused(text: String) {
    #expect { try CodecSetting.parse(text) } throws: {
      ($0 as? JournalError)?.code == .badArgument
    }
  }

  private func measurement(
    _ setting: CodecSetting, _ compressed: Int, _ seconds: Double
  ) -> CodecMeasurement {
    CodecMeasurement(
      setting: setting, originalBytes: 1000, compressedBytes: compressed, compressSeconds: seconds,
      decompressSeconds: 1, rounds: 1, compressorMemory: 0, decompressorMemory: 0)
  }

  @Test("the front holds what nothing else beats, fastest first")
  func front() {
    let all = [
      measurement(.init(.zstd, level: 1), 250, 1),
      measurement(.init(.zstd, level: 9), 200, 8),
      measurement(.init(.zlib, level: 6), 260, 4),
      measurement(.init(.lz4, level: 1), 400, 0.5),
      measurement(.init(.lz4, level: 2), 400, 0.5),
      measurement(.init(.zstd, level: 12), 200, 9),
    ]
    #expect(all.paretoFront.map(\.setting.name) == ["lz4 1", "zstd 1", "zstd 9"])
    #expect([CodecMeasurement]().paretoFront.isEmpty)
  }

  @Test("the measured size is that of the file that compressing makes", arguments: Setting.all)
  func size(setting: Setting) throws {
    let scratch = try Scratch()
    let bytes = material(2_500_000)
    let path = try scratch.write(bytes, to: "20240709.001")
    var compressor = JournalCompressor(codec: setting.codec, level: setting.level)
    compressor.options.threads = 1
    let result = try compressor.compress(path)

    var sample = ChunkSample(chunkSize: 1 << 20)
    sample.beginFile(path)
    for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
      try sample.append(Array(bytes[start..<min(start + 1 << 20, bytes.count)]), at: start)
    }
    var meter = CodecMeter()
    meter.rounds = 1
    let measured = try meter.measure(sample, [CodecSetting(setting.codec, level: setting.level)])
    #expect(measured.count == 1)
    #expect(measured[0].originalBytes == bytes.count)
    #expect(measured[0].compressedBytes == result.bytesTo)
    let line = CompressionLine(path: "", from: result.bytesFrom, to: result.bytesTo)
    #expect(measured[0].line.ratioText == line.ratioText)
    #expect(measured[0].rounds == 1)
    #expect(measured[0].compressSeconds > 0 && measured[0].decompressSeconds > 0)
  }

  @Test("nothing to compress and chunks without a file are refused")
  func empty() throws {
    #expect(throws: JournalError.self) {
      try CodecMeter().measure(ChunkSample(), [CodecSetting(.zstd)])
    }
    var sample = ChunkSample(chunkSize: 65536)
    #expect(throws: JournalError.self) { try sample.append([1, 2, 3], at: 0) }
    sample.beginFile("x")
    #expect(throws: JournalError.self) {
      try sample.append([UInt8](repeating: 0, count: 65537), at: 0)
    }
  }
}
