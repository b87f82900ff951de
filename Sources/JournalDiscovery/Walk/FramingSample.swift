internal import MirrorJournal

/// What a framing makes of a part of the file: enough to compare it with others.
struct FramingSample {
  var records = 0
  var bytes = 0
  var unexplained = 0
  var leftover = 0
  /// Of the records looked at, the share that look like records.
  var fit = 0.0
  var blocks = 0
  var broken = 0
  /// Where walks stop that do not come to their block's end; a few.
  private(set) var stops: [Int] = []
  /// The first starts, by which two framings are known to be the same.
  var starts: [Int] = []

  /// Of the bytes, the share that is explained.
  var explained: Double { bytes == 0 ? 0 : 1 - Double(unexplained) / Double(bytes) }

  /// Bytes of records.
  var told = 0
  /// Of the data, the share that is no record's: not explained, left over, or before the first block.
  private(set) var loss = 1.0

  init(
    _ candidate: FramingSearch.Candidate, _ framing: Framing, _ extent: DataExtent, _ bytes: RawSpan
  ) {
    var file = FramedFile(framing, extent)
    var fits = 0.0
    file.forEachBlock(bytes) { block in
      blocks += 1
      records += block.places.count
      unexplained += block.unexplained
      if block.end == .broken {
        broken += 1
        if stops.count < 4 { stops.append(block.places.last.map { Int($0) } ?? block.start) }
      }
      self.bytes += block.size
      leftover += block.leftover
      if block.end != .broken, let first = block.places.first { told += block.stop - Int(first) }
      if starts.count < 400 { starts += block.places.prefix(400).map { Int($0) - framing.offset } }
      if framing.isAtEnd {
        // The places are records' starts; their numbers were looked at where they were found.
        fits += 1
      } else if !block.places.isEmpty {
        fits += candidate.profile.share(bytes, block.places, most: 24)
      } else {
        fits += 1
      }
      return blocks < 96
    }
    fit = blocks == 0 ? 0 : fits / Double(blocks)
    let before = Self.written(bytes, framing.dataStart)
    let all = max(1, extent.end - framing.dataStart + before)
    guard self.bytes > 0 else { return }
    // What a used length leaves over is told by it, if not explained.
    let inside = Double(unexplained + leftover / 4) / Double(self.bytes)
    loss = inside + Double(before) / Double(all)
  }

  /// Bytes that are not zero between the documented header (class D) and the first block, of the first MiB;
  /// all that is behind.
  private static func written(_ bytes: RawSpan, _ end: Int) -> Int {
    let limit = min(end, 1 << 20)
    var count = max(0, end - limit)
    var place = 8192
    while place < limit {
      if bytes.loadUInt8(at: place) != 0 { count += 1 }
      place += 1
    }
    return count
  }
}
