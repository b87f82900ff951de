public import MirrorJournal

/// What a profile found.
public struct ProfileResult: Sendable {
  /// What the rows are keyed by, in the order of their names.
  public let dimensions: [ProfileDimension]
  /// How many subscripts belong to a global's name.
  public let depth: Int
  /// The zone of the rows' times, and of those that are written.
  public let zone: ClockZone
  /// The files as they were named.
  public let files: [String]
  /// All rows, in no order.
  public let rows: [ProfileRow]
  /// Over all files.
  public let total: ProfileCounts
  /// File by file, in the order of `files`.
  public let totalByFile: [ProfileCounts]
  /// Whether every row holds all of its records. It does not when there were more keys than
  /// `JournalProfile.rowLimit`: then some are in the row `(rest)`. The total is right all the same.
  public let isComplete: Bool
  /// Bytes by block time, in order of time; of very many, neighbours are put together under the time
  /// of the earlier one.
  public let moments: [(time: Timestamp, bytes: Int)]

  /// The rows in `order`; equals by name.
  public func sorted(by order: ProfileOrder) -> [ProfileRow] {
    rows.sorted { left, right in
      let (first, second): (Int, Int) =
        switch order {
        case .bytes: (left.counts.bytes, right.counts.bytes)
        case .records: (left.counts.records, right.counts.records)
        case .average: (left.counts.average, right.counts.average)
        case .largest: (left.counts.largest, right.counts.largest)
        case .sets: (left.counts.sets, right.counts.sets)
        case .kills: (left.counts.kills, right.counts.kills)
        case .name: (0, 0)
        }
      if first != second { return first > second }
      if left.moment != right.moment { return left.moment < right.moment }
      return left.names.lexicographicallyPrecedes(right.names)
    }
  }

  /// Bytes in `count` equal stretches of time, those of a block spread over the time up to the next one: that is
  /// when they were written, and a gap between blocks' times is none between records.
  public func course(_ count: Int) -> [Int] {
    guard count > 0, let first = moments.first?.time.milliseconds,
      let last = moments.last?.time.milliseconds
    else { return [] }
    var buckets = [Double](repeating: 0, count: count)
    let scale = Double(count) / max(Double(last) - Double(first), 1)
    for (index, moment) in moments.enumerated() {
      let start = (Double(moment.time.milliseconds) - Double(first)) * scale
      let next = index + 1 < moments.count ? moments[index + 1].time : moment.time
      let end = max(start, (Double(next.milliseconds) - Double(first)) * scale)
      let bytes = Double(moment.bytes)
      var bucket = min(count - 1, max(0, Int(start)))
      guard end > start else {
        buckets[bucket] += bytes
        continue
      }
      while bucket < count, Double(bucket) < end {
        let part = min(end, Double(bucket + 1)) - max(start, Double(bucket))
        buckets[bucket] += bytes * max(0, part) / (end - start)
        bucket += 1
      }
    }
    return buckets.map { Int($0.rounded()) }
  }

  /// Bytes in `count` equal stretches of the time from the first to the last block.
  public func timeline(_ count: Int) -> [Int] {
    guard count > 0, let first = moments.first?.time.milliseconds,
      let last = moments.last?.time.milliseconds
    else { return [] }
    var buckets = [Int](repeating: 0, count: count)
    let span = max(Double(last) - Double(first), 1)
    for moment in moments {
      let place = (Double(moment.time.milliseconds) - Double(first)) / span * Double(count)
      buckets[min(count - 1, max(0, Int(place)))] += moment.bytes
    }
    return buckets
  }
}

/// Puts the tables of all parts together under the names that each file's directory gives.
struct ProfileMerge {
  private let journals: [Journal]
  private let dimensions: [ProfileDimension]
  private let depth: Int
  private let zone: ClockZone
  private let clock: ProfileClock
  private var rows: [ProfileRow] = []
  private var byNames: [[String]: Int] = [:]
  private var totals: [ProfileCounts]
  private var charges = TimeCharges()
  private var isComplete = true
  private let limit: Int
  /// Index of the row of the names beyond the limit.
  private var rest: Int?
  private var reported: (file: Int, told: ToldDamage)?
  /// Where the last visible record of the last part ends.
  private var end = 0

