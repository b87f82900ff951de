internal import MirrorJournal
public import MirrorLog

/// What was read: which file is whose log, and what else there was.
public struct InputReport: Sendable {
  private struct Row {
    let path: String
    let kind: String
    var members: [String] = []
    var summary: LogSummary?
    var files: Int?
    var reason: String?
  }

  private let rows: [Row]
  private let roots: [String]

  /// Collects what `logs` were read from, and what surveys found beside them.
  public init(_ logs: MirrorLogs, surveys: [TreeSurvey] = []) {
    roots = surveys.map(\.root)
    var rows = logs.files.map { file in
      Row(
        path: file.file, kind: "log",
        members: logs.members.filter { member in
          member.files.contains { $0.file == file.file }
        }.map(\.name), summary: file)
    }
    for survey in surveys {
      for (journals, source) in zip(survey.journals, survey.sources(logs)) {
        rows.append(
          Row(
            path: journals.directory, kind: "journals", members: source.member.map { [$0] } ?? [],
            files: journals.files))
      }
      rows += survey.unreadable.map {
        Row(path: $0.path, kind: "unreadable", reason: $0.reason)
      }
      rows += survey.passedOver.map { Row(path: $0.path, kind: "passedOver", reason: $0.reason) }
    }
    self.rows = rows
  }

  /// A line a file, ending in a line feed; of what was passed over only the first ten.
  public func text(style: ReportStyle = .plain) -> String {
    var text = style.paint("Read from \(printable(roots.joined(separator: ", ")))", .bold) + "\n"
    let shown = rows.filter { $0.kind != "passedOver" }
    let passed = rows.filter { $0.kind == "passedOver" }
    let width = min(72, (shown + passed.prefix(10)).map { name($0.path).count }.max() ?? 0)
    for row in shown + passed.prefix(10) {
      text += "  " + fitted(name(row.path), width, style) + "  " + printable(words(row)) + "\n"
    }
    if passed.count > 10 { text += "  and \(counted(passed.count - 10, "other file"))\n" }
    return text
  }

  private func name(_ path: String) -> String {
    let root = roots.first { path.hasPrefix($0 + ($0.hasSuffix("/") ? "" : "/")) }
    return printable(
      root.map { String(path.dropFirst($0.count + ($0.hasSuffix("/") ? 0 : 1))) } ?? path)
  }

  private func words(_ row: Row) -> String {
    let of = row.members.isEmpty ? "" : " of " + row.members.joined(separator: " and ")
    if let summary = row.summary {
      var words = "log\(of), \(counted(summary.entries, "entry", "entries"))"
      if let compression = summary.compression { words += ", \(compression)" }
      if let encoding = summary.encoding { words += ", \(encoding)" }
      if let width = summary.wrapWidth { words += ", lines broken at \(width)" }
      if summary.unreadableCount > 0 { words += ", \(summary.unreadableCount) cannot be read" }
      return words
    }
    if let files = row.files { return counted(files, "mirror journal") + of }
    return (row.kind == "unreadable" ? "cannot be read: " : "passed over: ") + (row.reason ?? "")
  }

  /// One JSON object a line, each with a line feed: `type` (`input`), `kind` (`log`, `journals`,
  /// `unreadable`, `passedOver`), `path`, `members`; of a log `lines`, `entries`, `events`, `unreadable`, and where
  /// they apply `compression`, `encoding`, `wrapWidth`; of journals `files`; else `reason`.
  public func ndjson() -> String {
    rows.map { row in
      let line = TextBuffer.object(type: "input") { record in
        record.field("kind", row.kind)
        record.field("path", row.path)
        record.field("members", row.members)
        record.field("lines", ifAny: row.summary?.lines)
        record.field("entries", ifAny: row.summary?.entries)
        record.field("events", ifAny: row.summary?.events)
        record.field("unreadable", ifAny: row.summary?.unreadableCount)
        record.field("compression", ifAny: row.summary?.compression)
        record.field("encoding", ifAny: row.summary?.encoding)
        record.field("wrapWidth", ifAny: row.summary?.wrapWidth)
        record.field("files", ifAny: row.files)
        record.field("reason", ifAny: row.reason)
      }
      return line + "\n"
    }.joined()
  }
}
