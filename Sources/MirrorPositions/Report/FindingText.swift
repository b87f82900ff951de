internal import MirrorLog

extension Finding {
  /// The finding and, below it, its proving lines as `FILE:LINE (MEMBER)`, ending in a line feed.
  public func text(style: ReportStyle = .plain) -> String {
    let ink: ReportStyle.Ink =
      switch severity {
      case .note: .faint
      case .open, .warning: .yellow
      case .error: .red
      }
    var text =
      style.paint(fitted(severity.name, 7, style), ink) + "  " + code.rawValue + ": "
      + printable(sentence) + "\n"
    if let gap { text += "         " + printable(gap.words) + "\n" }
    for line in lines {
      text += "         " + printable("\(line.file):\(line.line) (\(line.member))") + "\n"
    }
    return text
  }

  /// One JSON object in one line, without a line feed: `type` (`finding`), `code`, `severity`,
  /// `sentence`, `lines` (objects with `member`, `file`, `line`), `positions` (objects with
  /// `fileCount`, `address`), and where known `mirror`, `path`, `bytesLost`, `bytesExtra`, and from the
  /// journals `records`, `globals` (objects with `name`, `records`) and `isComplete`.
  public func ndjson() -> String {
    var record = JSONRecord(type: "finding")
    record.add("code", code.rawValue)
    record.add("severity", severity.name)
    record.add("sentence", sentence)
    record.add("mirror", mirror)
    record.add("path", file)
    record.add(positions)
    record.add("bytesLost", bytesLost)
    record.add("bytesExtra", bytesExtra)
    if let gap {
      record.add("records", gap.records)
      record.add(
        "globals",
        gap.globals.map { global in
          var record = JSONRecord()
          record.add("name", global.name)
          record.add("records", global.records)
          return record
        })
      record.add("isComplete", gap.isComplete)
    }
    record.add(lines)
    return record.line
  }
}

extension Confirmation {
  /// One JSON object in one line: `type` (`confirmation`), `sentence`, `positions`, `lines`.
  public func ndjson() -> String {
    var record = JSONRecord(type: "confirmation")
    record.add("sentence", sentence)
    record.add("mirror", mirror)
    record.add(positions)
    record.add(lines)
    return record.line
  }
}

extension Verdict {
  func painted(_ text: String, _ style: ReportStyle) -> String {
    let ink: ReportStyle.Ink =
      switch self {
      case .yes: .green
      case .no: .red
      case .cannotTell, .nothingToCompare: .yellow
      }
    return style.paint(text, ink)
  }

  /// The last line of a report.
  func text(findings: [Finding], comparisons: Int, style: ReportStyle) -> String {
    let counts = Finding.Severity.allCases.reversed().compactMap { severity -> String? in
      let count = findings.count { $0.severity == severity }
      if count == 0 { return nil }
      return severity == .open ? "\(count) open" : counted(count, severity.name)
    }
    return "Verdict: \(painted(words, style)) ("
      + ([counted(comparisons, "comparison")] + counts).joined(separator: ", ") + ")\n"
  }

  /// One JSON object in one line: `type` (`verdict`), `verdict`, `answer`, `comparisons`, `errors`,
  /// `warnings`, `open`, `notes`.
  func ndjson(findings: [Finding], comparisons: Int, answer: String) -> String {
    var record = JSONRecord(type: "verdict")
    record.add("verdict", rawValue)
    record.add("answer", answer)
    record.add("comparisons", comparisons)
    record.add("errors", findings.count { $0.severity == .error })
    record.add("warnings", findings.count { $0.severity == .warning })
    record.add("open", findings.count { $0.severity == .open })
    record.add("notes", findings.count { $0.severity == .note })
    return record.line
  }
}
