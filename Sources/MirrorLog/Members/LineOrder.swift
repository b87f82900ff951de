/// The order in which a member wrote the events of one log. Lines may stand in another one: what viewers
/// export stands newest first, all of it or the part that was pasted, and rotated files are put together
/// in the order of their names.
struct LineOrder {
  enum Arrangement {
    /// The lines stand as they were written. Clocks are set back now and then: that changes nothing.
    case asWritten
    /// All lines stood newest first.
    case newestFirst
    /// A part stood elsewhere. What depends on the order of lines is not sure any more.
    case rearranged
  }

  let arrangement: Arrangement
  let events: [LogEvent]

  /// Takes the events as their lines stand.
  init(_ events: [LogEvent]) {
    if let turned = Self.newestFirst(events) {
      arrangement = .newestFirst
      self.events = turned
    } else if let sorted = Self.sortedStretches(events) ?? Self.sortedPieces(events) {
      arrangement = .rearranged
      self.events = sorted
    } else {
      arrangement = .asWritten
      self.events = events
    }
  }

  // MARK: Newest first

  /// As they were written, where nearly all stamps that differ go back; else nil. Of few stamps the places
  /// that the lines name have to go back, too.
  private static func newestFirst(_ events: [LogEvent]) -> [LogEvent]? {
    let back = GatheredEvents.steps(back: events)
    if back == 0 { return nil }
    let forth = zip(events, events.dropFirst()).count { $0.stamp.isBefore($1.stamp) }
    guard back > 2 ? forth * 10 < back : forth == 0 else { return nil }
    let turned = turned(events)
    return back > 2 || stepsBack(inPlaces: turned) < stepsBack(inPlaces: events) ? turned : nil
  }

  /// A viewer that sorts by whole seconds may leave those of one second as they were: the places that the
  /// lines name decide.
  private static func turned(_ events: [LogEvent]) -> [LogEvent] {
    let reversed = Array(events.reversed())
    guard events.allSatisfy({ $0.stamp.millisecond == nil }) else { return reversed }
    var kept: [LogEvent] = []
    var end = events.endIndex
    while end > 0 {
      var start = end - 1
      while start > 0, events[start - 1].stamp == events[start].stamp { start -= 1 }
      kept += events[start..<end]
      end = start
    }
    return stepsBack(inPlaces: kept) < stepsBack(inPlaces: reversed) ? kept : reversed
  }

  private static func stepsBack(inPlaces events: [LogEvent]) -> Int {
    let places = events.compactMap { MemberEvidence([$0]).first }
    return zip(places, places.dropFirst()).count { $1 < $0 }
  }

  // MARK: Parts

  /// The fewest steps back in a row that no clock makes.
  private static let stretch = 3

  /// By stamps, where several stamps in a row go back; nil where none do, or where stamps cannot sort.
  private static func sortedStretches(_ events: [LogEvent]) -> [LogEvent]? {
    guard events.allSatisfy({ $0.stamp.year != nil }) else { return nil }
    var turned = events
    var start = 0
    var steps = 0
    var found = false
    for index in events.indices.dropFirst() + [events.endIndex] {
      if index < events.endIndex, !events[index - 1].stamp.isBefore(events[index].stamp) {
        if events[index].stamp.isBefore(events[index - 1].stamp) { steps += 1 }
        continue
      }
      if steps >= stretch {
        found = true
        turned[start..<index].reverse()
      }
      start = index
      steps = 0
    }
    guard found else { return nil }
    // Those of one moment stay as they are, and in a stretch as it was written.
    return turned.enumerated().sorted {
      $0.element.stamp == $1.element.stamp
        ? $0.offset < $1.offset : $0.element.stamp.isBefore($1.element.stamp)
    }.map(\.element)
  }

  /// Longer than a clock is set back at the end of summer.
  private static let leap = 2 * 3600
  private static let pieceLimit = 64

  /// By the places that they name, where stamps go back by hours and the places say that an older file
  /// was put behind a newer one; else nil.
  private static func sortedPieces(_ events: [LogEvent]) -> [LogEvent]? {
    var pieces: [ArraySlice<LogEvent>] = []
    var start = 0
    for index in events.indices.dropFirst() {
      guard let last = events[index - 1].stamp.seconds, let next = events[index].stamp.seconds,
        last - next > leap
      else { continue }
      pieces.append(events[start..<index])
      start = index
    }
    guard !pieces.isEmpty, pieces.count < pieceLimit else { return nil }
    pieces.append(events[start...])
    let evidence = pieces.map { MemberEvidence(Array($0)) }
    var order: [Int] = []
    for index in pieces.indices {
      var place = order.count
      while place > 0, evidence[index].isBefore(evidence[order[place - 1]]) ?? false { place -= 1 }
      order.insert(index, at: place)
    }
    return order == Array(pieces.indices) ? nil : order.flatMap { pieces[$0] }
  }
}
