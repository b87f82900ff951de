import MirrorJournal

/// What is known about a stream once it has been gone through.
struct StreamMap: Sendable {
  let file: SystemFile
  let codec: JournalCodec
  let segmentSize: Int
  let count: Int
  /// In order; the first one is the start of the file.
  let restartPoints: [StreamDecoder.RestartPoint]

  func addresses(of segment: Int) -> Range<JournalAddress> {
    segment * segmentSize..<min((segment + 1) * segmentSize, count)
  }

  /// The last point from which `address` can be reached.
  func restartPoint(for address: JournalAddress) -> StreamDecoder.RestartPoint {
    var low = 0
    var high = restartPoints.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if restartPoints[middle].address <= address { low = middle } else { high = middle }
    }
    return restartPoints[low]
  }
}

/// Decompresses segments of a stream; ascending ones at no extra cost. One thread at a time.
final class StreamCursor {
  private let map: StreamMap
  private var decoder: StreamDecoder?
  /// The point from which decompression failed: later segments that start there would fail again.
  private var failure: (from: StreamDecoder.RestartPoint, at: JournalAddress, JournalError)?

  init(_ map: StreamMap) { self.map = map }

  /// Decompresses `segment` to the start of `target`, which has room for a whole segment.
  ///
  /// - Returns: the size of the segment in bytes.
  /// - Throws: `compressedDamaged`, `cannotRead`.
  func read(
    _ segment: Int, into target: UnsafeMutableRawBufferPointer
  ) throws(JournalError) -> Int {
    let wanted = map.addresses(of: segment)
    let point = map.restartPoint(for: wanted.lowerBound)
    if let failure, failure.from == point, wanted.upperBound > failure.at { throw failure.2 }
    do throws(JournalError) {
      let decoder = try positioned(at: wanted.lowerBound, from: point, scratch: target)
      let part = UnsafeMutableRawBufferPointer(rebasing: target[..<wanted.count])
      guard try decoder.read(into: part) == wanted.count else {
        throw JournalError(
          .compressedDamaged, "the stream ends before the size that it states",
          at: decoder.address, in: map.file.path)
      }
      return wanted.count
    } catch {
      if error.code == .compressedDamaged, let decoder { failure = (point, decoder.address, error) }
      decoder = nil
      throw error
    }
  }

  private func positioned(
    at address: JournalAddress, from point: StreamDecoder.RestartPoint,
    scratch: UnsafeMutableRawBufferPointer
  ) throws(JournalError) -> StreamDecoder {
    let decoder: StreamDecoder
    if let current = self.decoder, (point.address...address).contains(current.address) {
      decoder = current
    } else {
      decoder = try StreamDecoder(map.file, codec: map.codec, from: point)
      self.decoder = decoder
    }
    while decoder.address < address {
      let count = min(address - decoder.address, scratch.count)
      guard try decoder.read(into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<count])) > 0
      else {
        throw JournalError(
          .compressedDamaged, "the stream ends before the size that it states",
          at: decoder.address, in: map.file.path)
      }
    }
    return decoder
  }
}