  init(
    _ journals: [Journal], _ dimensions: [ProfileDimension], depth: Int, _ zone: ClockZone,
    limit: Int
  ) {
    self.zone = zone
    clock = ProfileClock(dimensions, zone)
    self.limit = limit
    self.journals = journals
    self.dimensions = dimensions
    self.depth = depth
    totals = Array(repeating: ProfileCounts(), count: journals.count)
  }

  /// The next part, with its first record charged for what lies between it and the part before.
  mutating func joined(
    _ part: JournalProfile.Part, _ stretch: JournalProfile.Stretch
  ) -> JournalProfile.Part {
    var part = part
    if stretch.previousEnd == nil { part.tally.connect(stretch.range.lowerBound, to: end) }
    if stretch.previousEnd != nil || !part.tally.isAtStart { end = part.tally.end }
    charges.add(part.tally.charges)
    return part
  }

  /// Tells of damage, once of what two parts met.
  mutating func report(
    _ damage: [Damage], _ file: Int, _ damaged: (Damage, Journal) throws -> Void
  ) throws {
    var told = reported?.file == file ? reported?.told ?? ToldDamage() : ToldDamage()
    for damage in damage where told.isNew(damage) { try damaged(damage, journals[file]) }
    reported = (file, told)
  }

  /// Adds the rows of a part of a file, or of a file.
  mutating func add(_ table: ProfileTable, file: Int) {
    if table.isFull { isComplete = false }
    for (row, counts) in zip(table.rows, table.counts) {
      let index = index(of: row, in: table, file)
      rows[index].counts.add(counts)
      rows[index].byFile[file].add(counts)
      totals[file].add(counts)
    }
  }

  private mutating func index(of row: ProfileTable.Row, in table: ProfileTable, _ file: Int) -> Int
  {
    var names = names(of: row, in: table, journals[file])
    if let index = byNames[names] { return index }
    if row.numbers == .rest || rows.count - (rest == nil ? 0 : 1) >= limit {
      if row.numbers != .rest { isComplete = false }
      if let rest { return rest }
      rest = rows.count
      names = dimensions.map { _ in "(rest)" }
    }
    byNames[names] = rows.count
    rows.append(
      ProfileRow(
        names: names, counts: ProfileCounts(),
        byFile: Array(repeating: ProfileCounts(), count: journals.count),
        moment: row.numbers == .rest ? .max : row.numbers.minute))
    return rows.count - 1
  }

  var result: ProfileResult {
    ProfileResult(
      dimensions: dimensions, depth: depth, zone: zone, files: journals.map(\.path), rows: rows,
      total: totals.reduce(into: ProfileCounts()) { $0.add($1) }, totalByFile: totals,
      isComplete: isComplete,
      moments: knowsTimes ? charges.moments.map { (time: $0.time, bytes: $0.bytes) } : [])
  }

  /// What is charged to times that no block tells is charged to none.
  private var knowsTimes: Bool { journals.allSatisfy { $0.layout.knows(.time) } }

  private func names(of row: ProfileTable.Row, in table: ProfileTable, _ journal: Journal)
    -> [String]
  {
    let numbers = row.numbers
    if numbers == .rest { return dimensions.map { _ in "(rest)" } }
    return dimensions.map { dimension in
      switch dimension {
      case .global:
        if numbers.nameLength == 0 { return "(no global)" }
        var text = TextBuffer(capacity: 128)
        let key = table.bytes.span.bytes.extracting(row.start..<row.start + row.length)
        let view = KeyView(
          key, nameLength: numbers.nameLength,
          layout: InternedKeyLayout(journal.layout.record.keyEncoding))
        return view.appendReference(to: &text) ? text.string : "(damaged key)"
      case .database:
        // A record without a node has all bits set where the SFN would be.
        if numbers.sfn == .max { return "(no database)" }
        if !journal.layout.knows(.database) { return "unknown" }
        return journal.database(sfn: numbers.sfn)?.directory ?? "sfn \(numbers.sfn)"
      case .process:
        if !journal.layout.knows(.job) { return "unknown" }
        return journal.processID(jobID: numbers.job).map(String.init) ?? "\(numbers.job)(jid)"
      case .type:
        return journal.layout.knows(.type) ? RecordType(rawValue: numbers.type).name : "unknown"
      case .minute, .hour, .day: return clock.name(dimension, numbers.minute)
      case .file: return journal.path
      }
    }
  }
}
