public import MirrorLog

/// One member taking over from another, and what both logs say of the place where it happened.
public struct Failover: Sendable {
  /// The mirror; nil where the logs do not name it.
  public let mirror: String?
  /// The member that took over.
  public let newPrimary: String
  /// The member that was primary before, where the logs tell.
  public let oldPrimary: String?
  /// Where the new primary's databases are current.
  public let current: NamedPosition
  /// The file the new primary went on in, where its line is there.
  public let switchedTo: String?
  /// Where the old primary started to apply when it came back, where its log is there.
  public let resumed: (event: LogEvent, position: MirrorPosition)?
  /// Bytes of #N that the old primary had and the new one never got; 0 when the positions agree,
  /// nil when they cannot be compared.
  public internal(set) var bytesLost: Int?
  /// Over the findings of the two files that the failover joins; `cannotTell` when one of the two
  /// statements that decide is not there.
  public internal(set) var verdict = Verdict.cannotTell

  /// The file counts on both sides of the failover.
  var fileCounts: ClosedRange<Int> {
    let count = current.position.fileCount
    return count...(count == .max ? count : count + 1)
  }
}

/// Finds failovers and compares where the two primaries met.
enum FailoverChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) -> [Failover] {
    var failovers: [Failover] = []
    for member in context.members {
      for (index, takeOver) in member.takeOvers.enumerated() {
        chain(takeOver, member, context, &ledger)
        let before = context.memberBefore(index, of: member)
        // Who wrote the file before it started took over from nobody. Of any other start nothing says
        // that it is none.
        let isNone =
          takeOver.oldPrimary == nil && before == nil
          && (takeOver.isOwnFile || takeOver.isPlainStart && isAlone(takeOver, member, context))
        if isNone {
          beyond(takeOver, member, except: nil, context, &ledger)
          continue
        }
        // What was primary before, and is again, has taken over from nobody whom its log does not name.
        let isKnown =
          takeOver.oldPrimary == nil
          && (takeOver.isPlainStart && before != nil || takeOver.wasPrimary)
        let old = isKnown ? before : context.member(takeOver.oldPrimary, not: member.name)
        let resumed = old.flatMap { resume(of: $0, after: takeOver) }
        beyond(takeOver, member, except: resumed?.event.source, context, &ledger)
        var failover = Failover(
          mirror: context.mirror, newPrimary: member.name,
          oldPrimary: old?.name ?? takeOver.oldPrimary,
          current: NamedPosition(
            role: .currentAsOf, mirror: context.mirror, position: takeOver.position,
            offset: takeOver.offset,
            path: context.files.path(of: takeOver.fileCount), event: takeOver.event),
          switchedTo: takeOver.switched?.path,
          resumed: resumed.map { ($0.event, $0.position) })
        if let old, let resumed {
          failover.bytesLost = compare(takeOver, member, old, resumed, context, &ledger)
          OldPrimaryChecks.wentOn(
            old, before: resumed.event.source, takeOver, by: member, context, &ledger)
        } else {
          undecided(takeOver, member, old, context, &ledger)
        }
        failovers.append(failover)
      }
    }
    return failovers
  }

  /// Whether a start as primary needs no other member: the log says that there is none, or another
  /// member followed this one in the file before.
  private static func isAlone(
    _ takeOver: TakeOver, _ member: MemberTrack, _ context: MirrorContext
  ) -> Bool {
    let isOnly = member.events.contains {
      if case .role(.onlyMember) = $0.kind { true } else { false }
    }
    if isOnly { return true }
    return context.members.contains { other in
      other.clients.contains { client in
        client.at.fileCount == takeOver.fileCount && client.primary != nil
          && context.member(client.primary, not: other.name)?.name == member.name
          && !member.served.contains { $0.position == client.at }
      }
    }
  }

  /// The step with which the old primary came back: the first run that starts in the file of the
  /// takeover, else the first that starts before it and goes on behind it, which only a member
  /// that came back later can do.
  private static func resume(of old: MemberTrack, after takeOver: TakeOver) -> ApplyStep? {
    // Where no line calls it primary, a start as a backup is none after a takeover.
    let runs = takeOver.oldPrimary == nil ? old.runs.filter { !$0.isRestartOfBackup } : old.runs
    // Who asks for what comes before the end of the file has not written it.
    let starts = runs.filter { !($0.clientStarts.first.map { $0.at < takeOver.position } ?? false) }
      .compactMap { run in run.steps.first.map { (run, $0) } }
    if let same = starts.first(where: { $0.1.position.fileCount == takeOver.fileCount }) {
      return same.1
    }
    return starts.first {
      $0.1.position.fileCount < takeOver.fileCount
        && ($0.0.returnCount ?? 0) > takeOver.fileCount
        && wroteLater(old, than: $0.1, upTo: takeOver.fileCount)
    }?.1
  }

  /// Whether the log shows, before a step, that the member was primary of a later file than that of the
  /// step: without that the step may be its return after a takeover before this one.
  private static func wroteLater(
    _ old: MemberTrack, than step: ApplyStep, upTo count: Int
  ) -> Bool {
    guard let place = old.events.firstIndex(where: { $0.source == step.event.source }) else {
      return false
    }
    return old.events[..<place].contains { event in
      switch event.kind {
      case .serverConnection(let connection):
        connection.fileCount > step.position.fileCount && connection.fileCount <= count
      case .currentAsOf(_, let current):
        current >= step.position.fileCount && current < count
      default: false
      }
    }
  }

  /// The second of the two statements that decide is not there.
  private static func undecided(
    _ takeOver: TakeOver, _ new: MemberTrack, _ old: MemberTrack?, _ context: MirrorContext,
    _ ledger: inout Ledger
  ) {
    // Whose log is missing, `EvidenceChecks` says.
    if old == nil, takeOver.oldPrimary != nil || context.members.count == 1 { return }
    let missing =
      old.map {
        "the log of \($0.name) does not show where it resumes; bring its messages.log from after it "
          + "came back"
      } ?? "no line says who was primary before; bring the logs of all members from before that"
    ledger.find(
      .resumeMissing, .open, "\(new.name) took over at \(takeOver.position), and \(missing)",
      [takeOver.event], at: [takeOver.position], file: context.files.path(of: takeOver.fileCount))
  }

  /// Returns the bytes lost, 0 when the two agree, or nil when that cannot be computed.
  private static func compare(
    _ takeOver: TakeOver, _ new: MemberTrack, _ old: MemberTrack, _ step: ApplyStep,
    _ context: MirrorContext, _ ledger: inout Ledger
  ) -> Int? {
    let (current, resumed) = (takeOver.position, step.position)
    let same = current.fileCount == resumed.fileCount
    let events = [takeOver.event, step.event]
    if same, takeOver.offset.admits(resumed.address) {
      ledger.confirm(
        "\(new.name) is current as of \(current), and \(old.name) resumes there", events,
        at: [current])
      return 0
    }
    let distance = same ? abs(resumed.address - current.address) : nil
    let lost = resumed > current
    ledger.find(
      .resumeDiffers, .error,
      "\(new.name) is current as of \(current), and the old primary \(old.name) resumes at "
        + "\(resumed): "
        + (lost
          ? "\(old.name) had \(distance ?? 0) bytes that the new primary never got"
          : (distance.map { "\($0) bytes are" } ?? "what lies between is")
            + " applied a second time on \(old.name)"),
      events, at: [current, resumed], file: context.files.path(of: current.fileCount),
      bytesLost: lost ? distance : nil, bytesExtra: lost ? nil : distance)
    return same ? (lost ? distance : 0) : nil
  }

  /// The new primary writes the file after the one it is current in.
  private static func chain(
    _ takeOver: TakeOver, _ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    guard let switched = takeOver.switched else { return }
    let (expected, overflow) = takeOver.fileCount.addingReportingOverflow(1)
    guard let count = context.files.count(of: switched.path) else {
      let written = JournalNames.key(switched.path)
      let other = context.files.pairings(of: expected).first {
        $0.event.source.member != member.name && $0.name != written
      }
      if !overflow, let other {
        ledger.find(
          .nameDiffers, FigureChecks.severity(ofNames: written, other.name),
          "\(member.name) writes \(written) as #\(expected), and \(other.event.source.member) calls "
            + "#\(expected) \(other.name)",
          [switched.event, other.event, takeOver.event],
          at: [MirrorPosition(fileCount: expected, address: 0), takeOver.position],
          file: switched.path)
      }
      return
    }
    guard !overflow, count != expected else {
      ledger.confirm(
        "\(member.name) is current in #\(takeOver.fileCount) and writes #\(count)",
        [takeOver.event, switched.event], at: [takeOver.position])
      return
    }
    ledger.find(
      .fileCountSkipped, .error,
      "\(member.name) is current in #\(takeOver.fileCount) and writes #\(count) next",
      [switched.event, takeOver.event],
      at: [MirrorPosition(fileCount: count, address: 0), takeOver.position], file: switched.path)
  }

  /// The file of a takeover ends where the new primary is current: nobody can have been further.
  private static func beyond(
    _ takeOver: TakeOver, _ member: MemberTrack, except resume: LogSource?,
    _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    let end = max(takeOver.offset.decimal ?? 0, takeOver.offset.hex ?? 0)
    for named in context.namedByFile[takeOver.fileCount] ?? []
    where named.position.address > end && named.offset.isConsistent
      && named.event.source.member != member.name && named.event.source != resume
    {
      ledger.find(
        .beyondTakeover, .error,
        "\(named.event.source.member) names \(named.position), but \(member.name) took over "
          + "\(named.position.address - end) bytes before",
        [named.event, takeOver.event], at: [named.position, takeOver.position], file: named.path,
        bytesLost: named.position.address - end)
    }
  }
}
