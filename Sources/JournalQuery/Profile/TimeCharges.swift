internal import MirrorJournal

/// Bytes by block time, in memory that does not grow with the journal: a picture of them has a few
/// hundred columns at most.
struct TimeCharges: Sendable {
  struct Moment: Sendable {
    var time: Timestamp
    var bytes: Int
  }

  /// Beyond so many, each two moments next to each other become one.
  static let limit = 4096

  /// In the order in which they were added; by time after `add(_: TimeCharges)`.
  private(set) var moments: [Moment] = []

  mutating func add(_ bytes: Int, at time: Timestamp) {
    if moments.count >= Self.limit { moments = Self.halved(Self.sorted(moments)) }
    moments.append(Moment(time: time, bytes: bytes))
  }

  /// Adds those of another stretch. O(moments of both).
  mutating func add(_ other: TimeCharges) {
    var together = Self.sorted(moments + other.moments)
    while together.count > Self.limit { together = Self.halved(together) }
    moments = together
  }

  /// By time, with one moment for each.
  private static func sorted(_ moments: [Moment]) -> [Moment] {
    var result: [Moment] = []
    result.reserveCapacity(moments.count)
    for moment in moments.sorted(by: { $0.time < $1.time }) {
      if let last = result.indices.last, result[last].time == moment.time {
        result[last].bytes += moment.bytes
      } else {
        result.append(moment)
      }
    }
    return result
  }

  /// Each two as one at the time of the first; the last stays alone, so that its time is kept.
  private static func halved(_ moments: [Moment]) -> [Moment] {
    guard let last = moments.last else { return [] }
    let rest = moments.dropLast()
    var result = stride(from: 0, to: rest.count, by: 2).map { index in
      let next = index + 1 < rest.count ? rest[index + 1].bytes : 0
      return Moment(time: rest[index].time, bytes: rest[index].bytes + next)
    }
    result.append(last)
    return result
  }
}
