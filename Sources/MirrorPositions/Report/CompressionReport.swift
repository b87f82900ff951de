internal import JournalCompression
internal import MirrorJournal
public import MirrorLog

/// All compression lines of some logs: rows, totals by day and by file, and findings.
public struct CompressionReport: Sendable {
  /// One compression line.
  public struct Row: Sendable {
    /// The entry: whose log, where and when.
    public let event: LogEvent
    /// Its two sizes and the printed ratio.
    public let printed: PrintedCompression
  }

  /// The sums over a day's or a file's lines.
  public struct Total: Sendable, Hashable {
    /// The day as `2024-07-09`, or the file's name.
    public let name: String
    /// Compression lines that were added up.
    public internal(set) var lines = 0
    /// Bytes before, saturating.
    public internal(set) var from = 0
    /// Bytes after, saturating.
    public internal(set) var to = 0

    /// The sums as a line, for ratio and savings.
    var line: CompressionLine { CompressionLine(path: name, from: from, to: to) }

    mutating func add(_ line: CompressionLine) {
      lines += 1
      from = from.addingReportingOverflow(line.from).overflow ? .max : from + line.from
      to = to.addingReportingOverflow(line.to).overflow ? .max : to + line.to
    }
  }

  /// Member by member, in each log's order.
  public let rows: [Row]
  /// The sum over all rows.
  public let total: Total
  /// By the member's local day, ascending.
  public let days: [Total]
  /// By file name, ascending: one mirror journal file on two members is one entry of two lines.
  public let files: [Total]
  /// Printed ratios that do not follow from their sizes, and messages that cannot be read.
  public let findings: [Finding]

  /// For display only.
  public let clocks: LogClocks

  /// Collects every compression line of `logs`. O(events).
  public init(_ logs: MirrorLogs) {
    clocks = logs.clocks
    var rows: [Row] = []
    var total = Total(name: "total")
    var days: [String: Total] = [:]
    var files: [String: Total] = [:]
    for event in logs.events {
      guard case .compressed(let printed) = event.kind else { continue }
      rows.append(Row(event: event, printed: printed))
      total.add(printed.line)
      let day = event.stamp.dayText
      days[day, default: Total(name: day)].add(printed.line)
      let file = lastComponent(printed.line.path)
      files[file, default: Total(name: file)].add(printed.line)
    }
    self.rows = rows
    self.total = total
    self.days = days.values.sorted { $0.name < $1.name }
    self.files = files.values.sorted { $0.name < $1.name }
    findings =
      rows.compactMap { Finding(checking: $0.printed, in: $0.event) }
      + InputChecks.findings(logs).filter { $0.code == .unreadableMessages }
  }

  /// `nothingToCompare` when there is no compression line.
  public var verdict: Verdict { Verdict(findings, comparisons: rows.count) }

  /// The verdict and its reason in one sentence without a final stop.
  public var answer: String {
    switch verdict {
    case .yes: "YES, every ratio follows from its sizes (\(counted(rows.count, "line")))"
    case .no: "NO, " + (findings.first { $0.severity > .open }?.sentence ?? "")
    case .cannotTell: "CANNOT TELL: " + (findings.first { $0.severity == .open }?.sentence ?? "")
    case .nothingToCompare:
      "NOTHING TO COMPARE: no compression line; an instance writes one for each journal file that it "
        + "compresses (CompressFiles=1)"
    }
  }

  /// The table, the totals, the findings and the verdict as text that ends in a line feed.
  public func text(style: ReportStyle = .plain) -> String {
    var text = verdict.painted(printable(answer), style) + "\n\n"
    let members = Set(rows.map(\.event.source.member)).sorted()
    if let heading = clocks.heading(members) { text += printable(heading) + "\n\n" }
    if !rows.isEmpty {
      text += rowTable(style)
      text += "\n" + totalTable("day", days, style)
      text += "\n" + totalTable("file", files, style)
      text += "\n"
    }
    for finding in findings { text += finding.text(style: style) }
    text += verdict.text(findings: findings, comparisons: rows.count, style: style)
    return text.folded(to: style.width)
  }

