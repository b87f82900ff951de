internal import JournalCompression
internal import MirrorJournal

/// Sorts the bytes of a sample by global and compresses each pile alone, and each block alone.
///
/// Memory: one chunk for each global.
struct ContentMeter {
  private let sample: ChunkSample
  private let sizer: FrameSizer
  private var names = NameTable()
  private var piles: [Pile] = []
  private var blocks: [BlockShare] = []
  /// Bytes by pile in the current block, and the piles that have any.
  private var inBlock: [Int] = []
  private var touched: [Int] = []
  /// Extension records whose record has not come yet.
  private var pending: [UInt8] = []
  private var pendingRecords = 0
  /// Records without a global, by number in `piles`.
  private static let others = 0

  private struct Pile {
    var name: String
    var records = 0
    var bytes = 0
    var compressedBytes = 0
    var waiting: [UInt8] = []
  }

  /// - Throws: `badArgument` when the setting's context does not fit into memory.
  init(_ sample: ChunkSample, _ setting: CodecSetting) throws(JournalError) {
    self.sample = sample
    sizer = try FrameSizer(setting, largest: sample.chunkSize)
    piles = [Pile(name: "(records without a global)")]
    inBlock = [0]
  }

  /// - Parameter journals: the sample's files, in its order.
  mutating func report(_ journals: [JournalFile]) throws(JournalError) -> ContentReport {
    var previous: ChunkSample.Chunk?
    for chunk in sample.chunks {
      // Extension records belong to what follows them in the journal, not in the sample.
      let follows = previous.map {
        $0.file == chunk.file && $0.address + $0.range.count == chunk.address
      }
      if follows != true { try endPending(into: Self.others) }
      try take(chunk, of: journals[chunk.file])
      previous = chunk
    }
    try endPending(into: Self.others)
    for pile in piles.indices { try flush(pile) }
    let shares = piles.filter { $0.bytes > 0 }.map {
      ContentShare(
        name: $0.name, records: $0.records, bytes: $0.bytes, compressedBytes: $0.compressedBytes)
    }
    return ContentReport(
      setting: sizer.setting, bytes: sample.bytes.count,
      shares: shares.sorted { ($1.compressedBytes, $0.name) < ($0.compressedBytes, $1.name) },
      blocks: blocks)
  }

  private mutating func take(_ chunk: ChunkSample.Chunk, of file: JournalFile) throws(JournalError)
  {
    let blockSize = file.journal?.layout.block.size ?? ObservedGrid.blockSize
    var start = chunk.range.lowerBound
    while start < chunk.range.upperBound {
      let range = start..<min(start + blockSize, chunk.range.upperBound)
      let address = chunk.address + start - chunk.range.lowerBound
      if let journal = file.journal, address >= journal.layout.block.firstDataAddress,
        address < journal.dataLimit
      {
        try walk(range, at: address, of: journal)
      }
      let size = try sizer.size(sample.bytes.span.bytes.extracting(range))
      blocks.append(
        BlockShare(
          file: file.path, address: address, bytes: range.count, compressedBytes: size,
          heaviestGlobal: heaviest()))
      start = range.upperBound
    }
  }

  /// Sorts the records of one block; what is damaged is left out.
  private mutating func walk(
    _ range: Range<Int>, at address: JournalAddress, of journal: Journal
  ) throws(JournalError) {
    let bytes = sample.bytes
    let isEncrypted = journal.header.isEncrypted
    var cursor = RecordCursor(
      bytes.span.bytes.extracting(range), at: address, limit: journal.dataLimit,
      tailBlock: journal.tailBlock, verifyingChecksums: false, layout: journal.layout)
    while true {
      do {
        guard let record = try cursor.next() else { return }
        if record.type == .extension {
          record.bytes.withUnsafeBytes { pending.append(contentsOf: $0) }
          pendingRecords += 1
          continue
        }
        var pile = Self.others
        if !isEncrypted, let name = record.nameBytes() {
          pile = names.number(of: name) + 1
          if pile == piles.count { addPile(name) }
        }
        try endPending(into: record.isContinued ? pile : Self.others)
        piles[pile].records += 1
        try add(record.bytes, to: pile)
      } catch let error as JournalError {
        throw error
      } catch {
        // The cursor goes on behind the damage; `verify` is there to report it.
      }
    }
  }

  private mutating func addPile(_ name: RawSpan) {
    var text = TextBuffer(capacity: 64)
    text.append("^")
    text.appendLatin1(name)
    piles.append(Pile(name: text.string))
    inBlock.append(0)
  }

  private mutating func endPending(into pile: Int) throws(JournalError) {
    guard pendingRecords > 0 else { return }
    piles[pile].records += pendingRecords
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    pendingRecords = 0
    try add(bytes.span.bytes, to: pile)
  }

  private mutating func add(_ bytes: RawSpan, to pile: Int) throws(JournalError) {
    if inBlock[pile] == 0 { touched.append(pile) }
    inBlock[pile] += bytes.byteCount
    piles[pile].bytes += bytes.byteCount
    var left = bytes
    while !left.isEmpty {
      let room = sample.chunkSize - piles[pile].waiting.count
      let part = left.extracting(first: room)
      part.withUnsafeBytes { piles[pile].waiting.append(contentsOf: $0) }
      left = left.extracting(droppingFirst: part.byteCount)
      if piles[pile].waiting.count == sample.chunkSize { try flush(pile) }
    }
  }

  private mutating func flush(_ pile: Int) throws(JournalError) {
    guard !piles[pile].waiting.isEmpty else { return }
    var waiting: [UInt8] = []
    swap(&waiting, &piles[pile].waiting)
    piles[pile].compressedBytes += try sizer.size(waiting.span.bytes)
    waiting.removeAll(keepingCapacity: true)
    swap(&waiting, &piles[pile].waiting)
  }

  /// The global with the most bytes since the last call.
  private mutating func heaviest() -> String? {
    let heaviest = touched.filter { $0 != Self.others }.max {
      (inBlock[$0], $1) < (inBlock[$1], $0)
    }
    for pile in touched { inBlock[pile] = 0 }
    touched.removeAll(keepingCapacity: true)
    return heaviest.map { piles[$0].name }
  }
}

/// Compresses for the sake of the size alone.
private final class FrameSizer {
  let setting: CodecSetting
  private let compressor: ChunkCompressor
  /// Owned; written by one call of the compressor at a time.
  private let frame: UnsafeMutableRawBufferPointer

  init(_ setting: CodecSetting, largest: Int) throws(JournalError) {
    self.setting = setting
    compressor = try ChunkCompressor(codec: setting.codec, level: setting.level)
    frame = .allocate(
      byteCount: ChunkCompressor.bound(codec: setting.codec, count: largest), alignment: 64)
  }

  deinit { frame.deallocate() }

  func size(_ bytes: RawSpan) throws(JournalError) -> Int {
    var output = frame.mutableBytes
    return try compressor.compress(bytes, into: &output)
  }
}
