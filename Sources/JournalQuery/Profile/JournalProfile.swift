public import MirrorJournal

/// What fills journals: counts and charged bytes by global, database, process, type, minute or file,
/// or by several of them together.
public struct JournalProfile: Sendable {
  /// What the rows are keyed by, together.
  public var dimensions: [ProfileDimension]
  /// How many subscripts belong to a global's name; 0 means none.
  public var depth: Int
  /// Which records are counted.
  public var filter: RecordFilter
  /// The zone whose clocks show minutes, hours and days.
  public var zone = ClockZone.utc
  /// Threads that walk one file.
  public var threads: Int
  /// The most rows: the first so many keys in the order of the files have one each; what has another key
  /// shares one, named `(rest)`, and the result is not complete. The number of threads makes no
  /// difference. Of more than 16 files rows are fewer, because each has a count for each file.
  public var rowLimit = Self.defaultRowLimit

  /// What `rowLimit` is unless it is set: rows that together take some 200 MB.
  public static let defaultRowLimit = 1 << 18
  /// Rows of all tables that are in memory at the same time; a table holds `smallestTable` at least.
  package var roomForRows = 1 << 20
  package var smallestTable = 1 << 10
  /// Counts of all rows by file.
  private static let roomForCounts = 1 << 22

  /// A profile; `depth` subscripts count as part of a global's name.
  public init(
    by dimensions: [ProfileDimension] = [.global], depth: Int = 0, filter: RecordFilter = .all,
    threads: Int = 1
  ) {
    self.dimensions = dimensions
    self.depth = depth
    self.filter = filter
    self.threads = threads
  }

  /// Profiles `journals`. O(bytes), and memory for `rowLimit` rows, whatever the number of threads. A file
  /// with more keys than that is walked twice or three times: which keys come first is known only when all
  /// parts are.
  ///
  /// - Parameters:
  ///   - journals: each has a column of its own.
  ///   - damaged: told of data that could not be read, in order; they are charged to nobody.
  /// - Throws: as `RecordFilter.bound(to:)`, and `JournalError` when a file cannot be read.
  public func run(
    _ journals: [Journal], damaged: (Damage, Journal) throws -> Void
  ) throws -> ProfileResult {
    let room = max(1 << 10, Self.roomForCounts / max(1, journals.count))
    var merge = ProfileMerge(
      journals, dimensions, depth: depth, zone, limit: min(rowLimit, room))
    for batch in batches(try stretches(of: journals)) {
      let limit = min(rowLimit, max(smallestTable, roomForRows / batch.count))
      let parts = try walk(batch, journals, into: ProfileTable(limit: limit))
      for file in Set(batch.map(\.file)).sorted() {
        let places = batch.indices.filter { batch[$0].file == file }
        let stretches = places.map { batch[$0] }
        let own = places.map { parts[$0] }
        guard let known = try firstKeys(of: own, stretches, journals, limit: limit) else {
          for (stretch, part) in zip(stretches, own) {
            let part = merge.joined(part, stretch)
            merge.add(part.tally.table, file: file)
            try merge.report(part.damage, file, damaged)
          }
          continue
        }
        try recount(stretches, journals, into: known, &merge, damaged)
      }
    }
    return merge.result
  }

  /// The keys that have a row in a file whose parts' tables did not hold all of them; nil when the parts
  /// have counted what there is to count.
  private func firstKeys(
    of parts: [Part], _ stretches: [Stretch], _ journals: [Journal], limit: Int
  ) throws -> ProfileTable? {
    let tables = parts.map(\.tally.table)
    guard limit < rowLimit, tables.contains(where: \.isFull) else {
      // A single part has counted by the first keys already.
      return parts.count > 1 ? ProfileTable.firstKeys(of: tables, limit: rowLimit) : nil
    }
    var table = ProfileTable(limit: rowLimit)
    for stretch in stretches where !table.isFull {
      table = try walk(
        stretch, journals[stretch.file], into: table, readingAhead: false, untilFull: true
      ).tally.table
    }
    return table.withoutCounts
  }

  /// Counts what has a known key, some parts at a time, so that few tables are in memory.
  private func recount(
    _ stretches: [Stretch], _ journals: [Journal], into known: ProfileTable,
    _ merge: inout ProfileMerge, _ damaged: (Damage, Journal) throws -> Void
  ) throws {
    let size = max(1, min(threads, 2 * roomForRows / max(1, known.rows.count)))
    var sum = known
    for start in stride(from: 0, to: stretches.count, by: size) {
      let wave = Array(stretches.dropFirst(start).prefix(size))
      for (stretch, part) in zip(wave, try walk(wave, journals, into: known)) {
        let part = merge.joined(part, stretch)
        sum.addCounts(of: part.tally.table)
        try merge.report(part.damage, stretch.file, damaged)
      }
    }
    if let file = stretches.first?.file { merge.add(sum, file: file) }
  }

