import CZstd
public import MirrorJournal

/// A storage of compressed bytes, with what was found wrong when it was opened.
public protocol CompressedJournalStorage: JournalStorage {
  /// What is wrong with the file besides damaged chunks, and how it was mended; empty for an intact
  /// file.
  var damage: [JournalError] { get }
  /// What the file is, in words: `container, zstd`, `zstd stream`.
  var formName: String { get }
}

extension CompressedStorage: CompressedJournalStorage {
  /// `container, zstd`.
  public var formName: String { "container, \(header.codec.name)" }
}

/// How the bytes of a file are compressed, judged by its first and last bytes, never by its name.
enum CompressedForm {
  case container(Container)
  case stream(JournalCodec)

  init?(_ file: SystemFile) throws(JournalError) {
    if let container = try Container(file) {
      self = .container(container)
      return
    }
    let start = try file.bytes(4, at: 0)
    guard start.count == 4 else { return nil }
    switch start.littleEndian(at: 0, as: UInt32.self) {
    case UInt32(ZSTD_MAGICNUMBER): self = .stream(.zstd)
    case LZ4Frame.magic: self = .stream(.lz4)
    // zstd and lz4 share these: whose frames follow decides.
    case 0x184D_2A50...0x184D_2A5F: self = .stream(try Self.codecBehindSkippable(file))
    default:
      guard start.starts(with: [0x1F, 0x8B, 8]) else { return nil }
      self = .stream(.zlib)
    }
  }

  private static func codecBehindSkippable(
    _ file: SystemFile
  ) throws(JournalError) -> JournalCodec {
    var offset = 0
    while true {
      let start = try file.bytes(8, at: offset)
      guard start.count == 8 else { return .zstd }
      let magic = start.littleEndian(at: 0, as: UInt32.self)
      if magic == LZ4Frame.magic { return .lz4 }
      guard magic & 0xFFFF_FFF0 == 0x184D_2A50 else { return .zstd }
      offset += 8 + Int(start.littleEndian(at: 4, as: UInt32.self))
    }
  }
}

/// Opens `path` if it is compressed: as a container, or as a stream of `zstd`, `lz4` or `gzip`.
///
/// - Parameters:
///   - path: the file.
///   - threads: how many threads decompress ahead in a scan of a container.
/// - Returns: nil if the file is not compressed.
/// - Throws: `cannotOpen`, `cannotRead`, `compressedDamaged` when nothing of it can be read.
public func openStorage(
  path: String, threads: Int = 2
) throws(JournalError) -> (any CompressedJournalStorage)? {
  try openStorage(SystemFile(reading: path), threads: threads)
}

/// The same for an open regular file, which the caller keeps and may close; `path` is its name in
/// messages.
public func openStorage(
  descriptor: CInt, path: String, threads: Int = 2
) throws(JournalError) -> (any CompressedJournalStorage)? {
  try openStorage(SystemFile(duplicating: descriptor, path: path), threads: threads)
}

func openStorage(
  _ file: SystemFile, threads: Int
) throws(JournalError) -> (any CompressedJournalStorage)? {
  switch try CompressedForm(file) {
  case .container(let container): CompressedStorage(container, threads: threads)
  case .stream(let codec): try StreamStorage(file, codec: codec)
  case nil: nil
  }
}

/// The file that opening `path` means: `path` itself if it exists, otherwise `path` with a `z`
/// behind it if that exists, otherwise `path`.
public func resolveJournalPath(_ path: String) -> String {
  if !PendingName.exists(path), PendingName.exists(path + "z") { return path + "z" }
  return path
}
