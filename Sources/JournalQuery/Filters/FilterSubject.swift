public import MirrorJournal

/// What conditions look at: those of one subject become one question when one of them has to hold.
struct FilterSubject: Hashable {
  let field: FilterField
  /// Which subscript or piece; 0 for other fields.
  var position = 0

  /// Nil for what is asked by itself.
  init?(_ filter: RecordFilter) {
    switch filter {
    case .global: field = .global
    case .database: field = .database
    case .mirrorDatabase: field = .mirrorDatabase
    case .process: field = .process
    case .job: field = .job
    case .remoteSystem: field = .remote
    case .types: field = .type
    case .blockTime: field = .time
    case .address: field = .address
    case .length: field = .length
    case .newValue: field = .value
    case .oldValue: field = .oldValue
    case .subscript(let position, _):
      field = .subscript
      self.position = position
    case .piece(let position, _):
      field = .piece
      self.position = position
    case .all, .inTransaction, .place, .bytes, .not, .and, .or: return nil
    }
  }
}

extension RecordFilter {
  /// The filters of which one must match, flat; the filter itself when it is no `or`.
  var alternatives: [RecordFilter] {
    flat { if case .or(let left, let right) = $0 { (left, right) } else { nil } }
  }

  /// The filters that must all match, flat. Those that must not match are one: not one of them may.
  var conditions: [RecordFilter] {
    var plain: [RecordFilter] = []
    var excluded: [RecordFilter] = []
    for filter in flat({ if case .and(let left, let right) = $0 { (left, right) } else { nil } }) {
      if case .not(let inner) = filter { excluded.append(inner) } else { plain.append(filter) }
    }
    return excluded.isEmpty ? plain : plain + [.not(.anyOf(excluded))]
  }

  private func flat(_ parts: (RecordFilter) -> (RecordFilter, RecordFilter)?) -> [RecordFilter] {
    var flat: [RecordFilter] = []
    var open = [self]
    while let next = open.popLast() {
      if let (left, right) = parts(next) { open += [right, left] } else { flat.append(next) }
    }
    return flat
  }

  /// Filters by their subject, in the order of the first of each; what has none stands alone.
  static func grouped(_ filters: [RecordFilter]) -> [[RecordFilter]] {
    var groups: [[RecordFilter]] = []
    var places: [FilterSubject: Int] = [:]
    for filter in filters {
      if let subject = FilterSubject(filter), let place = places[subject] {
        groups[place].append(filter)
        continue
      }
      if let subject = FilterSubject(filter) { places[subject] = groups.count }
      groups.append([filter])
    }
    return groups
  }

  /// How many separate questions are asked of a record at most, before it is known whether it matches.
  ///
  /// A list of words for one field is one question, whatever its length; of patterns with wildcards those
  /// count that have the same characters before their first wildcard. `bound(to:)` refuses more than
  /// `questionLimit`.
  public var questionsPerRecord: Int {
    switch self {
    case .not(let filter): filter.questionsPerRecord
    case .and: conditions.reduce(0) { $0 + $1.questionsPerRecord }
    case .or: Self.grouped(alternatives).reduce(0) { $0 + Self.questions(in: $1) }
    default: 1
    }
  }

  /// The most questions of a filter: more would make each record of a journal cost what a block does.
  public static let questionLimit = 1000

  private static func questions(in group: [RecordFilter]) -> Int {
    guard group.count > 1, let first = group.first else {
      return group.first?.questionsPerRecord ?? 0
    }
    return switch first {
    case .global: GlobalMatchers.mostTried(group.compactMap(\.globalPattern))
    case .newValue, .oldValue, .piece, .subscript:
      TextPatterns.mostTried(group.compactMap(\.textPattern))
    default: 1
    }
  }

  /// - Throws: `badArgument` when the filter asks too much of each record.
  public func requireFewQuestions() throws(JournalError) {
    let questions = questionsPerRecord
    guard questions > Self.questionLimit else { return }
    throw JournalError(
      .badArgument,
      "the filter asks up to \(questions) questions of each record, more than \(Self.questionLimit)",
      advice:
        "a list of words of one field is one question, and patterns with wildcards are separate "
        + "ones when they begin alike; use several runs")
  }

  var globalPattern: GlobalPattern? {
    if case .global(let pattern) = self { pattern } else { nil }
  }

  /// The pattern that a text is compared with.
  var textPattern: TextPattern? {
    switch self {
    case .database(let pattern), .mirrorDatabase(let pattern), .newValue(let pattern),
      .oldValue(let pattern), .subscript(_, let pattern), .piece(_, let pattern):
      pattern
    default: nil
    }
  }
}
