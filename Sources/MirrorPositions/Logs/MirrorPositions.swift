public import MirrorLog

/// What the logs of a mirror's members say about positions: a timeline per mirror journal file,
/// findings with the lines that prove them, and a verdict.
///
/// Time stamps decide nothing: within a member the order of lines counts, and across members only
/// what must follow from each other (a client's start and the server's connection, a takeover and
/// the old primary's resumption). Clocks that differ, and time zones, make no finding.
public struct MirrorPositions: Sendable {
  /// Members in the order of the logs, as the columns of a timeline.
  public let members: [String]
  /// In the order of mirrors and file counts.
  public let timelines: [MirrorFileTimeline]
  /// Where each member stands, in the order of mirrors and members.
  public let rows: [MemberRow]
  /// The logs that were read.
  public let files: [LogSummary]
  /// In the order of members and lines.
  public private(set) var failovers: [Failover]
  /// The worst first, otherwise in the order of the checks.
  public private(set) var findings: [Finding]
  /// Every comparison that held.
  public private(set) var confirmations: [Confirmation]
  /// Every position that a line names, for checks against the journals.
  public let namedPositions: [NamedPosition]

  /// What the journals hold at the positions, where they are at hand.
  private var standing: [FileKey: [Int: StandingRecord]] = [:]

  /// For display only.
  public let clocks: LogClocks

  /// Members with more than one log, whose line numbers need the file's name beside them.
  let membersWithSeveralLogs: Set<String>
  /// The directory of all logs, up to and with its last separator; empty when they share none.
  let commonDirectory: String
  // Which findings and confirmations are about which file, by index.
  private var found: [FileKey: [Int]] = [:]
  private var held: [FileKey: [Int]] = [:]

  /// Runs all checks that need nothing but the logs. `findings` are known of where the logs come from,
  /// such as those of a `TreeSurvey`: what could not be read there forbids a YES.
  public init(_ logs: MirrorLogs, findings known: [Finding] = []) {
    let contexts = MirrorContext.contexts(of: logs)
    members = logs.members.map(\.name)
    files = logs.files
    rows = contexts.flatMap(MemberRow.all)
    timelines = contexts.flatMap(MirrorFileTimeline.all)
    namedPositions = contexts.flatMap(\.named)
    clocks = logs.clocks
    membersWithSeveralLogs = Set(logs.members.filter { $0.files.count > 1 }.map(\.name))
    commonDirectory = sharedDirectory(logs.members.flatMap(\.files).map(\.file))
    failovers = []
    findings =
      known + InputChecks.findings(logs)
      + logs.members.flatMap { MemberChecks.findings($0, in: logs) }
      + SystemChecks.findings(contexts)
    confirmations = []
    // The order of such a log's lines means nothing.
    let mixed = Set(
      findings.filter { $0.code == .mixedMembers && $0.severity == .open }
        .flatMap { $0.lines.map(\.member) })
    for context in contexts {
      var ledger = Ledger(mirror: context.mirror)
      failovers += FailoverChecks.run(context, &ledger)
      ReportedChecks.run(context, &ledger)
      FigureChecks.run(context, &ledger)
      for member in context.members where !mixed.contains(member.name) {
        ApplyChecks.run(member, context, &ledger)
        CatchupChecks.run(member, &ledger)
      }
      ConnectionChecks.run(context, &ledger)
      LinkChecks.run(context, &ledger)
      for member in context.members where !mixed.contains(member.name) {
        ApplyChecks.beyondReceived(member, context, &ledger)
      }
      WriterChecks.run(context, &ledger)
      EvidenceChecks.run(context, &ledger)
      WriterChecks.unwritten(context, &ledger)
      let renumbered = RenumberedFiles(context)
      findings += ledger.findings.map(renumbered.weighed)
      confirmations += ledger.confirmations
    }
    for event in logs.events {
      guard case .compressed(let printed) = event.kind else { continue }
      if let finding = Finding(checking: printed, in: event) { findings.append(finding) }
    }
    findings = InputChecks.weighed(findings, logs)
    distribute()
  }

