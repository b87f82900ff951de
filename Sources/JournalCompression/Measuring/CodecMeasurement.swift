/// What one codec at one level did with a sample.
public struct CodecMeasurement: Sendable {
  /// The codec and level that were measured.
  public let setting: CodecSetting
  /// Bytes of journal data.
  public let originalBytes: Int
  /// Bytes of the `z` files that they become, index and padding included.
  public let compressedBytes: Int
  /// Seconds of processor time to compress all chunks on one thread: the median of the rounds.
  public let compressSeconds: Double
  /// The same to decompress them, checksum included, as a reader does.
  public let decompressSeconds: Double
  /// How often both were measured.
  public let rounds: Int
  /// Bytes that a compressor holds beside the chunk and its frame.
  public let compressorMemory: Int
  /// Bytes that a decompressor holds beside the frame and its chunk.
  public let decompressorMemory: Int

  /// Figures of one setting, in bytes and in seconds.
  public init(
    setting: CodecSetting, originalBytes: Int, compressedBytes: Int, compressSeconds: Double,
    decompressSeconds: Double, rounds: Int, compressorMemory: Int, decompressorMemory: Int
  ) {
    self.setting = setting
    self.originalBytes = originalBytes
    self.compressedBytes = compressedBytes
    self.compressSeconds = compressSeconds
    self.decompressSeconds = decompressSeconds
    self.rounds = rounds
    self.compressorMemory = compressorMemory
    self.decompressorMemory = decompressorMemory
  }

  /// The sizes as the log line has them, for the ratio as it prints it.
  public var line: CompressionLine {
    CompressionLine(path: setting.name, from: originalBytes, to: compressedBytes)
  }

  /// Original by compressed bytes; 0 when nothing was compressed.
  public var ratio: Double {
    compressedBytes > 0 ? Double(originalBytes) / Double(compressedBytes) : 0
  }

  /// Original bytes compressed in a second of processor time.
  public var compressRate: Double {
    compressSeconds > 0 ? Double(originalBytes) / compressSeconds : 0
  }

  /// Original bytes restored in a second of processor time.
  public var decompressRate: Double {
    decompressSeconds > 0 ? Double(originalBytes) / decompressSeconds : 0
  }
}

extension Collection<CodecMeasurement> {
  /// The settings that no other one beats in ratio and compression speed together, fastest first.
  ///
  /// Of equals the first counts. O(n²).
  public var paretoFront: [CodecMeasurement] {
    let all = Array(self)
    return all.indices.filter { mine in
      !all.indices.contains { other in
        let (a, b) = (all[other], all[mine])
        guard a.ratio >= b.ratio, a.compressRate >= b.compressRate else { return false }
        return a.ratio > b.ratio || a.compressRate > b.compressRate || other < mine
      }
    }.map { all[$0] }.sorted { $0.compressRate > $1.compressRate }
  }
}
