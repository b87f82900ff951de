internal import MirrorJournal
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
    TextBuffer.object(type: "finding") { record in
      record.field("code", code.rawValue)
      record.field("severity", severity.name)
      record.field("sentence", sentence)
      record.field("mirror", ifAny: mirror)
      record.field("path", ifAny: file)
      record.field(positions)
      record.field("bytesLost", ifAny: bytesLost)
      record.field("bytesExtra", ifAny: bytesExtra)
      if let gap {
        record.field("records", gap.records)
        record.field("globals", gap.globals) { global, record in
          record.field("name", global.name)
          record.field("records", global.records)
        }
        record.field("isComplete", gap.isComplete)
      }
      record.field(lines)
    }
  }
}

extension Confirmation {
  /// One JSON object in one line: `type` (`confirmation`), `sentence`, `positions`, `lines`.
  public func ndjson() -> String {
    TextBuffer.object(type: "confirmation") { record in
      record.field("sentence", sentence)
      record.field("mirror", ifAny: mirror)
      record.field(positions)
      record.field(lines)
    }
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
    TextBuffer.object(type: "verdict") { record in
      record.field("verdict", rawValue)
      record.field("answer", answer)
      record.field("comparisons", comparisons)
      record.field("errors", findings.count { $0.severity == .error })
      record.field("warnings", findings.count { $0.severity == .warning })
      record.field("open", findings.count { $0.severity == .open })
      record.field("notes", findings.count { $0.severity == .note })
    }
  }
}
