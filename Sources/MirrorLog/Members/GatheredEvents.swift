/// The events of one log, each once however often the log repeats it: a file may hold a log twice, or one
/// half of it, and memory follows what is different.
///
/// Two messages are one when stamp, process and content are the same.
struct GatheredEvents {
  private var events: [LogEvent] = []
  /// The line in which each event stands last.
  private var lastLines: [Int] = []
  /// The last event of each moment and process, and the one before it of the same.
  private var latest: [Moment: Int] = [:]
  private var before: [Int] = []
  private var repeats = 0
  private var firstRepeat: LogEvent?

  /// Messages of one moment and process that a new one is compared with.
  private static let stepLimit = 64

  private struct Moment: Hashable {
    let stamp: LogStamp
    let pid: Int
    let writer: String?
  }

  mutating func add(_ event: LogEvent) {
    let moment = Moment(stamp: event.stamp, pid: event.pid, writer: event.source.writer)
    let last = latest[moment] ?? -1
    var index = last
    var steps = 0
    while index >= 0, steps < Self.stepLimit {
      steps += 1
      if events[index].kind == event.kind {
        lastLines[index] = event.source.line
        repeats += 1
        firstRepeat = firstRepeat ?? event
        return
      }
      index = before[index]
    }
    latest[moment] = events.count
    before.append(last)
    events.append(event)
    lastLines.append(event.source.line)
  }

  /// In the order of the log. Of two that are the same the first counts, unless the stamps go back less
  /// often when the last does. One repeat alone is a line that was written twice, or put elsewhere: it
  /// stays.
  var inOrder: [LogEvent] {
    guard let firstRepeat else { return events }
    if repeats == 1 {
      let place = events.firstIndex { $0.source.line > firstRepeat.source.line } ?? events.count
      return events[..<place] + [firstRepeat] + events[place...]
    }
    let order = events.indices.sorted { (lastLines[$0], $0) < (lastLines[$1], $1) }
    let last = order.map { events[$0] }
    return Self.steps(back: last) < Self.steps(back: events) ? last : events
  }

  static func steps(back events: [LogEvent]) -> Int {
    zip(events, events.dropFirst()).count { $1.stamp.isBefore($0.stamp) }
  }
}
