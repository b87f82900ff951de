public import MirrorJournal

/// Writes chosen fields of records, in the order in which they were chosen, as NDJSON or CSV.
public struct FieldPrinter {
  /// How many records had a key or a value that could not be shown.
  public private(set) var undecodable = 0
  /// The zone of times.
  public var zone = ClockZone.utc
  /// Whether values and subscripts are hidden: their lengths and types stay.
  public var redactsValues = false

  private let journal: Journal
  private let fields: [ExportField]
  private let isJSON: Bool
  private let known: KnownFields
  private let guid: String
  private let titles: [String]
  private var time = Timestamp(milliseconds: .min)
  private var timeText = ""

  /// - Parameter isJSON: NDJSON; else CSV.
  public init(_ journal: Journal, _ fields: [ExportField], isJSON: Bool) {
    self.journal = journal
    self.fields = fields
    self.isJSON = isJSON
    known = KnownFields(journal.layout)
    guid = journal.header.guid.description
    titles = fields.map(\.name)
  }

  /// Appends the names of the fields in CSV.
  public func appendHead(to buffer: inout TextBuffer) {
    if !isJSON { buffer.append(titles.joined(separator: ",") + "\n") }
  }

  /// Appends one line.
  ///
  /// - Parameter transaction: what names the record's transaction.
  /// - Throws: only what the storage throws.
  public mutating func append(
    _ record: borrowing Record, transaction: String?, to buffer: inout TextBuffer
  ) throws {
    if record.blockTime != time {
      time = record.blockTime
      timeText = zone.iso8601(time)
    }
    var problem = problem(of: record)
    if isJSON { buffer.append("{") }
    for (index, field) in fields.enumerated() {
      if index > 0 { buffer.append(",") }
      if isJSON {
        buffer.append("\"\(titles[index])\":" as String)
      }
      try append(field, of: record, transaction, &problem, to: &buffer)
    }
    // A value that does not decode is told even where the field of problems was not chosen.
    if problem != nil, !journal.header.isEncrypted { undecodable += 1 }
    buffer.append(isJSON ? "}\n" : "\n")
  }

  /// What is wrong with a record before its values are looked at.
  private func problem(of record: borrowing Record) -> String? {
    let type = record.type
    if journal.header.isEncrypted { return type.hasKey ? "the journal is encrypted" : nil }
    if type.hasKey, known.subscripts {
      var scratch = TextBuffer(capacity: 64)
      let isSound = record.key()?.appendReference(to: &scratch) ?? false
      if !isSound { return "the key does not decode" }
    }
    if known.values, !ValuePlaces.areFitting(type, record.valueCount) {
      return "a \(type) with \(record.valueCount) values"
    }
    for index in 0..<(known.values && type.hasKeyAndValues ? record.valueCount : 0) {
      do {
        let isSound = try journal.withValue(index, of: record) {
          ValueView($0, storageCode: $1).kind != .damaged
        }
        if !isSound { return "a value does not decode" }
      } catch let error as JournalError where error.isAboutContent {
        return error.reason
      } catch {
        // What the storage says is said when the value is written.
        return nil
      }
    }
    return nil
  }

  private mutating func append(
    _ field: ExportField, of record: borrowing Record, _ transaction: String?,
    _ problem: inout String?, to buffer: inout TextBuffer
  ) throws {
    let places = ValuePlaces(type: record.type, count: known.values ? record.valueCount : 0)
    switch field {
    case .record(let field):
      try append(field, of: record, places, problem, to: &buffer)
    case .fileGUID: text(guid, to: &buffer)
    case .transaction: text(transaction, to: &buffer)
    case .global:
      guard record.type.hasKey, known.keys, !journal.header.isEncrypted, let key = record.key()
      else { return text(nil, to: &buffer) }
      let start = open(to: &buffer)
      buffer.appendLatin1(key.name)
      close(start, to: &buffer)
    case .subscripts:
      let start = buffer.count
      let isShown =
        !redactsValues && record.type.hasKey && known.subscripts && !journal.header.isEncrypted
        && record.key()?.appendJSONSubscripts(to: &buffer) ?? false
      if !isShown { text(nil, to: &buffer) } else if !isJSON { buffer.quoteCSVField(from: start) }
    case .newTyped: try typed(places.new, of: record, to: &buffer)
    case .oldTyped: try typed(places.old, of: record, to: &buffer)
    }
  }

