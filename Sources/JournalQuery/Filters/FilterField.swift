public import MirrorJournal

/// How an expression compares.
public enum FilterComparison: String, Sendable, Hashable {
  /// Equality; for text a match of the pattern.
  case equal = "="
  /// Not `=`.
  case notEqual = "!="
  /// For times, addresses and lengths only.
  case less = "<"
  /// For times, addresses and lengths only.
  case atMost = "<="
  /// For times, addresses and lengths only.
  case greater = ">"
  /// For times, addresses and lengths only.
  case atLeast = ">="
}

/// The conditions by the names that options and expressions give them.
public enum FilterField: String, Sendable, Hashable, CaseIterable {
  /// The reference, by a `GlobalPattern`.
  case global
  /// The database's directory, by a `TextPattern`.
  case database
  /// The mirror database's name, by a `TextPattern`.
  case mirrorDatabase = "mirror-db"
  /// The operating system's process id, as the journal names it for the job.
  case process = "pid"
  /// The job id.
  case job
  /// The raw remote system id, or `local`.
  case remote
  /// A type's name (`SET`), letters of the list (`S`) or code (`6`).
  case type
  /// The block's time.
  case time
  /// Bytes from the start of the file.
  case address
  /// Bytes of the record.
  case length
  /// The new value, by a `TextPattern`.
  case value
  /// The old value, by a `TextPattern`.
  case oldValue = "old-value"
  /// One subscript, counted from 1, by a `TextPattern`.
  case `subscript`
  /// One element of the new or the old value, a list, counted from 1, by a `TextPattern`.
  case piece
  /// Bytes anywhere in the record's body.
  case bytes

  /// Whether a number (from 1) stands behind the name.
  public var isNumbered: Bool { self == .subscript || self == .piece }

  /// The condition that `text` expresses.
  ///
  /// - Parameters:
  ///   - text: a value, a list or a pattern, as the field takes it.
  ///   - number: which subscript or piece.
  ///   - comparison: how a record's field has to compare with it.
  ///   - times: reads times.
  /// - Throws: `badArgument` when the text or the comparison makes no sense for the field.
  public func filter(
    _ text: String, number: Int? = nil, _ comparison: FilterComparison = .equal,
    times: TimeReader = TimeReader()
  ) throws(JournalError) -> RecordFilter {
    switch self {
    case .time:
      let time = try times.time(text)
      return Self.compare(time.milliseconds, comparison) { .blockTime($0) }
    case .address: return Self.compare(try integer(text), comparison) { .address($0) }
    case .length: return Self.compare(try integer(text), comparison) { .length($0) }
    default: break
    }
    guard comparison == .equal || comparison == .notEqual else {
      throw JournalError(
        .badArgument, "'\(rawValue)' has no order; it can be compared with = and != only")
    }
    let filter = try equality(text, number)
    return comparison == .equal ? filter : .not(filter)
  }

  private func equality(_ text: String, _ number: Int?) throws(JournalError) -> RecordFilter {
    switch self {
    case .global: return .global(try GlobalPattern(text))
    case .database: return .database(try name(text))
    case .mirrorDatabase: return .mirrorDatabase(try name(text))
    case .process: return .process(try number32(text))
    case .job: return .job(try number32(text))
    case .remote: return .remoteSystem(text == "local" ? Self.localSystem : try number32(text))
    case .type: return .types(try Self.types(text))
    case .value: return .newValue(TextPattern(text))
    case .oldValue: return .oldValue(TextPattern(text))
    case .subscript: return .subscript(position: number ?? 1, TextPattern(text))
    case .piece: return .piece(position: number ?? 1, TextPattern(text))
    case .bytes: return .bytes(try Self.bytes(text))
    case .time, .address, .length: return .all
    }
  }

  /// A pattern of names, of which none is empty: to ask for an empty one is a mistake, such as a variable
  /// of a script that is not set.
  private func name(_ text: String) throws(JournalError) -> TextPattern {
    guard !text.isEmpty else {
      throw JournalError(
        .badArgument, "an empty \(rawValue) is no name: no record would match",
        advice: "give a name, or * for all")
    }
    return TextPattern(text)
  }

  /// The remote system id of the local system (class O).
  static let localSystem: UInt32 = 0x4000_0000

  private static func compare<Number: FixedWidthInteger>(
    _ number: Number, _ comparison: FilterComparison, _ make: (Range<Number>) -> RecordFilter
  ) -> RecordFilter {
    let next = number == .max ? number : number + 1
    return switch comparison {
    case .equal: make(number..<next)
    case .notEqual: .not(make(number..<next))
    case .less: make(.min..<number)
    case .atMost: make(.min..<next)
    case .greater: make(next..<Number.max)
    case .atLeast: make(number..<Number.max)
    }
  }

  private func integer(_ text: String) throws(JournalError) -> Int {
    let number = text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    guard let number, number >= 0 else {
      throw JournalError(
        .badArgument, "'\(text)' is not a number, in decimal or as 0x and hexadecimal")
    }
    return number
  }

  private func number32(_ text: String) throws(JournalError) -> UInt32 {
    guard let number = UInt32(exactly: try integer(text)) else {
      throw JournalError(.badArgument, "'\(text)' is too large: such numbers have 32 bits")
    }
    return number
  }

  /// The types that a name (`SET`), an op of the list (`S`, `BT`) or a code (`6`) means.
  public static func types(_ text: String) throws(JournalError) -> Set<RecordType> {
    let types = RecordType.all(named: text)
    guard !types.isEmpty else {
      throw JournalError(
        .badArgument, "'\(text)' is not a record type",
        advice: "give a name (SET, KILL, BeginTrans), an op (S, K, BT) or a code (6, 7, 4)")
    }
    return Set(types)
  }

  /// Bytes in hexadecimal, with or without 0x and blanks.
  public static func bytes(_ text: String) throws(JournalError) -> [UInt8] {
    var digits = text.filter { !$0.isWhitespace }
    if digits.lowercased().hasPrefix("0x") { digits.removeFirst(2) }
    let nibbles = digits.compactMap(\.hexDigitValue)
    guard nibbles.count == digits.count, !nibbles.isEmpty, nibbles.count.isMultiple(of: 2) else {
      throw JournalError(.badArgument, "'\(text)' is not bytes in hexadecimal, such as 0A1B2C")
    }
    return stride(from: 0, to: nibbles.count, by: 2).map {
      UInt8(nibbles[$0] << 4 | nibbles[$0 + 1])
    }
  }
}
