internal import MirrorJournal

/// NDJSON: the fields of `RecordField` in their order.
extension RecordPrinter {
  mutating func appendJSON(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    var problem: String?
    let type = record.type
    appendLineStart(to: &buffer)
    buffer.append(decimal: record.address)
    buffer.append(",\"length\":")
    buffer.append(decimal: record.length)
    if !types.append(UInt32(type.rawValue), to: &buffer) { addTypeJSON(type, to: &buffer) }
    if known.time { appendTime(record.blockTime, to: &buffer) }
    let job = record.jobID
    if !jobs.append(job, to: &buffer) { addJobJSON(job, to: &buffer) }
    let remote = record.remoteSystemID
    if !remotes.append(remote, to: &buffer) { addRemoteJSON(remote, to: &buffer) }
    if !known.transaction {
      buffer.append("null")
    } else if record.isInTransaction {
      buffer.append("true")
    } else {
      buffer.append("false")
    }
    let sfn = record.sfn
    if !databases.append(sfn, to: &buffer) { addDatabaseJSON(sfn, to: &buffer) }
    let isNameOnly = type.hasKey && known.keys && !known.subscripts
    if type.hasKey, known.subscripts {
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
    try appendJSONValue(places.new, of: record, isNew: true, &problem, to: &buffer)
    buffer.append(",\"oldValue\":")
    try appendJSONValue(places.old, of: record, isNew: false, &problem, to: &buffer)
    if known.values, !ValuePlaces.areFitting(type, places.count) {
      problem = misfit(type, places.count)
    }
    if type.hasKeyAndValues || isEncrypted {
      if problem == nil, !isNameOnly {
        buffer.append(",\"detail\":null,\"error\":null}\n")
        return
      }
      buffer.append(",\"detail\":")
      if !isNameOnly || !appendName(of: record, asJSON: true, to: &buffer) { buffer.append("null") }
    } else {
      buffer.append(",\"detail\":\"")
      let start = buffer.count
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
    _ index: Int?, of record: borrowing Record, isNew: Bool, _ problem: inout String?,
    to buffer: inout TextBuffer
  ) throws {
    guard let index, !isEncrypted else {
      appendNoValue(isNew: isNew, to: &buffer)
      return
    }
    let start = buffer.count
    do {
      try record.withValue(index, in: journal) { try appendJSON($0, isNew: isNew, to: &buffer) }
    } catch let error as JournalError where error.isAboutContent {
      problem = error.reason
      buffer.truncate(to: start)
      appendNoValue(isNew: isNew, to: &buffer)
    }
  }

  private func appendJSON(
    _ view: borrowing ValueView, isNew: Bool, to buffer: inout TextBuffer
  ) throws {
    let kind: ValueView.Kind
    if redactsValues {
      buffer.append("\"")
      kind = view.appendRedacted(to: &buffer)
      buffer.append("\"")
    } else {
      kind = view.appendJSON(to: &buffer)
    }
    if kind == .damaged { throw JournalError(.badValue, "a value does not decode") }
    if isNew {
      buffer.append(",\"newValueType\":\"")
    } else {
      buffer.append(",\"oldValueType\":\"")
    }
    buffer.append(kind)
    buffer.append("\"")
  }

  private func appendNoValue(isNew: Bool, to buffer: inout TextBuffer) {
    if isNew {
      buffer.append("null,\"newValueType\":null")
    } else {
      buffer.append("null,\"oldValueType\":null")
    }
  }

  @inline(never)
  private mutating func addTypeJSON(_ type: RecordType, to buffer: inout TextBuffer) {
    let start = buffer.count
    if known.type {
      buffer.append(",\"type\":\(type.rawValue),\"typeName\":" as String)
      buffer.appendJSONString(type.name)
    } else {
      buffer.append(",\"type\":null,\"typeName\":null")
    }
    buffer.append(known.time ? ",\"timeStamp\":\"" : ",\"timeStamp\":null")
    types.remember(UInt32(type.rawValue), buffer, from: start)
  }

  @inline(never)
  private mutating func addJobJSON(_ job: UInt32, to buffer: inout TextBuffer) {
    let start = buffer.count
    if known.time { buffer.append(UInt8(ascii: "\"")) }
    if known.job {
      let process = journal.processID(jobID: job).map { "\($0)" } ?? "null"
      buffer.append(",\"processID\":\(process),\"jobID\":\(job)" as String)
    } else {
      buffer.append(",\"processID\":null,\"jobID\":null")
    }
    buffer.append(",\"remoteSystemID\":")
    jobs.remember(job, buffer, from: start)
  }

  @inline(never)
  private mutating func addRemoteJSON(_ remote: UInt32, to buffer: inout TextBuffer) {
    let start = buffer.count
    if known.remoteSystem {
      buffer.append(decimal: Int(remote))
    } else {
      buffer.append("null")
    }
    buffer.append(",\"inTransaction\":")
    remotes.remember(remote, buffer, from: start)
  }

  @inline(never)
  private mutating func addDatabaseJSON(_ sfn: UInt32, to buffer: inout TextBuffer) {
    let start = buffer.count
    buffer.append(",\"databaseName\":")
    buffer.appendJSONString(known.databaseName(sfn, in: journal))
    buffer.append(",\"mirrorDatabaseName\":")
    buffer.appendJSONString(journal.database(sfn: sfn)?.mirrorName ?? "")
    buffer.append(",\"globalNode\":")
    databases.remember(sfn, buffer, from: start)
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

  /// Appends `^NAME(?)` for a key of which the layout tells the name alone; false when there is none.
  func appendName(
    of record: borrowing Record, asJSON: Bool, to buffer: inout TextBuffer
  ) -> Bool {
    guard !isEncrypted, let key = record.key() else { return false }
    return asJSON ? key.appendJSON(to: &buffer) : key.appendReference(to: &buffer)
  }

  func misfit(_ type: RecordType, _ count: Int) -> String {
    unreadable("a \(type) with \(count) values")
  }

  func unreadable(_ reason: String) -> String {
    isEncrypted ? "the journal is encrypted" : reason
  }
}