  /// The work of whole files, in order, so much at a time that the threads have enough of it.
  private func batches(_ stretches: [Stretch]) -> [[Stretch]] {
    let enough = threads > 1 ? threads * 8 : 1
    var batches: [[Stretch]] = []
    for stretch in stretches {
      if let last = batches.last, last.count < enough || last.last?.file == stretch.file {
        batches[batches.count - 1].append(stretch)
      } else {
        batches.append([stretch])
      }
    }
    return batches
  }

  /// The work in pieces, in order.
  private func stretches(of journals: [Journal]) throws -> [Stretch] {
    var stretches: [Stretch] = []
    for (index, journal) in journals.enumerated() {
      if let time = dimensions.first(where: \.isTime) {
        try journal.layout.require([.time], for: "count by \(time.rawValue) without it")
      }
      if depth > 0 {
        try journal.layout.require([.subscript], for: "count by subscripts without it")
      }
      if journal.header.isEncrypted, dimensions.contains(.global) {
        throw JournalError(
          .badArgument, "keys are encrypted: records cannot be counted by global",
          in: journal.path, advice: "count by type, process, database or minute")
      }
      for range in try filter.ranges(in: journal) {
        let start = try Self.visibleEnd(before: range.lowerBound, in: journal)
        let threads = range.count > 4 << 20 ? threads : 1
        for (number, part) in journal.split(range, amongThreads: threads).enumerated() {
          stretches.append(
            Stretch(file: index, range: part, previousEnd: number == 0 ? start : nil))
        }
      }
    }
    return stretches
  }

  struct Stretch: Sendable {
    let file: Int
    let range: Range<JournalAddress>
    /// Nil when the stretch continues the one before it.
    let previousEnd: JournalAddress?
  }

  /// What one stretch gave.
  ///
  /// The two usual questions have functions of their own: what the compiler puts into one loop is
  /// limited by the size of the function around it, and then even bounds checks become calls.
  struct Part: Sendable {
    var tally: ProfileTally
    let readingAhead: Bool
    var damage: [Damage] = []

    init(_ tally: ProfileTally, readingAhead: Bool) {
      self.tally = tally
      self.readingAhead = readingAhead
    }

    @inline(never)
    fileprivate mutating func countTypes(_ range: Range<JournalAddress>, of journal: Journal) throws
    {
      try walk(range, of: journal) { $0.takeType($1) }
    }

    @inline(never)
    fileprivate mutating func countGlobals(_ range: Range<JournalAddress>, of journal: Journal)
      throws
    {
      try walk(range, of: journal) { $0.takeGlobal($1) }
    }

    @inline(__always)
    fileprivate mutating func walk(
      _ range: Range<JournalAddress>, of journal: Journal,
      _ take: (inout ProfileTally, borrowing Record) throws -> Void
    ) throws {
      try journal.forEachRecord(
        in: range, readingAhead: readingAhead,
        damaged: {
          tally.take($0, in: range)
          damage.append($0)
        }
      ) { record in
        if record.type.isVisible { try take(&tally, record) }
      }
    }
  }

  private struct TableIsFull: Error {}

  /// All stretches, by several threads; each counts into its own copy of `table`.
  private func walk(
    _ stretches: [Stretch], _ journals: [Journal], into table: ProfileTable
  ) throws -> [Part] {
    let readingAhead = WorkShare.isAlone(stretches.count, threads: threads)
    return try WorkShare.map(stretches.count, threads: threads) { index in
      let stretch = stretches[index]
      return try walk(
        stretch, journals[stretch.file], into: table, readingAhead: readingAhead)
    }
  }

  private func walk(
    _ stretch: Stretch, _ journal: Journal, into table: ProfileTable, readingAhead: Bool,
    untilFull: Bool = false
  ) throws -> Part {
    let tally = ProfileTally(
      dimensions, depth: depth, zone, into: table,
      from: stretch.previousEnd ?? stretch.range.lowerBound, journal.layout.record)
    var part = Part(tally, readingAhead: readingAhead)
    if untilFull {
      let matches = try filter.bound(to: journal)
      do {
        try part.walk(stretch.range, of: journal) { tally, record in
          tally.take(record, isWanted: try matches(record))
          if tally.table.isFull { throw TableIsFull() }
        }
      } catch is TableIsFull {}
      return part
    }
    if filter != .all {
      let matches = try filter.bound(to: journal)
      try part.walk(stretch.range, of: journal) { tally, record in
        tally.take(record, isWanted: try matches(record))
      }
    } else if dimensions == [.type] {
      try part.countTypes(stretch.range, of: journal)
    } else if dimensions == [.global], depth == 0 {
      try part.countGlobals(stretch.range, of: journal)
    } else {
      try part.walk(stretch.range, of: journal) { tally, record in
        tally.take(record, isWanted: true)
      }
    }
    return part
  }

  /// Where the last visible record before `address` ends; the start of the data if there is none.
  private static func visibleEnd(before address: JournalAddress, in journal: Journal) throws
    -> JournalAddress
  {
    let start = journal.dataRange.lowerBound
    guard address > start, let last = try journal.recordAddress(before: address) else {
      return start
    }
    return try journal.withRecord(at: last) { $0.end }
  }
}
