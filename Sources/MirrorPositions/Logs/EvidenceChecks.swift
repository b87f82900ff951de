internal import MirrorLog

/// Whether the logs say all that decides. What is missing keeps the answer from being YES, and each
/// finding says what to bring.
enum EvidenceChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    missingLogs(context, &ledger)
    takeOvers(context, &ledger)
    primaries(context, &ledger)
    ChangeChecks.run(context, &ledger)
    asyncs(context, &ledger)
    comparisons(context, &ledger)
  }

  // MARK: Members

  /// Every failover member that a log names has to have a log of its own.
  private static func missingLogs(_ context: MirrorContext, _ ledger: inout Ledger) {
    var missing: [String: (event: LogEvent, isAsync: Bool)] = [:]
    for member in context.members {
      for event in member.events {
        guard let name = MemberNames.mentioned(event.kind),
          context.member(name, not: member.name) == nil,
          // A log that names its own member is another finding.
          !isOwnName(name, member)
        else { continue }
        let isAsync =
          if case .serverConnection(let connection) = event.kind { !connection.isFailover } else {
            false
          }
        let label = MemberNames.host(name)
        if missing[label]?.isAsync ?? true { missing[label] = (event, isAsync) }
      }
    }
    for (name, found) in missing.sorted(by: { $0.key < $1.key }) {
      if found.isAsync {
        ledger.find(
          .logMissing, .note,
          "the log of \(name), an async member, is not among these: nothing is said of it",
          [found.event])
      } else {
        ledger.find(
          .logMissing, .open,
          "the log of \(name) is missing; bring its messages.log from before the failover on"
            + (context.members.first { $0.isNamed && $0.printedName == nil }.map {
              ", or, if the log given as \($0.name) is its, give that as \(name)=FILE"
            } ?? ""),
          [found.event])
      }
    }
    let isAlone = context.members.count == 1 && !missing.values.contains { !$0.isAsync }
    if isAlone, let only = context.members.first, let first = context.named.first {
      ledger.find(
        .logMissing, .open,
        "only the log of \(only.name) is there; bring the messages.log of the other members",
        [first.event])
    }
  }

  private static func isOwnName(_ printed: String, _ member: MemberTrack) -> Bool {
    MemberNames.host(printed).lowercased() == member.name.lowercased()
  }

  // MARK: Takeovers

  private static func takeOvers(_ context: MirrorContext, _ ledger: inout Ledger) {
    for member in context.members {
      // A failure has its own finding.
      for takeOver in member.unfinished where takeOver.failure == nil {
        let became = takeOver.becamePrimary
        let isRoleOnly = became?.source == takeOver.event.source
        let old = takeOver.oldPrimary.map(MemberNames.host) ?? "the old primary"
        ledger.find(
          .takeoverUnfinished, .open,
          "\(member.name) \(isRoleOnly ? "became primary after \(old)" : "begins to take over"), and "
            + (became == nil
              ? "its log ends or starts anew before it is primary; bring the whole of its messages.log"
              : "the line `New primary activating databases which are current as of` is missing in "
                + "its log; bring the whole of its messages.log, and that of \(old) from after it "
                + "came back"),
          isRoleOnly ? [takeOver.event] : [takeOver.event] + (became.map { [$0] } ?? []))
      }
    }
  }

  /// The last primary has to be seen becoming one: that is where something may have been lost.
  private static func primaries(_ context: MirrorContext, _ ledger: inout Ledger) {
    for member in context.members {
      var line: (event: LogEvent, fileCount: Int)?
      if let served = member.servedWithoutStart {
        line = (served.event, served.connection.fileCount)
      } else if let start = member.startWithoutPlace {
        line = (start, member.served.first?.connection.fileCount ?? .max)
      } else {
        line = said(of: member, context)
      }
      guard let line else { continue }
      let isOver = context.members.contains { other in
        other.name != member.name
          && other.takeOvers.contains { $0.fileCount >= line.fileCount }
      }
      if isOver { continue }
      ledger.find(
        .startMissing, .open,
        "\(member.name) is primary, and its log does not show how it became that; bring its "
          + "messages.log from before the failover, rotated files too",
        [line.event])
    }
  }

  /// The last line of another log that calls a member primary of which its own log knows nothing.
  private static func said(
    of member: MemberTrack, _ context: MirrorContext
  ) -> (event: LogEvent, fileCount: Int)? {
    if member.becamePrimary { return nil }
    return context.members.lazy.filter { $0.name != member.name }.compactMap { other in
      let found = other.primariesFound.last {
        context.member($0.name, not: other.name)?.name == member.name
      }
      guard let found else { return nil }
      if member.takeOvers.contains(where: { $0.fileCount <= found.fileCount }) { return nil }
      return (found.event, found.fileCount)
    }.first
  }

  // MARK: Asynchronous members

  /// An async member has to say where it stands since the last takeover, or to have been compared.
  private static func asyncs(_ context: MirrorContext, _ ledger: inout Ledger) {
    let takeOver = context.members.flatMap(\.takeOvers).map(\.position).max()
    guard let best = context.named.map(\.position).max() else { return }
    for member in context.members where member.isAsync {
      let own = context.named.last { $0.event.source.member == member.name }
      let highest = context.named.lazy.filter { $0.event.source.member == member.name }
        .map(\.position).max()
      guard let own, let highest else { continue }
      if let takeOver {
        if highest >= takeOver { continue }
      } else {
        let isCompared = ledger.confirmations.contains { $0.lines.contains(own.event.source) }
        if isCompared || highest.fileCount == best.fileCount { continue }
      }
      let files = best.fileCount - highest.fileCount
      ledger.find(
        .memberBehind, .open,
        "the log of \(member.name) names \(highest) last"
          + (files > 0 ? ", \(counted(files, "file")) behind the others" : "")
          + (takeOver == nil ? "" : ", from before the last takeover")
          + "; bring its messages.log up to now",
        [own.event], at: [highest])
    }
  }

  // MARK: Comparisons

  /// Something that one log says has to have been compared with another log.
  private static func comparisons(_ context: MirrorContext, _ ledger: inout Ledger) {
    guard context.members.count > 1, !context.named.isEmpty,
      !ledger.findings.contains(where: { $0.severity > .note }),
      !ledger.confirmations.contains(where: { Set($0.lines.map(\.member)).count > 1 })
    else { return }
    ledger.find(
      .notCompared, .open,
      "nothing that one member's log says could be compared with another's; bring the logs of the "
        + "same days",
      [])
  }
}

