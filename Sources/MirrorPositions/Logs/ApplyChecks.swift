internal import MirrorJournal
internal import MirrorLog

/// Checks of what one member applies: that it moves on without gap or repetition.
///
/// What is normal: the DejournalProcessor starts where the databases are current, then takes each
/// next file from 0. The dejournal reader goes on in the same file at the same or a later offset,
/// or at the start of the next file. A member that follows a primary changes files without a line,
/// so the reader of a takeover may be any distance ahead.
enum ApplyChecks {
  static func run(_ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger) {
    var previous: ApplyStep?
    for run in member.runs {
      for (index, step) in run.steps.enumerated() {
        if let previous {
          compare(previous, step, restarted: index == 0, member, context, &ledger)
          // What a catch-up applies again is not where the member stands.
          if step.whileCatchingUp, step.position < previous.position { continue }
        }
        previous = step
      }
    }
    for takeOver in member.takeOvers {
      guard let step = takeOver.lastStep else { continue }
      let highest = max(takeOver.offset.decimal ?? 0, takeOver.offset.hex ?? 0)
      let current = MirrorPosition(fileCount: takeOver.fileCount, address: highest)
      if current < step.position {
        ledger.find(
          .applyGoesBack, .error,
          "\(member.name) applied from \(step.position), yet its databases are called current as "
            + "of \(takeOver.position)",
          [takeOver.event, step.event], at: [takeOver.position, step.position],
          file: context.files.path(of: takeOver.fileCount))
      } else {
        ledger.confirm(
          "\(member.name) applied from \(step.position) and is current as of "
            + "\(takeOver.position)",
          [step.event, takeOver.event], at: [step.position, takeOver.position])
      }
    }
    retrievals(member, context, &ledger)
    clients(member, context, &ledger)
  }

  /// What a member applies against what it asks for, where the server's line agrees with the latter;
  /// to run after `ConnectionChecks`.
  static func beyondReceived(
    _ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    let served = ConnectionChecks.filesServed(to: member, context)
    let differing = Set(
      ledger.findings.lazy.filter { $0.code == .connectionDiffers }.flatMap(\.lines))
    for run in member.runs {
      guard let client = run.clientStarts.first,
        let step = run.steps.last(where: { !$0.whileFollowing }),
        served.contains(client.at.fileCount), client.at < step.position,
        !differing.contains(client.event.source)
      else { continue }
      applied(step, before: client, member, context, &ledger)
    }
  }

  private static func applied(
    _ step: ApplyStep, before client: (event: LogEvent, at: MirrorPosition), _ member: MemberTrack,
    _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    ledger.find(
      .applyJumps, .error,
      "\(member.name) applies from \(step.position) although it has received only up to "
        + "\(client.at)",
      [step.event, client.event], at: [step.position, client.at],
      file: context.files.path(of: step.position.fileCount),
      bytesLost: client.at.fileCount == step.position.fileCount
        ? step.position.address - client.at.address : nil)
  }

  private static func compare(
    _ previous: ApplyStep, _ step: ApplyStep, restarted: Bool, _ member: MemberTrack,
    _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    let (a, b) = (previous.position, step.position)
    let events = [step.event, previous.event]
    let path = context.files.path(of: b.fileCount)
    if b < a {
      let same = a.fileCount == b.fileCount
      let (severity, reason): (Finding.Severity, String) =
        if step.whileCatchingUp {
          (.note, " while a catch-up is open, which applies older data to databases that lag")
        } else if isNewMirror(previous, step) {
          (
            .open,
            ", in a file of a later day: the mirror may have been set up anew; bring the logs of "
              + "each of the two mirrors alone"
          )
        } else if isOutOfOrder(previous, step) {
          (
            .open,
            ", in a line that is older by its stamp: the lines are not in the order in which they "
              + "were written; bring the log as the instance wrote it"
          )
        } else if restarted {
          (.warning, ", which only a recovery after a crash or databases from a backup explain")
        } else {
          (.error, "")
        }
      ledger.find(
        .applyGoesBack, severity,
        "\(member.name) applies from \(b) after it had applied from \(a)\(reason)",
        events, at: [b, a], file: path, bytesExtra: same ? a.address - b.address : nil)
      return
    }
    // After a restart, or while following, files may have been applied without a line.
    guard !restarted, !step.whileFollowing else { return }
    // Lines that are not there prove no loss.
    if b.fileCount - a.fileCount > 1 {
      ledger.find(
        .fileCountSkipped, .open,
        "\(member.name) goes from #\(a.fileCount) to #\(b.fileCount), and its log lacks the lines that "
          + "apply \(counted(b.fileCount - a.fileCount - 1, "file")) of the chain; bring the whole of "
          + "its messages.log",
        events, at: [b, a], file: path)
    } else if b.fileCount > a.fileCount, b.address > 0 {
      ledger.find(
        .applyJumps, .open,
        "\(member.name) enters #\(b.fileCount) at \(b.address), and its log lacks the line that "
          + "applies #\(b.fileCount) from 0; bring the whole of its messages.log",
        events, at: [b], file: path)
    } else {
      ledger.confirm(
        "\(member.name) applies on from \(a) to \(b)", [previous.event, step.event], at: [a, b])
    }
  }

