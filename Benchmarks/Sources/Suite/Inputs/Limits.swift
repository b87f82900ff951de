import CLimits
import MirrorJournal

/// The C loops, by the addresses of a journal's data.
enum Limits {
  static func walk(_ data: UnsafePointer<UInt8>, _ range: Range<JournalAddress>, _ ahead: prefetch) -> Int {
    let result = c_walk(data, range.lowerBound, range.upperBound, ahead)
    use(result.bytes &+ result.types &+ result.addresses)
    return Int(result.records)
  }
}

extension Contest {
  static let walkLimit = "C walk, best prefetch"
  static let soundWalkLimit = "C walk and CRC-32C"

  /// Adds the best C walk of `input` as a limit.
  func limitByWalk(_ input: Input) {
    let range = input.journal.dataRange
    let ahead = input.ahead
    limit(Self.walkLimit) {
      try input.withData { use(Limits.walk($0, range, ahead)) }
    }
  }

  /// Adds the best C walk that verifies every block's checksum first, block by block as the library
  /// does, so that a block is in the cache when it is walked.
  func limitBySoundWalk(_ input: Input) {
    let range = input.journal.dataRange
    let ahead = input.ahead
    limit(Self.soundWalkLimit) {
      try input.withData { data in
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 65536) {
          let end = min(start + 65536, range.upperBound)
          use(c_checksums(data, start, end))
          use(Limits.walk(data, start..<end, ahead))
        }
      }
    }
  }
}
