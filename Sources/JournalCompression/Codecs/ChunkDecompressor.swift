import CDeflate
import CLZ4
import CZstd
public import MirrorJournal

/// Decompresses the frames of chunks with one reused context.
///
/// After the first frame no memory is allocated. An instance belongs to one thread at a time.
public final class ChunkDecompressor {
  /// Who vouches for the decompressed bytes.
  public enum Checksum: Sendable {
    /// The frame's own checksum is computed and compared.
    case verify
    /// The caller compares a checksum of its own, so the frame's may be left out.
    case callerVerifies
  }

  /// The codec whose frames are read.
  public let codec: JournalCodec

  /// Owned: made in `init` by the library of `codec`, freed by the same library in `deinit`.
  private let context: OpaquePointer

  /// - Throws: `JournalError` `badArgument` when there is no memory for the context.
  public init(codec: JournalCodec) throws(JournalError) {
    self.codec = codec
    var made: OpaquePointer?
    switch codec {
    case .zlib: made = libdeflate_alloc_decompressor()
    case .zstd: made = ZSTD_createDCtx()
    case .lz4: _ = LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
    }
    guard let made else {
      throw JournalError(.badArgument, "no memory for a \(codec.name) decompressor")
    }
    context = made
  }

  deinit {
    switch codec {
    case .zlib: libdeflate_free_decompressor(context)
    case .zstd: ZSTD_freeDCtx(context)
    case .lz4: LZ4F_freeDecompressionContext(context)
    }
  }

  /// Decompresses `frame`, which must be exactly one frame, to the start of `output`.
  ///
  /// - Returns: the number of bytes decompressed, at most `output.byteCount`.
  /// - Throws: `compressedDamaged` when the frame is malformed, cut, followed by other bytes, larger
  ///   than `output`, or does not match its checksum.
  public func decompress(
    _ frame: RawSpan, into output: inout MutableRawSpan, checksum: Checksum = .verify
  ) throws(JournalError) -> Int {
    let size = frame.withUnsafeBytes { source in
      output.withUnsafeMutableBytes { target in
        switch codec {
        case .zlib: GzipMember.decompress(context, source, into: target, checksum)
        case .zstd: zstd(source, into: target, checksum)
        case .lz4:
          checksum == .verify
            ? LZ4Frame.decompress(context, source, into: target)
            : LZ4Frame.decompressBlocks(source, into: target)
        }
      }
    }
    guard let size else {
      throw JournalError(.compressedDamaged, "the \(codec.name) frame does not decompress")
    }
    return size
  }

  private func zstd(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    _ checksum: Checksum
  ) -> Int? {
    // ZSTD_decompressDCtx would go on with a second frame.
    guard ZSTD_findFrameCompressedSize(source.baseAddress, source.count) == source.count
    else { return nil }
    // XXH64 takes a tenth of the time. The parameter (ZSTD_d_forceIgnoreChecksum) has no stable name
    // yet; a library that does not know it verifies, which is right, too.
    ZSTD_DCtx_setParameter(
      context, ZSTD_d_experimentalParam3, checksum == .callerVerifies ? 1 : 0)
    let size = ZSTD_decompressDCtx(
      context, target.baseAddress, target.count, source.baseAddress, source.count)
    return ZSTD_isError(size) == 0 ? size : nil
  }
}
