internal import MirrorJournal

/// Records of a part of the file, in their order, with those before them.
struct RecordTable {
  struct Row {
    /// Where the record starts.
    var start: Int
    /// Bytes of it, blocks' own left out.
    var length: Int
    /// Where the record before starts; nil where it is not known.
    var previous: Int?
    /// Where the record behind starts, if one does.
    var next: Int?
    /// Whether no other record starts before it in its block.
    var isFirst: Bool
    /// Where its block starts.
    var block: Int
  }

  private(set) var rows: [Row] = []
  /// Starts of the blocks, and where the first record of each and the end of the last stand.
  private(set) var blocks: [(start: Int, first: Int, end: Int)] = []
  let grid: Grid

  /// Up to `most` records from the first one on, and as many from `later` on.
  init(_ framing: Framing, _ extent: DataExtent, _ bytes: RawSpan, most: Int = 6000) {
    grid = framing.grid
    var file = FramedFile(framing, extent)
    let isInBlocks = !framing.crosses && !framing.rule.goesBack
    let size = max(framing.grid.size, 1 << 16)
    let middle =
      framing.dataStart + (extent.end - framing.dataStart) / 2 / size * size
    take(
      &file, framing, bytes, from: nil,
      most: isInBlocks && middle > framing.dataStart ? most / 2 : most)
    if isInBlocks, middle > (blocks.last?.start ?? .max) {
      take(&file, framing, bytes, from: middle, most: most)
    }
  }

  private mutating func take(
    _ file: inout FramedFile, _ framing: Framing, _ bytes: RawSpan, from start: Int?, most: Int
  ) {
    var previous: Int?
    var rows: [Row] = []
    var blocks: [(start: Int, first: Int, end: Int)] = []
    let before = self.rows.count
    let isWhole = start == nil
    file.forEachBlock(bytes, from: start) { block in
      guard block.end != .broken, !block.places.isEmpty else { return true }
      let starts = block.places.map { grid.advance(Int($0), by: -framing.offset) }
      let end = grid.advance(block.stop, by: -framing.offset)
      blocks.append((block.start, starts[0], end))
      for (index, start) in starts.enumerated() {
        let behind = index + 1 < starts.count ? starts[index + 1] : end
        if previous != nil, !rows.isEmpty { rows[rows.count - 1].next = start }
        rows.append(
          Row(
            start: start, length: length(from: start, to: behind, framing), previous: previous,
            next: nil, isFirst: index == 0, block: start / max(1, grid.size) * grid.size))
        previous = start
      }
      return rows.count + before < most
    }
    if isWhole, !rows.isEmpty { rows[0].previous = 0 }
    self.rows += rows
    self.blocks += blocks
  }

  /// Bytes of data between two places.
  private func length(from start: Int, to end: Int, _ framing: Framing) -> Int {
    guard framing.crosses, grid.size > 0, !framing.rule.isAddress || true else {
      return end - start
    }
    let own = grid.header + grid.trailer
    return end - start - (end / grid.size - start / grid.size) * own
  }
}
