public import MirrorJournal

extension ProfileResult {
  /// Appends one JSON object a row: a name for each dimension, `records`, `bytes`, `share` (0 to 1),
  /// `averageBytes`, `largestBytes`, `sets`, `kills`, and with several files `files`, each with
  /// `file`, `records` and `bytes`.
  ///
  /// - Parameters:
  ///   - buffer: takes the lines.
  ///   - top: rows shown; nil means all.
  ///   - order: which rows come first.
  public func appendNDJSON(
    to buffer: inout TextBuffer, top: Int? = nil, sortedBy order: ProfileOrder = .bytes
  ) {
    for row in sorted(by: order).prefix(top ?? .max) {
      buffer.append(UInt8(ascii: "{"))
      for (dimension, name) in zip(dimensions, row.names) {
        buffer.append("\"\(dimension.rawValue)\":" as String)
        buffer.appendJSONString(name)
        buffer.append(UInt8(ascii: ","))
      }
      buffer.append("\"records\":")
      buffer.append(decimal: row.counts.records)
      buffer.field("bytes", row.counts.bytes)
      buffer.field("share", share(of: row), decimals: 6)
      buffer.field("averageBytes", row.counts.average)
      buffer.field("largestBytes", row.counts.largest)
      buffer.field("sets", row.counts.sets)
      buffer.field("kills", row.counts.kills)
      if files.count > 1 {
        buffer.field("files", Array(zip(files, row.byFile))) { part, buffer in
          buffer.field("file", part.0)
          buffer.field("records", part.1.records)
          buffer.field("bytes", part.1.bytes)
        }
      }
      buffer.endObject()
    }
  }

  /// Appends a header and one line a row with the fields of NDJSON; with several files two columns
  /// for each, `records FILE` and `bytes FILE`.
  ///
  /// - Parameters:
  ///   - buffer: takes the lines.
  ///   - top: rows shown; nil means all.
  ///   - order: which rows come first.
  public func appendCSV(
    to buffer: inout TextBuffer, top: Int? = nil, sortedBy order: ProfileOrder = .bytes
  ) {
    for dimension in dimensions { buffer.append("\(dimension.rawValue)," as String) }
    buffer.append("records,bytes,share,averageBytes,largestBytes,sets,kills")
    if files.count > 1 {
      for file in files {
        for column in ["records", "bytes"] {
          buffer.append(UInt8(ascii: ","))
          buffer.appendCSVField("\(column) \(file)")
        }
      }
    }
    buffer.append(UInt8(ascii: "\n"))
    for row in sorted(by: order).prefix(top ?? .max) {
      for name in row.names {
        buffer.appendCSVField(name)
        buffer.append(UInt8(ascii: ","))
      }
      let counts = row.counts
      buffer.append(
        "\(counts.records),\(counts.bytes),\(fixed(share(of: row), 6))" as String)
      buffer.append(
        ",\(counts.average),\(counts.largest),\(counts.sets),\(counts.kills)" as String)
      if files.count > 1 {
        for counts in row.byFile { buffer.append(",\(counts.records),\(counts.bytes)" as String) }
      }
      buffer.append(UInt8(ascii: "\n"))
    }
  }

  func share(of row: ProfileRow) -> Double {
    total.bytes > 0 ? Double(row.counts.bytes) / Double(total.bytes) : 0
  }
}
