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
  /// Threads that walk one file.
  public var threads: Int
  /// The most rows of a file: the first so many keys in its order have one each; what has another key
  /// shares one, named `(rest)`, and the result is not complete. The number of threads makes no
  /// difference.
  public var rowLimit = 1 << 20

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

  /// Profiles `journals`. O(bytes); each file is walked in several parts a thread, and each part has a
  /// table of rows. A file with more keys than `rowLimit` is walked twice: which keys come first is known
  /// only when all parts are.
  ///
  /// - Parameters:
  ///   - journals: each has a column of its own.
  ///   - damaged: told of data that could not be read, in order; they are charged to nobody.
  /// - Throws: as `RecordFilter.bound(to:)`, and `JournalError` when a file cannot be read.
  public func run(
    _ journals: [Journal], damaged: (Damage, Journal) throws -> Void
  ) throws -> ProfileResult {
    let stretches = try stretches(of: journals)
    var parts = try walk(stretches, journals, into: ProfileTable(limit: rowLimit))
    for file in journals.indices {
      let places = stretches.indices.filter { stretches[$0].file == file }
      guard
        let known = ProfileTable.firstKeys(
          of: places.map { parts[$0].tally.table }, limit: rowLimit)
      else { continue }
      // A single part has counted by the first keys already.
      guard places.count > 1 else { continue }
      let again = try walk(places.map { stretches[$0] }, journals, into: known)
      for (place, part) in zip(places, again) { parts[place] = part }
    }
    var merge = ProfileMerge(journals, dimensions, depth: depth)
    var reported: (file: Int, damage: Damage)?
    var end = 0
    for (stretch, part) in zip(stretches, parts) {
      var tally = part.tally
      if stretch.previousEnd == nil { tally.connect(stretch.range.lowerBound, to: end) }
      if stretch.previousEnd != nil || !tally.isAtStart { end = tally.end }
      merge.add(tally, file: stretch.file)
      for damage in part.damage where reported.map({ $0 != (stretch.file, damage) }) ?? true {
        reported = (stretch.file, damage)
        try damaged(damage, journals[stretch.file])
      }
    }
    return merge.result
  }

  /// The work in pieces, in order.
  private func stretches(of journals: [Journal]) throws -> [Stretch] {
    var stretches: [Stretch] = []
    for (index, journal) in journals.enumerated() {
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

  private struct Stretch: Sendable {
    let file: Int
    let range: Range<JournalAddress>
    /// Nil when the stretch continues the one before it.
    let previousEnd: JournalAddress?
  }

  /// What one stretch gave.
  ///
  /// The two usual questions have functions of their own: what the compiler puts into one loop is
  /// limited by the size of the function around it, and then even bounds checks become calls.
  private struct Part: Sendable {
    var tally: ProfileTally
    let readingAhead: Bool
    var damage: [Damage] = []

    init(_ tally: ProfileTally, readingAhead: Bool) {
      self.tally = tally
      self.readingAhead = readingAhead
    }

    @inline(never)
    mutating func countTypes(_ range: Range<JournalAddress>, of journal: Journal) throws {
      try walk(range, of: journal) { $0.takeType($1) }
    }

    @inline(never)
    mutating func countGlobals(_ range: Range<JournalAddress>, of journal: Journal) throws {
      try walk(range, of: journal) { $0.takeGlobal($1) }
    }

    @inline(__always)
    mutating func walk(
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
    _ stretch: Stretch, _ journal: Journal, into table: ProfileTable, readingAhead: Bool
  ) throws -> Part {
    let tally = ProfileTally(
      dimensions, depth: depth, into: table,
      from: stretch.previousEnd ?? stretch.range.lowerBound, journal.layout.record)
    var part = Part(tally, readingAhead: readingAhead)
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
