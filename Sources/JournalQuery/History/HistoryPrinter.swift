public import MirrorJournal

/// Writes the changes of a node as text, NDJSON or CSV.
///
/// NDJSON and CSV are the records' own lines (see `RecordField`) with one more field at the end:
/// `relation`, which is `node`, `descendant` or `ancestor`. The values of an ancestor's KILL are
/// those of the ancestor, whom `globalNode` names.
public struct HistoryPrinter: ~Copyable {
  private let journal: Journal
  private var records: RecordPrinter
  /// In text, a value longer than this many bytes is cut and marked with a trailing `+`, as
  /// `ValueView.appendZWrite(to:limit:)` does; 0 means never.
  public var textValueLimit = 256

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
      buffer.append(
        "Not before (UTC)            Address   Proc ID Op    Change\n")
    case .ndjson: break
    case .csv:
      records.appendHead(to: &buffer)
      buffer.truncate(to: buffer.count - 1)
      buffer.append(",relation\n")
    }
  }

  /// Appends one line.
  ///
  /// - Throws: only what the storage throws.
  public mutating func append(
    _ record: borrowing Record, _ relation: NodeHistory.Relation, to buffer: inout TextBuffer
  ) throws {
    switch records.format {
    case .text:
      let change = try NodeChange(record, of: journal, relation)
      if change.isUnreadable { undecodableText += 1 }
      append(change, to: &buffer)
    case .ndjson:
      try records.append(record, to: &buffer)
      buffer.truncate(to: buffer.count - 2)
      buffer.append(",\"relation\":\"\(relation.rawValue)\"}\n" as String)
    case .csv:
      try records.append(record, to: &buffer)
      buffer.truncate(to: buffer.count - 1)
      buffer.append(",\(relation.rawValue)\n" as String)
    }
  }

  /// `TIME ADDRESS PID OP REFERENCE: OLD -> NEW`.
  private func append(_ change: NodeChange, to buffer: inout TextBuffer) {
    var start = buffer.count
    buffer.append(change.notBefore?.description ?? "unknown")
    buffer.padRight(from: start, to: 23)
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
    buffer.append(" -> ")
    append(change.new, to: &buffer)
    buffer.append("\n")
  }

  private func append(_ value: ChangedValue, to buffer: inout TextBuffer) {
    guard case .value(let value) = value else { return buffer.append(printable: value.description) }
    let bytes = value.encodedBytes
    ValueView(bytes.span.bytes, storageCode: value.storageCode)
      .appendZWrite(to: &buffer, limit: textValueLimit > 0 ? textValueLimit : .max)
  }
}