  /// Adds what another module found, such as checks against the journals, and weighs the verdicts
  /// anew.
  public mutating func add(_ found: [Finding], confirmations held: [Confirmation] = []) {
    findings += found
    confirmations += held
    distribute()
  }

  /// Adds what stands in the journals at the positions, for the reports.
  public mutating func add(standing records: [StandingRecord]) {
    for record in records {
      let key = FileKey(mirror: record.mirror, fileCount: record.position.fileCount)
      standing[key, default: [:]][record.position.address] = record
    }
  }

  /// Gives findings the records that they are about; a nil of `measure` changes nothing.
  public mutating func addGaps(_ measure: (Finding) -> RecordGap?) {
    for index in findings.indices {
      if let gap = measure(findings[index]) { findings[index].gap = gap }
    }
  }

  /// What stands at the positions of one file, by address.
  func standing(in timeline: MirrorFileTimeline) -> [Int: StandingRecord] {
    standing[FileKey(mirror: timeline.mirror, fileCount: timeline.fileCount)] ?? [:]
  }

  /// The findings about one file, in their order. All timelines together look at each finding once for
  /// each file that it is about.
  package func findings(in timeline: MirrorFileTimeline) -> [Finding] {
    let key = FileKey(mirror: timeline.mirror, fileCount: timeline.fileCount)
    return (found[key] ?? []).map { findings[$0] }
  }

  /// Over everything. Notes do not change it.
  public var verdict: Verdict { Verdict(findings, comparisons: confirmations.count) }

  private mutating func distribute() {
    let sorted = findings.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }
    findings = sorted.map(\.element)
    found = MirrorPositions.byFile(findings.map { ($0.mirror, $0.positions) })
    held = MirrorPositions.byFile(confirmations.map { ($0.mirror, $0.positions) })
    for index in failovers.indices {
      // The worst finding of a file is its first one.
      let worst = firstIndices(found, failovers[index], 1).first.map { findings[$0] }
      let verdict = Verdict(worst.map { [$0] } ?? [], comparisons: 1)
      failovers[index].verdict =
        failovers[index].resumed == nil && verdict == .yes ? .cannotTell : verdict
    }
  }

  /// The findings of the two files that a failover joins.
  public func findings(of failover: Failover) -> [Finding] {
    indices(found, failover).map { findings[$0] }
  }

  /// What was compared in the two files that a failover joins, and agrees.
  public func confirmations(of failover: Failover) -> [Confirmation] {
    indices(held, failover).map { confirmations[$0] }
  }

  /// The first of them, at most `limit`: a count that many failovers share has many.
  func confirmations(of failover: Failover, limit: Int) -> [Confirmation] {
    firstIndices(held, failover, limit).map { confirmations[$0] }
  }

  private func firstIndices(
    _ map: [FileKey: [Int]], _ failover: Failover, _ limit: Int
  ) -> ArraySlice<Int> {
    let lists = failover.fileCounts.map { map[FileKey(mirror: failover.mirror, fileCount: $0)] }
    return Set(lists.flatMap { $0?.prefix(limit) ?? [] }).sorted().prefix(limit)
  }

  private func indices(_ map: [FileKey: [Int]], _ failover: Failover) -> [Int] {
    let lists = failover.fileCounts.map { map[FileKey(mirror: failover.mirror, fileCount: $0)] }
    return Set(lists.flatMap { $0 ?? [] }).sorted()
  }

  private struct FileKey: Hashable {
    let mirror: String?
    let fileCount: Int
  }

  /// Which of them are about which file, by index.
  private static func byFile(
    _ items: [(mirror: String?, positions: [MirrorPosition])]
  ) -> [FileKey: [Int]] {
    var map: [FileKey: [Int]] = [:]
    for (index, item) in items.enumerated() {
      for count in Set(item.positions.map(\.fileCount)) {
        map[FileKey(mirror: item.mirror, fileCount: count), default: []].append(index)
      }
    }
    return map
  }
}

/// What all paths begin with, up to and with its last separator.
private func sharedDirectory(_ paths: [String]) -> String {
  guard let first = paths.first else { return "" }
  let shared = paths.dropFirst().reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
  let end = shared.lastIndex { $0 == "/" || $0 == "\\" }
  return end.map { String(shared[...$0]) } ?? ""
}
