public import MirrorJournal

extension RecordFilter {
  /// The filter as the analyses take it.
  public var selection: RecordSelection { { try bound(to: $0) } }

  /// The test of one journal's records. It keeps a little memory of its own: one for each thread.
  ///
  /// - Throws: `badKey` when the journal's layout cannot express a subscript, `badArgument` when the
  ///   filter looks into keys or values and the journal's are encrypted, or asks too much.
  public func bound(to journal: Journal) throws -> (borrowing Record) throws -> Bool {
    if journal.header.isEncrypted, needsPayload {
      throw JournalError(
        .badArgument, "keys and values are encrypted: no filter can look into them",
        in: journal.path, advice: "filter by type, process, job, database, time or address")
    }
    do {
      try journal.layout.require(fields, for: "filter by it")
    } catch {
      throw error.inFile(journal.path)
    }
    try requireFewQuestions()
    return try test(in: journal, CharacterScratch())
  }

  private typealias Test = (borrowing Record) throws -> Bool

  private func test(in journal: Journal, _ scratch: CharacterScratch) throws -> Test {
    let encoding = journal.layout.record.keyEncoding
    switch self {
    case .all: return { _ in true }
    case .global(let pattern):
      let matcher = try GlobalMatcher(pattern, journal.layout.record, scratch)
      return { matcher.matches($0) }
    case .database, .mirrorDatabase, .process: return Self.numberTest([self], in: journal)
    case .job(let job): return { $0.jobID == job }
    case .remoteSystem(let system): return { $0.remoteSystemID == system }
    case .types(let types):
      let set = TypeSet(types)
      return { set.contains($0.type) }
    case .inTransaction: return { $0.isInTransaction }
    case .blockTime(let range): return { range.contains($0.blockTime.milliseconds) }
    case .address(let range): return { range.contains($0.address) }
    case .place(let ranges):
      let range = ranges.range(of: journal.path)
      return { range.contains($0.address) }
    case .length(let range): return { range.contains($0.length) }
    case .newValue(let pattern):
      return Self.valueTest(in: journal, .new, [pattern], nil, scratch)
    case .oldValue(let pattern):
      return Self.valueTest(in: journal, .old, [pattern], nil, scratch)
    case .piece(let position, let pattern):
      return Self.valueTest(in: journal, .either, [pattern], position, scratch)
    case .subscript(let position, let pattern):
      let matcher = try SubscriptMatcher(position, [pattern], encoding, scratch)
      return { matcher.matches($0) }
    case .bytes(let bytes):
      let matcher = ByteMatcher(journal: journal, wanted: bytes)
      return { try matcher.matches($0) }
    case .not(let filter):
      let test = try filter.test(in: journal, scratch)
      return { try !test($0) }
    case .and:
      return Self.all(
        try conditions.sorted { $0.cost < $1.cost }.map { try $0.test(in: journal, scratch) }[...])
    case .or:
      let groups = Self.grouped(alternatives).sorted { Self.cost($0) < Self.cost($1) }
      return Self.any(try groups.map { try Self.test(ofOne: $0, in: journal, scratch) }[...])
    }
  }

  /// Whether every test holds, the first ones asked first.
  private static func all(_ tests: ArraySlice<Test>) -> Test {
    if tests.count == 1 { return tests[tests.startIndex] }
    let middle = tests.startIndex + (tests.count + 1) / 2
    let first = all(tests[..<middle])
    let second = all(tests[middle...])
    return { record in
      guard try first(record) else { return false }
      return try second(record)
    }
  }

  /// Whether one of the tests holds, the first ones asked first.
  private static func any(_ tests: ArraySlice<Test>) -> Test {
    if tests.count == 1 { return tests[tests.startIndex] }
    let middle = tests.startIndex + (tests.count + 1) / 2
    let first = any(tests[..<middle])
    let second = any(tests[middle...])
    return { record in
      if try first(record) { return true }
      return try second(record)
    }
  }

  /// Whether one of the filters of one subject matches: one test, whatever their number.
  private static func test(
    ofOne group: [RecordFilter], in journal: Journal, _ scratch: CharacterScratch
  ) throws -> Test {
    guard group.count > 1, let first = group.first else {
      return try (group.first ?? .not(.all)).test(in: journal, scratch)
    }
    let texts = group.compactMap(\.textPattern)
    switch first {
    case .global:
      let matchers = try GlobalMatchers(
        group.compactMap(\.globalPattern), journal.layout.record, scratch)
      return { matchers.matches($0) }
    case .newValue: return valueTest(in: journal, .new, texts, nil, scratch)
    case .oldValue: return valueTest(in: journal, .old, texts, nil, scratch)
    case .piece(let position, _): return valueTest(in: journal, .either, texts, position, scratch)
    case .subscript(let position, _):
      let matcher = try SubscriptMatcher(
        position, texts, journal.layout.record.keyEncoding, scratch)
      return { matcher.matches($0) }
    default: return numberTest(group, in: journal)
    }
  }

