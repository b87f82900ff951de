internal import MirrorLog

/// What a log itself calls a loss, a failure or a stop: each such line is a finding.
enum ReportedChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    for member in context.members {
      var lines: [Report: [LogEvent]] = [:]
      var order: [Report] = []
      for event in member.events {
        guard let report = report(event, member.name, context) else { continue }
        if lines[report] == nil { order.append(report) }
        lines[report, default: []].append(event)
      }
      for report in order {
        ledger.find(
          report.code, report.severity, report.sentence, lines[report] ?? [],
          at: report.position.map { [$0] } ?? [], file: report.file)
      }
    }
  }

  /// What a line reports. Lines that report the same are one finding.
  private struct Report: Hashable {
    let code: Finding.Code
    let severity: Finding.Severity
    let sentence: String
    var position: MirrorPosition?
    var file: String?
  }

  private static func report(
    _ event: LogEvent, _ name: String, _ context: MirrorContext
  ) -> Report? {
    switch event.kind {
    case .dejournalStuck(let offset, let end, let count):
      let position = MirrorPosition(fileCount: count, address: offset.address)
      return Report(
        code: .dejournalStuck, severity: .error,
        sentence:
          "dejournaling is stuck at \(position), \(max(0, end - offset.address)) bytes before "
          + "the end of what was received: compare this copy of the file with the primary's",
        position: position, file: context.files.path(of: count))
    case .headerUnreadable(let path, let count):
      return Report(
        code: .headerUnreadable, severity: .error,
        sentence: "the header of #\(count) could not be read, so the member did not become primary",
        position: MirrorPosition(fileCount: count, address: 0), file: path)
    case .role(.cannotBecomePrimary(let reason)):
      let why = reason.isEmpty ? "" : ": " + reason
      return Report(
        code: .startupFailed, severity: .error, sentence: "\(name) could not become primary\(why)")
    case .recoveryError(let routine, let error, let path, let address, let reference):
      let place = place(path, address, context)
      let what = reference.isEmpty ? "a record" : reference
      return Report(
        code: routine == "%ROLLBACK" ? .rollbackAborted : .restoreFailed, severity: .error,
        sentence:
          "\(name) could not \(routine == "%ROLLBACK" ? "roll back" : "restore") \(what) at "
          + "\(address) in \(path): \(error)",
        position: place, file: path)
    case .rollbackAborted(let process, let address, let path):
      return Report(
        code: .rollbackAborted, severity: .error,
        sentence:
          "\(name) gave up rolling back the transaction of process \(process) at \(address) "
          + "in \(path)",
        position: place(path, address, context), file: path)
    case .journalTrouble(let trouble, let text): return report(trouble, text, name)
    case .journalFile(.preserved, let path):
      return Report(
        code: .journalsPreserved, severity: .note,
        sentence:
          "\(name) keeps \(path) and later files for a recovery or rollback still to be done",
        file: path)
    case .journalFile(.stopped, let path):
      return Report(
        code: .memberStopped, severity: .note, sentence: "\(name) stopped journaling in \(path)",
        file: path)
    case .role(.monitored(_, let status, changed: true)) where isTrouble(status):
      return Report(
        code: .memberStopped, severity: .note,
        sentence: "\(name) reports the mirror status \(status)")
    default: return nil
    }
  }

  private static func report(_ trouble: JournalTrouble, _ text: String, _ name: String) -> Report {
    let (code, what): (Finding.Code, String) =
      switch trouble {
      case .dataLost: (.journalDataLost, "journal data were lost")
      case .journalingFailed: (.journalingFailed, "journaling failed")
      case .fileUnusable: (.journalUnusable, "a journal file cannot be used")
      case .restoreFailed: (.restoreFailed, "journal data were not restored")
      case .dejournalingStopped: (.dejournalingStopped, "dejournaling has stopped")
      }
    return Report(
      code: code, severity: .error, sentence: "the log of \(name) says that \(what): \(text)")
  }

  /// A place in a mirror journal file; a local file has none.
  private static func place(
    _ path: String, _ address: Int, _ context: MirrorContext
  ) -> MirrorPosition? {
    context.files.count(of: path).map { MirrorPosition(fileCount: $0, address: address) }
  }

  /// Status words of class D that stand for a member that does not take part.
  private static func isTrouble(_ status: String) -> Bool {
    ["trouble", "in trouble", "stopped", "crashed", "error", "down"].contains(status.lowercased())
  }
}
