import CDeflate
import CLZ4
import CZstd
import JournalCompression
import JournalSamples
import MirrorJournal
import Testing

/// Made-up ways to frame a compressed journal. None of them is the vendor's.
enum FileForm: String, CaseIterable {
  /// A header of 64 bytes, then chunk behind chunk, the file padded.
  case header
  /// A header of 4096 bytes; before each chunk 16 bytes with its size, at multiples of 8.
  case prefix
  /// No header; a big-endian size that counts itself before each chunk.
  case countingPrefix
  /// Four bytes before each chunk and nothing else.
  case shortPrefix
  /// A table of 8-byte offsets in the header.
  case offsets
  /// A table of big-endian sizes in the header.
  case sizes
  /// Chunks at multiples of 4096, a table of offset and size at the end.
  case footer
  /// The journal's own first 8192 bytes as they are, then chunks behind a mark and a size.
  case ownHeader

  func file(_ chunks: [[UInt8]], _ journal: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    func pad(_ unit: Int) {
      bytes += [UInt8](repeating: 0, count: (unit - bytes.count % unit) % unit)
    }
    func number(_ value: Int, _ width: Int, big: Bool = false) {
      let digits = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      bytes += big ? digits.reversed() : digits
    }
    func head(_ count: Int) {
      bytes += Array("VENDORZ\u{1}".utf8)
      number(journal.count, 8)
      bytes += [UInt8](repeating: 0, count: count - 16)
    }
    switch self {
    case .header:
      head(64)
      for chunk in chunks { bytes += chunk }
      pad(4096)
    case .prefix:
      head(4096)
      for chunk in chunks {
        pad(8)
        number(chunk.count, 4)
        number(65_536, 4)
        number(0x1234_5678, 8)
        bytes += chunk
      }
      pad(4096)
    case .countingPrefix:
      for chunk in chunks {
        number(chunk.count + 8, 4, big: true)
        number(0, 4)
        bytes += chunk
      }
    case .shortPrefix:
      for chunk in chunks {
        number(chunk.count, 4)
        bytes += chunk
      }
    case .offsets:
      head(64)
      var offset = 64 + 8 * chunks.count
      for chunk in chunks {
        number(offset, 8)
        offset += chunk.count
      }
      for chunk in chunks { bytes += chunk }
      pad(4096)
    case .sizes:
      head(128)
      for chunk in chunks { number(chunk.count, 4, big: true) }
      for chunk in chunks { bytes += chunk }
      pad(4096)
    case .footer:
      head(4096)
      var places: [(Int, Int)] = []
      for chunk in chunks {
        places.append((bytes.count, chunk.count))
        bytes += chunk
        pad(4096)
      }
      for (offset, size) in places {
        number(offset, 8)
        number(size, 8)
      }
      bytes += Array("ZEND".utf8)
    case .ownHeader:
      bytes += journal.prefix(8192)
      for chunk in chunks {
        bytes += Array("CHNK".utf8)
        number(chunk.count, 4)
        bytes += chunk
      }
      pad(512)
    }
    return bytes
  }
}

extension FrameKind {
  /// `chunk` compressed in this way.
  func compressed(_ chunk: [UInt8]) throws -> [UInt8] {
    var output = [UInt8](repeating: 0, count: chunk.count * 2 + 4096)
    func deflated(
      _ call: (OpaquePointer?, UnsafeRawPointer?, Int, UnsafeMutableRawPointer?, Int) -> Int
    ) throws -> [UInt8] {
      let context = libdeflate_alloc_compressor(6)
      defer { libdeflate_free_compressor(context) }
      let size = call(context, chunk, chunk.count, &output, output.count)
      try #require(size > 0)
      return Array(output.prefix(size))
    }
    switch self {
    case .zstd, .zstdWithoutMagic:
      let size = ZSTD_compress(&output, output.count, chunk, chunk.count, 3)
      try #require(ZSTD_isError(size) == 0)
      return Array(output.prefix(size).dropFirst(self == .zstd ? 0 : 4))
    case .lz4:
      let size = LZ4F_compressFrame(&output, output.count, chunk, chunk.count, nil)
      try #require(LZ4F_isError(size) == 0)
      return Array(output.prefix(size))
    case .lz4Block:
      let size = output.withUnsafeMutableBytes { output in
        chunk.withUnsafeBytes { chunk in
          LZ4_compress_default(
            chunk.baseAddress?.assumingMemoryBound(to: CChar.self),
            output.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(chunk.count),
            Int32(output.count))
        }
      }
      try #require(size > 0)
      return Array(output.prefix(Int(size)))
    case .gzip: return try deflated { libdeflate_gzip_compress($0, $1, $2, $3, $4) }
    case .zlib: return try deflated { libdeflate_zlib_compress($0, $1, $2, $3, $4) }
    case .deflate: return try deflated { libdeflate_deflate_compress($0, $1, $2, $3, $4) }
    }
  }
}

extension [UInt8] {
  /// Pieces of `size`, the last one perhaps shorter.
  func pieces(of size: Int) -> [[UInt8]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}

/// A journal of a family that no layout at hand is for.
let strangeJournal: Result<[UInt8], any Error> = Result {
  try ForeignJournal(.bigEndianWords, records: 6000).bytes
}

/// `count` bytes as good as random, the same for the same seed.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SeededRandom(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 24) }
}
