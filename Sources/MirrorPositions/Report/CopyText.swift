internal import MirrorJournal
internal import MirrorLog

extension CopyComparison {
  /// The answer, a row a file, the findings and the verdict, ending in a line feed.
  public func text(style: ReportStyle = .plain) -> String {
    var text = verdict.painted(printable(answer), style) + "\n\n"
    text += "left   \(printable(left))\nright  \(printable(right))\n\n"
    let mirrors = Set(rows.map(\.mirror)).count
    text += table(
      [
        TextColumn("file", of: rows) { (mirrors > 1 ? $0.mirror + " " : "") + "#\($0.fileCount)" },
        TextColumn("name", of: rows, \.name).cut(to: 12, keepingEnd: true),
        TextColumn("left ends", of: rows) { end($0.leftEnd, $0.leftIsClosed, style) },
        TextColumn("right ends", of: rows) { end($0.rightEnd, $0.rightIsClosed, style) },
        TextColumn("copies", of: rows, words).cut(to: 24),
      ], style)
    text += "\n"
    for finding in findings { text += finding.text(style: style) }
    if !findings.isEmpty { text += "\n" }
    text += verdict.text(findings: findings, comparisons: comparisons, style: style)
    return text.folded(to: style.width)
  }

  private func end(_ address: Int?, _ isClosed: Bool?, _ style: ReportStyle) -> String {
    guard let address else { return style.rule }
    return "\(address)" + (isClosed == false ? " active" : "")
  }

  private func words(_ row: Row) -> String {
    switch row.relation {
    case .same: return "the same"
    case .leftLonger:
      return "left has \(counted((row.leftEnd ?? 0) - (row.rightEnd ?? 0), "byte")) more"
    case .rightLonger:
      return "right has \(counted((row.rightEnd ?? 0) - (row.leftEnd ?? 0), "byte")) more"
    case .differs:
      let record = row.difference.map { "\($0.type)" + ($0.reference.map { " " + $0 } ?? "") }
      return "differ from \(row.difference?.address ?? 0) on, \(record ?? "")"
    case .otherFile: return "two different files"
    case .onlyLeft: return "only left"
    case .onlyRight: return "only right"
    case .unreadable:
      guard let damage = row.damage else { return "cannot be compared" }
      return (damage.directory == left ? "left" : "right") + " is damaged from \(damage.address) on"
    }
  }

  /// One JSON object a line, each with a line feed: a `copy` per file (`mirror`, `fileCount`, `name`,
  /// `relation`, `leftEnd`, `rightEnd`, `leftIsClosed`, `rightIsClosed`, `commonEnd`, and where they
  /// differ `address`, `recordType`, `reference`, `fields`), a `side` per directory and mirror
  /// (`directory`, `mirror`, `fileCount`, `address`), a `commonEnd` per mirror (`mirror`, `fileCount`,
  /// `address`), findings (`finding`), and the `verdict` last.
  public func ndjson() -> String {
    var lines: [String] = []
    for row in rows {
      let line = TextBuffer.object(type: "copy") { record in
        record.field("mirror", row.mirror)
        record.field("fileCount", row.fileCount)
        record.field("name", row.name)
        record.field("relation", row.relation.rawValue)
        record.field("leftEnd", ifAny: row.leftEnd)
        record.field("rightEnd", ifAny: row.rightEnd)
        if let isClosed = row.leftIsClosed { record.field("leftIsClosed", isClosed) }
        if let isClosed = row.rightIsClosed { record.field("rightIsClosed", isClosed) }
        record.field("commonEnd", ifAny: row.commonEnd)
        if let difference = row.difference {
          record.field("address", difference.address)
          record.field("recordType", difference.type)
          record.field("reference", ifAny: difference.reference)
          record.field("fields", difference.fields)
        }
        if let damage = row.damage {
          record.field("address", damage.address)
          record.field("damaged", damage.directory)
          record.field("reason", damage.reason)
        }
      }
      lines.append(line)
    }
    for (directory, ends) in [(left, leftEnds), (right, rightEnds)] {
      for (mirror, end) in ends.sorted(by: { $0.key < $1.key }) {
        let line = TextBuffer.object(type: "side") { record in
          record.field("directory", directory)
          record.field("mirror", mirror)
          record.fields(of: end)
        }
        lines.append(line)
      }
    }
    for (mirror, end) in commonEnds.sorted(by: { $0.key < $1.key }) {
      let line = TextBuffer.object(type: "commonEnd") { record in
        record.field("mirror", mirror)
        record.fields(of: end)
      }
      lines.append(line)
    }
    lines += findings.map { $0.ndjson() }
    lines.append(verdict.ndjson(findings: findings, comparisons: comparisons, answer: answer))
    return lines.map { $0 + "\n" }.joined()
  }
}
