import CDeflate
import CLZ4
import CZstd
public import MirrorJournal

/// Compresses chunks into independent frames, one after the other, with one reused context.
///
/// After the first chunk no memory is allocated. An instance belongs to one thread at a time.
public final class ChunkCompressor {
  /// The codec whose frames are made.
  public let codec: JournalCodec
  /// The codec's own level, as its library counts.
  public let level: Int

  /// Owned: made in `init` by the library of `codec`, freed by the same library in `deinit`.
  private let context: OpaquePointer

  /// - Throws: `JournalError` `badArgument` when the codec has no such level, or when its context
  ///   does not fit in memory.
  public init(codec: JournalCodec, level: Int? = nil) throws(JournalError) {
    let level = level ?? codec.defaultLevel
    guard codec.levels.contains(level) else {
      throw JournalError(
        .badArgument, "\(codec.name) has no level \(level)",
        advice: "levels \(codec.levels.lowerBound) to \(codec.levels.upperBound) exist")
    }
    self.codec = codec
    self.level = level
    var made: OpaquePointer?
    switch codec {
    case .zlib: made = libdeflate_alloc_compressor(Int32(level))
    case .zstd: made = ZSTD_createCCtx()
    case .lz4: _ = LZ4F_createCompressionContext(&made, UInt32(LZ4F_VERSION))
    }
    guard let made else {
      throw JournalError(.badArgument, "no memory for a \(codec.name) compressor")
    }
    context = made
    if codec == .zstd {
      ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, Int32(level))
      ZSTD_CCtx_setParameter(made, ZSTD_c_contentSizeFlag, 1)
      ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 1)
    }
  }

  deinit {
    switch codec {
    case .zlib: libdeflate_free_compressor(context)
    case .zstd: ZSTD_freeCCtx(context)
    case .lz4: LZ4F_freeCompressionContext(context)
    }
  }

  /// The largest frame in bytes that `count` bytes can become, at any level of `codec`.
  public static func bound(codec: JournalCodec, count: Int) -> Int {
    switch codec {
    case .zlib: GzipMember.overhead + libdeflate_deflate_compress_bound(nil, count)
    case .zstd: ZSTD_compressBound(count)
    case .lz4: LZ4Frame.overhead + LZ4Frame.bound(count)
    }
  }

  /// Writes `chunk` as one frame with its size and checksum to the start of `output`.
  ///
  /// - Returns: the size of the frame in bytes.
  /// - Throws: `badArgument` when `output` is smaller than ``bound(codec:count:)`` and the frame
  ///   does not fit.
  public func compress(
    _ chunk: RawSpan, into output: inout MutableRawSpan
  ) throws(JournalError) -> Int {
    let size = chunk.withUnsafeBytes { source in
      output.withUnsafeMutableBytes { target in
        switch codec {
        case .zlib: GzipMember.compress(context, source, into: target)
        case .zstd: zstd(source, into: target)
        case .lz4: LZ4Frame.compress(context, level: level, source, into: target)
        }
      }
    }
    guard let size else {
      throw JournalError(
        .badArgument, "a frame of \(chunk.byteCount) bytes does not fit in the output buffer")
    }
    return size
  }

  private func zstd(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    let size = ZSTD_compress2(
      context, target.baseAddress, target.count, source.baseAddress, source.count)
    return ZSTD_isError(size) == 0 ? size : nil
  }
}
