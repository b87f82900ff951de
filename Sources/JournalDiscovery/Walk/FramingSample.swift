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
  /// The first starts, by which two framings are known to be the same.
  var starts: [Int] = []

  /// Of the bytes, the share that is explained.
  var explained: Double { bytes == 0 ? 0 : 1 - Double(unexplained) / Double(bytes) }

  /// Bytes of records.
  var told = 0

  init(
    _ candidate: FramingSearch.Candidate, _ framing: Framing, _ extent: DataExtent, _ bytes: RawSpan
  ) {
    var file = FramedFile(framing, extent)
    var fits = 0.0
    file.forEachBlock(bytes) { block in
      blocks += 1
      records += block.places.count
      unexplained += block.unexplained
      if block.end == .broken { broken += 1 }
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
  }
}
