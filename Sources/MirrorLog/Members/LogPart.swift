/// One member's part of one log: all of it, unless a tool put several members into one file.
struct LogPart {
  let input: LogInput
  let name: LogFileName
  let summary: LogSummary
  /// What a tool wrote before the lines.
  let writer: String?
  /// In the order in which they were written.
  let events: [LogEvent]
  let evidence: MemberEvidence

  private init(_ input: LogInput, _ summary: LogSummary, _ writer: String?, _ events: [LogEvent]) {
    self.input = input
    var summary = summary
    let order = LineOrder(events)
    switch order.arrangement {
    case .asWritten: break
    case .newestFirst:
      summary.isNewestFirst = true
      swap(&summary.firstStamp, &summary.lastStamp)
    case .rearranged:
      summary.isRearranged = true
      summary.firstStamp = order.events.first?.stamp ?? summary.firstStamp
      summary.lastStamp = order.events.last?.stamp ?? summary.lastStamp
    }
    self.summary = summary
    self.writer = writer
    self.events = order.events
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

  /// Whether each was begun before the other ended, by stamps with a year.
  func isBesideInTime(_ other: LogPart) -> Bool {
    guard let first = summary.firstStamp, let last = summary.lastStamp,
      let otherFirst = other.summary.firstStamp, let otherLast = other.summary.lastStamp,
      first.year != nil, otherFirst.year != nil
    else { return false }
    return first.isBefore(otherLast) && otherFirst.isBefore(last)
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
