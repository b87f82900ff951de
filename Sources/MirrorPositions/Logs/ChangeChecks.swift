internal import MirrorLog

/// Every change of primary that any line implies needs the line with which the new primary says where
/// its databases are current. `FailoverChecks` then asks for the other statement.
enum ChangeChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    for member in context.members {
      var used: Set<LogSource> = []
      for change in context.changes[member.name] ?? [] {
        guard case .other(let name) = change.new else {
          becamePrimary(change, member, &ledger)
          continue
        }
        // A log that calls its own member another one is mixed, which is another finding.
        if let name, MemberNames.matches(name, member.printedName ?? member.name) { continue }
        guard let new = context.member(name, not: member.name) else {
          unknown(change, member, &ledger)
          continue
        }
        let takeOver = new.takeOvers.indices.first {
          change.isTakeOver($0, of: new) && !used.contains(new.takeOvers[$0].event.source)
        }
        if let takeOver {
          used.insert(new.takeOvers[takeOver].event.source)
        } else {
          missing(change, member, new, &ledger)
        }
      }
      ends(member, context, &ledger)
      if let line = context.silences[member.name], !member.isAsync {
        ledger.find(
          .takeoverUnfinished, .open,
          "\(member.name) has lost its primary, and its log ends before it says whether it took over; "
            + "bring the whole of its messages.log", [line])
      }
    }
  }

  /// The member's own log shows it becoming primary, not where.
  private static func becamePrimary(
    _ change: PrimaryChange, _ member: MemberTrack, _ ledger: inout Ledger
  ) {
    let isTold = member.takeOvers.contains {
      $0.event.source == change.event.source || change.isAt($0.fileCount)
    }
    if isTold || isOpen(member.name, ledger) { return }
    ledger.find(
      .takeoverMissing, .open,
      "\(member.name) became primary, and the line `New primary activating databases which are "
        + "current as of` is missing in its log; bring the whole of its messages.log",
      [change.event, change.before])
  }

  /// Whether the log of a member is called incomplete already.
  private static func isOpen(_ name: String, _ ledger: Ledger) -> Bool {
    ledger.findings.contains { finding in
      finding.severity >= .open
        && [.takeoverUnfinished, .startMissing, .startupFailed].contains(finding.code)
        && finding.lines.contains { $0.member == name }
    }
  }

  /// Nobody can say whose log would tell.
  private static func unknown(
    _ change: PrimaryChange, _ member: MemberTrack, _ ledger: inout Ledger
  ) {
    if ledger.findings.contains(where: { $0.code == .logMissing && $0.severity == .open }) {
      return
    }
    ledger.find(
      .takeoverMissing, .open,
      "the log of \(member.name) shows another primary, and no log says who it is and where it took "
        + "over; bring the logs of all members", [change.event, change.before])
  }

  private static func missing(
    _ change: PrimaryChange, _ member: MemberTrack, _ new: MemberTrack, _ ledger: inout Ledger
  ) {
    let old: String =
      switch change.old {
      case .me: member.name
      case .other(let name): name.map(MemberNames.host) ?? "the old primary"
      }
    let place = change.low > 0 ? " in #\(change.low) or later" : ""
    if isBetweenLogs(change, member, new) {
      ledger.find(
        .takeoverMissing, .note,
        "\(new.name) became primary after \(old)\(place), between the logs that are given: what "
          + "happened there is not judged; bring the logs of that time to know",
        [change.event, change.before])
      return
    }
    ledger.find(
      .takeoverMissing, .open,
      "the log of \(member.name) shows \(new.name) as primary after \(old), and no line of "
        + "\(new.name) says where it took over\(place); bring the whole of its messages.log",
      [change.event, change.before])
  }

  /// Whether the change lies outside of all that is given: each of the two members has separate logs
  /// from before and after it, which are no rotated copies of one log, and none reaches across.
  private static func isBetweenLogs(
    _ change: PrimaryChange, _ member: MemberTrack, _ new: MemberTrack
  ) -> Bool {
    let (first, second) = (change.before.source.file, change.event.source.file)
    guard first != second, let high = change.high ?? change.asked?.fileCount,
      LogInput(path: first).isApart(from: LogInput(path: second))
    else { return false }
    // A resumption in the file of the change is one of the two statements: it was there.
    let resumes = member.runs.contains { run in
      run.steps.first.map { change.isAt($0.position.fileCount) && $0.position.address > 0 }
        ?? false && run.steps.first?.event.source.file == second
    }
    if resumes { return false }
    var lowest: [String: Int] = [:]
    var highest: [String: Int] = [:]
    for event in new.events {
      guard let count = event.kind.fileCount else { continue }
      lowest[event.source.file] = min(lowest[event.source.file] ?? .max, count)
      highest[event.source.file] = max(highest[event.source.file] ?? 0, count)
    }
    let olders = highest.filter { $0.value <= change.low }.keys
    let newers = lowest.filter { $0.value >= high }.keys
    guard !olders.isEmpty, !newers.isEmpty, olders.count + newers.count == lowest.count else {
      return false
    }
    return olders.allSatisfy { older in
      newers.allSatisfy { LogInput(path: older).isApart(from: LogInput(path: $0)) }
    }
  }

  // MARK: Where a file ends

  /// A member that comes back applies the rest of a file and goes on in the next one. Where nobody
  /// took over at the end of the first, the same primary has to be seen writing both.
  private static func ends(
    _ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    // Another finding asks for the same lines.
    let isAsked = ledger.findings.contains {
      $0.severity >= .open && [.logMissing, .takeoverUnfinished, .startMissing].contains($0.code)
    }
    if member.isAsync || isAsked { return }
    let followed = Followed(member)
    for run in member.runs {
      guard let step = run.steps.first, step.applier == .dejournalProcessor,
        !step.whileCatchingUp, step.position.address > 0,
        let next = run.highestCount, next > step.position.fileCount
      else { continue }
      let count = step.position.fileCount
      let isTold =
        context.members.contains { other in
          context.tookOver(other, in: count) || context.wrote(other, count, next)
        } || followed.one(from: count, to: next)
      if isTold { continue }
      ledger.find(
        .takeoverMissing, .open,
        "\(member.name) resumes at \(step.position) and goes on to #\(next), and no log says who "
          + "wrote #\(count) and where it ends; bring the messages.log of the other member from "
          + "before that",
        [step.event], at: [step.position])
    }
  }

  /// Which primaries a member asked for which files.
  private struct Followed {
    private var names: [Int: Set<String?>] = [:]
    /// Sorted.
    private let files: [String?: [Int]]

    init(_ member: MemberTrack) {
      var counts: [String?: Set<Int>] = [:]
      for client in member.clients {
        counts[client.primary, default: []].insert(client.at.fileCount)
        names[client.at.fileCount, default: []].insert(client.primary)
      }
      files = counts.mapValues { $0.sorted() }
    }

    /// Whether the member followed one primary in file `low` and in one behind it, up to `high`.
    func one(from low: Int, to high: Int) -> Bool {
      (names[low] ?? []).contains { name in
        guard let counts = files[name] else { return false }
        let place = counts.partition(by: low)
        return place < counts.count && counts[place] <= high
      }
    }
  }
}
