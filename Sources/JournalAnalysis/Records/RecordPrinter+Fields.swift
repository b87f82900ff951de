public import MirrorJournal

/// NDJSON and CSV: the same fields in the same order.
extension RecordPrinter {
  mutating func appendJSON(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    var problem: String?
    let type = record.type
    appendLineStart(to: &buffer)
    buffer.append(decimal: record.address)
    buffer.append(",\"length\":")
    buffer.append(decimal: record.length)
    types.append(UInt32(type.rawValue), to: &buffer) { [known] text in
      if known.type {
        text.append(",\"type\":\(type.rawValue),\"typeName\":")
        text.appendJSONString(type.name)
      } else {
        text.append(",\"type\":null,\"typeName\":null")
      }
      text.append(known.time ? ",\"timeStamp\":\"" : ",\"timeStamp\":null")
    }
    if known.time { appendTime(record.blockTime, to: &buffer) }
    let journal = journal
    let known = known
    let job = record.jobID
    jobs.append(job, to: &buffer) { text in
      let process = journal.processID(jobID: job).map { "\($0)" } ?? "null"
      if known.time { text.append(UInt8(ascii: "\"")) }
      text.append(
        known.job
          ? ",\"processID\":\(process),\"jobID\":\(job),\"remoteSystemID\":"
          : ",\"processID\":null,\"jobID\":null,\"remoteSystemID\":")
    }
    if known.remoteSystem {
      buffer.append(decimal: Int(record.remoteSystemID))
    } else {
      buffer.append("null")
    }
    if !known.transaction {
      buffer.append(",\"inTransaction\":null")
    } else {
      buffer.append(
        record.isInTransaction ? ",\"inTransaction\":true" : ",\"inTransaction\":false")
    }
    let sfn = record.sfn
    databases.append(sfn, to: &buffer) { text in
      let database = journal.database(sfn: sfn)
      text.append(",\"databaseName\":")
      text.appendJSONString(known.databaseName(sfn, in: journal))
      text.append(",\"mirrorDatabaseName\":")
      text.appendJSONString(database?.mirrorName ?? "")
      text.append(",\"globalNode\":")
    }
    if type.hasKey, known.keys {
      var isShown = false
      if !isEncrypted, let key = record.key() { isShown = appendJSON(key, to: &buffer) }
      if !isShown {
        buffer.append("null")
        problem = unreadable("the key does not decode")
      }
    } else {
      buffer.append("null")
    }
    buffer.append(",\"numberOfValues\":")
    let places = ValuePlaces(type: type, count: known.values ? record.valueCount : 0)
    if known.values || !type.hasKeyAndValues {
      buffer.append(decimal: places.count)
    } else {
      buffer.append("null")
    }
    buffer.append(",\"newValue\":")
    try appendJSONValue(places.new, of: record, ",\"newValueType\":", &problem, to: &buffer)
    buffer.append(",\"oldValue\":")
    try appendJSONValue(places.old, of: record, ",\"oldValueType\":", &problem, to: &buffer)
    buffer.append(",\"detail\":")
    if type.hasKeyAndValues || isEncrypted {
      buffer.append("null")
    } else {
      let start = buffer.count + 1
      buffer.append("\"")
      if !appendDetail(record, to: &buffer) { problem = "the body does not decode" }
      buffer.escapeJSON(from: start)
      buffer.append("\"")
    }
    buffer.append(",\"error\":")
    if let problem {
      if !isEncrypted { undecodable += 1 }
      buffer.appendJSONString(problem)
    } else {
      buffer.append("null")
    }
    buffer.append("}\n")
  }

  private mutating func appendJSONValue(
    _ index: Int?, of record: borrowing Record, _ typeLabel: StaticString,
    _ problem: inout String?, to buffer: inout TextBuffer
  ) throws {
    guard let index, !isEncrypted else {
      buffer.append("null")
      buffer.append(typeLabel)
      buffer.append("null")
      return
    }
    let start = buffer.count
    do {
      try journal.withValue(index, of: record) { bytes, storage in
        let view = ValueView(bytes, storageCode: storage)
        let kind = view.kind
        if kind == .damaged { throw JournalError(.badValue, "a value does not decode") }
        if redactsValues {
          buffer.append("\"")
          view.appendRedacted(to: &buffer)
          buffer.append("\"")
        } else {
          view.appendJSON(to: &buffer)
        }
        buffer.append(typeLabel)
        buffer.append("\"")
        buffer.append(kind.rawValue)
        buffer.append("\"")
      }
    } catch let error as JournalError where error.isAboutContent {
      problem = error.reason
      buffer.truncate(to: start)
      buffer.append("null")
      buffer.append(typeLabel)
      buffer.append("null")
    }
  }

