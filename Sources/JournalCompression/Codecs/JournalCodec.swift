import CZstd

/// A compression method of journal chunks.
///
/// The raw values are the vendor's type codes (class D) and stand in the container's header.
public enum JournalCodec: UInt8, Sendable, CaseIterable {
  /// Deflate in gzip members.
  case zlib = 0
  /// Zstandard frames.
  case zstd = 1
  /// LZ4 frames.
  case lz4 = 2

  /// The name as the command line and the reports spell it: `zlib`, `zstd` or `lz4`.
  public var name: String {
    switch self {
    case .zlib: "zlib"
    case .zstd: "zstd"
    case .lz4: "lz4"
    }
  }

  /// The codec of that name, or nil.
  public init?(name: String) {
    guard let codec = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = codec
  }

  /// The levels that the codec accepts.
  ///
  /// zlib: 1 (fast) to 12 (small). lz4: below 1 an acceleration of `1 - level`, 1 and 2 fast, 3 to
  /// 12 high compression. zstd: negative levels are faster than 1, 20 to 22 need much memory.
  public var levels: ClosedRange<Int> {
    switch self {
    case .zlib: 1...12
    case .zstd: Int(ZSTD_minCLevel())...Int(ZSTD_maxCLevel())
    case .lz4: -65536...12
    }
  }

  /// The level that gives the best exchange of size for time on journals; see `docs/COMPRESSED.md`.
  public var defaultLevel: Int {
    switch self {
    case .zlib: 6
    case .zstd: 6
    case .lz4: 1
    }
  }
}
