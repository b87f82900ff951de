internal import MirrorJournal
internal import MirrorLog

extension MirrorPositions {
  /// The whole report for people: the answer in the first line, where each member stands, a drawing
  /// per mirror journal file, the failovers with what was compared, the findings, and the verdict in
  /// the last line.
  ///
  /// - Parameters:
  ///   - width: characters per line of the drawing. Narrower than about 14 per member is not
  ///     possible; the lines are then longer.
  ///   - style: colours and characters.
  ///   - inputs: what was read from directories, to be named behind the answer.
  public func text(
    width: Int = 100, style: ReportStyle = .plain, inputs: InputReport? = nil
  ) -> String {
    var text = verdict.painted(printable(answer), style) + "\n\n"
    if !rows.isEmpty { text += MemberTable(rows, clocks).text(style) + "\n" }
    if let inputs { text += inputs.text(style: style) + "\n" }
    if let heading = clocks.heading(members) { text += printable(heading) + "\n\n" }
    for timeline in timelines {
      text +=
        TimelineText(
          timeline, members: members, findings: findings(in: timeline),
          standing: standing(in: timeline), clocks: clocks, width: width, style: style
        ).text() + "\n"
    }
    for failover in failovers {
      text += self.text(of: failover, style: style) + "\n"
    }
    for finding in findings { text += finding.text(style: style) }
    if !findings.isEmpty { text += "\n" }
    text += verdict.text(findings: findings, comparisons: confirmations.count, style: style)
    return text.folded(to: style.width)
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
        let line = TextBuffer.object(type: "position") { record in
          record.field("role", mark.role.name)
          record.field("mirror", ifAny: timeline.mirror)
          record.field("fileCount", timeline.fileCount)
          record.field("address", ifAny: mark.address)
          record.field("path", ifAny: timeline.path)
          record.field("member", mark.member)
          record.field("file", mark.event.source.file)
          record.field("line", mark.event.source.line)
          record.field("time", clocks.text(mark.event))
          if let address = mark.address, let found = standing[address] {
            record.fields(of: found)
          }
        }
        lines.append(line)
      }
    }
    lines += rows.map { $0.ndjson(clocks: clocks) }
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

extension TextBuffer {
  fileprivate mutating func fields(of standing: StandingRecord) {
    field("stands", standing.kind.rawValue)
    field("journal", standing.journal)
    field("recordAddress", ifAny: standing.recordAddress)
    field("recordType", ifAny: standing.recordType)
    field("reference", ifAny: standing.reference)
    if standing.recordType != nil { field("inTransaction", standing.isInTransaction) }
  }
}

extension Failover {
  /// One JSON object in one line, without a line feed: `type` (`failover`), `mirror`,
  /// `newPrimary`, `oldPrimary`, `fileCount` and `address` (where the new primary is current),
  /// `resumedFileCount` and `resumedAddress`, `switchedTo`, `bytesLost`, `verdict`.
  public func ndjson() -> String {
    TextBuffer.object(type: "failover") { record in
      record.field("mirror", ifAny: mirror)
      record.field("newPrimary", newPrimary)
      record.field("oldPrimary", ifAny: oldPrimary)
      record.fields(of: current.position)
      record.field("resumedFileCount", ifAny: resumed?.position.fileCount)
      record.field("resumedAddress", ifAny: resumed?.position.address)
      record.field("switchedTo", ifAny: switchedTo)
      record.field("bytesLost", ifAny: bytesLost)
      record.field("verdict", verdict.rawValue)
    }
  }
}
