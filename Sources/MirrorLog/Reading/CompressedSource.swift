internal import Glibc
internal import JournalCompression
internal import MirrorJournal

/// A log that was compressed after it was rotated.
final class CompressedSource: ByteSource {
  private let stream: DecompressedStream
  private var hasGiven = false
  /// Why the rest of the file cannot be read, once its beginning has been.
  private(set) var failure: LogError?

  /// `gzip`, `zstd` or `lz4`.
  var format: String { stream.format }

  /// Nil when the file is not compressed, or is no file.
  ///
  /// - Throws: `cannotRead` when its beginning cannot be read.
  init?(_ descriptor: CInt, name: String) throws(LogError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    do {
      guard let stream = try DecompressedStream(descriptor: descriptor, path: name) else {
        return nil
      }
      self.stream = stream
    } catch {
      throw LogError(.cannotRead, error.reason, in: name)
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogError) -> Int {
    if failure != nil { return 0 }
    do {
      let count = try stream.read(into: buffer)
      hasGiven = hasGiven || count > 0
      return count
    } catch {
      let error = LogError(
        .cannotRead, error.reason,
        advice: "the compressed file is damaged or cut: copy it again, or decompress what is whole")
      // What was decompressed up to there is most of the log when the file was cut.
      let rest = stream.salvaged
      guard hasGiven || rest > 0 else { throw error }
      failure = error
      return rest
    }
  }

  /// What compressed a text that begins with `head`, where it cannot be read as it is.
  static func unreadable(_ head: [UInt8]) -> String? {
    let marks: [(bytes: [UInt8], name: String)] = [
      ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
      ([0x04, 0x22, 0x4D, 0x18], "lz4"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"), ([0x42, 0x5A, 0x68], "bzip2"),
      ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ]
    return marks.first { head.starts(with: $0.bytes) }?.name
  }
}