  mutating func appendCSV(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    var problem: String?
    let comma = UInt8(ascii: ",")
    let type = record.type
    appendLineStart(to: &buffer)
    buffer.append(decimal: record.address)
    buffer.append(comma)
    buffer.append(decimal: record.length)
    buffer.append(comma)
    types.append(UInt32(type.rawValue), to: &buffer) { [known] text in
      text.append(known.type ? "\(type.rawValue),\(type.name)," : ",,")
    }
    if known.time { appendTime(record.blockTime, to: &buffer) }
    let journal = journal
    let known = known
    let job = record.jobID
    jobs.append(job, to: &buffer) { text in
      let process = journal.processID(jobID: job).map { "\($0)" } ?? ""
      text.append(known.job ? ",\(process),\(job)," : ",,,")
    }
    if known.remoteSystem { buffer.append(decimal: Int(record.remoteSystemID)) }
    if known.transaction {
      buffer.append(record.isInTransaction ? ",true," : ",false,")
    } else {
      buffer.append(",,")
    }
    let sfn = record.sfn
    databases.append(sfn, to: &buffer) { text in
      let database = journal.database(sfn: sfn)
      text.appendCSVField(known.databaseName(sfn, in: journal))
      text.append(",")
      text.appendCSVField(database?.mirrorName ?? "")
      text.append(",")
    }
    var start = buffer.count
    if type.hasKey, known.keys {
      if !isEncrypted, let key = record.key(), appendReference(key, to: &buffer) {
        buffer.quoteCSVField(from: start)
      } else {
        problem = unreadable("the key does not decode")
      }
    }
    buffer.append(comma)
    let places = ValuePlaces(type: type, count: known.values ? record.valueCount : 0)
    if known.values || !type.hasKeyAndValues { buffer.append(decimal: places.count) }
    buffer.append(comma)
    try appendCSVValue(places.new, of: record, &problem, to: &buffer)
    buffer.append(comma)
    try appendCSVValue(places.old, of: record, &problem, to: &buffer)
    buffer.append(comma)
    start = buffer.count
    if !type.hasKeyAndValues, !isEncrypted, !appendDetail(record, to: &buffer) {
      problem = "the body does not decode"
    }
    buffer.quoteCSVField(from: start)
    buffer.append(comma)
    if let problem {
      if !isEncrypted { undecodable += 1 }
      buffer.appendCSVField(problem)
    }
    buffer.append(UInt8(ascii: "\n"))
  }

  private mutating func appendCSVValue(
    _ index: Int?, of record: borrowing Record, _ problem: inout String?,
    to buffer: inout TextBuffer
  ) throws {
    guard let index, !isEncrypted else {
      buffer.append(UInt8(ascii: ","))
      return
    }
    let start = buffer.count
    do {
      try journal.withValue(index, of: record) { bytes, storage in
        let view = ValueView(bytes, storageCode: storage)
        let kind = view.kind
        if kind == .damaged { throw JournalError(.badValue, "a value does not decode") }
        if redactsValues {
          view.appendRedacted(to: &buffer)
        } else if kind == .list {
          view.appendZWrite(to: &buffer)
        } else if kind == .string || kind == .wideString {
          view.appendPlain(to: &buffer)
        } else {
          buffer.append(hexBytes: bytes)
        }
        // An empty string is written as "" so that it differs from a value that is not there.
        if buffer.count == start { buffer.append("\"\"") } else { buffer.quoteCSVField(from: start) }
        buffer.append(UInt8(ascii: ","))
        buffer.append(kind.rawValue)
      }
    } catch let error as JournalError where error.isAboutContent {
      problem = error.reason
      buffer.truncate(to: start)
      buffer.append(UInt8(ascii: ","))
    }
  }

  private func appendJSON(_ key: borrowing KeyView, to buffer: inout TextBuffer) -> Bool {
    guard redactsValues else { return key.appendJSON(to: &buffer) }
    let start = buffer.count
    buffer.append("\"")
    guard key.appendRedactedReference(to: &buffer) else {
      buffer.truncate(to: start)
      return false
    }
    buffer.escapeJSON(from: start + 1)
    buffer.append("\"")
    return true
  }

  private func unreadable(_ reason: String) -> String {
    isEncrypted ? "the journal is encrypted" : reason
  }
}

/// Which of a record's values is the new one and which the old one.
public struct ValuePlaces: Sendable {
  public let new: Int?
  public let old: Int?
  /// How many values the record has.
  public let count: Int

  @inlinable
  public init(type: RecordType, count: Int) {
    let has = type.hasKeyAndValues ? count : 0
    self.count = has
    new = type.isSet && has >= 1 ? 0 : nil
    old = has == 2 ? 1 : !type.isSet && has == 1 ? 0 : nil
  }
}
