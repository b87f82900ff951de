internal import MirrorLog

extension CopyComparison {
  /// The answer, a row a file, the findings and the verdict, ending in a line feed.
  public func text(style: ReportStyle = .plain) -> String {
    var text = verdict.painted(printable(answer), style) + "\n\n"
    text += "left   \(printable(left))\nright  \(printable(right))\n\n"
    let mirrors = Set(rows.map(\.mirror)).count
    text += table(
      ["file", "name", "left ends", "right ends", "copies"],
      rows.map { row in
        [
          (mirrors > 1 ? row.mirror + " " : "") + "#\(row.fileCount)", row.name,
          end(row.leftEnd, row.leftIsClosed, style), end(row.rightEnd, row.rightIsClosed, style),
          words(row),
        ].map(printable)
      }, right: [], style)
    text += "\n"
    for finding in findings { text += finding.text(style: style) }
    if !findings.isEmpty { text += "\n" }
    return text + verdict.text(findings: findings, comparisons: comparisons, style: style)
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
    case .unreadable: return "cannot be compared"
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
      var record = JSONRecord(type: "copy")
      record.add("mirror", row.mirror)
      record.add("fileCount", row.fileCount)
      record.add("name", row.name)
      record.add("relation", row.relation.rawValue)
      record.add("leftEnd", row.leftEnd)
      record.add("rightEnd", row.rightEnd)
      if let isClosed = row.leftIsClosed { record.add("leftIsClosed", isClosed) }
      if let isClosed = row.rightIsClosed { record.add("rightIsClosed", isClosed) }
      record.add("commonEnd", row.commonEnd)
      if let difference = row.difference {
        record.add("address", difference.address)
        record.add("recordType", difference.type)
        record.add("reference", difference.reference)
        record.add("fields", difference.fields)
      }
      lines.append(record.line)
    }
    for (directory, ends) in [(left, leftEnds), (right, rightEnds)] {
      for (mirror, end) in ends.sorted(by: { $0.key < $1.key }) {
        var record = JSONRecord(type: "side")
        record.add("directory", directory)
        record.add("mirror", mirror)
        record.add(end)
        lines.append(record.line)
      }
    }
    for (mirror, end) in commonEnds.sorted(by: { $0.key < $1.key }) {
      var record = JSONRecord(type: "commonEnd")
      record.add("mirror", mirror)
      record.add(end)
      lines.append(record.line)
    }
    lines += findings.map { $0.ndjson() }
    lines.append(verdict.ndjson(findings: findings, comparisons: comparisons, answer: answer))
    return lines.map { $0 + "\n" }.joined()
  }
}