  /// Whether one of the filters of one subject matches. What the journal's directory says about a
  /// record's numbers, and whether a number is in a long list, is asked once a number.
  private static func numberTest(_ group: [RecordFilter], in journal: Journal) -> Test {
    let patterns = TextPatterns(group.compactMap(\.textPattern))
    let numbers = Set(group.compactMap(\.number))
    switch group.first {
    case .database:
      let answers = AnswerCache {
        guard let database = journal.database(sfn: $0) else { return false }
        let directory = database.directory
        return patterns.matches(directory)
          || directory.hasSuffix("/") && patterns.matches(String(directory.dropLast()))
      }
      return { $0.type.hasKey && answers[$0.sfn] }
    case .mirrorDatabase:
      let answers = AnswerCache {
        guard let name = journal.database(sfn: $0)?.mirrorName, !name.isEmpty else { return false }
        if patterns.matches(name) { return true }
        let prefix = ":mirror:"
        let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        return patterns.matches(short)
          || short.split(separator: ":").last.map { patterns.matches(String($0)) } ?? false
      }
      return { $0.type.hasKey && answers[$0.sfn] }
    case .process:
      let answers = AnswerCache { journal.processID(jobID: $0).map(numbers.contains) ?? false }
      return { answers[$0.jobID] }
    case .job:
      let answers = AnswerCache { numbers.contains($0) }
      return { answers[$0.jobID] }
    case .remoteSystem:
      let answers = AnswerCache { numbers.contains($0) }
      return { answers[$0.remoteSystemID] }
    case .types:
      let set = TypeSet(group.reduce(into: []) { $0.formUnion($1.recordTypes) })
      return { set.contains($0.type) }
    default: return rangeTest(group)
    }
  }

  private static func rangeTest(_ group: [RecordFilter]) -> Test {
    var times: [Range<Int64>] = []
    var places: [Range<Int>] = []
    for filter in group {
      switch filter {
      case .blockTime(let range): times.append(range)
      case .address(let range): places.append(range)
      case .length(let range): places.append(range)
      default: break
      }
    }
    let (union, timeUnion) = (RangeUnion(places), RangeUnion(times))
    return switch group.first {
    case .blockTime: { timeUnion.contains($0.blockTime.milliseconds) }
    case .address: { union.contains($0.address) }
    case .length: { union.contains($0.length) }
    default: { _ in false }
    }
  }

  /// The number that a record's has to be.
  private var number: UInt32? {
    switch self {
    case .process(let number), .job(let number), .remoteSystem(let number): number
    default: nil
    }
  }

  private var recordTypes: Set<RecordType> {
    if case .types(let types) = self { types } else { [] }
  }

  private static func valueTest(
    in journal: Journal, _ which: ValueMatcher.Which, _ patterns: [TextPattern], _ piece: Int?,
    _ scratch: CharacterScratch
  ) -> Test {
    let matcher = ValueMatcher(
      journal: journal, which: which, pattern: TextPatterns(patterns), piece: piece,
      scratch: scratch)
    return { try matcher.matches($0) }
  }

  private static func cost(_ group: [RecordFilter]) -> Int { group.lazy.map(\.cost).max() ?? 0 }

  /// How dear the test is, by rank.
  private var cost: Int {
    switch self {
    case .all, .inTransaction, .blockTime, .address, .place, .length, .job, .remoteSystem, .types: 1
    case .database, .mirrorDatabase, .process: 2
    case .global: 3
    case .subscript: 4
    case .piece, .bytes: 6
    case .newValue, .oldValue: 7
    case .not(let filter): filter.cost
    case .and(let left, let right): min(left.cost, right.cost)
    case .or(let left, let right): max(left.cost, right.cost)
    }
  }
}

/// A set of record types as bits.
struct TypeSet: Sendable {
  private var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init(_ types: Set<RecordType>) {
    for type in types {
      let bit: UInt64 = 1 << UInt64(type.rawValue & 63)
      switch type.rawValue >> 6 {
      case 0: bits.0 |= bit
      case 1: bits.1 |= bit
      case 2: bits.2 |= bit
      default: bits.3 |= bit
      }
    }
  }

  @inline(__always)
  func contains(_ type: RecordType) -> Bool {
    let word =
      switch type.rawValue >> 6 {
      case 0: bits.0
      case 1: bits.1
      case 2: bits.2
      default: bits.3
      }
    return word >> UInt64(type.rawValue & 63) & 1 != 0
  }
}

/// Answers about numbers that many records share, asked for once each.
private final class AnswerCache {
  private static let slots = 256
  private static let limit = 1 << 16
  // Key and answer in one word, so that an empty slot can be told from the number 0.
  private var recent = [UInt64](repeating: .max, count: slots)
  private var known: [UInt32: Bool] = [:]
  private let ask: (UInt32) -> Bool

  init(_ ask: @escaping (UInt32) -> Bool) { self.ask = ask }

  subscript(number: UInt32) -> Bool {
    @inline(__always)
    get {
      let slot = recent[Int(number) & (Self.slots - 1)]
      return slot >> 1 == UInt64(number) ? slot & 1 != 0 : look(up: number)
    }
  }

  @inline(never)
  private func look(up number: UInt32) -> Bool {
    let answer: Bool
    if let old = known[number] {
      answer = old
    } else {
      if known.count >= Self.limit { known.removeAll() }
      answer = ask(number)
      known[number] = answer
    }
    recent[Int(number) & (Self.slots - 1)] = UInt64(number) << 1 | (answer ? 1 : 0)
    return answer
  }
}
