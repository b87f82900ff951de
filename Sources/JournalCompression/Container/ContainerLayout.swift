public import MirrorJournal

// The compressed journal, byte for byte. All of it is class R (our reference choice); integers are
// little-endian. docs/COMPRESSED.md says the same in prose.
//
//   header frame | chunk frame × n | index frame × ⌈n / 1024⌉ | padding frame | footer frame
//
// Chunk frames are ordinary Zstd frames, LZ4 frames or gzip members. The others are skippable
// frames (zstd, lz4) or empty gzip members with an extra field (zlib), which stock tools pass over.
// The frames tile the file without gaps, and the file's size is a multiple of 4096.

/// What the header states about the whole file. It stands at the start of the file and, for files
/// whose first bytes are lost, once more in the footer.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 8 | magic `MJRZ0001` |
/// | 8 | 1 | codec: zlib 0, zstd 1, lz4 2 |
/// | 9 | 3 | zero |
/// | 12 | 4 | level, signed |
/// | 16 | 4 | chunk size in bytes, a multiple of 65536, at most 16 MiB |
/// | 20 | 4 | number of chunks |
/// | 24 | 8 | size of the original in bytes |
/// | 32 | 16 | GUID of the journal file |
/// | 48 | 4 | zero |
/// | 52 | 4 | CRC-32C of bytes 0..<52 |
public struct ContainerHeader: Sendable, Equatable {
  /// The codec of every frame; zlib 0, zstd 1, lz4 2 (class D).
  public let codec: JournalCodec
  /// The level that the frames were made with; reading does not need it.
  public let level: Int
  /// The size in bytes of every chunk but the last.
  public let chunkSize: Int
  /// The size in bytes of the journal.
  public let originalSize: Int
  /// The journal file's GUID, 16 bytes; zeros if none was given.
  public let fileGUID: [UInt8]

  /// The number of chunks: the last one may be short.
  public var chunkCount: Int { (originalSize + chunkSize - 1) / chunkSize }

  /// The journal addresses of chunk `index`.
  public func addresses(of index: Int) -> Range<JournalAddress> {
    index * chunkSize..<min((index + 1) * chunkSize, originalSize)
  }

  static let magic = Array("MJRZ0001".utf8)
  static let size = 56
  static let chunkSizes = 65536...(16 << 20)
  /// Journals stay below 4 GiB (D); the rest is room for other layouts.
  static let maximalSize = 16 << 30

  var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(contentsOf: [codec.rawValue, 0, 0, 0])
    bytes.append(littleEndian: Int32(clamping: level))
    bytes.append(littleEndian: UInt32(clamping: chunkSize))
    bytes.append(littleEndian: UInt32(clamping: chunkCount))
    bytes.append(littleEndian: UInt64(clamping: originalSize))
    bytes.append(contentsOf: fileGUID)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: bytes.withUnsafeBytes { CRC32C.of($0) })
    return bytes
  }

  init(
    codec: JournalCodec, level: Int, chunkSize: Int, originalSize: Int, fileGUID: [UInt8]
  ) throws(JournalError) {
    guard Self.chunkSizes.contains(chunkSize), chunkSize % 65536 == 0 else {
      throw JournalError(
        .badArgument, "a chunk cannot have \(chunkSize) bytes",
        advice: "use a multiple of 65536 up to 16777216")
    }
    guard 0...Self.maximalSize ~= originalSize else {
      throw JournalError(.badArgument, "\(originalSize) bytes are too many for one journal")
    }
    guard fileGUID.count == 16 else {
      throw JournalError(.badArgument, "a file GUID has 16 bytes, not \(fileGUID.count)")
    }
    self.codec = codec
    self.level = level
    self.chunkSize = chunkSize
    self.originalSize = originalSize
    self.fileGUID = fileGUID
  }

  /// Nil unless `bytes` is exactly a header as it would be written.
  init?(decoding bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Self.size, let codec = JournalCodec(rawValue: bytes[8]),
      let originalSize = Int(exactly: bytes.littleEndian(at: 24, as: UInt64.self)),
      let header = try? ContainerHeader(
        codec: codec, level: Int(bytes.littleEndian(at: 12, as: Int32.self)),
        chunkSize: Int(bytes.littleEndian(at: 16, as: UInt32.self)),
        originalSize: originalSize, fileGUID: Array(bytes[32..<48])),
      header.encoded == bytes
    else { return nil }
    self = header
  }
}

