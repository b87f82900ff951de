public import MirrorJournal

/// Writes the records of one journal as lines of text, NDJSON or CSV.
///
/// The output goes into the caller's buffer; nothing is allocated per record. A record whose key or
/// value does not decode is written with what is sound of it, and counted in `undecodable`.
public struct RecordPrinter: ~Copyable {
  /// How the records are written.
  public let format: RecordFormat
  /// How many records had a key or a value that could not be shown.
  public internal(set) var undecodable = 0
  /// In text, a value longer than this many bytes is cut and marked with a trailing `+`, as the
  /// vendor's list does; 0 means never.
  public var textValueLimit = 256
  /// Whether text lines carry the block's time.
  public var showsTime = false
  /// Whether values and subscripts are hidden: their lengths and types stay.
  public var redactsValues = false
  /// The zone of times.
  public var zone = ClockZone.utc
  /// The width to which lines of text are cut, with a mark, and the mark.
  public var style = TextStyle()

  let journal: Journal
  let isEncrypted: Bool
  let known: KnownFields
  var jobs = FragmentCache()
  var remotes = FragmentCache()
  var types = FragmentCache()
  var databases = FragmentCache()
  /// How each line of NDJSON and CSV begins, up to the address.
  private let lineStart: TextBuffer
  private var time = Timestamp(milliseconds: .min)
  private var timeText = TextBuffer()

  /// A printer for records of `journal`, whose directory names databases and processes.
  public init(_ journal: Journal, format: RecordFormat) {
    self.format = format
    self.journal = journal
    isEncrypted = journal.header.isEncrypted
    known = KnownFields(journal.layout)
    var buffer = TextBuffer(capacity: 256)
    switch format {
    case .text: break
    case .ndjson:
      buffer.append("{\"file\":")
      buffer.appendJSONString(journal.path)
      buffer.append(",\"address\":")
    case .csv:
      buffer.appendCSVField(journal.path)
      buffer.append(",")
    }
    lineStart = buffer
  }

  /// Appends what stands before the first record: a title in text, the field names in CSV.
  public func appendHead(to buffer: inout TextBuffer) {
    switch format {
    case .text:
      buffer.isASCII = buffer.isASCII || style.isASCII
      buffer.append("Journal: ")
      buffer.append(printable: journal.path)
      buffer.append("\n")
      let heading = buffer.count
      buffer.append("   Address   Proc ID Op   ")
      if showsTime {
        let start = buffer.count
        buffer.append(printable: "Not before (\(zone.heading))")
        buffer.padRight(from: start, to: Self.timeWidth(zone))
        buffer.append(" ")
      }
      buffer.append("Directory              Global & Value")
      if style.width != nil { buffer.cutLine(from: heading, style) }
      buffer.append(UInt8(ascii: "\n"))
      buffer.append(repeating: UInt8(ascii: "="), count: 79)
      buffer.append(UInt8(ascii: "\n"))
    case .ndjson: break
    case .csv:
      buffer.append(RecordField.allCases.map(\.rawValue).joined(separator: ","))
      buffer.append(UInt8(ascii: "\n"))
    }
  }

  /// Appends one line for `record`.
  ///
  /// - Throws: only what the storage throws; a record that does not decode is written as such.
  public mutating func append(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    switch format {
    case .text:
      buffer.isASCII = buffer.isASCII || style.isASCII
      try appendText(record, to: &buffer)
    case .ndjson: try appendJSON(record, to: &buffer)
    case .csv: try appendCSV(record, to: &buffer)
    }
  }

  /// The block's time in ISO 8601, rendered once a block.
  mutating func appendTime(_ newTime: Timestamp, to buffer: inout TextBuffer) {
    if newTime != time {
      time = newTime
      timeText.removeAll()
      timeText.append(zone.iso8601(newTime))
    }
    buffer.append(piece: timeText, start: 0, count: timeText.count)
  }

  /// Characters of a time of text lines.
  private static func timeWidth(_ zone: ClockZone) -> Int { zone.isUTC ? 24 : 29 }

  func appendLineStart(to buffer: inout TextBuffer) {
    buffer.append(piece: lineStart, start: 0, count: lineStart.count)
  }
}

extension RecordPrinter {
  private mutating func appendText(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    let type = record.type
    let start = buffer.count
    buffer.append(decimal: record.address, rightAlignedIn: 10)
    let job = record.jobID
    if !jobs.append(job, to: &buffer) { addJobText(job, to: &buffer) }
    let inTransaction = record.isInTransaction
    let typeKey = UInt32(type.rawValue) | (inTransaction ? 256 : 0)
    if !types.append(typeKey, to: &buffer) {
      let start = buffer.count
      buffer.append(known.type ? type.op : "?")
      if inTransaction { buffer.append(UInt8(ascii: "T")) }
      buffer.padRight(from: start, to: 5)
      types.remember(typeKey, buffer, from: start)
    }
    if showsTime {
      if known.time {
        appendTime(record.blockTime, to: &buffer)
        buffer.append(UInt8(ascii: " "))
      } else {
        let start = buffer.count
        buffer.append("unknown")
        buffer.padRight(from: start, to: Self.timeWidth(zone) + 1)
      }
    }
    if type.hasKey {
      let sfn = record.sfn
      if !databases.append(sfn, to: &buffer) { addDatabaseText(sfn, to: &buffer) }
    } else {
      buffer.append(repeating: UInt8(ascii: " "), count: 23)
    }
    try appendTextBody(record, to: &buffer)
    if style.width != nil { buffer.cutLine(from: start, style) }
    buffer.append(UInt8(ascii: "\n"))
  }

