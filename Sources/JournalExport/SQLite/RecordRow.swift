internal import JournalQuery
internal import MirrorJournal

/// Binds records of one journal to the row of `SQLiteSchema.insertRecord`.
struct RecordRow: ~Copyable {
  private let journal: Journal
  private let file: Int
  private let known: KnownFields
  private let redactsValues: Bool
  private let zone: ClockZone
  private var databases = FragmentCache()
  private var mirrorNames = FragmentCache()
  private var typeNames = FragmentCache()
  private var time = Timestamp(milliseconds: .min)
  private var timeText: [UInt8] = []
  private var text = TextBuffer()
  private(set) var undecodable = 0

  init(_ journal: Journal, file: Int, redactsValues: Bool, zone: ClockZone) {
    self.zone = zone
    self.redactsValues = redactsValues
    self.journal = journal
    known = KnownFields(journal.layout)
    self.file = file
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
    try statement.bind(known.type ? Int(type.rawValue) : nil, at: 5)
    if known.type {
      try bind(6, statement) { row in
        let key = UInt32(type.rawValue)
        guard !row.typeNames.append(key, to: &row.text) else { return }
        row.text.append(type.name)
        row.typeNames.remember(key, row.text, from: 0)
      }
    } else {
      try statement.bind(nil as Int?, at: 6)
    }
    if record.blockTime != time {
      time = record.blockTime
      timeText = Array(zone.iso8601(time).utf8)
    }
    if known.time {
      try statement.bind(utf8: timeText.span.bytes, at: 7)
    } else {
      try statement.bind(nil as Int?, at: 7)
    }
    let process = known.job ? journal.processID(jobID: record.jobID) : nil
    try statement.bind(process.map(Int.init), at: 8)
    try statement.bind(known.job ? Int(record.jobID) : nil, at: 9)
    try statement.bind(known.remoteSystem ? Int(record.remoteSystemID) : nil, at: 10)
    try statement.bind(known.transaction ? record.isInTransaction ? 1 : 0 : nil, at: 11)
    let sfn = record.sfn
    try bind(12, statement) { row in
      guard !row.databases.append(sfn, to: &row.text) else { return }
      row.text.append(row.known.databaseName(sfn, in: row.journal))
      row.databases.remember(sfn, row.text, from: 0)
    }
    try bind(13, statement) { row in
      guard !row.mirrorNames.append(sfn, to: &row.text) else { return }
      row.text.append(row.journal.database(sfn: sfn)?.mirrorName ?? "")
      row.mirrorNames.remember(sfn, row.text, from: 0)
    }
    try bindNode(record, &problem, statement)
    let places = ValuePlaces(type: type, count: known.values ? record.valueCount : 0)
    try statement.bind(known.values || !type.hasKeyAndValues ? places.count : nil, at: 16)
    try bind(places.new, of: record, 17, &problem, statement)
    try bind(places.old, of: record, 19, &problem, statement)
    try bindDetail(record, &problem, statement)
    let isEncrypted = journal.header.isEncrypted
    if known.values, !isEncrypted, !ValuePlaces.areFitting(type, places.count) {
      problem = "a \(type) with \(places.count) values"
    }
    // As in NDJSON: that a journal is encrypted is no damage.
    if problem != nil, !isEncrypted { undecodable += 1 }
    try statement.bind(problem, at: 21)
  }

  /// Binds the text that `render` writes into `text`.
  private mutating func bind(
    _ column: Int, _ statement: borrowing SQLiteStatement, render: (inout RecordRow) -> Void
  ) throws {
    text.removeAll()
    render(&self)
    try text.withBytes { try statement.bind(utf8: $0, at: column) }
  }

  private mutating func bindNode(
    _ record: borrowing Record, _ problem: inout String?, _ statement: borrowing SQLiteStatement
  ) throws {
    text.removeAll()
    guard record.type.hasKey, known.keys else {
      try statement.bind(nil as Int?, at: 14)
      try statement.bind(nil as Int?, at: 15)
      return
    }
    guard !journal.header.isEncrypted, let key = record.key(),
      key.appendReference(to: &text, redacted: redactsValues)
    else {
      problem =
        journal.header.isEncrypted ? "the journal is encrypted" : "the key does not decode"
      try statement.bind(nil as Int?, at: 14)
      try statement.bind(nil as Int?, at: 15)
      return
    }
    if key.isWhole {
      try text.withBytes { try statement.bind(utf8: $0, at: 15) }
    } else {
      try statement.bind(nil as Int?, at: 15)
    }
    text.removeAll()
    text.appendLatin1(key.name)
    try text.withBytes { try statement.bind(utf8: $0, at: 14) }
  }

  /// Binds what a record without values says, as NDJSON does.
  private mutating func bindDetail(
    _ record: borrowing Record, _ problem: inout String?, _ statement: borrowing SQLiteStatement
  ) throws {
    guard !record.type.hasKeyAndValues, !journal.header.isEncrypted else {
      return try statement.bind(nil as Int?, at: 22)
    }
    text.removeAll()
    if !record.appendDetail(of: journal, known, redacted: redactsValues, to: &text) {
      problem = "the body does not decode"
    }
    try text.withBytes { try statement.bind(utf8: $0, at: 22) }
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
          let kind = value.appendField(to: &text, redacted: redactsValues)
          if kind == .damaged { throw JournalError(.badValue, "a value does not decode") }
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
