public import MirrorJournal

extension RecordFilter {
  /// The filter as the analyses take it.
  public var selection: RecordSelection { { try bound(to: $0) } }

  /// The test of one journal's records. It keeps a little memory of its own: one for each thread.
  ///
  /// - Throws: `badKey` when the journal's layout cannot express a subscript, `badArgument` when the
  ///   filter looks into keys or values and the journal's are encrypted.
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
    case .database, .mirrorDatabase, .process: return numberTest(in: journal)
    case .job(let job): return { $0.jobID == job }
    case .remoteSystem(let system): return { $0.remoteSystemID == system }
    case .types(let types):
      let set = TypeSet(types)
      return { set.contains($0.type) }
    case .inTransaction: return { $0.isInTransaction }
    case .blockTime(let range): return { range.contains($0.blockTime.milliseconds) }
    case .address(let range): return { range.contains($0.address) }
    case .length(let range): return { range.contains($0.length) }
    case .newValue(let pattern):
      return Self.valueTest(in: journal, .new, pattern, nil, scratch)
    case .oldValue(let pattern):
      return Self.valueTest(in: journal, .old, pattern, nil, scratch)
    case .piece(let position, let pattern):
      return Self.valueTest(in: journal, .either, pattern, position, scratch)
    case .subscript(let position, let pattern):
      let matcher = try SubscriptMatcher(position, pattern, encoding, scratch)
      return { matcher.matches($0) }
    case .bytes(let bytes):
      let matcher = ByteMatcher(journal: journal, wanted: bytes)
      return { try matcher.matches($0) }
    case .not(let filter):
      let test = try filter.test(in: journal, scratch)
      return { try !test($0) }
    case .and(let left, let right):
      // The cheaper test first.
      let isOrdered = left.cost <= right.cost
      let first = try (isOrdered ? left : right).test(in: journal, scratch)
      let second = try (isOrdered ? right : left).test(in: journal, scratch)
      return { record in
        guard try first(record) else { return false }
        return try second(record)
      }
    case .or(let left, let right):
      let isOrdered = left.cost <= right.cost
      let first = try (isOrdered ? left : right).test(in: journal, scratch)
      let second = try (isOrdered ? right : left).test(in: journal, scratch)
      return { record in
        if try first(record) { return true }
        return try second(record)
      }
    }
  }

  /// Tests of what the journal's directory says about a record's numbers, asked once a number.
  private func numberTest(in journal: Journal) -> Test {
    switch self {
    case .database(let pattern):
      let answers = AnswerCache {
        guard let database = journal.database(sfn: $0) else { return false }
        let directory = database.directory
        return pattern.matches(directory)
          || directory.hasSuffix("/") && pattern.matches(String(directory.dropLast()))
      }
      return { $0.type.hasKey && answers[$0.sfn] }
    case .mirrorDatabase(let pattern):
      let answers = AnswerCache {
        guard let name = journal.database(sfn: $0)?.mirrorName, !name.isEmpty else { return false }
        if pattern.matches(name) { return true }
        let prefix = ":mirror:"
        let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        return pattern.matches(short)
          || short.split(separator: ":").last.map { pattern.matches(String($0)) } ?? false
      }
      return { $0.type.hasKey && answers[$0.sfn] }
    case .process(let process):
      let answers = AnswerCache { journal.processID(jobID: $0) == process }
      return { answers[$0.jobID] }
    default: return { _ in false }
    }
  }

  private static func valueTest(
    in journal: Journal, _ which: ValueMatcher.Which, _ pattern: TextPattern, _ piece: Int?,
    _ scratch: CharacterScratch
  ) -> Test {
    let matcher = ValueMatcher(
      journal: journal, which: which, pattern: pattern, piece: piece, scratch: scratch)
    return { try matcher.matches($0) }
  }

  /// How dear the test is, by rank.
  private var cost: Int {
    switch self {
    case .all, .inTransaction, .blockTime, .address, .length, .job, .remoteSystem, .types: 1
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
