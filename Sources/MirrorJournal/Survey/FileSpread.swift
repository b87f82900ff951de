/// A part of a file, and how its bytes are spread.
public struct FileRegion: Sendable, Hashable {
  /// What usually stands there.
  public let name: String
  /// Its addresses.
  public let range: Range<JournalAddress>
  /// Bits of information in a byte, from 0 to 8, of the part that was looked at.
  public let entropy: Double
  /// The part of its bytes that are zero, from 0 to 1.
  public let zeroShare: Double
}

/// What the bytes of a file look like, whatever they mean.
public enum FileContent: Sendable, Hashable {
  /// Bytes that a codec could make smaller.
  case plain
  /// Hardly a codec could: they are compressed, or random from the first byte on.
  case dense
  /// As good as random behind a header that is not.
  case encrypted
}

/// How the bytes of a file are spread: its parts, and what they look like. Reads at most 6 MiB.
package struct FileSpread: Sendable {
  /// The parts of the file, in order.
  package let regions: [FileRegion]
  /// What the bytes look like.
  package let content: FileContent

  /// - Throws: `JournalError` when the file cannot be read.
  package init(of storage: any JournalStorage) throws {
    var regions: [FileRegion] = []
    var written = ByteHistogram()
    var isDense = true
    for (name, range) in Self.parts(storage.count) {
      var bytes = ByteHistogram()
      try Self.forEachSample(of: range, storage) { bytes.add($0) }
      regions.append(
        FileRegion(
          name: name, range: range, entropy: bytes.entropy, zeroShare: bytes.zeroShare))
      // What holds more zeros than noise says nothing of what is written.
      guard range.lowerBound >= 8192, bytes.zeroShare < 0.5 else { continue }
      written.add(bytes)
      if bytes.entropy < 7.9 { isDense = false }
    }
    self.regions = regions
    let head = regions.first?.entropy ?? 0
    if written.total == 0 || !isDense {
      content = .plain
    } else {
      let isNoise = written.unevenness < 1.3 && written.total >= 65_536
      content = isNoise && head < 7.5 ? .encrypted : .dense
    }
  }

  private static func parts(_ count: Int) -> [(String, Range<Int>)] {
    let block = ObservedGrid.blockSize
    let first = ObservedGrid.firstDataAddress
    var parts: [(String, Range<Int>)] = [
      ("header", 0..<8192), ("rest of block 0", 8192..<65_536), ("block 1", 65_536..<131_072),
    ]
    let blocks = max(0, (count - first + block - 1) / block)
    let share = min(8, blocks)
    for part in 0..<share {
      let start = first + part * blocks / share * block
      let size = ((part + 1) * blocks / share - part * blocks / share) * block
      parts.append(("data", start..<start + size))
    }
    return parts.map { ($0.0, $0.1.clamped(to: 0..<count)) }.filter { !$0.1.isEmpty }
  }

  /// At most eight pieces of a block's size, evenly spread.
  private static func forEachSample(
    of range: Range<Int>, _ storage: any JournalStorage, _ body: (RawSpan) -> Void
  ) throws {
    let block = ObservedGrid.blockSize
    let count = (range.count + block - 1) / block
    let taken = min(8, count)
    for index in 0..<taken {
      let start = range.lowerBound + index * count / taken * block
      try storage.withBytes((start..<start + block).clamped(to: range)) { body($0) }
    }
  }
}

extension JournalStorage {
  /// At most `count` bytes from `address` on, in one segment.
  package func copy(at address: JournalAddress, _ count: Int) throws -> [UInt8] {
    let end = min(self.count, (address / segmentSize + 1) * segmentSize)
    return try withBytes((address..<address + count).clamped(to: 0..<max(0, end))) { $0.copied() }
  }
}
