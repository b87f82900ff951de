internal import MirrorJournal
public import MirrorLog

/// Where each member stands, as a table.
struct MemberTable {
  private let rows: [MemberRow]

  private let clocks: LogClocks

  init(_ rows: [MemberRow], _ clocks: LogClocks) {
    self.rows = rows
    self.clocks = clocks
  }

  func text(_ style: ReportStyle) -> String {
    let mirrors = Set(rows.map(\.mirror)).count
    var columns = [
      TextColumn("member", of: rows, \.name).cut(to: 8),
      TextColumn("role", of: rows) { roles($0, style) }.shortened {
        roles(rows[$0], style, last: 1)
      },
      place("received", \.received, style), place("applied", \.applied, style),
      place("written", \.written, style),
      TextColumn("behind", of: rows) { behind($0, style) },
      TextColumn("as of", of: rows) { "\(line($0))  \(clocks.stamp($0.last))" }.shortened {
        line(rows[$0])
      }
      .leaving(1),
    ]
    if mirrors > 1 {
      columns.insert(TextColumn("mirror", of: rows) { $0.mirror ?? "" }.cut(to: 6), at: 0)
    }
    return table(columns, style)
  }

  private func line(_ row: MemberRow) -> String { "\(row.name):\(row.last.source.line)" }

  /// The last roles; a member that changes often has many.
  private func roles(_ row: MemberRow, _ style: ReportStyle, last count: Int = 3) -> String {
    let words = row.roles.map(\.role).filter { $0 != .starting && $0 != .takingOver }
    var last: [MemberRow.Role] = []
    for role in words where last.last != role { last.append(role) }
    if last.isEmpty, let only = row.roles.last { last = [only.role] }
    let shown = last.suffix(count).map(\.words).joined(separator: style.arrow)
    return (last.count > 3 && count > 1 ? style.ellipsis + style.arrow : "") + shown
  }

  private func place(
    _ title: String, _ reached: @escaping (MemberRow) -> MemberRow.Reached?, _ style: ReportStyle
  ) -> TextColumn {
    TextColumn(title, count: rows.count) { row in
      reached(rows[row]).map { "\($0.position)" } ?? style.rule
    }.shortened { row in
      reached(rows[row]).map { "\($0.position.address) #\($0.position.fileCount)" } ?? style.rule
    }
  }

  private func behind(_ row: MemberRow, _ style: ReportStyle) -> String {
    if row.furthest == nil { return style.rule }
    if let bytes = row.bytesBehind { return bytes == 0 ? style.rule : counted(bytes, "byte") }
    return counted(row.filesBehind, "file")
  }
}

extension MemberRow {
  /// One JSON object in one line, without a line feed: `type` (`member`), `mirror`, `name`, `role`,
  /// `roles` (objects with `role`, `time`, `file`, `line`), `receivedFileCount`, `receivedAddress`,
  /// `appliedFileCount`, `appliedAddress`, `writtenFileCount`, `writtenAddress`, `filesBehind`,
  /// `bytesBehind`, and the last line: `file`, `line`, `time`.
  ///
  /// - Parameter clocks: the zones of the members' clocks.
  public func ndjson(clocks: LogClocks = .unknown) -> String {
    return TextBuffer.object(type: "member") { record in
      record.field("mirror", ifAny: mirror)
      record.field("name", name)
      record.field("role", ifAny: roles.last?.role.rawValue)
      record.field("roles", roles) { stretch, record in
        record.field("role", stretch.role.rawValue)
        record.field("time", clocks.text(stretch.event))
        record.field("file", stretch.event.source.file)
        record.field("line", stretch.event.source.line)
      }
      record.field("receivedFileCount", ifAny: received?.position.fileCount)
      record.field("receivedAddress", ifAny: received?.position.address)
      record.field("appliedFileCount", ifAny: applied?.position.fileCount)
      record.field("appliedAddress", ifAny: applied?.position.address)
      record.field("writtenFileCount", ifAny: written?.position.fileCount)
      record.field("writtenAddress", ifAny: written?.position.address)
      record.field("filesBehind", filesBehind)
      record.field("bytesBehind", ifAny: bytesBehind)
      record.field("file", last.source.file)
      record.field("line", last.source.line)
      record.field("time", clocks.text(last))
    }
  }
}
