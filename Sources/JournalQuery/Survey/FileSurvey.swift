internal import JournalCompression
public import MirrorJournal

/// What can be said of a file whose layout is not known: by its name, its size, the text in its header and
/// how its bytes are spread.
///
/// Nothing here says what the bytes mean. Reads at most 12 MiB, spread over the file.
public struct FileSurvey: Sendable {
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
  public let regions: [FileRegion]
  /// What the bytes look like.
  public let content: FileContent
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
    let spread = try FileSpread(of: storage)
    regions = spread.regions
    content = spread.content
    let isText = regions.first.map { $0.entropy < 7.5 } ?? false
    texts = try isText ? HeaderText.all(in: storage, own: name?.uncompressed) : []
    grid = try BlockGrid(storage)
    zerosAtEnd = try Self.zerosAtEnd(storage)
  }

  /// Blocks of the observed size, the last one perhaps not whole.
  public var blocks: Int { (size + ObservedGrid.blockSize - 1) / ObservedGrid.blockSize }

  /// What the size says.
  public var state: State {
    // Families with other blocks end with one of theirs.
    let isWhole = [ObservedGrid.blockSize, grid?.size ?? 0].contains { $0 > 0 && size % $0 == 0 }
    if !isWhole { return .cut }
    if size <= ObservedGrid.firstDataAddress { return .headerOnly }
    return zerosAtEnd >= ObservedGrid.blockSize ? .zerosBehind : .whole
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
