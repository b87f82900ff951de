public import MirrorJournal

/// Writes transactions as text, NDJSON or CSV.
public struct TransactionPrinter {
  /// How the transactions are written.
  public let format: RecordFormat
  /// The files as they were named.
  public let files: [String]
  /// The zone of times.
  public var zone = ClockZone.utc
  /// How the table looks in text.
  public var style = TextStyle()

  /// A printer; `files` are in the order of `JournalTransaction.Position.file`.
  public init(format: RecordFormat, files: [String]) {
    self.format = format
    self.files = files
  }

  /// Appends what stands before the transactions: the files in text, the field names in CSV.
  public func appendHead(to buffer: inout TextBuffer) {
    switch format {
    case .ndjson: break
    case .csv:
      buffer.append(
        "state,processID,jobID,remoteSystemID,startFile,startAddress,endFile,endAddress,"
          + "hasBeginning,startTime,endTime,durationMilliseconds,records,bytes,sets,kills,"
          + "deepestLevel,hasGap\n" as String)
    case .text:
      if files.count == 1 {
        buffer.append("Journal: \(printable(files[0]))\n" as String)
      } else {
        for (index, file) in files.enumerated() {
          buffer.append("Journal \(index + 1): \(printable(file))\n" as String)
        }
      }
    }
  }

  /// Appends transactions: a table in text, else a line each.
  ///
  /// - Parameters:
  ///   - transactions: in the order in which they are shown.
  ///   - buffer: takes the lines.
  public func append(_ transactions: [JournalTransaction], to buffer: inout TextBuffer) {
    append(transactions, to: &buffer, written: { _ in })
  }

  /// The same; `written` is called behind each line.
  ///
  /// - Throws: what `written` throws.
  public func append(
    _ transactions: [JournalTransaction], to buffer: inout TextBuffer,
    written: (inout TextBuffer) throws -> Void
  ) rethrows {
    if format == .text {
      return try TextTable(style).append(columns(transactions), to: &buffer, written: written)
    }
    for transaction in transactions {
      if format == .csv {
        appendCSV(transaction, to: &buffer)
      } else {
        appendNDJSON(transaction, to: &buffer)
      }
      try written(&buffer)
    }
  }

  /// Appends, in text, how many there are of each state and what the open ones keep from being
  /// purged.
  public func append(_ summary: TransactionSummary, left: Int, to buffer: inout TextBuffer) {
    guard format == .text else { return }
    if left > 0 { buffer.append("(\(left) more)\n" as String) }
    buffer.append(
      "\(summary.total) transactions: \(summary.committed) committed, \(summary.rolledBack) rolled "
        + "back, \(summary.open) open, \(summary.unfinished) without a recorded end\n" as String)
    let rest = summary.rest
    if let start = rest.start {
      buffer.append(
        "(rest) from \(place(start)) on: \(rest.records) records, \(rest.bytes) bytes, "
          + "\(rest.beginnings) beginnings of transactions that were not followed\n" as String)
    }
    if let oldest = summary.oldestOpen {
      let mayBeYounger = rest.start.map { $0 < oldest.start } ?? false
      buffer.append(
        "The oldest open transaction \(mayBeYounger ? "that was followed " : "")\(oldest.hasBeginning ? "begins" : "is older than the record")"
          + " at \(place(oldest.start)) and keeps "
          + printable(file(oldest.start))
          + " from being purged\n" as String)
    }
  }

  private func place(_ position: JournalTransaction.Position) -> String {
    files.count > 1 ? "\(position.file + 1):\(position.address)" : "\(position.address)"
  }

