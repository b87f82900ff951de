public import MirrorJournal

/// What journals hold where a filter found nothing in them: so that no one takes a misspelled name or a time of
/// another zone for an answer.
public struct NothingFound: Sendable {
  /// How many records there are.
  public private(set) var records = 0
  /// Of each global that the filter names and no record has: its text, and the nearest names that records have.
  public private(set) var unknownGlobals: [(text: String, nearest: [String])] = []
  /// The first and the last block time, where the filter's times leave out all of them.
  public private(set) var timesOutside: ClosedRange<Timestamp>?

  /// Looks through `journals` once more. O(bytes); damage is passed over, as it has been told.
  ///
  /// - Throws: `JournalError` when a file cannot be read.
  public init(_ filter: RecordFilter, in journals: [Journal], threads: Int = 2) throws {
    let readable = journals.filter { !$0.header.isEncrypted && $0.layout.knows(.key) }
    let isByGlobal = readable.count == journals.count
    let result = try JournalProfile(by: isByGlobal ? [.global] : [.type], threads: threads)
      .run(journals, damaged: { _, _ in })
    records = result.total.records
    if let first = result.moments.first?.time, let last = result.moments.last?.time {
      let times = filter.bounds.times
      let isOutside =
        times.isEmpty || last.milliseconds < times.lowerBound
        || first.milliseconds >= times.upperBound
      if isOutside { timesOutside = first...max(first, last) }
    }
    guard isByGlobal, result.isComplete else { return }
    let names = result.rows.compactMap(\.names.first).filter { $0.hasPrefix("^") }
      .map { String($0.dropFirst()) }
    for pattern in filter.wantedGlobals where !names.contains(where: pattern.name.matches) {
      unknownGlobals.append(("\(pattern)", Self.nearest(pattern, names)))
    }
  }

  /// `0 of 1189 records match; no record is about ^patient, but about ^PATIENT`.
  ///
  /// - Parameters:
  ///   - zone: of times.
  ///   - groupsDigits: whether thousands are separated by blanks.
  public func sentence(in zone: ClockZone = .utc, groupsDigits: Bool = false) -> String {
    let count = groupsDigits ? grouped(records) : "\(records)"
    var text = "0 of \(count) \(records == 1 ? "record matches" : "records match")"
    if let times = timesOutside {
      text +=
        "; their blocks are of \(zone.text(times.lowerBound)) to \(zone.namedText(times.upperBound))"
    }
    for (name, nearest) in unknownGlobals {
      text += "; no record is about \(name)"
      if !nearest.isEmpty {
        text += ", but about \(nearest.map { "^" + $0 }.joined(separator: ", "))"
      }
    }
    return text
  }

  /// The names that can be meant, the nearest first.
  private static func nearest(_ pattern: GlobalPattern, _ names: [String]) -> [String] {
    let wanted = pattern.name.text.lowercased()
    let folded = TextPattern(wanted)
    let distances = names.map { name in
      let lower = name.lowercased()
      if folded.matches(lower) { return (0, name) }
      let plain = wanted.filter { $0 != "*" && $0 != "?" }
      if !plain.isEmpty, lower.hasPrefix(plain) { return (1, name) }
      return (1 + distance(Array(plain.utf8), Array(lower.utf8)), name)
    }
    let limit = max(2, wanted.count / 3 + 1)
    return distances.filter { $0.0 <= limit }.sorted { $0 < $1 }.prefix(3).map(\.1)
  }

  /// How many characters have to be changed, added or removed. O(product of the lengths).
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (index, byte) in first.prefix(64).enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (place, other) in second.enumerated() {
        let next = min(row[place] + 1, row[place + 1] + 1, diagonal + (byte == other ? 0 : 1))
        diagonal = row[place + 1]
        row[place + 1] = next
      }
    }
    return row[second.count]
  }
}

extension RecordFilter {
  /// The globals that records have to be about, as far as they are named.
  fileprivate var wantedGlobals: [GlobalPattern] {
    switch self {
    case .global(let pattern): [pattern]
    case .and(let left, let right), .or(let left, let right):
      left.wantedGlobals + right.wantedGlobals
    default: []
    }
  }
}
