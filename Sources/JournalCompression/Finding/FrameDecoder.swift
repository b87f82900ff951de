import CDeflate
import CLZ4
import CZstd
import MirrorJournal

/// Decompresses single frames of any kind; one thread at a time.
final class FrameDecoder {
  /// A chunk holds 1 to 16 MB of journal (class D); twice that is looked for.
  static let largestChunk = 32 << 20

  private let zstd: OpaquePointer
  private let lz4: OpaquePointer
  private let deflate: OpaquePointer

  /// - Throws: `cannotRead` when there is no memory.
  init() throws(JournalError) {
    var context: OpaquePointer?
    _ = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
    guard let context, let zstd = ZSTD_createDCtx(), let deflate = libdeflate_alloc_decompressor()
    else { throw JournalError(.cannotRead, "no memory for decompressors") }
    lz4 = context
    self.zstd = zstd
    self.deflate = deflate
    // What `zstd` itself reads without being told otherwise.
    ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 27)
  }

  deinit {
    ZSTD_freeDCtx(zstd)
    LZ4F_freeDecompressionContext(lz4)
    libdeflate_free_decompressor(deflate)
  }

  /// Decompresses the frame at the start of `source`, of which an LZ4 block takes all.
  ///
  /// - Returns: the bytes that were read and written; nil when there is no such frame, it is cut, its
  ///   checksum is wrong or it does not fit into `target`.
  func decode(
    _ kind: FrameKind, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> (read: Int, written: Int)? {
    guard !source.isEmpty, let start = source.baseAddress else { return nil }
    switch kind {
    case .zstd, .zstdWithoutMagic: return zstd(source, target, withMagic: kind == .zstd)
    case .lz4:
      let found = LZ4Frame.decompressFirst(lz4, source, into: target)
      return found.flatMap { $0.written > 0 ? $0 : nil }
    case .gzip, .zlib, .deflate:
      let call =
        switch kind {
        case .gzip: libdeflate_gzip_decompress_ex
        case .zlib: libdeflate_zlib_decompress_ex
        default: libdeflate_deflate_decompress_ex
        }
      var read = 0
      var written = 0
      let result = call(
        deflate, start, source.count, target.baseAddress, target.count, &read, &written)
      guard result == LIBDEFLATE_SUCCESS, written > 0, written <= target.count,
        read <= source.count
      else { return nil }
      return (read, written)
    case .lz4Block:
      guard let count = Int32(exactly: source.count), let room = Int32(exactly: target.count)
      else { return nil }
      let written = LZ4_decompress_safe(
        start.assumingMemoryBound(to: CChar.self),
        target.baseAddress?.assumingMemoryBound(to: CChar.self), count, room)
      return written > 0 ? (source.count, Int(written)) : nil
    }
  }

  private func zstd(
    _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, withMagic: Bool
  ) -> (read: Int, written: Int)? {
    ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only)
    // The parameter is `ZSTD_d_format`, which has no stable name yet: 1 is without magic.
    let format = ZSTD_DCtx_setParameter(zstd, ZSTD_d_experimentalParam1, withMagic ? 0 : 1)
    guard ZSTD_isError(format) == 0 else { return nil }
    var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
    var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
    while true {
      let before = (input.pos, output.pos)
      let hint = ZSTD_decompressStream(zstd, &output, &input)
      if ZSTD_isError(hint) != 0 { return nil }
      if hint == 0 { return output.pos > 0 ? (input.pos, output.pos) : nil }
      if before == (input.pos, output.pos) { return nil }
    }
  }
}
