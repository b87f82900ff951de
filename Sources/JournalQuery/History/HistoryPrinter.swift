public import MirrorJournal

/// Writes the changes of a node as text, NDJSON or CSV.
///
/// NDJSON and CSV are the records' own lines (see `RecordField`) with more fields at the end:
/// `relation`, which is `node`, `descendant` or `ancestor`, and what an earlier record left where this one does
/// not hold the old value: `lastSeenValue`, `lastSeenType` (`killed` for no value), `lastSeenFile` and
/// `lastSeenAddress`. The values of an ancestor's KILL are those of the ancestor, whom `globalNode` names.
public struct HistoryPrinter: ~Copyable {
  private let journal: Journal
  private var records: RecordPrinter
  /// In text, a value longer than this many bytes is cut and marked with a trailing `+`, as
  /// `ValueView.appendZWrite(to:limit:)` does; 0 means never.
  public var textValueLimit = 256

  /// The zone of times.
  public var zone: ClockZone {
    get { records.zone }
    set { records.zone = newValue }
  }

  /// How many records had a key or a value that could not be shown.
  public var undecodable: Int { records.undecodable + undecodableText }
  private var undecodableText = 0

  /// A printer for changes found in `journal`.
  public init(_ journal: Journal, format: RecordFormat) {
    self.journal = journal
    records = RecordPrinter(journal, format: format)
  }

  /// Appends what stands before the first change: a title in text, the field names in CSV.
  public mutating func appendHead(to buffer: inout TextBuffer) {
    switch records.format {
    case .text:
      let start = buffer.count
      buffer.append(printable: "Not before (\(zone.heading))")
      buffer.padRight(from: start, to: zone.textWidth)
      buffer.append("     Address   Proc ID Op    Change\n")
    case .ndjson: break
    case .csv:
      records.appendHead(to: &buffer)
      buffer.truncate(to: buffer.count - 1)
      buffer.append(",relation,lastSeenValue,lastSeenType,lastSeenFile,lastSeenAddress\n")
    }
  }

  /// Appends one line; `seen` is what an earlier record left, for a record that does not hold the old value.
  ///
  /// - Throws: only what the storage throws.
  public mutating func append(
    _ record: borrowing Record, _ relation: NodeHistory.Relation,
    lastSeen seen: LastSeenValues.Seen? = nil, to buffer: inout TextBuffer
  ) throws {
    let places = ValuePlaces(type: record.type, count: record.valueCount)
    let isMissing = places.old == nil && record.type != .bitSet && relation != .ancestor
    let seen = isMissing ? seen : nil
    switch records.format {
    case .text:
      let change = try NodeChange(record, of: journal, relation)
      if change.isUnreadable { undecodableText += 1 }
      append(change, seen, to: &buffer)
    case .ndjson:
      try records.append(record, to: &buffer)
      buffer.truncate(to: buffer.count - 2)
      buffer.append(",\"relation\":\"\(relation.rawValue)\"" as String)
      appendJSON(seen, to: &buffer)
      buffer.append("}\n")
    case .csv:
      try records.append(record, to: &buffer)
      buffer.truncate(to: buffer.count - 1)
      buffer.append(",\(relation.rawValue)" as String)
      appendCSV(seen, to: &buffer)
      buffer.append("\n")
    }
  }

  private func appendJSON(_ seen: LastSeenValues.Seen?, to buffer: inout TextBuffer) {
    buffer.append(",\"lastSeenValue\":")
    var type = seen == nil ? "null" : "\"killed\""
    if let value = seen?.value {
      let bytes = value.encodedBytes
      let view = ValueView(bytes.span.bytes, storageCode: value.storageCode)
      type = "\"\(view.appendJSON(to: &buffer).rawValue)\""
    } else {
      buffer.append("null")
    }
    buffer.append(",\"lastSeenType\":\(type)" as String)
    buffer.field("lastSeenFile", seen?.file)
    buffer.field("lastSeenAddress", seen?.address)
  }

  private func appendCSV(_ seen: LastSeenValues.Seen?, to buffer: inout TextBuffer) {
    guard let seen else { return buffer.append(",,,,") }
    buffer.append(",")
    var type = "killed"
    if let value = seen.value {
      let bytes = value.encodedBytes
      let start = buffer.count
      type =
        ValueView(bytes.span.bytes, storageCode: value.storageCode).appendField(to: &buffer)
        .rawValue
      if buffer.count == start { buffer.append("\"\"") } else { buffer.quoteCSVField(from: start) }
    }
    buffer.append(",\(type)," as String)
    buffer.appendCSVField(seen.file)
    buffer.append(",\(seen.address)" as String)
  }

  /// `TIME ADDRESS PID OP REFERENCE: OLD -> NEW`.
  private func append(
    _ change: NodeChange, _ seen: LastSeenValues.Seen?, to buffer: inout TextBuffer
  ) {
    var start = buffer.count
    buffer.append(change.notBefore.map(zone.text) ?? "unknown")
    buffer.padRight(from: start, to: zone.textWidth)
    start = buffer.count
    buffer.append(decimal: change.address)
    buffer.padLeft(from: start, to: 12)
    start = buffer.count
    if let process = change.processID {
      buffer.append(decimal: Int(process))
    } else {
      buffer.append("\(change.jobID)(jid)" as String)
    }
    buffer.padLeft(from: start, to: 10)
    buffer.append(" ")
    start = buffer.count
    buffer.append(change.type.op + (change.isInTransaction ? "T" : ""))
    buffer.padRight(from: start, to: 6)
    buffer.append(printable: change.global ?? "(damaged key)")
    if let bit = change.bit {
      buffer.append(": bit \(bit.position): \(bit.oldBit) -> \(bit.newBit)\n" as String)
      return
    }
    if change.relation == .ancestor {
      buffer.append(" and all below: not recorded -> killed\n")
      return
    }
    buffer.append(": ")
    append(change.old, to: &buffer)
    if let seen { append(seen, to: &buffer) }
    buffer.append(" -> ")
    append(change.new, to: &buffer)
    buffer.append("\n")
  }

  /// ` (last seen: VALUE at PLACE)`: what an earlier record left, which need not be what was there.
  private func append(_ seen: LastSeenValues.Seen, to buffer: inout TextBuffer) {
    buffer.append(" (last seen: ")
    append(seen.value.map { .value($0) } ?? .none, to: &buffer)
    buffer.append(" at ")
    if seen.file != journal.path { buffer.append(printable: lastComponent(seen.file) + ":") }
    buffer.append("\(seen.address))" as String)
  }

  private func append(_ value: ChangedValue, to buffer: inout TextBuffer) {
    guard case .value(let value) = value else { return buffer.append(printable: value.description) }
    let bytes = value.encodedBytes
    ValueView(bytes.span.bytes, storageCode: value.storageCode)
      .appendZWrite(to: &buffer, limit: textValueLimit > 0 ? textValueLimit : .max)
  }
}