  @inline(never)
  private mutating func addJobText(_ job: UInt32, to buffer: inout TextBuffer) {
    let start = buffer.count
    if !known.job {
      buffer.append("unknown")
    } else if let process = journal.processID(jobID: job) {
      buffer.append(decimal: Int(process))
    } else if job != 0 {
      // The vendor's own form for a job whose process is not known (class D).
      buffer.append(decimal: Int(job))
      buffer.append("(jid)")
    }
    buffer.padLeft(from: start, to: 10)
    buffer.append(UInt8(ascii: " "))
    jobs.remember(job, buffer, from: start)
  }

  @inline(never)
  private mutating func addDatabaseText(_ sfn: UInt32, to buffer: inout TextBuffer) {
    let start = buffer.count
    var name =
      known.database ? journal.database(sfn: sfn)?.directory ?? "sfn \(sfn)" : "unknown"
    if style.width != nil { name = printable(name).cut(to: 22, keepingEnd: true, style) }
    buffer.append(printable: name)
    buffer.padRight(from: start, to: 22)
    buffer.append(UInt8(ascii: " "))
    databases.remember(sfn, buffer, from: start)
  }

  private mutating func appendTextBody(_ record: borrowing Record, to buffer: inout TextBuffer)
    throws
  {
    if isEncrypted {
      buffer.append("(encrypted)")
      return
    }
    let type = record.type
    guard type.hasKey else {
      if !appendDetail(record, to: &buffer) {
        undecodable += 1
        buffer.append("(damaged body)")
      }
      return
    }
    guard known.keys else {
      buffer.append("unknown")
      return
    }
    guard let key = record.key(), appendReference(key, to: &buffer) else {
      undecodable += 1
      buffer.append("(damaged key)")
      return
    }
    if type == .bitSet {
      buffer.append(UInt8(ascii: " "))
      if !appendDetail(record, to: &buffer) {
        undecodable += 1
        buffer.append("(damaged body)")
      }
      return
    }
    guard known.values else { return }
    let count = record.valueCount
    if !ValuePlaces.areFitting(type, count) {
      undecodable += 1
      if count == 0 { buffer.append(" (no value)") }
    }
    if count == 0 { return }
    let isSet = type.isSet
    if isSet || count == 2 {
      buffer.append(" = ")
      try appendTextValue(0, of: record, to: &buffer)
    }
    if !isSet || count == 2 {
      buffer.append(" (was ")
      try appendTextValue(count - 1, of: record, to: &buffer)
      buffer.append(UInt8(ascii: ")"))
    }
  }

  private mutating func appendTextValue(
    _ index: Int, of record: borrowing Record, to buffer: inout TextBuffer
  ) throws {
    do {
      try record.withValue(index, in: journal) { appendText($0, to: &buffer) }
    } catch let error as JournalError where error.isAboutContent {
      undecodable += 1
      buffer.append("(")
      buffer.append(printable: error.reason)
      buffer.append(")")
    }
  }
}

extension RecordPrinter {
  private mutating func appendText(_ view: borrowing ValueView, to buffer: inout TextBuffer) {
    let kind =
      redactsValues
      ? view.appendRedacted(to: &buffer)
      : view.appendZWrite(to: &buffer, limit: textValueLimit > 0 ? textValueLimit : .max)
    if kind == .damaged { undecodable += 1 }
  }

  func appendReference(_ key: borrowing KeyView, to buffer: inout TextBuffer) -> Bool {
    key.appendReference(to: &buffer, redacted: redactsValues)
  }

  /// Appends what a record without values says; false when its body does not fit.
  func appendDetail(_ record: borrowing Record, to buffer: inout TextBuffer) -> Bool {
    record.appendDetail(of: journal, known, redacted: redactsValues, to: &buffer)
  }
}

extension Record {
  /// Calls `body` with value `index`: where it stands if it is whole there, else put together.
  ///
  /// - Parameter journal: asked for only then, because a reference to it costs more than the value.
  /// - Throws: what `body` throws, and as `Journal.withValue`.
  @inline(__always)
  borrowing func withValue(
    _ index: Int, in journal: @autoclosure () -> Journal,
    _ body: (borrowing ValueView) throws -> Void
  ) throws {
    if let view = valueInPlace(index) { return try body(view) }
    try journal().withValue(index, of: self) { try body(ValueView($0, storageCode: $1)) }
  }
}
