public import MirrorJournal

/// Reports for people, as aligned text, and for programs, as NDJSON.
extension IntegrityReport {
  /// Appends one paragraph a file: what is sound, what is lost, each finding on a line of its own.
  public func appendText(to buffer: inout TextBuffer) {
    for finding in chain { finding.appendText(to: &buffer, withFile: true) }
    for file in files {
      file.appendText(to: &buffer, level: level)
      for finding in file.findings where file.isReadable {
        finding.appendText(to: &buffer, withFile: false)
      }
      for (kind, count) in file.omitted.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        buffer.append("  and \(count) more of kind \(kind.rawValue)\n" as String)
      }
    }
    guard files.count > 1 else { return }
    let errors = findings.count { $0.severity == .error }
    buffer.append(
      "total: \(files.count) files, \(errors) errors" as String)
    if unreadableFiles > 0 { buffer.append(", \(unreadableFiles) not readable" as String) }
    if level > .chain {
      buffer.append(
        ", \(records) sound records\(internalRecords.andInternal) in \(recordBytes) bytes, "
          + "\(bytesLost) bytes lost")
    }
    buffer.append("\n")
  }

  /// Appends one object a line: a `finding` for each finding, then a `file` for each file, then one
  /// `total`; `record` tells them apart.
  public func appendNDJSON(to buffer: inout TextBuffer) {
    for finding in findings { finding.appendNDJSON(to: &buffer) }
    for file in files { file.appendNDJSON(to: &buffer) }
    buffer.append(
      "{\"record\":\"total\",\"files\":\(files.count),\"records\":\(records),\"internalRecords\":"
        + "\(internalRecords),\"recordBytes\":\(recordBytes),\"bytesLost\":\(bytesLost),\"isSound\":\(isSound)}\n"
    )
  }
}

extension Int {
  /// What a count of records says of so many internal ones.
  fileprivate var andInternal: String { self == 0 ? "" : " and \(self) internal ones" }
}

extension FileIntegrity {
  func appendText(to buffer: inout TextBuffer, level: IntegrityCheck.Level) {
    buffer.append(printable: path)
    guard isReadable else { return buffer.append(": not readable: unknown layout\n") }
    switch severity {
    case .error: buffer.append(": damaged")
    case .warning: buffer.append(": sound, with warnings")
    case .note, nil: buffer.append(": sound")
    }
    if isActive { buffer.append(" (active)") }
    if level > .chain {
      buffer.append(
        ", \(records) sound records\(internalRecords.andInternal) in \(recordBytes) bytes" as String
      )
      if bytesLost > 0 {
        buffer.append(", \(bytesLost) of \(dataRange.count) bytes lost" as String)
      }
    }
    buffer.append("\n")
  }

  func appendNDJSON(to buffer: inout TextBuffer) {
    buffer.append("{\"record\":\"file\",\"file\":")
    buffer.appendJSONString(path)
    buffer.append(",\"severity\":")
    if let severity { buffer.appendJSONString(severity.rawValue) } else { buffer.append("null") }
    buffer.append(
      ",\"isActive\":\(isActive),\"records\":\(records),\"internalRecords\":\(internalRecords),"
        + "\"recordBytes\":\(recordBytes),\"soundBlocks\":\(soundBlocks),\"bytesLost\":\(bytesLost),\"findings\":"
        + "\(findings.count + omitted.values.reduce(0, +))}\n")
  }
}

extension IntegrityFinding {
  /// `  error checksum: MESSAGE: addresses FIRST..<END (N bytes)`.
  func appendText(to buffer: inout TextBuffer, withFile: Bool) {
    if withFile {
      buffer.append(printable: file)
      buffer.append(": ")
    } else {
      buffer.append("  ")
    }
    buffer.append("\(severity.rawValue) \(kind.rawValue): ")
    buffer.append(printable: message)
    if let range {
      buffer.append(
        ": addresses \(range.lowerBound)..<\(range.upperBound) (\(range.count) bytes)" as String)
    }
    buffer.append("\n")
  }

  func appendNDJSON(to buffer: inout TextBuffer) {
    buffer.append("{\"record\":\"finding\",\"severity\":\"\(severity.rawValue)\"" as String)
    buffer.append(",\"kind\":\"\(kind.rawValue)\",\"file\":" as String)
    buffer.appendJSONString(file)
    if let range {
      buffer.append(
        ",\"from\":\(range.lowerBound),\"to\":\(range.upperBound),\"message\":" as String)
    } else {
      buffer.append(",\"from\":null,\"to\":null,\"message\":")
    }
    buffer.appendJSONString(message)
    buffer.append("}\n")
  }
}

extension MemberComparison {
  /// Appends what differs, one line each, and a summary.
  public func appendText(to buffer: inout TextBuffer) {
    for field in headerDifferences {
      buffer.append(printable: "header \(field.field): \(field.left) against \(field.right)")
      buffer.append("\n")
    }
    for finding in damage { finding.appendText(to: &buffer, withFile: true) }
    for difference in differences {
      buffer.append(decimal: difference.address)
      buffer.append(" \(difference.type)" as String)
      if let global = difference.global { buffer.append(printable: " " + global) }
      switch difference.kind {
      case .differs: buffer.append(": differs in " + difference.fields.joined(separator: ", "))
      case .onlyInFirst: buffer.append(": only in the first file")
      case .onlyInSecond: buffer.append(": only in the second file")
      }
      buffer.append("\n")
    }
    buffer.append(
      "\(equalBlocks) blocks equal, \(blocksCompared) compared record by record: "
        + "\(differingRecords) records differ, \(onlyInFirst) only in the first file, "
        + "\(onlyInSecond) only in the second\n")
  }

  /// Appends one object a line: `headerField`, `finding`, `difference`, then one `comparison`;
  /// `record` tells them apart.
  public func appendNDJSON(to buffer: inout TextBuffer) {
    for field in headerDifferences {
      buffer.append("{\"record\":\"headerField\",\"field\":")
      buffer.appendJSONString(field.field)
      buffer.append(",\"first\":")
      buffer.appendJSONString(field.left)
      buffer.append(",\"second\":")
      buffer.appendJSONString(field.right)
      buffer.append("}\n")
    }
    for finding in damage { finding.appendNDJSON(to: &buffer) }
    for difference in differences {
      buffer.append("{\"record\":\"difference\",\"kind\":\"\(difference.kind.rawValue)\"" as String)
      buffer.append(",\"address\":\(difference.address),\"typeName\":" as String)
      buffer.appendJSONString(difference.type.name)
      buffer.append(",\"globalNode\":")
      if let global = difference.global {
        buffer.appendJSONString(global)
      } else {
        buffer.append("null")
      }
      let fields = difference.fields.map { "\"\($0)\"" }.joined(separator: ",")
      buffer.append(",\"fields\":[\(fields)]}\n" as String)
    }
    buffer.append(
      "{\"record\":\"comparison\",\"isEqual\":\(isEqual),\"equalBlocks\":"
        + "\(equalBlocks),\"blocksCompared\":\(blocksCompared),\"differingRecords\":"
        + "\(differingRecords),\"onlyInFirst\":\(onlyInFirst),\"onlyInSecond\":\(onlyInSecond)}\n")
  }
}
