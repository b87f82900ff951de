import MirrorJournal

extension JournalStorage {
  /// The segment that holds all of `range`.
  ///
  /// - Throws: `badArgument` if there is none.
  func segment(of range: Range<JournalAddress>) throws(JournalError) -> Int {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw JournalError(
        .badArgument,
        "addresses \(range.lowerBound)..<\(range.upperBound) are outside the journal's "
          + "\(count) bytes", at: range.lowerBound, in: path)
    }
    let segment = range.lowerBound / segmentSize
    guard range.isEmpty || (range.upperBound - 1) / segmentSize == segment else {
      throw JournalError(
        .badArgument,
        "addresses \(range.lowerBound)..<\(range.upperBound) span two segments of "
          + "\(segmentSize) bytes", at: range.lowerBound, in: path)
    }
    return segment
  }

  /// Hands over what threads made of one segment: its bytes in `buffer`, cut to `range`, to `body`,
  /// or the loss of them to `damaged`.
  ///
  /// - Returns: whether the next segment is wanted.
  func pass<Size>(
    _ result: Result<Size, any Error>, _ buffer: UnsafeMutableRawBufferPointer,
    _ addresses: Range<JournalAddress>, cutTo range: Range<JournalAddress>,
    _ damaged: (JournalError, Range<JournalAddress>) throws -> Void,
    _ body: (RawSpan, JournalAddress) throws -> Bool
  ) throws -> Bool {
    let wanted = range.clamped(to: addresses)
    switch result {
    case .success:
      let start = addresses.lowerBound
      let local = wanted.lowerBound - start..<wanted.upperBound - start
      return try body(UnsafeRawBufferPointer(rebasing: buffer[local]).bytes, wanted.lowerBound)
    case .failure(let error as JournalError) where error.code == .compressedDamaged:
      try damaged(error, wanted)
      return true
    case .failure(let error):
      throw error
    }
  }
}
