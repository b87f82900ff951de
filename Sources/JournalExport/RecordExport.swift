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
    /// How far the journals were read; nil when there was nothing to read.
    public internal(set) var place: ExportPlace?
    /// Records that were left out because their transactions did not commit.
    public internal(set) var leftOut = TransactionWalk.Summary()
  }

  /// What a line looks like.
  public var format: Format
  /// The addresses of a single file, or of each.
  public var range: Range<JournalAddress>?
  /// The addresses of each file where they differ; goes before `range`.
  public var ranges: FileRanges?
  /// Leaves out the records of the first file up to this address, and the header lines: what is
  /// written continues an earlier export.
  public var after: JournalAddress?
  /// The place up to which an earlier run has written: what is written continues it.
  public var resume: ExportPlace?
  /// The most records that are written; nil for all.
  public var limit: Int?
  /// The fields of NDJSON and CSV; nil for those of `RecordField`.
  public var fields: [ExportField]?
  /// Whether only records of committed transactions are written, where their transaction commits, and those
  /// outside of transactions.
  public var isCommittedOnly = false
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
  /// Streaming: nothing is kept but a buffer of about 64 KiB, and with `isCommittedOnly` the places of records that
  /// wait (see `TransactionWalk`).
  ///
  /// - Parameters:
  ///   - journals: in journal order.
  ///   - selection: which records.
  ///   - damaged: told of data that could not be read.
  ///   - reached: told now and then, and at the end, that the records before a place have been handed to `write`.
  ///   - write: takes the text.
  /// - Throws: what the closures throw, and `JournalError` when a file cannot be read; for ZWR `badLayout`
  ///   before anything is written, when a layout does not know how keys are spelled.
  public func write(
    _ journals: [Journal], selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void = { _, _ in },
    reached: (ExportPlace) throws -> Void = { _ in }, _ write: (RawSpan) throws -> Void
  ) throws -> Summary {
    for journal in journals where format == .zwr {
      try journal.layout.require(
        [.type, .key, .subscript, .value], for: "export of nodes without it")
    }
    let lines = journals.map { ExportLines($0, self) }
    var run = ExportRun(limit: limit)
    if resume == nil, after == nil { lines.first?.appendHead(to: &run.text) }
    do {
      if isCommittedOnly || fields?.contains(.transaction) ?? false {
        try walk(journals, lines, selection, &run, damaged, reached, write)
      } else {
        try stream(journals, lines, selection, &run, damaged, reached, write)
      }
    } catch is ExportRun.LimitReached {}
    try run.text.withBytes(write)
    run.summary.place = run.place
    if let place = run.place { try reached(place) }
    for line in lines {
      run.summary.undecodable += line.undecodable
      run.summary.notExpressible += line.notExpressible
    }
    return run.summary
  }

  /// The addresses of a file, without those that an earlier export has written.
  private func range(_ index: Int, _ journal: Journal) -> Range<JournalAddress> {
    var range = ranges?.range(of: journal.path) ?? range ?? journal.dataRange
    if index == 0, let after {
      range = min(max(range.lowerBound, after + 1), range.upperBound)..<range.upperBound
    }
    guard let next = resume?.next else { return range }
    if index < next.file { return range.upperBound..<range.upperBound }
    let start = index == next.file ? next.address : 0
    return min(max(range.lowerBound, start), range.upperBound)..<range.upperBound
  }

  /// In the order of the files.
  private func stream(
    _ journals: [Journal], _ lines: [ExportLines], _ selection: RecordSelection,
    _ run: inout ExportRun, _ damaged: (Damage, Journal) throws -> Void,
    _ reached: (ExportPlace) throws -> Void, _ write: (RawSpan) throws -> Void
  ) throws {
    for (index, journal) in journals.enumerated() {
      let wanted = try selection(journal)
      let line = lines[index]
      let range = range(index, journal)
      try journal.forEachRecord(
        in: range,
        damaged: {
          run.summary.damage += 1
          try damaged($0, journal)
        }
      ) { record in
        guard includesInternal || record.type.isVisible, try wanted(record) else { return }
        try run.requireRoom()
        guard try line.append(record, begunAt: nil, to: &run.text) else { return }
        run.count(record.address, of: journal)
        run.place = ExportPlace(next: .init(file: index, address: record.address + 1))
        if run.text.count >= 1 << 16 {
          try run.flush(write)
          if let place = run.place { try reached(place) }
        }
      }
      let end = max(range.lowerBound, min(range.upperBound, journal.dataLimit))
      if (resume?.next.file ?? 0) <= index {
        run.place = ExportPlace(next: .init(file: index, address: end))
      }
    }
  }

  /// With transactions, which may begin before what is asked for.
  private func walk(
    _ journals: [Journal], _ lines: [ExportLines], _ selection: RecordSelection,
    _ run: inout ExportRun, _ damaged: (Damage, Journal) throws -> Void,
    _ reached: (ExportPlace) throws -> Void, _ write: (RawSpan) throws -> Void
  ) throws {
    var walk = TransactionWalk()
    walk.isCommittedOnly = isCommittedOnly
    walk.includesInternal = includesInternal
    let asked = journals.indices.map { index in
      var own = self
      own.resume = nil
      return own.range(index, journals[index])
    }
    // What ends before the place has been written: the walk is there to know what is open.
    let done = resume?.next ?? .init(file: 0, address: 0)
    let from = resume.map { $0.open ?? $0.next }
    var here = from ?? .init(file: 0, address: 0)
    let files = journals.indexByIdentity
    let summary = try walk.run(
      journals, from: from,
      selecting: { journal in
        let wanted = try selection(journal)
        let range = files[ObjectIdentifier(journal)].map { asked[$0] } ?? journal.dataRange
        return { try range.contains($0.address) && wanted($0) }
      },
      damaged: { damage, journal in
        let file = files[ObjectIdentifier(journal)] ?? 0
        guard damage.range.overlaps(asked[file]) else { return }
        run.summary.damage += 1
        try damaged(damage, journal)
      },
      passed: { next, open in
        here = next
        guard next > done else { return }
        let place = ExportPlace(next: next, open: isCommittedOnly ? open() : nil)
        run.place = place
        if run.text.count >= 1 << 16 {
          try run.flush(write)
          try reached(place)
        }
      }
    ) { file, record, start in
      // The record that is being passed: the one itself, or the commit that lets it out.
      let now = isCommittedOnly ? here : .init(file: file, address: record.address)
      guard now >= done else { return }
      try run.requireRoom()
      let begun = start.map { "\(journals[$0.file].header.guid)/\($0.address)" }
      guard try lines[file].append(record, begunAt: begun, to: &run.text) else { return }
      run.count(record.address, of: journals[file])
      if run.text.count >= 1 << 20 { try run.flush(write) }
    }
    run.summary.leftOut = summary
  }
}