  private mutating func append(
    _ field: RecordField, of record: borrowing Record, _ places: ValuePlaces, _ problem: String?,
    to buffer: inout TextBuffer
  ) throws {
    let type = record.type
    switch field {
    case .file: text(journal.path, to: &buffer)
    case .address: number(record.address, to: &buffer)
    case .length: number(record.length, to: &buffer)
    case .type: number(known.type ? Int(type.rawValue) : nil, to: &buffer)
    case .typeName: text(known.type ? type.name : nil, to: &buffer)
    case .timeStamp: text(known.time ? timeText : nil, to: &buffer)
    case .processID:
      number(
        known.job ? journal.processID(jobID: record.jobID).map(Int.init) : nil, to: &buffer)
    case .jobID: number(known.job ? Int(record.jobID) : nil, to: &buffer)
    case .remoteSystemID:
      number(known.remoteSystem ? Int(record.remoteSystemID) : nil, to: &buffer)
    case .inTransaction:
      if known.transaction {
        buffer.append(record.isInTransaction ? "true" : "false")
      } else {
        text(nil, to: &buffer)
      }
    case .databaseName: text(known.databaseName(record.sfn, in: journal), to: &buffer)
    case .mirrorDatabaseName:
      text(journal.database(sfn: record.sfn)?.mirrorName ?? "", to: &buffer)
    case .globalNode:
      guard type.hasKey, known.subscripts, !journal.header.isEncrypted, let key = record.key()
      else { return text(nil, to: &buffer) }
      let start = open(to: &buffer)
      guard key.appendReference(to: &buffer, redacted: redactsValues) else {
        buffer.truncate(to: isJSON ? start - 1 : start)
        return text(nil, to: &buffer)
      }
      close(start, to: &buffer)
    case .numberOfValues:
      number(known.values || !type.hasKeyAndValues ? places.count : nil, to: &buffer)
    case .newValue: try value(places.new, of: record, asType: false, to: &buffer)
    case .newValueType: try value(places.new, of: record, asType: true, to: &buffer)
    case .oldValue: try value(places.old, of: record, asType: false, to: &buffer)
    case .oldValueType: try value(places.old, of: record, asType: true, to: &buffer)
    case .detail:
      let start = open(to: &buffer)
      let isShown: Bool
      if journal.header.isEncrypted {
        isShown = false
      } else if !type.hasKeyAndValues {
        isShown = record.appendDetail(of: journal, known, redacted: redactsValues, to: &buffer)
      } else {
        isShown =
          known.keys && !known.subscripts && record.key()?.appendReference(to: &buffer) ?? false
      }
      guard isShown else {
        buffer.truncate(to: isJSON ? start - 1 : start)
        return text(nil, to: &buffer)
      }
      close(start, to: &buffer)
    case .error: text(problem, to: &buffer)
    }
  }

  // MARK: Cells

  /// Begins a text; where it starts.
  private func open(to buffer: inout TextBuffer) -> Int {
    if isJSON { buffer.append("\"") }
    return buffer.count
  }

  private func close(_ start: Int, to buffer: inout TextBuffer) {
    if isJSON {
      buffer.escapeJSON(from: start)
      buffer.append("\"")
    } else {
      buffer.quoteCSVField(from: start)
    }
  }

  private func text(_ text: String?, to buffer: inout TextBuffer) {
    if isJSON {
      if let text { buffer.appendJSONString(text) } else { buffer.append("null") }
    } else if let text {
      buffer.appendCSVField(text)
    }
  }

  private func number(_ number: Int?, to buffer: inout TextBuffer) {
    if let number { buffer.append(decimal: number) } else { text(nil, to: &buffer) }
  }

  private func value(
    _ index: Int?, of record: borrowing Record, asType: Bool, to buffer: inout TextBuffer
  ) throws {
    try withValue(index, of: record, to: &buffer) { view, buffer in
      if asType { return text(view.kind.rawValue, to: &buffer) }
      let start = buffer.count
      if redactsValues {
        let start = open(to: &buffer)
        view.appendRedacted(to: &buffer)
        close(start, to: &buffer)
      } else if isJSON {
        view.appendJSON(to: &buffer)
      } else {
        view.appendField(to: &buffer)
        // An empty string is no value that is not there.
        if buffer.count == start {
          buffer.append("\"\"")
        } else {
          buffer.quoteCSVField(from: start)
        }
      }
    }
  }

  private func typed(
    _ index: Int?, of record: borrowing Record, to buffer: inout TextBuffer
  ) throws {
    try withValue(index, of: record, to: &buffer) { view, buffer in
      let start = buffer.count
      if redactsValues {
        buffer.append("\"")
        view.appendRedacted(to: &buffer)
        buffer.append("\"")
      } else {
        view.appendTypedJSON(to: &buffer)
      }
      if !isJSON { buffer.quoteCSVField(from: start) }
    }
  }

  private func withValue(
    _ index: Int?, of record: borrowing Record, to buffer: inout TextBuffer,
    _ body: (borrowing ValueView, inout TextBuffer) -> Void
  ) throws {
    guard let index, !journal.header.isEncrypted else { return text(nil, to: &buffer) }
    let start = buffer.count
    do {
      try journal.withValue(index, of: record) { bytes, storage in
        let view = ValueView(bytes, storageCode: storage)
        guard view.kind != .damaged else {
          throw JournalError(.badValue, "a value does not decode")
        }
        body(view, &buffer)
      }
    } catch let error as JournalError where error.isAboutContent {
      buffer.truncate(to: start)
      text(nil, to: &buffer)
    }
  }
}
