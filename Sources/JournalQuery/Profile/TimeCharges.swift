internal import MirrorJournal

/// Bytes by block time, in memory that does not grow with the journal: a picture of them has a few
/// hundred columns at most.
///
/// Of very many times neighbours are put together, by a grid that is as fine as the limit allows. The same
/// times and bytes give the same moments, in whatever order and in however many parts they come.
struct TimeCharges: Sendable {
  struct Moment: Sendable {
    var time: Timestamp
    var bytes: Int
  }

  /// The most stretches of the grid that hold bytes.
  static let limit = 4096

  /// In the order in which they were added.
  private var added: [Moment] = []
  /// One stretch of the grid is 2 to this power milliseconds.
  private var grid: Int64 = 0
  /// The last time that bytes were added at.
  private var last: Timestamp?

  mutating func add(_ bytes: Int, at time: Timestamp) {
    if added.count >= 2 * Self.limit { compact() }
    added.append(Moment(time: time, bytes: bytes))
    last = max(last ?? time, time)
  }

  /// Adds those of another stretch. O(moments of both).
  mutating func add(_ other: TimeCharges) {
    added += other.added
    grid = max(grid, other.grid)
    if let time = other.last { last = max(last ?? time, time) }
    compact()
  }

  /// By time, each the earliest of its stretch of the grid; the last time of all closes them, so that it
  /// is known where they end.
  var moments: [Moment] {
    var whole = self
    whole.compact()
    var moments = whole.added
    if let last, let end = moments.last, end.time != last {
      moments.append(Moment(time: last, bytes: 0))
    }
    return moments
  }

  /// Sorts what was added and puts together what one stretch of the grid holds, on a coarser grid if there are as
  /// many of them as the limit; the last time may need one more.
  private mutating func compact() {
    added.sort { $0.time < $1.time }
    join()
    while added.count >= Self.limit {
      grid += 1
      join()
    }
  }

  private mutating func join() {
    var result: [Moment] = []
    result.reserveCapacity(added.count)
    for moment in added {
      if let end = result.indices.last, stretch(result[end].time) == stretch(moment.time) {
        result[end].bytes += moment.bytes
      } else {
        result.append(moment)
      }
    }
    added = result
  }

  private func stretch(_ time: Timestamp) -> Int64 { time.milliseconds >> grid }
}
