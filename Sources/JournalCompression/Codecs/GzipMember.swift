import CDeflate
import CISAL
import MirrorJournal

/// The frame of a zlib chunk: a gzip member whose extra field states the member's size, so that
/// members are found without inflating them (RFC 1952; the subfield `MJ` is class R).
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 10 | `1f 8b 08 04`, time 0, extra flags 0, system 255 |
/// | 10 | 2 | length of the extra field = 8 |
/// | 12 | 4 | `M`, `J`, length 4 |
/// | 16 | 4 | size of the whole member in bytes |
/// | 20 | … | deflate data |
/// | end − 8 | 4+4 | CRC-32 and size of the original |
enum GzipMember {
  static let headerSize = 20
  static let trailerSize = 8
  static let overhead = headerSize + trailerSize
  static let prefix: [UInt8] = [
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255, 8, 0, UInt8(ascii: "M"), UInt8(ascii: "J"), 4, 0,
  ]

  /// The size of the member that begins at the start of `bytes`, or nil if none of ours does.
  static func size(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= overhead, bytes.prefix(prefix.count).elementsEqual(prefix) else {
      return nil
    }
    let size = Int(bytes.littleEndian(at: 16, as: UInt32.self))
    return size >= overhead && size <= bytes.count ? size : nil
  }

  static func compress(
    _ context: OpaquePointer, _ source: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard target.count >= overhead else { return nil }
    let room = UnsafeMutableRawBufferPointer(rebasing: target[headerSize..<target.count - 8])
    let deflated = libdeflate_deflate_compress(
      context, source.baseAddress, source.count, room.baseAddress, room.count)
    guard deflated > 0 else { return nil }
    target.copyBytes(from: prefix)
    let size = headerSize + deflated + trailerSize
    target.store(UInt32(truncatingIfNeeded: size), littleEndianAt: 16)
    target.store(crc32(source), littleEndianAt: headerSize + deflated)
    target.store(
      UInt32(truncatingIfNeeded: source.count), littleEndianAt: headerSize + deflated + 4)
    return size
  }

  static func decompress(
    _ context: OpaquePointer, _ source: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer, _ checksum: ChunkDecompressor.Checksum
  ) -> Int? {
    guard size(source) == source.count else { return nil }
    let data = UnsafeRawBufferPointer(rebasing: source[headerSize..<source.count - trailerSize])
    var used = 0
    var written = 0
    let result = libdeflate_deflate_decompress_ex(
      context, data.baseAddress, data.count, target.baseAddress, target.count, &used, &written)
    guard result == LIBDEFLATE_SUCCESS, used == data.count, written <= target.count,
      source.littleEndian(at: source.count - 4, as: UInt32.self)
        == UInt32(truncatingIfNeeded: written)
    else { return nil }
    if checksum == .verify {
      let stored = source.littleEndian(at: source.count - 8, as: UInt32.self)
      guard stored == crc32(UnsafeRawBufferPointer(rebasing: target[..<written])) else {
        return nil
      }
    }
    return written
  }

  /// CRC-32 of gzip. ISA-L's runs at twice libdeflate's speed.
  private static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let start = bytes.baseAddress else { return 0 }
    return crc32_gzip_refl(0, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }
}
