import CJournalSupport
import Glibc
public import MirrorJournal

/// Measures codecs on chunks of journals, on one thread, from memory to memory.
public struct CodecMeter: Sendable {
  /// How often each setting is measured; the median counts. The settings take turns, so that a
  /// disturbance of the machine meets all of them.
  public var rounds = 3
  /// A setting that has taken this many seconds of processor time is not measured again.
  public var patience = 2.0
  /// Called before a setting is measured, with the number done and the number to do at most.
  public var progress: @Sendable (Int, Int, CodecSetting) -> Void = { _, _, _ in }

  /// A meter with the usual number of rounds and no progress report.
  public init() {}

  /// The measurements of `settings` on `sample`, in their order.
  ///
  /// Memory: the sample, and as much again for its compressed form.
  ///
  /// - Throws: `badArgument` for an empty sample, a level that a codec does not have, or a chunk
  ///   size that the container does not have; `compressedDamaged` when a codec does not return what
  ///   it was given.
  public func measure(
    _ sample: ChunkSample, _ settings: [CodecSetting]
  ) throws(JournalError) -> [CodecMeasurement] {
    guard !sample.bytes.isEmpty else {
      throw JournalError(.badArgument, "there is nothing to compress")
    }
    var meters: [SettingMeter] = []
    for setting in settings { meters.append(try SettingMeter(setting, sample)) }
    let total = max(1, rounds) * meters.count
    var done = 0
    for _ in 0..<max(1, rounds) {
      for meter in meters {
        progress(done, total, meter.setting)
        done += 1
        if meter.spent < patience || meter.compress.isEmpty { try meter.run(sample) }
      }
    }
    var results: [CodecMeasurement] = []
    for meter in meters { results.append(try meter.result(sample)) }
    return results
  }

  /// One setting's contexts, frame sizes and times.
  private final class SettingMeter {
    let setting: CodecSetting
    private let compressor: ChunkCompressor
    private let decompressor: ChunkDecompressor
    private var frameSizes: [Int] = []
    private var compressorMemory = 0
    private var decompressorMemory = 0
    private(set) var compress: [Double] = []
    private var decompress: [Double] = []
    var spent: Double { compress.reduce(0, +) + decompress.reduce(0, +) }

    /// Makes the contexts and lets them do the first chunk, after which they allocate nothing.
    init(_ setting: CodecSetting, _ sample: ChunkSample) throws(JournalError) {
      self.setting = setting
      let bound = ChunkCompressor.bound(codec: setting.codec, count: sample.chunkSize)
      let frame = WorkMemory(bound)
      let chunk = WorkMemory(sample.chunkSize)
      let range = sample.chunks[0].range
      let before = mj_heap_in_use()
      compressor = try ChunkCompressor(codec: setting.codec, level: setting.level)
      let size = try Self.compress(compressor, sample, range, frame.bytes)
      let between = mj_heap_in_use()
      decompressor = try ChunkDecompressor(codec: setting.codec)
      _ = try Self.decompress(
        decompressor, UnsafeRawBufferPointer(frame.bytes)[..<size], chunk.bytes)
      // Other threads may free at the same time: less than nothing counts as nothing.
      compressorMemory = max(0, Int(between) - Int(before))
      decompressorMemory = max(0, Int(mj_heap_in_use()) - Int(between))
    }

    func run(_ sample: ChunkSample) throws(JournalError) {
      let bound = ChunkCompressor.bound(codec: setting.codec, count: sample.chunkSize)
      let frames = WorkMemory(bound * sample.chunks.count)
      let output = WorkMemory(sample.chunkSize)
      let isFirst = compress.isEmpty
      // Fresh memory costs a page fault for every 4 KiB, which is not the codec's time.
      frames.touch()

      var sizes: [Int] = []
      sizes.reserveCapacity(sample.chunks.count)
      var start = processorSeconds()
      for (number, chunk) in sample.chunks.enumerated() {
        let room = UnsafeMutableRawBufferPointer(
          rebasing: frames.bytes[number * bound..<(number + 1) * bound])
        sizes.append(try Self.compress(compressor, sample, chunk.range, room))
      }
      compress.append(processorSeconds() - start)
      frameSizes = sizes

      start = processorSeconds()
      var checksums: [UInt32] = []
      checksums.reserveCapacity(sample.chunks.count)
      for (number, size) in sizes.enumerated() {
        let frame = UnsafeRawBufferPointer(frames.bytes)[number * bound..<number * bound + size]
        let count = try Self.decompress(decompressor, frame, output.bytes)
        checksums.append(CRC32C.of(UnsafeRawBufferPointer(rebasing: output.bytes[..<count])))
      }
      decompress.append(processorSeconds() - start)
      guard isFirst else { return }
      for (chunk, checksum) in zip(sample.chunks, checksums) {
        let original = sample.bytes.withUnsafeBytes {
          CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[chunk.range]))
        }
        guard original == checksum else {
          throw JournalError(
            .compressedDamaged, "\(setting.name) does not return the chunk", at: chunk.address,
            in: sample.files[chunk.file])
        }
      }
    }

    func result(_ sample: ChunkSample) throws(JournalError) -> CodecMeasurement {
      CodecMeasurement(
        setting: setting, originalBytes: sample.bytes.count,
        compressedBytes: try sample.containerSize(setting, frames: frameSizes),
        compressSeconds: median(compress), decompressSeconds: median(decompress),
        rounds: compress.count, compressorMemory: compressorMemory,
        decompressorMemory: decompressorMemory)
    }

    private static func compress(
      _ compressor: ChunkCompressor, _ sample: ChunkSample, _ range: Range<Int>,
      _ target: UnsafeMutableRawBufferPointer
    ) throws(JournalError) -> Int {
      var output = target.mutableBytes
      return try compressor.compress(sample.bytes.span.bytes.extracting(range), into: &output)
    }

    private static func decompress(
      _ decompressor: ChunkDecompressor, _ frame: Slice<UnsafeRawBufferPointer>,
      _ target: UnsafeMutableRawBufferPointer
    ) throws(JournalError) -> Int {
      var output = target.mutableBytes
      return try decompressor.decompress(
        UnsafeRawBufferPointer(rebasing: frame).bytes, into: &output, checksum: .callerVerifies)
    }
  }
}

/// Memory that lives as long as this object.
private final class WorkMemory {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ size: Int) { bytes = .allocate(byteCount: size, alignment: 64) }

  deinit { bytes.deallocate() }

  func touch() {
    for offset in stride(from: 0, to: bytes.count, by: 4096) { bytes[offset] = 1 }
  }
}

/// Seconds that this thread has had a processor: what others do at the same time does not count.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The middle one, or the mean of the two middle ones; 0 of none.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
