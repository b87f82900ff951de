public import JournalQuery
public import MirrorJournal

/// Writes the records of journals as a stream of lines.
public struct RecordExport: Sendable {
  /// What a line looks like.
  public enum Format: String, Sendable, CaseIterable {
    /// One JSON object a line; the fields are those of `RecordField`.
    case ndjson
    /// RFC 4180 with a header line; the same fields.
    case csv
    /// The new values of SETs, for `^%GI` and its kin; two header lines, then one node a line.
    case zwr
  }

  /// What has been written and what has not.
  public struct Summary: Sendable, Hashable {
    /// Records written.
    public internal(set) var records = 0
    /// Records of which a key or a value could not be shown.
    public internal(set) var undecodable = 0
    /// SETs whose value has no form in ZWR: vectors.
    public internal(set) var notExpressible = 0
    /// Damaged places that were passed over.
    public internal(set) var damage = 0
    /// The last record written: what `after` takes to go on; nil when there was none.
    public internal(set) var lastFile: String?
    /// The address of that record, in bytes.
    public internal(set) var lastAddress: JournalAddress?
  }

  /// What a line looks like.
  public var format: Format
  /// The addresses of a single file, or of each.
  public var range: Range<JournalAddress>?
  /// Leaves out the records of the first file up to this address, and the header lines: what is
  /// written continues an earlier export.
  public var after: JournalAddress?
  /// Whether records that the vendor's lists do not show are written.
  public var includesInternal = false
  /// Whether values and subscripts are hidden: their lengths and types stay.
  public var redactsValues = false
  /// The zone of times.
  public var zone = ClockZone.utc

  /// An export of whole files in this format.
  public init(_ format: Format) { self.format = format }

  /// Writes the records of `journals` that `selection` accepts, in order.
  ///
  /// Streaming: nothing is kept but a buffer of about 64 KiB.
  ///
  /// - Throws: what the closures throw, and `JournalError` when a file cannot be read; for ZWR `badLayout`
  ///   before anything is written, when a layout does not know how keys are spelled.
  public func write(
    _ journals: [Journal], selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void = { _, _ in }, _ write: (RawSpan) throws -> Void
  ) throws -> Summary {
    for journal in journals where format == .zwr {
      try journal.layout.require(
        [.type, .key, .subscript, .value], for: "export of nodes without it")
    }
    var summary = Summary()
    var text = TextBuffer(capacity: 1 << 17)
    for (index, journal) in journals.enumerated() {
      var lines = ExportLines(journal, format, redactsValues: redactsValues, zone)
      let wanted = try selection(journal)
      if index == 0, after == nil { lines.appendHead(to: &text) }
      var range = range ?? journal.dataRange
      if index == 0, let after {
        range = min(max(range.lowerBound, after + 1), range.upperBound)..<range.upperBound
      }
      try journal.forEachRecord(
        in: range,
        damaged: {
          summary.damage += 1
          try damaged($0, journal)
        }
      ) { record in
        guard includesInternal || record.type.isVisible, try wanted(record),
          try lines.append(record, to: &text)
        else { return }
        summary.records += 1
        summary.lastFile = journal.path
        summary.lastAddress = record.address
        if text.count >= 1 << 16 {
          try text.withBytes(write)
          text.removeAll()
        }
      }
      summary.undecodable += lines.undecodable
      summary.notExpressible += lines.notExpressible
    }
    try text.withBytes(write)
    return summary
  }
}

/// The lines of one journal in one format.
private struct ExportLines: ~Copyable {
  private let isZWR: Bool
  // Idle when the lines are ZWR.
  private var printer: RecordPrinter
  private let journal: Journal
  private let redactsValues: Bool
  private var undecodableZWR = 0
  private(set) var notExpressible = 0

  var undecodable: Int { isZWR ? undecodableZWR : printer.undecodable }

  init(
    _ journal: Journal, _ format: RecordExport.Format, redactsValues: Bool, _ zone: ClockZone
  ) {
    self.journal = journal
    self.redactsValues = redactsValues
    isZWR = format == .zwr
    printer = RecordPrinter(journal, format: format == .csv ? .csv : .ndjson)
    printer.redactsValues = redactsValues
    printer.zone = zone
  }

  func appendHead(to text: inout TextBuffer) {
    if isZWR {
      text.append("mirror-journal export\nZWR\n")
    } else {
      printer.appendHead(to: &text)
    }
  }

  /// Appends the line for `record`; false when the format has none for it.
  mutating func append(_ record: borrowing Record, to text: inout TextBuffer) throws -> Bool {
    if isZWR { return try appendZWR(record, to: &text) }
    try printer.append(record, to: &text)
    return true
  }

  private mutating func appendZWR(_ record: borrowing Record, to text: inout TextBuffer) throws
    -> Bool
  {
    let places = ValuePlaces(type: record.type, count: record.valueCount)
    // The mirror's own bookkeeping is no data (class D: restore ignores it).
    guard record.type.isSet, record.type != .mirrorSet else { return false }
    guard let new = places.new else {
      undecodableZWR += 1
      return false
    }
    let start = text.count
    guard !journal.header.isEncrypted, let key = record.key(),
      key.appendReference(to: &text, redacted: redactsValues)
    else {
      undecodableZWR += 1
      return false
    }
    text.append(UInt8(ascii: "="))
    do {
      let isWritten = try journal.withValue(new, of: record) { bytes, storage in
        let value = ValueView(bytes, storageCode: storage)
        switch value.kind {
        case .damaged: throw JournalError(.badValue, "the value does not decode")
        case .vector: return false
        case _ where redactsValues: value.appendRedactedZWrite(to: &text)
        case .list: text.appendExactList(bytes)
        // No reader of ZWR knows `$zwc`.
        case .bits: text.appendCodes(bytes)
        case .string, .wideString, .brokenWideString: value.appendZWrite(to: &text)
        }
        return true
      }
      text.append(UInt8(ascii: "\n"))
      if isWritten { return true }
      notExpressible += 1
    } catch let error as JournalError where error.isAboutContent {
      undecodableZWR += 1
    }
    text.truncate(to: start)
    return false
  }
}

extension TextBuffer {
  /// Appends the `$lb(…)` that builds exactly the list `bytes`, or, when another encoding of its
  /// elements would come of it, the characters of its bytes.
  mutating func appendExactList(_ bytes: RawSpan) {
    let start = count
    append("^a=")
    ValueView(bytes, storageCode: ValueStorage.bytes.rawValue).appendZWrite(to: &self)
    let isExact = withBytes { text in
      guard let line = text.slice(start, text.byteCount - start),
        let parsed = try? ZWRText.parse(line), case .bytes(let rebuilt) = parsed.value
      else { return false }
      return rebuilt.span.bytes.isEqual(to: bytes)
    }
    truncate(to: start)
    if isExact {
      ValueView(bytes, storageCode: ValueStorage.bytes.rawValue).appendZWrite(to: &self)
    } else {
      appendZWriteString(latin1: bytes)
    }
  }

  /// Appends the string of `bytes`, at least one, as `$c(…)`: no reader's character set changes one.
  mutating func appendCodes(_ bytes: RawSpan) {
    for offset in 0..<bytes.byteCount {
      append(offset == 0 ? "$c(" : ",")
      append(decimal: UInt64(bytes.loadUInt8(at: offset) ?? 0))
    }
    append(UInt8(ascii: ")"))
  }
}
