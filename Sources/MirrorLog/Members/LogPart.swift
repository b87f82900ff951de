/// One member's part of one log: all of it, unless a tool put several members into one file.
struct LogPart {
  let input: LogInput
  let name: LogFileName
  let summary: LogSummary
  /// What a tool wrote before the lines.
  let writer: String?
  let events: [LogEvent]
  let evidence: MemberEvidence

  private init(_ input: LogInput, _ summary: LogSummary, _ writer: String?, _ events: [LogEvent]) {
    self.input = input
    self.summary = summary
    self.writer = writer
    self.events = events
    name = LogFileName(input.path)
    evidence = MemberEvidence(events)
  }

  /// The parts of one log: none of an empty one, which is nobody's. A name that stands before one
  /// entry only is a torn line, not a writer.
  static func parts(of input: LogInput, _ summary: LogSummary, _ events: [LogEvent]) -> [LogPart] {
    if summary.entries == 0, events.isEmpty { return [] }
    // Alerts that say nothing of mirrors and journals are nobody's either.
    if events.isEmpty, LogFileName(input.path).isAlerts { return [] }
    let writers = summary.writers.filter { $0.value > 1 }.keys.sorted()
    guard writers.count > 1 else {
      return [LogPart(input, summary, writers.first, events)]
    }
    let split = Dictionary(grouping: events) { event in
      event.source.writer.flatMap { writers.contains($0) ? $0 : nil }
    }
    let keys: [String?] = split[nil] == nil ? writers : [nil] + writers
    // A name given for the file cannot be that of all of them.
    let input = LogInput(path: input.path)
    return keys.map { LogPart(input, summary, $0, split[$0] ?? []) }
  }

  /// The events, each once: a file may hold a log twice, or one half of it. Of two the first counts,
  /// unless the stamps go back less often when the last does.
  var eventsOnce: [LogEvent] {
    var seen: Set<Message> = []
    let first = events.filter { seen.insert(Message($0)).inserted }
    // One line alone is a line that was written twice, or put elsewhere.
    if events.count - first.count < 2 { return events }
    seen = []
    let last = Array(events.reversed().filter { seen.insert(Message($0)).inserted }.reversed())
    return Self.steps(back: last) < Self.steps(back: first) ? last : first
  }

  private static func steps(back events: [LogEvent]) -> Int {
    zip(events, events.dropFirst()).count { $1.stamp.isBefore($0.stamp) }
  }

  /// The message of an event: the same in two logs when it is one entry.
  struct Message: Hashable {
    let stamp: LogStamp
    let pid: Int
    let kind: LogEventKind

    init(_ event: LogEvent) {
      stamp = event.stamp
      pid = event.pid
      kind = event.kind
    }
  }
}
