internal import MirrorJournal

/// Binds records of one journal to the row of `SQLiteSchema.insertRecord`.
struct RecordRow: ~Copyable {
  private let journal: Journal
  private let file: Int
  private var directory: DirectoryText
  private var typeNames: [UInt8: [UInt8]] = [:]
  private var time = Timestamp(milliseconds: .min)
  private var timeText: [UInt8] = []
  private var text = TextBuffer()
  private(set) var undecodable = 0

  init(_ journal: Journal, file: Int) {
    self.journal = journal
    self.file = file
    directory = DirectoryText(journal) { $1.append($0) }
  }

  /// - Parameter chargedBytes: what the vendor's rule charges to the record.
  mutating func bind(
    _ record: borrowing Record, chargedBytes: Int, to statement: borrowing SQLiteStatement
  ) throws {
    var problem: String?
    let type = record.type
    try statement.bind(file, at: 1)
    try statement.bind(record.address, at: 2)
    try statement.bind(record.length, at: 3)
    try statement.bind(chargedBytes, at: 4)
    try statement.bind(Int(type.rawValue), at: 5)
    try statement.bind(utf8: typeName(type).span.bytes, at: 6)
    if record.blockTime != time {
      time = record.blockTime
      timeText = Array(time.iso8601.utf8)
    }
    try statement.bind(utf8: timeText.span.bytes, at: 7)
    try statement.bind(directory.process(record.jobID).map(Int.init), at: 8)
    try statement.bind(Int(record.jobID), at: 9)
    try statement.bind(Int(record.remoteSystemID), at: 10)
    try statement.bind(record.isInTransaction ? 1 : 0, at: 11)
    let database = directory.database(record.sfn) { _ in "" }
    try statement.bind(utf8: database.directory.span.bytes, at: 12)
    try statement.bind(utf8: database.mirrorName.span.bytes, at: 13)
    try bindNode(record, &problem, statement)
    let places = ValuePlaces(type: type, count: record.valueCount)
    try statement.bind(places.count, at: 16)
    try bind(places.new, of: record, 17, &problem, statement)
    try bind(places.old, of: record, 19, &problem, statement)
    if problem != nil { undecodable += 1 }
    try statement.bind(problem, at: 21)
  }

  private mutating func typeName(_ type: RecordType) -> [UInt8] {
    if let known = typeNames[type.rawValue] { return known }
    let name = Array(type.name.utf8)
    typeNames[type.rawValue] = name
    return name
  }

  private mutating func bindNode(
    _ record: borrowing Record, _ problem: inout String?, _ statement: borrowing SQLiteStatement
  ) throws {
    text.removeAll()
    guard record.type.hasKey else {
      try statement.bind(nil as Int?, at: 14)
      try statement.bind(nil as Int?, at: 15)
      return
    }
    guard !journal.header.isEncrypted, let key = record.key(), key.appendReference(to: &text) else {
      problem =
        journal.header.isEncrypted ? "the journal is encrypted" : "the key does not decode"
      try statement.bind(nil as Int?, at: 14)
      try statement.bind(nil as Int?, at: 15)
      return
    }
    try text.withBytes { try statement.bind(utf8: $0, at: 15) }
    text.removeAll()
    text.appendLatin1(key.name)
    try text.withBytes { try statement.bind(utf8: $0, at: 14) }
  }

  /// Binds a value and its type, in the form that NDJSON shows.
  private mutating func bind(
    _ index: Int?, of record: borrowing Record, _ column: Int, _ problem: inout String?,
    _ statement: borrowing SQLiteStatement
  ) throws {
    if let index, !journal.header.isEncrypted {
      do {
        text.removeAll()
        try journal.withValue(index, of: record) { bytes, storage in
          let value = ValueView(bytes, storageCode: storage)
          let kind = value.kind
          switch kind {
          case .damaged: throw JournalError(.badValue, "a value does not decode")
          case .string, .wideString: value.appendPlain(to: &text)
          case .list: value.appendZWrite(to: &text)
          case .bits, .vector: text.append(hexBytes: bytes)
          }
          try text.withBytes { try statement.bind(utf8: $0, at: column) }
          try statement.bind(kind.rawValue, at: column + 1)
        }
        return
      } catch let error as JournalError where error.isAboutContent {
        problem = error.reason
      }
    }
    try statement.bind(nil as Int?, at: column)
    try statement.bind(nil as Int?, at: column + 1)
  }
}
