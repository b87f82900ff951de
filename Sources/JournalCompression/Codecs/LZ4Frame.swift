import CLZ4
import MirrorJournal

/// The frame of an LZ4 chunk: independent blocks, content size and content checksum.
enum LZ4Frame {
  static let magic: UInt32 = 0x184D_2204
  /// Magic, descriptor with content size, end mark and content checksum.
  static let overhead = 4 + 11 + 4 + 4

  /// The descriptor of our frames: version 1, independent blocks, no block checksums, content size,
  /// content checksum, no dictionary.
  private static let ourFlags: UInt8 = 0b0110_1100
  /// The library leaves the content size out of an empty frame.
  private static let emptyFlags: UInt8 = 0b0110_0100
  private static let headerSize = 15
  private static let uncompressedBit: UInt32 = 0x8000_0000

  /// The largest size of the blocks of `count` bytes with their size words.
  static func bound(_ count: Int) -> Int {
    count + count / 255 + 32 + 4 * (count / 65536 + 1)
  }

  static func compress(
    _ context: OpaquePointer, level: Int, _ source: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = blockSize(for: source.count)
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
    preferences.frameInfo.contentSize = UInt64(source.count)
    preferences.compressionLevel = Int32(level)
    // Without this the library copies the input into a buffer of its own.
    preferences.autoFlush = 1
    var options = LZ4F_compressOptions_t()
    options.stableSrc = 1

    var size = LZ4F_compressBegin(context, target.baseAddress, target.count, &preferences)
    guard LZ4F_isError(size) == 0 else { return nil }
    if !source.isEmpty {
      // The library refuses a target below its own bound, which is wider than any frame gets.
      let update = LZ4F_compressUpdate(
        context, target.baseAddress.map { $0 + size }, target.count - size,
        source.baseAddress, source.count, &options)
      guard LZ4F_isError(update) == 0 else { return nil }
      size += update
    }
    let end = LZ4F_compressEnd(
      context, target.baseAddress.map { $0 + size }, target.count - size, &options)
    guard LZ4F_isError(end) == 0 else { return nil }
    return size + end
  }

  /// Decompresses with the library's frame reader, checksum included.
  static func decompress(
    _ context: OpaquePointer, _ source: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    let first = decompressFirst(context, source, into: target)
    return first?.read == source.count ? first?.written : nil
  }

  /// Decompresses the frame that `source` begins with; how much was read and written.
  static func decompressFirst(
    _ context: OpaquePointer, _ source: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer
  ) -> (read: Int, written: Int)? {
    LZ4F_resetDecompressionContext(context)
    var options = LZ4F_decompressOptions_t()
    var read = 0
    var written = 0
    while true {
      var taken = source.count - read
      var given = target.count - written
      let hint = LZ4F_decompress(
        context, target.baseAddress.map { $0 + written }, &given,
        source.baseAddress.map { $0 + read }, &taken, &options)
      guard LZ4F_isError(hint) == 0 else { return nil }
      read += taken
      written += given
      if hint == 0 { return (read, written) }
      // Neither side moved: the frame is cut, or larger than the target.
      if taken == 0 && given == 0 { return nil }
    }
  }

  /// Decompresses a frame of ours block by block straight into `target`, leaving out the content
  /// checksum, which would cost a third of the time.
  static func decompressBlocks(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard size(source) == source.count else { return nil }
    if source[4] == emptyFlags { return source.littleEndian(at: 7, as: UInt32.self) == 0 ? 0 : nil }
    guard source[4] == ourFlags, source.count >= overhead,
      let from = source.baseAddress, let to = target.baseAddress
    else { return nil }
    let contentSize = source.littleEndian(at: 6, as: UInt64.self)
    guard contentSize <= UInt64(target.count) else { return nil }
    var offset = headerSize
    var written = 0
    while true {
      let word = source.littleEndian(at: offset, as: UInt32.self)
      offset += 4
      if word == 0 { return written == Int(contentSize) ? written : nil }
      let length = Int(word & ~uncompressedBit)
      let room = target.count - written
      if word & uncompressedBit != 0 {
        guard length <= room else { return nil }
        (to + written).copyMemory(from: from + offset, byteCount: length)
        written += length
      } else {
        let block = LZ4_decompress_safe(
          from.assumingMemoryBound(to: CChar.self) + offset,
          to.assumingMemoryBound(to: CChar.self) + written, Int32(length),
          Int32(clamping: room))
        guard block >= 0 else { return nil }
        written += Int(block)
      }
      offset += length
    }
  }

  /// The size of the frame that begins at the start of `bytes`, found by walking its block sizes,
  /// or nil if there is none or it is cut.
  static func size(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var steps = Int.max
    return size(bytes, steps: &steps)
  }

  /// The same, in at most `steps` blocks, which it takes off what is left of them.
  static func size(_ bytes: UnsafeRawBufferPointer, steps: inout Int) -> Int? {
    guard bytes.count >= 7, bytes.littleEndian(at: 0, as: UInt32.self) == magic else { return nil }
    let flags = bytes[4]
    guard flags >> 6 == 1 else { return nil }
    let blockTrailer = flags & 0x10 != 0 ? 4 : 0
    var offset = 7 + (flags & 0x08 != 0 ? 8 : 0) + (flags & 0x01 != 0 ? 4 : 0)
    while offset <= bytes.count - 4, steps > 0 {
      steps -= 1
      let word = bytes.littleEndian(at: offset, as: UInt32.self)
      offset += 4
      if word == 0 {
        let end = offset + (flags & 0x04 != 0 ? 4 : 0)
        return end <= bytes.count ? end : nil
      }
      let length = Int(word & ~uncompressedBit) + blockTrailer
      guard length <= 4 << 20 + 4, length <= bytes.count - offset else { return nil }
      offset += length
    }
    return nil
  }

  /// The content size that the frame at the start of `bytes` states, or nil.
  static func contentSize(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
    guard bytes.count >= headerSize, bytes.littleEndian(at: 0, as: UInt32.self) == magic,
      bytes[4] & 0x08 != 0
    else { return nil }
    return bytes.littleEndian(at: 6, as: UInt64.self)
  }

  /// The largest block that a chunk fills, so that blocks decompress straight into the chunk.
  private static func blockSize(for count: Int) -> LZ4F_blockSizeID_t {
    switch count {
    case ...(64 << 10): LZ4F_max64KB
    case ...(256 << 10): LZ4F_max256KB
    case ..<(4 << 20): LZ4F_max1MB
    default: LZ4F_max4MB
    }
  }
}
