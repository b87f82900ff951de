internal import JournalCompression
public import MirrorJournal

/// What can be said of a file whose layout is not known: by its name, its size, the text in its header and
/// how its bytes are spread.
///
/// Nothing here says what the bytes mean. Reads at most 12 MiB, spread over the file.
public struct FileSurvey: Sendable {
  /// A part of the file.
  public struct Region: Sendable, Hashable {
    /// What usually stands there.
    public let name: String
    /// Its addresses.
    public let range: Range<JournalAddress>
    /// Bits of information in a byte, from 0 to 8, of the part that was looked at.
    public let entropy: Double
    /// The part of its bytes that are zero, from 0 to 1.
    public let zeroShare: Double
  }

  /// What the size says of the file, as closed files are whole blocks (class O).
  public enum State: Sendable, Hashable {
    /// Nothing stands behind the two blocks before the data.
    case headerOnly
    /// Whole blocks, with data in the last one.
    case whole
    /// Whole blocks, and the last of them are zeros: written ahead, or never filled.
    case zerosBehind
    /// No whole number of blocks: cut while it was copied, or of another grid.
    case cut
  }

  /// What the bytes behind the header look like.
  public enum Content: Sendable, Hashable {
    /// Bytes that a codec could make smaller.
    case plain
    /// As good as random from the first byte on: compressed, or encrypted with its header.
    case dense
    /// As good as random behind a header that is not: encrypted, or compressed behind a table.
    case denseBehindHeader
  }

  /// The file as the user named it.
  public let path: String
  /// What the name says; nil when it is not that of a journal.
  public let name: JournalFileName?
  /// Bytes of the file on disk.
  public let sizeOnDisk: Int
  /// Bytes of journal, decompressed.
  public let size: Int
  /// How the file is compressed, where that is known; nil when it is not or it is not known.
  public let compression: String?
  /// The first 64 bytes.
  public let firstBytes: [UInt8]
  /// Text in the first block.
  public let texts: [HeaderText]
  /// The parts of the file, in order.
  public let regions: [Region]
  /// The distance at which bytes begin alike; nil when no such distance stands out.
  public let grid: BlockGrid?
  /// Zero bytes at the file's end, as far as was looked.
  public let zerosAtEnd: Int

  /// Looks at what `storage` holds.
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  public init(of storage: any JournalStorage) throws {
    path = storage.path
    name = JournalFileName(storage.path)
    sizeOnDisk = storage.sizeOnDisk
    size = storage.count
    compression = (storage as? any CompressedJournalStorage)?.formName
    firstBytes = try storage.copy(at: 0, 64)
    regions = try Self.regions(storage)
    let isText = regions.first.map { $0.entropy < 7.5 } ?? false
    texts = try isText ? HeaderText.all(in: storage, own: name?.uncompressed) : []
    grid = try BlockGrid(storage)
    zerosAtEnd = try Self.zerosAtEnd(storage)
  }

  /// Blocks of the observed size, the last one perhaps not whole.
  public var blocks: Int { (size + ObservedGrid.blockSize - 1) / ObservedGrid.blockSize }

  /// What the size says.
  public var state: State {
    if size % ObservedGrid.blockSize != 0 { return .cut }
    if size <= ObservedGrid.firstDataAddress { return .headerOnly }
    return zerosAtEnd >= ObservedGrid.blockSize ? .zerosBehind : .whole
  }

  /// What the bytes look like.
  public var content: Content {
    let data = regions.filter { $0.range.lowerBound >= ObservedGrid.firstDataAddress }
    let behind = data.isEmpty ? Array(regions.dropFirst()) : data
    // Blocks that hold more zeros than noise say nothing of what is written.
    let written = behind.filter { $0.zeroShare < 0.5 }
    guard !written.isEmpty, written.allSatisfy({ $0.entropy > 7.9 }), let head = regions.first
    else { return .plain }
    return head.entropy > 7.5 ? .dense : .denseBehindHeader
  }

  private static func regions(_ storage: any JournalStorage) throws -> [Region] {
    let count = storage.count
    let block = ObservedGrid.blockSize
    var parts: [(String, Range<Int>)] = [
      ("header", (0..<8192).clamped(to: 0..<count)),
      ("rest of block 0", (8192..<8192 + block - 8192).clamped(to: 0..<count)),
      ("block 1", (block..<block + block).clamped(to: 0..<count)),
    ]
    let first = ObservedGrid.firstDataAddress
    let blocks = max(0, (count - first + block - 1) / block)
    let share = min(8, blocks)
    for part in 0..<share {
      let start = first + part * blocks / share * block
      let end = first + (part + 1) * blocks / share * block
      parts.append(("data", (start..<max(start, end)).clamped(to: 0..<count)))
    }
    return try parts.filter { !$0.1.isEmpty }.map { name, range in
      var bytes = ByteHistogram()
      try forEachSample(of: range, storage) { bytes.add($0) }
      return Region(
        name: name, range: range, entropy: bytes.entropy, zeroShare: bytes.zeroShare)
    }
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

  /// Looks at 64 MiB from the end at most, and at holes not at all.
  private static func zerosAtEnd(_ storage: any JournalStorage) throws -> Int {
    // Of a stream the end is the dearest part.
    guard !storage.isSequential else { return 0 }
    var end = storage.count
    let floor = max(0, end - 64 << 20)
    while end > floor {
      if let hole = storage.holes.last(where: { $0.upperBound == end }) {
        end = hole.lowerBound
        continue
      }
      let start = (end - 1) / ObservedGrid.blockSize * ObservedGrid.blockSize
      let zeros = try storage.withBytes((start..<end).clamped(to: 0..<storage.count)) { bytes in
        var zeros = 0
        while zeros < bytes.byteCount,
          bytes.loadUInt8(at: bytes.byteCount - 1 - zeros) == 0
        {
          zeros += 1
        }
        return zeros
      }
      if zeros < end - start { return storage.count - end + zeros }
      end = start
    }
    return storage.count - end
  }
}

extension JournalStorage {
  /// At most `count` bytes from `address` on, in one segment.
  func copy(at address: JournalAddress, _ count: Int) throws -> [UInt8] {
    let end = min(self.count, (address / segmentSize + 1) * segmentSize)
    return try withBytes((address..<address + count).clamped(to: 0..<max(0, end))) { $0.copied() }
  }
}
