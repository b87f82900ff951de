import Glibc
package import MirrorJournal

/// Finds the chunk frames of a container whose index is lost, by walking from frame to frame.
package struct FrameWalk {
  let file: SystemFile
  let header: ContainerHeader
  /// How many blocks of frames may still be looked at. Frames that hold nothing but empty blocks, or that
  /// overlap, would else cost the square of the file's size.
  package private(set) var steps: Int

  package init(file: SystemFile, header: ContainerHeader) throws(JournalError) {
    self.file = file
    self.header = header
    steps = try Self.steps(fileSize: file.size())
  }

  /// A block takes three bytes at least, and a damaged frame is walked more than once.
  package static func steps(fileSize: Int) -> Int { fileSize + 65536 }

  /// The entries of the chunks in order; nil where a chunk's frame is lost,
  /// and none for the chunks behind the last frame found: a hostile header may claim any number.
  ///
  /// Reads the file once, in O(file); needs memory for three frames.
  package mutating func entries() throws(JournalError) -> [ChunkEntry?] {
    let fileSize = try file.size()
    let bound = ChunkCompressor.bound(codec: header.codec, count: header.chunkSize)
    var entries: [ChunkEntry?] = []
    var window: [UInt8] = []
    var windowStart = ContainerHeader.size + MetaFrame.overhead(header.codec)
    var position = 0
    while entries.count < header.chunkCount {
      if window.count - position < 2 * bound, windowStart + window.count < fileSize {
        windowStart += position
        position = 0
        window = try file.bytes(min(3 * bound, fileSize - windowStart), at: windowStart)
      }
      if let size = frameSize(window, at: position, chunk: entries.count) {
        let start = windowStart + position
        entries.append(
          ChunkEntry(
            frame: start..<start + size, firstRecord: nil,
            originalSize: header.addresses(of: entries.count).count, checksums: nil))
        position += size
      } else if let next = resynchronize(window, from: position, bound, chunk: entries.count + 1) {
        entries.append(nil)
        position = next
      } else {
        break
      }
    }
    return entries
  }

  /// Where the frame of `chunk` begins in `window`, behind the damaged frame at `position`.
  private mutating func resynchronize(
    _ window: [UInt8], from position: Int, _ bound: Int, chunk: Int
  ) -> Int? {
    let end = min(position + bound, window.count)
    guard chunk < header.chunkCount else { return nil }
    var candidate = position + 1
    while candidate < end, steps > 0 {
      let found = window.withUnsafeBytes { bytes in
        bytes.baseAddress.flatMap { memchr($0 + candidate, firstByte, end - candidate) }
          .map { UnsafeRawPointer($0) - (bytes.baseAddress ?? UnsafeRawPointer($0)) }
      }
      guard let found else { return nil }
      if frameSize(window, at: found, chunk: chunk) != nil { return found }
      candidate = found + 1
    }
    return nil
  }

  /// The first byte of every frame of the codec.
  private var firstByte: CInt {
    switch header.codec {
    case .zlib: 0x1F
    case .zstd: 0x28
    case .lz4: 0x04
    }
  }

  /// The size of the frame at `offset` if it is one and states the size of `chunk`.
  private mutating func frameSize(_ window: [UInt8], at offset: Int, chunk: Int) -> Int? {
    let content = UInt64(header.addresses(of: chunk).count)
    let codec = header.codec
    return window.withUnsafeBytes { whole in
      let bytes = UnsafeRawBufferPointer(rebasing: whole[offset...])
      switch codec {
      case .zlib:
        return GzipMember.size(bytes)
      case .lz4:
        return LZ4Frame.contentSize(bytes) == content ? LZ4Frame.size(bytes, steps: &steps) : nil
      case .zstd:
        return ZstdFrame.contentSize(bytes) == content ? ZstdFrame.size(bytes, steps: &steps) : nil
      }
    }
  }
}
