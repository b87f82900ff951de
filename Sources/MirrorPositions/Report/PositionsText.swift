internal import MirrorLog

extension MirrorPositions {
  /// The whole report for people: the answer in the first line, where each member stands, a drawing
  /// per mirror journal file, the failovers with what was compared, the findings, and the verdict in
  /// the last line.
  ///
  /// - Parameters:
  ///   - width: characters per line of the drawing. Narrower than about 14 per member is not
  ///     possible; the lines are then longer.
  ///   - inputs: what was read from directories, to be named behind the answer.
  public func text(
    width: Int = 100, style: ReportStyle = .plain, inputs: InputReport? = nil
  ) -> String {
    var text = verdict.painted(printable(answer), style) + "\n\n"
    if !rows.isEmpty { text += MemberTable(rows).text(style) + "\n" }
    if let inputs { text += inputs.text(style: style) + "\n" }
    let zones = members.compactMap { name in
      timeZoneOffsets[name].map { "\(printable(name)) \(LogStamp.zoneText($0))" }
    }
    if !zones.isEmpty { text += "Local times: " + zones.joined(separator: ", ") + "\n\n" }
    for timeline in timelines {
      text +=
        TimelineText(
          timeline, members: members, findings: findings, standing: standing(in: timeline),
          width: width, style: style
        ).text() + "\n"
    }
    for failover in failovers {
      text += self.text(of: failover, style: style) + "\n"
    }
    for finding in findings { text += finding.text(style: style) }
    if !findings.isEmpty { text += "\n" }
    return text
      + verdict.text(findings: findings, comparisons: confirmations.count, style: style)
  }

  /// One JSON object per line, each with a line feed: what was read (`input`), the marks of the files (`type` `position`; with
  /// journals also `stands`, `journal`, `recordAddress`, `recordType`, `reference`, `inTransaction`),
  /// where each member stands (`member`), failovers (`failover`), comparisons that held
  /// (`confirmation`), findings (`finding`), and the `verdict` last. Addresses and sizes are bytes.
  public func ndjson(inputs: InputReport? = nil) -> String {
    var lines: [String] = []
    for timeline in timelines {
      let standing = standing(in: timeline)
      for mark in timeline.marks {
        var record = JSONRecord(type: "position")
        record.add("role", mark.role.name)
        record.add("mirror", timeline.mirror)
        record.add("fileCount", timeline.fileCount)
        record.add("address", mark.address)
        record.add("path", timeline.path)
        record.add("member", mark.member)
        record.add("file", mark.event.source.file)
        record.add("line", mark.event.source.line)
        let zone = timeZoneOffsets[mark.member]
        record.add(
          "time", zone.map { mark.event.stamp.text(zone: $0) } ?? mark.event.stamp.description)
        if let address = mark.address, let found = standing[address] { record.add(found) }
        lines.append(record.line)
      }
    }
    lines += rows.map { $0.ndjson(zone: timeZoneOffsets[$0.name]) }
    lines += failovers.map { $0.ndjson() }
    lines += confirmations.map { $0.ndjson() }
    lines += findings.map { $0.ndjson() }
    lines.append(
      verdict.ndjson(findings: findings, comparisons: confirmations.count, answer: answer))
    return (inputs?.ndjson() ?? "") + lines.map { $0 + "\n" }.joined()
  }
}

extension MirrorPositions {
  /// The `verdict` alone, as the last line of ``ndjson(inputs:)``, with a line feed.
  public func verdictLine() -> String {
    verdict.ndjson(findings: findings, comparisons: confirmations.count, answer: answer) + "\n"
  }

  /// Comparisons that the text names for one failover.
  private static let shownConfirmations = 24

  /// A failover: what happened, each comparison that holds, and its verdict, ending in a line feed.
  /// A line of a member with several logs is named `FILE:LINE`, without the directory that all logs
  /// share, any other `MEMBER:LINE`.
  public func text(of failover: Failover, style: ReportStyle = .plain) -> String {
    let from = failover.oldPrimary.map { " from \($0)" } ?? ""
    let title =
      "Failover: \(failover.newPrimary) takes over\(from) at \(failover.current.position)"
    var text = style.paint(printable(title), .bold) + "\n"
    let shown = confirmations(of: failover, limit: Self.shownConfirmations + 1)
    for confirmation in shown.prefix(Self.shownConfirmations) {
      let lines = confirmation.lines.map { source in
        let log =
          membersWithSeveralLogs.contains(source.member)
          ? String(source.file.dropFirst(commonDirectory.count)) : source.member
        return "\(log):\(source.line)"
      }.joined(separator: ", ")
      let proof = lines.isEmpty ? "" : "  [\(lines)]"
      text += "  " + printable(confirmation.sentence + proof) + "\n"
    }
    if shown.count > Self.shownConfirmations { text += "  and more that holds\n" }
    text += "  " + failover.verdict.painted(failover.verdict.words, style)
    if failover.resumed == nil { text += ": no log shows where the old primary resumes" }
    if let lost = failover.bytesLost, lost > 0 { text += ": \(counted(lost, "byte")) lost" }
    return text + "\n"
  }
}

extension JSONRecord {
  mutating func add(_ standing: StandingRecord) {
    add("stands", standing.kind.rawValue)
    add("journal", standing.journal)
    add("recordAddress", standing.recordAddress)
    add("recordType", standing.recordType)
    add("reference", standing.reference)
    if standing.recordType != nil { add("inTransaction", standing.isInTransaction) }
  }
}

extension Failover {
  /// One JSON object in one line, without a line feed: `type` (`failover`), `mirror`,
  /// `newPrimary`, `oldPrimary`, `fileCount` and `address` (where the new primary is current),
  /// `resumedFileCount` and `resumedAddress`, `switchedTo`, `bytesLost`, `verdict`.
  public func ndjson() -> String {
    var record = JSONRecord(type: "failover")
    record.add("mirror", mirror)
    record.add("newPrimary", newPrimary)
    record.add("oldPrimary", oldPrimary)
    record.add(current.position)
    record.add("resumedFileCount", resumed?.position.fileCount)
    record.add("resumedAddress", resumed?.position.address)
    record.add("switchedTo", switchedTo)
    record.add("bytesLost", bytesLost)
    record.add("verdict", verdict.rawValue)
    return record.line
  }
}
