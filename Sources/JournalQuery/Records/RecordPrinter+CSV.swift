internal import MirrorJournal

/// CSV: the fields of `RecordField` in their order.
extension RecordPrinter {
  mutating func appendCSV(_ record: borrowing Record, to buffer: inout TextBuffer) throws {
    var problem: String?
    let comma = UInt8(ascii: ",")
    let type = record.type
    appendLineStart(to: &buffer)
    buffer.append(decimal: record.address)
    buffer.append(comma)
    buffer.append(decimal: record.length)
    buffer.append(comma)
    let typeKey = UInt32(type.rawValue)
    if !types.append(typeKey, to: &buffer) {
      let start = buffer.count
      buffer.append(known.type ? "\(type.rawValue),\(type.name)," : ",,")
      types.remember(typeKey, buffer, from: start)
    }
    if known.time { appendTime(record.blockTime, to: &buffer) }
    let job = record.jobID
    if !jobs.append(job, to: &buffer) {
      let start = buffer.count
      let process = journal.processID(jobID: job).map { "\($0)" } ?? ""
      buffer.append(known.job ? ",\(process),\(job)," : ",,,")
      jobs.remember(job, buffer, from: start)
    }
    let remote = record.remoteSystemID
    if !remotes.append(remote, to: &buffer) {
      let start = buffer.count
      if known.remoteSystem { buffer.append(decimal: Int(remote)) }
      buffer.append(comma)
      remotes.remember(remote, buffer, from: start)
    }
    if !known.transaction {
      buffer.append(comma)
    } else if record.isInTransaction {
      buffer.append("true,")
    } else {
      buffer.append("false,")
    }
    let sfn = record.sfn
    if !databases.append(sfn, to: &buffer) {
      let start = buffer.count
      buffer.appendCSVField(known.databaseName(sfn, in: journal))
      buffer.append(",")
      buffer.appendCSVField(journal.database(sfn: sfn)?.mirrorName ?? "")
      buffer.append(",")
      databases.remember(sfn, buffer, from: start)
    }
    var start = buffer.count
    if type.hasKey, known.subscripts {
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
    if known.values, !ValuePlaces.areFitting(type, places.count) {
      problem = misfit(type, places.count)
    }
    buffer.append(comma)
    start = buffer.count
    if !type.hasKeyAndValues, !isEncrypted, !appendDetail(record, to: &buffer) {
      problem = "the body does not decode"
    }
    if type.hasKeyAndValues, known.keys, !known.subscripts {
      _ = appendName(of: record, asJSON: false, to: &buffer)
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
      try record.withValue(index, in: journal) { try appendCSV($0, to: &buffer) }
    } catch let error as JournalError where error.isAboutContent {
      problem = error.reason
      buffer.truncate(to: start)
      buffer.append(UInt8(ascii: ","))
    }
  }

  private func appendCSV(_ view: borrowing ValueView, to buffer: inout TextBuffer) throws {
    let start = buffer.count
    let kind = view.appendField(to: &buffer, redacted: redactsValues)
    if kind == .damaged { throw JournalError(.badValue, "a value does not decode") }
    // An empty string is written as "" so that it differs from a value that is not there.
    if buffer.count == start { buffer.append("\"\"") } else { buffer.quoteCSVField(from: start) }
    buffer.append(UInt8(ascii: ","))
    buffer.append(kind)
  }
}
