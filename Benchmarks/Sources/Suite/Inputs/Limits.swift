import CLimits
import MirrorJournal

/// The C loops, by the addresses of a journal's data.
enum Limits {
  static func walk(_ data: UnsafePointer<UInt8>, _ range: Range<JournalAddress>, _ distance: Int) -> Int {
    let result = c_walk(data, range.lowerBound, range.upperBound, distance)
    use(result.bytes &+ result.types &+ result.addresses)
    return Int(result.records)
  }
}

extension Contest {
  static let walkLimit = "C walk, best prefetch"

  /// Adds the best C walk of `input` as a limit.
  func limitByWalk(_ input: Input) {
    let range = input.journal.dataRange
    limit(Self.walkLimit) {
      try input.withData { use(Limits.walk($0, range, input.distance)) }
    }
  }
}
