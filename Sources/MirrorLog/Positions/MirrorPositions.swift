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
  /// In the order of members and lines.
  public private(set) var failovers: [Failover]
  /// The worst first, otherwise in the order of the checks.
  public private(set) var findings: [Finding]
  /// Every comparison that held.
  public private(set) var confirmations: [Confirmation]
  /// Every position that a line names, for checks against the journals.
  public let namedPositions: [NamedPosition]

  /// Runs all checks that need nothing but the logs.
  public init(_ logs: MirrorLogs) {
    let contexts = MirrorContext.contexts(of: logs)
    members = logs.members.map(\.name)
    timelines = contexts.flatMap(MirrorFileTimeline.all)
    namedPositions = contexts.flatMap(\.named)
    failovers = []
    findings = []
    confirmations = []
    for context in contexts {
      var ledger = Ledger(mirror: context.mirror)
      FigureChecks.run(context, &ledger)
      for member in context.members {
        ApplyChecks.run(member, context, &ledger)
        CatchupChecks.run(member, &ledger)
      }
      ConnectionChecks.run(context, &ledger)
      failovers += FailoverChecks.run(context, &ledger)
      findings += ledger.findings
      confirmations += ledger.confirmations
    }
    for event in logs.events {
      guard case .compressed(let printed) = event.kind else { continue }
      if let finding = Finding(checking: printed, in: event) { findings.append(finding) }
    }
    distribute()
  }

  /// Adds what another module found, such as checks against the journals, and weighs the verdicts
  /// anew.
  public mutating func add(_ found: [Finding], confirmations held: [Confirmation] = []) {
    findings += found
    confirmations += held
    distribute()
  }

  /// Over everything. Notes do not change it.
  public var verdict: Verdict { Verdict(findings, comparisons: confirmations.count) }

  private mutating func distribute() {
    let sorted = findings.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }
    findings = sorted.map(\.element)
    for index in failovers.indices {
      let mirror = failovers[index].mirror
      let counts = failovers[index].fileCounts
      failovers[index].findings = findings.filter { finding in
        finding.mirror == mirror && finding.positions.contains { counts.contains($0.fileCount) }
      }
      failovers[index].confirmations = confirmations.filter { confirmation in
        confirmation.mirror == mirror
          && confirmation.positions.contains { counts.contains($0.fileCount) }
      }
    }
  }
}
