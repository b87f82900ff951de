/// How one chunk of a journal may be compressed, in a file whose framing is not known.
public enum FrameKind: String, Sendable, Codable, CaseIterable {
  /// A Zstandard frame.
  case zstd
  /// An LZ4 frame.
  case lz4
  /// A gzip member.
  case gzip
  /// Deflate between the header and the checksum of zlib.
  case zlib
  /// A Zstandard frame without its first four bytes.
  case zstdWithoutMagic
  /// Deflate and nothing else.
  case deflate
  /// An LZ4 block: its size has to be known from elsewhere.
  case lz4Block

  /// Those whose end shows while they are decompressed, the surest first.
  static let selfEnding: [FrameKind] = [.zstd, .lz4, .gzip, .zlib, .zstdWithoutMagic, .deflate]

  /// Whether a frame can be told by its first bytes.
  var hasMagic: Bool {
    switch self {
    case .zstd, .lz4, .gzip, .zlib: true
    case .zstdWithoutMagic, .deflate, .lz4Block: false
    }
  }

  /// Whether the bytes at `place` can be the beginning of such a frame: cheap, and often wrong.
  func mayBegin(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    guard place >= 0, bytes.count - place >= 8 else { return false }
    func byte(_ index: Int) -> UInt8 { bytes[place + index] }
    switch self {
    case .zstd: return byte(0) == 0x28 && byte(1) == 0xB5 && byte(2) == 0x2F && byte(3) == 0xFD
    case .lz4: return byte(0) == 0x04 && byte(1) == 0x22 && byte(2) == 0x4D && byte(3) == 0x18
    case .gzip: return byte(0) == 0x1F && byte(1) == 0x8B && byte(2) == 8 && byte(3) & 0xE0 == 0
    case .zlib:
      return byte(0) & 0x0F == 8 && byte(0) >> 4 <= 7 && byte(1) & 0x20 == 0
        && (Int(byte(0)) << 8 | Int(byte(1))) % 31 == 0
    case .zstdWithoutMagic: return Self.mayBeZstd(bytes, at: place)
    case .deflate: return Self.mayBeDeflate(bytes, at: place)
    case .lz4Block: return true
    }
  }

  /// By the frame's descriptor and the head of its first block (RFC 8878).
  private static func mayBeZstd(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    let descriptor = bytes[place]
    // Reserved and unused bits are zero, and no dictionary is known here.
    guard descriptor & 0b0001_1011 == 0 else { return false }
    let isSingle = descriptor & 0x20 != 0
    let sizeFlag = Int(descriptor >> 6)
    let sizeBytes = sizeFlag == 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag
    var next = place + 1
    if !isSingle {
      // A window beyond 128 MiB is none that would be needed.
      guard bytes[next] >> 3 <= 17 else { return false }
      next += 1
    }
    guard next + sizeBytes + 3 <= bytes.count else { return false }
    if sizeBytes > 1 {
      var size: UInt64 = sizeBytes == 2 ? 256 : 0
      for index in 0..<sizeBytes { size &+= UInt64(bytes[next + index]) << UInt64(8 * index) }
      guard size > 0, size <= UInt64(FrameDecoder.largestChunk) else { return false }
    }
    next += sizeBytes
    let head = Int(bytes[next]) | Int(bytes[next + 1]) << 8 | Int(bytes[next + 2]) << 16
    let size = head >> 3
    guard size > 0, size <= 128 << 10 else { return false }
    return switch head >> 1 & 3 {
    case 1: true
    case 0, 2: next + 3 + size <= bytes.count
    default: false
    }
  }

  private static func mayBeDeflate(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    let head = Int(bytes[place]) | Int(bytes[place + 1]) << 8
    switch head >> 1 & 3 {
    case 0:
      return UInt8(truncatingIfNeeded: ~Int(bytes[place + 1])) == bytes[place + 3]
        && ~bytes[place + 2] == bytes[place + 4]
    case 1: return true
    case 2: return head >> 3 & 31 <= 29 && head >> 8 & 31 <= 29
    default: return false
    }
  }
}
