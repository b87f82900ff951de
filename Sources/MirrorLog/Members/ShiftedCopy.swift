/// Leaves out what a log repeats of another log of the same member in another time zone: a host's copy and a
/// container tool's, a log printed by a viewer that has a zone of its own.
struct ShiftedCopy {
  /// The fewest messages that a shift has to explain.
  private static let fewest = 3
  /// Zones differ by quarters of an hour, and by no more than 26 hours.
  private static let step = 15 * 60
  private static let furthest = 26 * 3600

  private struct Content: Hashable {
    let pid: Int
    let kind: LogEventKind
    let millisecond: Int?

    init(_ event: LogEvent) {
      pid = event.pid
      kind = event.kind
      millisecond = event.stamp.millisecond
    }
  }

  /// When each message was written, by the logs that were taken.
  private var stamps: [Content: Set<Int>] = [:]

  /// Takes the events of a log, with which those behind it are compared.
  mutating func take(_ events: [LogEvent]) {
    for event in events {
      guard let seconds = event.stamp.seconds else { continue }
      stamps[Content(event), default: []].insert(seconds)
    }
  }

  /// The events of `log` that were not taken with all stamps moved by one difference of zones.
  ///
  /// Such a difference is believed when it explains most of the messages that both have.
  func new(in log: [LogEvent]) -> [LogEvent] {
    if stamps.isEmpty { return log }
    var votes: [Int: Int] = [:]
    var shared = 0
    for event in log {
      guard let seconds = event.stamp.seconds, let known = stamps[Content(event)] else { continue }
      shared += 1
      for other in known {
        let shift = seconds - other
        if shift != 0, shift % Self.step == 0, abs(shift) <= Self.furthest {
          votes[shift, default: 0] += 1
        }
      }
    }
    guard let best = votes.max(by: { ($0.value, -abs($0.key)) < ($1.value, -abs($1.key)) }),
      best.value >= Self.fewest, best.value * 2 > shared
    else { return log }
    return log.filter { event in
      guard let seconds = event.stamp.seconds else { return true }
      return !(stamps[Content(event)]?.contains(seconds - best.key) ?? false)
    }
  }
}