  private func columns(_ transactions: [JournalTransaction]) -> [TextColumn] {
    func column(
      _ title: String, isNumber: Bool = false, _ cell: @escaping (JournalTransaction) -> String
    ) -> TextColumn {
      TextColumn(title, of: transactions, isNumber: isNumber, cell)
    }
    let (zone, style) = (zone, style)
    return [
      column("Process", isNumber: true) {
        $0.processID.map(String.init) ?? "\($0.jobID)(jid)"
      },
      column("State") { Self.words($0.state) },
      column("Start", isNumber: true) { ($0.hasBeginning ? "" : "<") + place($0.start) },
      column("End", isNumber: true) { $0.state == .open ? "-" : place($0.end) }.leaving(3),
      column("Not before (\(zone.heading))") { $0.startTime.map(zone.text) ?? "unknown" }
        .shortened { transactions[$0].startTime.map(zone.secondText) ?? "unknown" },
      column("Duration", isNumber: true) { $0.duration.map(Self.duration) ?? "unknown" },
      column("Records", isNumber: true) { style.number($0.records) },
      column("Bytes", isNumber: true) { style.number($0.bytes) }.leaving(4),
      column("SET", isNumber: true) { style.number($0.sets) }.leaving(5),
      column("KILL", isNumber: true) { style.number($0.kills) }.leaving(6),
      column("") { transaction in
        [
          transaction.deepestLevel > 1 ? "\(transaction.deepestLevel) levels" : nil,
          transaction.hasGap ? "data lost inside" : nil,
        ].compactMap(\.self).joined(separator: ", ")
      }.asNote(),
    ]
  }

  private static func words(_ state: JournalTransaction.State) -> String {
    switch state {
    case .committed: "committed"
    case .rolledBack: "rolled back"
    case .open: "open"
    case .unfinished: "no end recorded"
    }
  }

  /// `1 h 02 min 03.004 s` without the parts that are zero at its front.
  static func duration(_ milliseconds: Int64) -> String {
    if milliseconds < 0 { return "clock back" }
    let seconds = Int(milliseconds / 1000)
    let rest = padded(Int(milliseconds % 1000), 3)
    if seconds < 60 { return "\(seconds).\(rest) s" }
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes):\(padded(seconds % 60, 2)).\(rest)" }
    return "\(minutes / 60):\(padded(minutes % 60, 2)):\(padded(seconds % 60, 2))"
  }

  private func file(_ position: JournalTransaction.Position) -> String {
    files.indices.contains(position.file) ? files[position.file] : ""
  }

  private func appendNDJSON(_ transaction: JournalTransaction, to buffer: inout TextBuffer) {
    buffer.beginObject()
    buffer.field("state", transaction.state.rawValue)
    buffer.field("processID", transaction.processID.map(Int.init))
    buffer.field("jobID", Int(transaction.jobID))
    buffer.field("remoteSystemID", Int(transaction.remoteSystemID))
    buffer.field("startFile", file(transaction.start))
    buffer.field("startAddress", transaction.start.address)
    buffer.field("endFile", file(transaction.end))
    buffer.field("endAddress", transaction.end.address)
    buffer.field("hasBeginning", transaction.hasBeginning)
    buffer.field("startTime", transaction.startTime.map(zone.iso8601))
    buffer.field("endTime", transaction.endTime.map(zone.iso8601))
    buffer.field("durationMilliseconds", transaction.duration.map { Int($0) })
    buffer.field("records", transaction.records)
    buffer.field("bytes", transaction.bytes)
    buffer.field("sets", transaction.sets)
    buffer.field("kills", transaction.kills)
    buffer.field("deepestLevel", transaction.deepestLevel)
    buffer.field("hasGap", transaction.hasGap)
    buffer.endObject()
  }

  private func appendCSV(_ transaction: JournalTransaction, to buffer: inout TextBuffer) {
    buffer.append(
      "\(transaction.state.rawValue),\(transaction.processID.map(String.init) ?? ""),"
        + "\(transaction.jobID),\(transaction.remoteSystemID)," as String)
    buffer.appendCSVField(file(transaction.start))
    buffer.append(",\(transaction.start.address)," as String)
    buffer.appendCSVField(file(transaction.end))
    buffer.append(
      ",\(transaction.end.address),\(transaction.hasBeginning),\(transaction.startTime.map(zone.iso8601) ?? ""),"
        + "\(transaction.endTime.map(zone.iso8601) ?? ""),"
        + "\(transaction.duration.map(String.init) ?? ""),\(transaction.records),"
        + "\(transaction.bytes),\(transaction.sets),\(transaction.kills),"
        + "\(transaction.deepestLevel),\(transaction.hasGap)\n" as String)
  }
}