  /// Whether a mirror that counts from 1 again explains that the count is not higher.
  private static func isNewMirror(_ previous: ApplyStep, _ step: ApplyStep) -> Bool {
    guard step.position.fileCount <= previous.position.fileCount,
      case .applying(_, _, _, let before) = previous.event.kind,
      case .applying(_, _, _, let after) = step.event.kind,
      let first = JournalFileName(before)?.date, let second = JournalFileName(after)?.date
    else { return false }
    return (first.year, first.month, first.day) < (second.year, second.month, second.day)
  }

  /// Whether the stamps say that the second line was written first.
  private static func isOutOfOrder(_ previous: ApplyStep, _ step: ApplyStep) -> Bool {
    step.event.stamp.isBefore(previous.event.stamp)
  }

  private static func retrievals(
    _ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    for (index, run) in member.runs.enumerated() {
      let applied = run.steps.lazy.map(\.position.fileCount).max()
      var reported: Set<Int> = []
      for (event, count) in run.retrievals {
        // A file that later steps pass over is a skipped file, not one of these.
        if applied.map({ $0 >= count }) ?? false || !reported.insert(count).inserted { continue }
        let wentOn = run.isFollowing || run.becamePrimary || index + 1 < member.runs.count
        // Lines that are not there prove nothing; a start that begins in the file at 0, or before it,
        // does: till then it was not applied.
        let again = run.isFollowing ? laterStart(member, index, notBehind: count) : nil
        ledger.find(
          .retrievedNotApplied, again != nil ? .warning : wentOn ? .open : .note,
          "\(member.name) retrieves #\(count), and no line says that it is applied"
            + (again != nil ? " before it starts anew" : wentOn ? "" : " before the log ends")
            + (wentOn && again == nil ? "; bring the whole of its messages.log" : ""),
          [event] + (again.map { [$0.event] } ?? []),
          at: [MirrorPosition(fileCount: count, address: 0)], file: context.files.path(of: count))
      }
    }
  }

  /// The first step of the next start, when it does not lie behind a file's beginning.
  private static func laterStart(
    _ member: MemberTrack, _ index: Int, notBehind count: Int
  ) -> ApplyStep? {
    guard let step = member.runs.dropFirst(index + 1).first?.steps.first,
      step.applier == .dejournalProcessor, !step.whileCatchingUp
    else { return nil }
    return step.position <= MirrorPosition(fileCount: count, address: 0) ? step : nil
  }

  /// A reader that starts behind what the client has already received.
  private static func clients(
    _ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    // With the server's line at hand, `ConnectionChecks` judges the client's position.
    let served = ConnectionChecks.filesServed(to: member, context)
    for run in member.runs {
      guard let client = run.clientStarts.first,
        let step = run.steps.last(where: { !$0.whileFollowing }),
        !served.contains(client.at.fileCount)
      else { continue }
      if client.at < step.position {
        applied(step, before: client, member, context, &ledger)
      } else {
        ledger.confirm(
          "\(member.name) applies from \(step.position) and asks for data from \(client.at)",
          [step.event, client.event], at: [step.position, client.at])
      }
    }
  }
}

/// Checks that every catch-up that starts also completes.
///
/// The vendor's alert of March 2019 names an abnormal shutdown between the two as the mark of
/// databases that may be inconsistent (class D). A database that catch-up gives up with a reason
/// (`remains inactive because …`) stays inactive and is no finding.
enum CatchupChecks {
  static func run(_ member: MemberTrack, _ ledger: inout Ledger) {
    var open: [(event: LogEvent, left: Int)] = []
    func report(_ cause: LogEvent?, _ ledger: inout Ledger) {
      for (event, left) in open {
        let databases = left == .max ? "its databases" : "\(left) database(s)"
        // A start between the two is the vendor's mark. Otherwise a line is not there, no more.
        ledger.find(
          .catchupIncomplete, cause.map { isStart($0) ? .warning : .open } ?? .note,
          "\(member.name) started a catch-up that had not completed for \(databases) "
            + (cause == nil ? "when the log ends" : "when its role changed or it started anew"),
          [event] + (cause.map { [$0] } ?? []))
      }
      open = []
    }
    for event in member.events {
      switch event.kind {
      case .catchupStarted(_, let count):
        // Said twice it is the same.
        if let last = open.last?.event, last.kind == event.kind, last.stamp == event.stamp,
          last.pid == event.pid
        {
          break
        }
        if count != 0 { open.append((event, count ?? .max)) }
      case .databaseInactive:
        guard let last = open.indices.last else { break }
        open[last].left -= 1
        if open[last].left <= 0 { open.removeLast() }
      case .catchupCompleted(_, let count):
        guard let last = open.indices.last else { break }
        let done = min(count ?? .max, open[last].left)
        open[last].left -= done
        if open[last].left <= 0 { open.removeLast() }
      case .role(.takingOver), .role(.instanceStarting), .role(.managerStarting),
        .role(.becomingPrimary):
        report(event, &ledger)
      default: break
      }
    }
    report(nil, &ledger)
  }

  private static func isStart(_ event: LogEvent) -> Bool {
    switch event.kind {
    case .role(.instanceStarting), .role(.managerStarting): true
    default: false
    }
  }
}