/// One chunk in the index.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 8 | offset of the frame in the compressed file |
/// | 8 | 8 | address of the first record that starts in the chunk; the chunk's end if none does |
/// | 16 | 4 | size of the frame in bytes |
/// | 20 | 4 | size of the original chunk in bytes |
/// | 24 | 4 | CRC-32C of the original chunk |
/// | 28 | 4 | CRC-32C of the frame |
public struct ChunkEntry: Sendable, Equatable {
  /// Where the chunk's frame stands in the compressed file, in bytes.
  public let frame: Range<Int>
  /// The address of the first record that starts in the chunk; nil if the index was lost.
  public let firstRecord: JournalAddress?
  /// The size of the original chunk in bytes.
  public let originalSize: Int
  /// Nil if the index was lost: then the frame's own checksum is verified.
  let checksums: Checksums?

  struct Checksums: Sendable, Equatable {
    let original: UInt32
    let frame: UInt32
  }

  static let size = 32
  /// So many entries stand in one index frame: a gzip extra field holds 65535 bytes.
  static let perFrame = 1024

  func encode(into bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt64(clamping: frame.lowerBound))
    bytes.append(littleEndian: UInt64(clamping: firstRecord ?? 0))
    bytes.append(littleEndian: UInt32(clamping: frame.count))
    bytes.append(littleEndian: UInt32(clamping: originalSize))
    bytes.append(littleEndian: checksums?.original ?? 0)
    bytes.append(littleEndian: checksums?.frame ?? 0)
  }

  /// Nil unless the entry is the one that `header` and the frame before it leave room for.
  init?(
    decoding bytes: [UInt8], at offset: Int, chunk: Int, after previousEnd: Int,
    header: ContainerHeader
  ) {
    let addresses = header.addresses(of: chunk)
    let frameSize = Int(bytes.littleEndian(at: offset + 16, as: UInt32.self))
    let firstRecord = bytes.littleEndian(at: offset + 8, as: UInt64.self)
    guard bytes.littleEndian(at: offset, as: UInt64.self) == UInt64(previousEnd),
      frameSize > 0,
      frameSize <= ChunkCompressor.bound(codec: header.codec, count: header.chunkSize),
      bytes.littleEndian(at: offset + 20, as: UInt32.self) == UInt32(addresses.count),
      (UInt64(addresses.lowerBound)...UInt64(addresses.upperBound)).contains(firstRecord)
    else { return nil }
    self.init(
      frame: previousEnd..<previousEnd + frameSize, firstRecord: Int(firstRecord),
      originalSize: addresses.count,
      checksums: Checksums(
        original: bytes.littleEndian(at: offset + 24, as: UInt32.self),
        frame: bytes.littleEndian(at: offset + 28, as: UInt32.self)))
  }

  init(frame: Range<Int>, firstRecord: JournalAddress?, originalSize: Int, checksums: Checksums?) {
    self.frame = frame
    self.firstRecord = firstRecord
    self.originalSize = originalSize
    self.checksums = checksums
  }
}

/// The last bytes of the file, which find the index.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 8 | magic `MJRZEND1` |
/// | 8 | 8 | offset of the first index frame, or of the padding frame if there are no chunks |
/// | 16 | 4 | CRC-32C of all bytes from there up to the footer frame |
/// | 20 | 4 | zero |
/// | 24 | 56 | the header once more |
/// | 80 | 4 | zero |
/// | 84 | 4 | CRC-32C of bytes 0..<84 |
struct ContainerFooter: Equatable {
  let indexOffset: Int
  let indexChecksum: UInt32
  let header: ContainerHeader

  static let magic = Array("MJRZEND1".utf8)
  static let size = 88

  var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: UInt64(clamping: indexOffset))
    bytes.append(littleEndian: indexChecksum)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(contentsOf: header.encoded)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: bytes.withUnsafeBytes { CRC32C.of($0) })
    return bytes
  }

  init(indexOffset: Int, indexChecksum: UInt32, header: ContainerHeader) {
    self.indexOffset = indexOffset
    self.indexChecksum = indexChecksum
    self.header = header
  }

  /// Nil unless `bytes` is exactly a footer as it would be written.
  init?(decoding bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Self.size,
      let header = ContainerHeader(decoding: bytes[24..<24 + ContainerHeader.size]),
      let indexOffset = Int(exactly: bytes.littleEndian(at: 8, as: UInt64.self))
    else { return nil }
    self.init(
      indexOffset: indexOffset, indexChecksum: bytes.littleEndian(at: 16, as: UInt32.self),
      header: header)
    guard encoded == bytes else { return nil }
  }
}