/// What is written, and how far.
private struct ExportRun: ~Copyable {
  struct LimitReached: Error {}

  var summary = RecordExport.Summary()
  var text = TextBuffer(capacity: 1 << 17)
  var place: ExportPlace?
  private let limit: Int

  init(limit: Int?) { self.limit = limit ?? .max }

  func requireRoom() throws {
    guard summary.records < limit else { throw LimitReached() }
  }

  mutating func count(_ address: JournalAddress, of journal: Journal) {
    summary.records += 1
    summary.lastFile = journal.path
    summary.lastAddress = address
  }

  mutating func flush(_ write: (RawSpan) throws -> Void) throws {
    try text.withBytes(write)
    text.removeAll()
  }
}

/// The lines of one journal in one format.
private final class ExportLines {
  private let isZWR: Bool
  // Idle where the lines are ZWR, or of chosen fields.
  private var printer: RecordPrinter
  private var chosen: FieldPrinter?
  private let journal: Journal
  private let redactsValues: Bool
  private var undecodableZWR = 0
  private(set) var notExpressible = 0

  var undecodable: Int {
    isZWR ? undecodableZWR : chosen.map { $0.undecodable } ?? printer.undecodable
  }

  init(_ journal: Journal, _ export: RecordExport) {
    self.journal = journal
    redactsValues = export.redactsValues
    isZWR = export.format == .zwr
    printer = RecordPrinter(journal, format: export.format == .csv ? .csv : .ndjson)
    printer.redactsValues = redactsValues
    printer.zone = export.zone
    guard let fields = export.fields, !isZWR else { return }
    var own = FieldPrinter(journal, fields, isJSON: export.format == .ndjson)
    own.zone = export.zone
    own.redactsValues = redactsValues
    chosen = own
  }

  func appendHead(to text: inout TextBuffer) {
    if isZWR {
      text.append("mirror-journal export\nZWR\n")
    } else if chosen != nil {
      chosen?.appendHead(to: &text)
    } else {
      printer.appendHead(to: &text)
    }
  }

  /// Append the line for `record`; false when the format has none for it.
  func append(
    _ record: borrowing Record, begunAt begun: String?, to text: inout TextBuffer
  ) throws -> Bool {
    if isZWR { return try appendZWR(record, to: &text) }
    if chosen != nil {
      try chosen?.append(record, transaction: begun, to: &text)
    } else {
      try printer.append(record, to: &text)
    }
    return true
  }

  private func appendZWR(_ record: borrowing Record, to text: inout TextBuffer) throws
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
        default: text.appendZWRValue(bytes, storageCode: storage)
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