/// Whether the logs could be read, and are those of different members.
enum InputChecks {
  static func findings(_ logs: MirrorLogs) -> [Finding] {
    damaged(logs) + unreadable(logs) + turned(logs) + same(logs)
  }

  private static func damaged(_ logs: MirrorLogs) -> [Finding] {
    logs.files.compactMap { file in
      file.damage.map {
        Finding(
          .logUnreadable, .open,
          "\(file.file) cannot be read to its end: \($0); bring it anew", lines: [], file: file.file
        )
      }
    }
  }

  private static func turned(_ logs: MirrorLogs) -> [Finding] {
    logs.members.flatMap { member in
      member.files.filter(\.isNewestFirst).map { file in
        Finding(
          .newestFirst, .note,
          "the lines of \(file.file) stand newest first by their stamps, and are read from the last one on",
          lines: [], file: file.file)
      }
        + member.files.filter(\.isRearranged).map { file in
          Finding(
            .linesRearranged, .note,
            "a part of \(file.file) does not stand where it was written, and was sorted",
            lines: [], file: file.file)
        }
    }
  }

  /// What follows from the order of lines is not sure where that was guessed at.
  static func weighed(_ findings: [Finding], _ logs: MirrorLogs) -> [Finding] {
    let guessed = Set(logs.members.flatMap(\.files).lazy.filter(\.isRearranged).map(\.file))
    if guessed.isEmpty { return findings }
    return findings.map { finding in
      guard finding.severity > .open, finding.code.restsOnOrder,
        let line = finding.lines.first(where: { guessed.contains($0.file) })
      else { return finding }
      return finding.opened(
        "a part of \(line.file) does not stand where it was written, and sorted it says that "
          + "\(finding.sentence); bring the log as the instance wrote it")
    }
  }

  private static func unreadable(_ logs: MirrorLogs) -> [Finding] {
    var seen: Set<String> = []
    return logs.members.flatMap { member in
      member.files.compactMap { file -> Finding? in
        guard let first = file.unreadable.first, seen.insert(file.file).inserted else { return nil }
        let lines = file.unreadable.prefix(10).map {
          LogSource(member: member.name, file: file.file, line: $0.line)
        }
        let count = file.unreadableCount
        return Finding(
          .unreadableMessages, .open,
          (count == 1 ? "1 message begins" : "\(count) messages begin")
            + " like one that says where data are and cannot be read, in line \(first.line): "
            + "\(first.text); bring the log as the instance wrote it",
          lines: lines)
      }
    }
  }

  private static func same(_ logs: MirrorLogs) -> [Finding] {
    struct Message: Hashable {
      let stamp: LogStamp
      let pid: Int
      let kind: LogEventKind
    }
    guard logs.members.count > 1 else { return [] }
    let messages = logs.members.map { member in
      Set(member.events.lazy.map { Message(stamp: $0.stamp, pid: $0.pid, kind: $0.kind) })
    }
    var findings: [Finding] = []
    for (index, a) in logs.members.enumerated() {
      for (other, b) in logs.members.enumerated().dropFirst(index + 1) {
        let isSame =
          messages[index].count < messages[other].count
          ? messages[index].isSubset(of: messages[other])
          : messages[other].isSubset(of: messages[index])
        guard isSame, messages[index].count > 1, messages[other].count > 1,
          let first = a.events.first, let second = b.events.first
        else { continue }
        findings.append(
          Finding(
            .sameLog, .open,
            "the logs of \(a.name) and \(b.name) are the same log; bring the other",
            lines: [first.source, second.source]))
      }
    }
    return findings
  }
}
