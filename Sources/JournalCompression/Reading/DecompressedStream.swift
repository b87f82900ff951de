public import MirrorJournal

/// The bytes of any file that `zstd`, `lz4` or `gzip` compressed, from its start to its end.
///
/// Memory: an input buffer of 128 KiB and the codec's window, at most 128 MiB for zstd.
public final class DecompressedStream {
  /// What compressed the file: `zstd`, `lz4` or `gzip`.
  public let format: String

  private let decoder: StreamDecoder

  /// Opens an open regular file, which the caller keeps and may close, if it is compressed; `path` is
  /// its name in messages.
  ///
  /// - Returns: nil when the file is not compressed.
  /// - Throws: `cannotRead`, `compressedDamaged`.
  public init?(descriptor: CInt, path: String) throws(JournalError) {
    let file = try SystemFile(duplicating: descriptor, path: path)
    guard case .stream(let codec) = try CompressedForm(file) else { return nil }
    format = codec == .zlib ? "gzip" : codec.name
    decoder = try StreamDecoder(
      file, codec: codec, from: StreamDecoder.RestartPoint(fileOffset: 0, address: 0))
  }

  /// Bytes that the call of `read` that threw has put into its buffer all the same.
  package var salvaged: Int { decoder.salvaged }

  /// Fills `buffer` as far as the stream goes; returns the number of bytes, less than asked for only
  /// at the end.
  ///
  /// - Throws: `compressedDamaged` when the stream is damaged or cut, `cannotRead`.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(JournalError) -> Int {
    try decoder.read(into: buffer)
  }
}
