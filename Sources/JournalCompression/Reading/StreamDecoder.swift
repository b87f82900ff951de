import CLZ4
import CZstd
import MirrorJournal

/// Decompresses what `zstd`, `lz4` or `gzip` wrote, from the start of some frame to the end of the
/// file, frames and members one behind the other.
///
/// Memory: an input buffer of 128 KiB and the codec's window, at most 128 MiB for zstd.
final class StreamDecoder {
  /// A place where decompression can begin: a frame's start.
  struct RestartPoint: Sendable, Equatable {
    let fileOffset: Int
    let address: JournalAddress
  }

  private let file: SystemFile
  private let codec: JournalCodec
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
  private var inputRange = 0..<0
  /// Where in the file the bytes behind `input` go on.
  private var nextOffset: Int
  private var atFrameStart = true
  private(set) var address: JournalAddress
  /// Bytes that the read that failed put into its buffer before: nothing vouches for them.
  private(set) var salvaged = 0
  /// The newest frame start.
  private(set) var restartPoint: RestartPoint

  private let zstd: OpaquePointer?
  private let lz4: OpaquePointer?
  private let gzip: GzipInflater?

  init(_ file: SystemFile, codec: JournalCodec, from point: RestartPoint) throws(JournalError) {
    self.file = file
    self.codec = codec
    nextOffset = point.fileOffset
    address = point.address
    restartPoint = point
    zstd = codec == .zstd ? ZSTD_createDCtx() : nil
    gzip = codec == .zlib ? GzipInflater() : nil
    var context: OpaquePointer?
    if codec == .lz4 { _ = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION)) }
    lz4 = context
    guard zstd != nil || gzip != nil || lz4 != nil else {
      throw JournalError(.cannotRead, "no memory for a \(codec.name) decompressor", in: file.path)
    }
    // What `zstd` itself reads without being told otherwise.
    if let zstd { ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 27) }
  }

  deinit {
    input.deallocate()
    ZSTD_freeDCtx(zstd)
    LZ4F_freeDecompressionContext(lz4)
  }

  /// Fills `output` as far as the stream goes; returns the number of bytes, less than asked for only
  /// at the end of the stream.
  ///
  /// - Throws: `compressedDamaged`; then ``address`` tells how far the bytes are good.
  func read(into output: UnsafeMutableRawBufferPointer) throws(JournalError) -> Int {
    var written = 0
    while written < output.count {
      if inputRange.isEmpty { try refill() }
      if atFrameStart {
        restartPoint = RestartPoint(
          fileOffset: nextOffset - inputRange.count, address: address)
        // tar and tapes pad gzip files with zeros; gzip passes over them too.
        if codec == .zlib, restartPoint.fileOffset > 0 { try skipZeros() }
        if inputRange.isEmpty { return written }
      }
      let part = UnsafeMutableRawBufferPointer(rebasing: output[written...])
      let source = UnsafeRawBufferPointer(rebasing: input[inputRange])
      let inputEnded = source.isEmpty
      let step = step(source, part)
      if step.isDamaged {
        salvaged = written + step.written
        throw damaged("the stream does not decompress")
      }
      inputRange = inputRange.lowerBound + step.read..<inputRange.upperBound
      written += step.written
      address += step.written
      atFrameStart = step.frameEnded
      if inputEnded, !step.frameEnded, step.written == 0 {
        salvaged = written
        throw damaged("the file ends inside a frame")
      }
    }
    return written
  }

  private func damaged(_ what: String) -> JournalError {
    JournalError(
      .compressedDamaged,
      "\(what) before byte \(nextOffset - inputRange.count) of the compressed file", at: address,
      in: file.path, advice: "the journal is readable up to that address")
  }

  private func refill() throws(JournalError) {
    let count = try file.read(into: input, at: nextOffset)
    nextOffset += count
    inputRange = 0..<count
  }

  private func skipZeros() throws(JournalError) {
    while !inputRange.isEmpty, input[inputRange.lowerBound] == 0 {
      inputRange = inputRange.dropFirst()
      if inputRange.isEmpty { try refill() }
    }
  }

  private struct Step {
    let read: Int
    let written: Int
    let frameEnded: Bool
    var isDamaged = false
  }

  private func step(
    _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
  ) -> Step {
    if let zstd {
      var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
      let hint = ZSTD_decompressStream(zstd, &output, &input)
      return Step(
        read: input.pos, written: output.pos, frameEnded: hint == 0,
        isDamaged: ZSTD_isError(hint) != 0)
    }
    if let lz4 {
      var read = source.count
      var written = target.count
      let hint = LZ4F_decompress(
        lz4, target.baseAddress, &written, source.baseAddress, &read, nil)
      // What it says of the lengths means nothing then.
      guard LZ4F_isError(hint) == 0 else {
        return Step(read: 0, written: 0, frameEnded: false, isDamaged: true)
      }
      return Step(read: read, written: written, frameEnded: hint == 0)
    }
    guard let gzip else { return Step(read: 0, written: 0, frameEnded: false, isDamaged: true) }
    let (step, read, written) = gzip.step(source, target)
    if step == .damaged {
      return Step(read: read, written: written, frameEnded: false, isDamaged: true)
    }
    if step == .memberEnd { gzip.reset() }
    return Step(read: read, written: written, frameEnded: step == .memberEnd)
  }
}
