/// The order in which a member wrote its logs.
///
/// What they say goes before clocks, which are set back once a year and more often by hand: messages
/// that two of them share, file counts, positions. Where the clocks contradict each other the names
/// of rotated files decide.
enum LogOrder {
  static func sorted(_ parts: [LogPart]) -> [LogPart] {
    guard parts.count > 1 else { return parts }
    let messages = parts.map { Set($0.events.map(LogPart.Message.init)) }
    let clocks = clockOrder(parts)
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      if let known = overlap(parts[a], parts[b], messages[a], messages[b]) { return known }
      let clock = Clock(parts[a], parts[b])
      if clock != .farApart, let known = parts[a].evidence.isBefore(parts[b].evidence) {
        return known
      }
      if clock == .contradictory, let known = parts[a].name.isOlder(than: parts[b].name) {
        return known
      }
      return (clocks[a], a) < (clocks[b], b)
    }
    // By insertion: the relation need not be transitive, and members have few logs.
    var order: [Int] = []
    for index in parts.indices.sorted(by: { (clocks[$0], $0) < (clocks[$1], $1) }) {
      var place = order.count
      while place > 0, isBefore(index, order[place - 1]) { place -= 1 }
      order.insert(index, at: place)
    }
    return order.map { parts[$0] }
  }

  /// Whether `a` ends with messages that `b` begins with, or the other way round.
  private static func overlap(
    _ a: LogPart, _ b: LogPart, _ inA: Set<LogPart.Message>, _ inB: Set<LogPart.Message>
  ) -> Bool? {
    guard !inA.isDisjoint(with: inB) else { return nil }
    let aFirst = a.events.first.map { inB.contains(LogPart.Message($0)) } ?? true
    let bFirst = b.events.first.map { inA.contains(LogPart.Message($0)) } ?? true
    return aFirst == bFirst ? nil : bFirst
  }

  /// How the clocks of two logs relate.
  private enum Clock {
    /// Days lie between them.
    case farApart
    /// One log begins before the other ends, or ends before it began.
    case contradictory
    case plausible

    init(_ a: LogPart, _ b: LogPart) {
      guard let firstA = a.summary.firstStamp?.seconds, let lastA = a.summary.lastStamp?.seconds,
        let firstB = b.summary.firstStamp?.seconds, let lastB = b.summary.lastStamp?.seconds
      else {
        self = .plausible
        return
      }
      let gap = max(firstB - lastA, firstA - lastB)
      if gap > 26 * 3600 {
        self = .farApart
      } else {
        self = gap < 0 || lastA < firstA || lastB < firstB ? .contradictory : .plausible
      }
    }
  }

  /// Each part's place by its first stamp. Without years, December comes before January when the
  /// longest time without a log lies elsewhere.
  private static func clockOrder(_ parts: [LogPart]) -> [Int] {
    let stamps = parts.map(\.summary.firstStamp)
    var order = parts.indices.sorted { a, b in
      guard let x = stamps[a], let y = stamps[b], x != y else { return a < b }
      return x < y
    }
    let days = order.compactMap { stamps[$0].flatMap { $0.year == nil ? $0.dayOfYear : nil } }
    if days.count == parts.count {
      let gaps = days.indices.map { index in
        let next = (index + 1) % days.count
        return (days[next] - days[index] + 366) % 366
      }
      if let longest = gaps.indices.max(by: { gaps[$0] < gaps[$1] }), gaps[longest] > 0 {
        let start = (longest + 1) % order.count
        order = Array(order[start...] + order[..<start])
      }
    }
    var places = [Int](repeating: 0, count: parts.count)
    for (place, index) in order.enumerated() { places[index] = place }
    return places
  }
}

extension LogStamp {
  /// Days since January 1, where every year has one of 29 February.
  fileprivate var dayOfYear: Int {
    [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335][Int(month) - 1] + Int(day) - 1
  }

  /// Seconds of a time line in which every year has 366 days; nil without a year.
  var seconds: Int? {
    guard let year else { return nil }
    return (((year * 366 + dayOfYear) * 24 + Int(hour)) * 60 + Int(minute)) * 60 + Int(second)
  }
}
