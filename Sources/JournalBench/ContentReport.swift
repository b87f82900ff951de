public import JournalCompression
public import MirrorJournal

/// How much of a sample a kind of content is, and how well it compresses alone.
public struct ContentShare: Sendable, Hashable {
  /// `^GLOBAL`, or in parentheses what belongs to no global.
  public let name: String
  /// Records of it in the sample.
  public let records: Int
  /// Bytes of whole records, extension records included.
  public let bytes: Int
  /// Bytes of the frames that these bytes alone become, in chunks of the sample's size.
  public let compressedBytes: Int

  /// Original by compressed size; 0 when nothing was compressed.
  public var ratio: Double { compressedBytes > 0 ? Double(bytes) / Double(compressedBytes) : 0 }
}

/// One block, compressed alone.
public struct BlockShare: Sendable, Hashable {
  /// The journal as the user named it.
  public let file: String
  /// The block's address.
  public let address: JournalAddress
  /// Bytes of the block.
  public let bytes: Int
  /// Bytes of the block compressed alone.
  public let compressedBytes: Int
  /// The global with the most bytes in the block; nil when none has any.
  public let heaviestGlobal: String?

  /// Original by compressed size; 0 when nothing was compressed.
  public var ratio: Double { compressedBytes > 0 ? Double(bytes) / Double(compressedBytes) : 0 }
}

/// What compresses in a sample, and what does not.
public struct ContentReport: Sendable {
  /// With what the contents were compressed.
  public let setting: CodecSetting
  /// Bytes of the sample that were looked at.
  public let bytes: Int
  /// Largest compressed size first.
  public let shares: [ContentShare]
  /// In order of file and address.
  public let blocks: [BlockShare]

  /// Bounds between the classes of ``blockHistogram``, as ratios.
  public static let histogramBounds: [Double] = [1.1, 1.5, 2, 3, 4, 6, 8, 12, 20, 50]

  /// The number of blocks whose ratio is below the first bound, from it on below the second, and so
  /// on, and from the last one on.
  public var blockHistogram: [Int] {
    var counts = [Int](repeating: 0, count: Self.histogramBounds.count + 1)
    for block in blocks {
      counts[Self.histogramBounds.firstIndex { block.ratio < $0 } ?? counts.count - 1] += 1
    }
    return counts
  }

  /// The `count` blocks that compress worst, worst first.
  public func hardestBlocks(_ count: Int) -> [BlockShare] {
    Array(
      blocks.sorted {
        ($0.ratio, $0.file, $0.address) < ($1.ratio, $1.file, $1.address)
      }.prefix(max(0, count)))
  }
}