  private func rowTable(_ style: ReportStyle) -> String {
    let text = style.text
    func column(
      _ title: String, isNumber: Bool = false, _ cell: @escaping (Row) -> String
    ) -> TextColumn {
      TextColumn(title, of: rows, isNumber: isNumber, cell)
    }
    return table(
      [
        column("member", \.event.source.member).cut(to: 8),
        column("time") { "\(clocks.stamp($0.event))" }.shortened { row in
          let stamp = clocks.stamp(rows[row].event)
          return "\(stamp.dayText) \(stamp.timeText.prefix(5))"
        },
        column("file", \.printed.line.path).shortened { lastComponent(rows[$0].printed.line.path) }
          .cut(to: 12, keepingEnd: true),
        column(text.title("from", "B"), isNumber: true) { text.number($0.printed.line.from) },
        column(text.title("to", "B"), isNumber: true) { text.number($0.printed.line.to) },
        column("ratio", isNumber: true, \.printed.ratio),
        column("computed", isNumber: true, \.printed.line.ratioText).leaving(3),
        column(text.title("saved", "B"), isNumber: true) { text.number($0.printed.line.saved) }
          .leaving(2),
        column("saved %", isNumber: true) { percent($0.printed.line) }.leaving(1),
      ], style)
  }

  private func totalTable(_ title: String, _ totals: [Total], _ style: ReportStyle) -> String {
    let totals = totals + [total]
    let text = style.text
    func number(_ title: String, _ cell: @escaping (Total) -> String) -> TextColumn {
      TextColumn(title, of: totals, isNumber: true, cell)
    }
    return table(
      [
        TextColumn(title, totals.map(\.name)).cut(to: 12, keepingEnd: true),
        number("lines") { text.number($0.lines) }.leaving(2),
        number(text.title("from", "B")) { text.number($0.line.from) },
        number(text.title("to", "B")) { text.number($0.line.to) },
        number("ratio") { $0.line.ratioText },
        number(text.title("saved", "B")) { text.number($0.line.saved) }.leaving(3),
        number("saved %") { percent($0.line) }.leaving(1),
      ], style)
  }

  /// One JSON object per row (`type` `ratio`), total (`total`, with `by` `day`, `file` or `all`),
  /// finding (`finding`) and the `verdict`, each with a line feed. Sizes are bytes.
  public func ndjson() -> String {
    var lines: [String] = []
    for row in rows {
      let line = row.printed.line
      let text = TextBuffer.object(type: "ratio") { record in
        record.field("member", row.event.source.member)
        record.field("file", row.event.source.file)
        record.field("line", row.event.source.line)
        record.field("time", time(of: row))
        record.field("path", line.path)
        record.field("from", line.from)
        record.field("to", line.to)
        record.field("ratio", row.printed.ratio)
        record.field("computedRatio", line.ratioText)
        record.field("saved", line.saved)
        record.field("follows", row.printed.agreement == .follows)
      }
      lines.append(text)
    }
    for (by, totals) in [("day", days), ("file", files), ("all", [total])] {
      for total in totals {
        let text = TextBuffer.object(type: "total") { record in
          record.field("by", by)
          record.field("name", total.name)
          record.field("lines", total.lines)
          record.field("from", total.from)
          record.field("to", total.to)
          record.field("computedRatio", total.line.ratioText)
          record.field("saved", total.line.saved)
        }
        lines.append(text)
      }
    }
    lines += findings.map { $0.ndjson() }
    lines.append(verdict.ndjson(findings: findings, comparisons: rows.count, answer: answer))
    return lines.map { $0 + "\n" }.joined()
  }
}

extension CompressionReport {
  /// The rows as CSV with a line of field names: `member`, `file` and `line` (of the log), `time`,
  /// `path`, `from`, `to` and `saved` (bytes), `ratio` (as printed), `computedRatio`, `follows`.
  public func csv() -> String {
    var text = TextBuffer()
    text.append("member,file,line,time,path,from,to,ratio,computedRatio,saved,follows\n")
    for row in rows {
      let line = row.printed.line
      let source = row.event.source
      let cells = [
        source.member, source.file, "\(source.line)", time(of: row), line.path, "\(line.from)",
        "\(line.to)", row.printed.ratio, line.ratioText, "\(line.saved)",
        "\(row.printed.agreement == .follows)",
      ]
      for (index, cell) in cells.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text.appendCSVField(cell)
      }
      text.append(UInt8(ascii: "\n"))
    }
    return text.string
  }

  private func time(of row: Row) -> String {
    clocks.text(row.event)
  }
}

/// The share of bytes saved with one decimal, rounded half away from zero.
private func percent(_ line: CompressionLine) -> String {
  guard line.from > 0 else { return "0.0" }
  let from = Int128(line.from)
  let saved = Int128(line.saved)
  let half = saved < 0 ? -from : from
  let tenths = (saved * 2000 + half) / (from * 2)
  let sign = tenths < 0 ? "-" : ""
  return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
}
