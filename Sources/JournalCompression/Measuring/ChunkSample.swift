public import MirrorJournal

/// Chunks of journals in memory, for codecs to be measured on.
public struct ChunkSample: Sendable {
  /// One chunk.
  public struct Chunk: Sendable, Hashable {
    /// Index of the file in `files`.
    public let file: Int
    /// The journal address of its first byte.
    public let address: JournalAddress
    /// Its bytes in `bytes`.
    public let range: Range<Int>
  }

  /// The chunks' bytes, one behind the other.
  public private(set) var bytes: [UInt8] = []
  /// File by file, in order of address.
  public private(set) var chunks: [Chunk] = []
  /// The files' paths.
  public private(set) var files: [String] = []
  /// Bytes in a chunk; the last one of a file may be shorter.
  public let chunkSize: Int

  /// - Parameter chunkSize: bytes, a multiple of 65536 up to 16 MiB as in the container.
  public init(chunkSize: Int = 1 << 20) { self.chunkSize = chunkSize }

  /// Begins the next file; chunks that are appended belong to it.
  public mutating func beginFile(_ path: String) { files.append(path) }

  /// Appends a chunk of the current file. O(n).
  ///
  /// - Throws: `badArgument` when no file was begun or the chunk is longer than `chunkSize`.
  public mutating func append(_ chunk: [UInt8], at address: JournalAddress) throws(JournalError) {
    guard !files.isEmpty, chunk.count <= chunkSize else {
      throw JournalError(.badArgument, "a chunk of \(chunk.count) bytes belongs to no file")
    }
    let start = bytes.count
    bytes += chunk
    chunks.append(Chunk(file: files.count - 1, address: address, range: start..<bytes.count))
  }

  /// The size in bytes of the containers that hold the chunks, one for each file, when chunk `n`
  /// becomes a frame of `frames[n]` bytes; padding and index included.
  func containerSize(_ setting: CodecSetting, frames: [Int]) throws(JournalError) -> Int {
    var total = 0
    for file in files.indices {
      let mine = chunks.indices.filter { chunks[$0].file == file }
      guard !mine.isEmpty else { continue }
      let header = try ContainerHeader(
        codec: setting.codec, level: setting.level, chunkSize: chunkSize,
        originalSize: mine.reduce(0) { $0 + chunks[$1].range.count },
        fileGUID: [UInt8](repeating: 0, count: 16))
      let overhead = MetaFrame.overhead(setting.codec)
      let before =
        ContainerHeader.size + overhead + mine.reduce(0) { $0 + frames[$1] }
        + ContainerIndex.size(chunks: mine.count, setting.codec)
      let footer = ContainerFooter.size + overhead
      total += before + footer + MetaFrame.padding(after: before + footer, header.codec).count
    }
    return total
  }
}
