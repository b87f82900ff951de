import CZstd
import MirrorJournal

/// The frame of a zstd chunk, as far as its size can be told without decompressing it (RFC 8878, 3.1.1).
enum ZstdFrame {
  /// The content size that the frame at the start of `bytes` states, or nil.
  static func contentSize(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
    guard bytes.count >= 4, bytes.littleEndian(at: 0, as: UInt32.self) == ZSTD_MAGICNUMBER else {
      return nil
    }
    let size = ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    // Unknown and damaged are the two largest numbers.
    return size < UInt64.max - 1 ? size : nil
  }

  /// The size of the frame at the start of `bytes`, found by walking its blocks, or nil if there is none or
  /// it is cut.
  ///
  /// As `ZSTD_findFrameCompressedSize`, but in at most `steps` blocks, which it takes off what is left of
  /// them: a frame of empty blocks costs more than it brings.
  static func size(_ bytes: UnsafeRawBufferPointer, steps: inout Int) -> Int? {
    guard bytes.count >= 6, bytes.littleEndian(at: 0, as: UInt32.self) == ZSTD_MAGICNUMBER else {
      return nil
    }
    let descriptor = bytes[4]
    let isSingleSegment = descriptor & 0x20 != 0
    let contentSizeWidth = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    let dictionaryWidth = [0, 1, 2, 4][Int(descriptor & 3)]
    var offset = 5 + (isSingleSegment ? 0 : 1) + dictionaryWidth + contentSizeWidth
    while offset <= bytes.count - 3, steps > 0 {
      steps -= 1
      let word =
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
      let (isLast, type, size) = (word & 1 != 0, word >> 1 & 3, word >> 3)
      guard type != 3, size <= 128 << 10 else { return nil }
      offset += 3 + (type == 1 ? 1 : size)
      guard isLast else { continue }
      let end = offset + (descriptor & 4 != 0 ? 4 : 0)
      return end <= bytes.count ? end : nil
    }
    return nil
  }
}
