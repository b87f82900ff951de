/// The answer to the one question: was anything lost?
public enum Verdict: String, Sendable, CaseIterable {
  /// Everything that decides was compared, and all of it agrees.
  case yes
  /// At least one finding says that something is wrong.
  case no
  /// Something that decides is missing or cannot be read.
  case cannotTell
  /// The logs name no position that another one could be compared with.
  case nothingToCompare

  /// Weighs findings: notes change nothing.
  public init(_ findings: [Finding], comparisons: Int) {
    switch findings.map(\.severity).max() ?? .note {
    case .warning, .error: self = .no
    case .open: self = .cannotTell
    case .note: self = comparisons > 0 ? .yes : .nothingToCompare
    }
  }

  /// In capitals: `YES`, `NO`, `CANNOT TELL`, `NOTHING TO COMPARE`.
  public var words: String {
    switch self {
    case .yes: "YES"
    case .no: "NO"
    case .cannotTell: "CANNOT TELL"
    case .nothingToCompare: "NOTHING TO COMPARE"
    }
  }

  /// The exit status of a command that reports it: 0 yes, 1 no, 2 nothing to compare, 3 cannot tell.
  public var exitStatus: Int32 {
    switch self {
    case .yes: 0
    case .no: 1
    case .nothingToCompare: 2
    case .cannotTell: 3
    }
  }
}

extension MirrorPositions {
  /// The verdict and its reason in one sentence without a final stop, for a person in a hurry.
  public var answer: String {
    let reason =
      switch verdict {
      case .yes: reasonForYes + outside
      case .no: worst.map(headline) ?? ""
      case .cannotTell: findings.first?.sentence ?? ""
      case .nothingToCompare: reasonForNothing
      }
    return verdict.words + (verdict == .yes ? ", " : verdict == .no ? ", " : ": ") + reason
  }

  /// What a person has to know first: bytes that are lost, then data that a log calls lost.
  private var worst: Finding? {
    let grave = findings.prefix { $0.severity == findings.first?.severity }
    let lost = grave.max { ($0.bytesLost ?? 0) < ($1.bytesLost ?? 0) }
    if let lost, lost.bytesLost ?? 0 > 0 { return lost }
    return grave.first { $0.code == .journalDataLost } ?? grave.first
  }

  private var reasonForYes: String {
    let compared = counted(confirmations.count, "comparison")
    switch failovers.count {
    case 0: return "nothing lost: there is no takeover in the logs, and \(compared) agree"
    case 1:
      let old = failovers[0].oldPrimary ?? "the old primary"
      return "nothing lost: \(failovers[0].newPrimary) took over at "
        + "\(failovers[0].current.position), and \(old) resumed there (\(compared))"
    default:
      return "nothing lost: after each of \(failovers.count) takeovers the old primary resumed "
        + "where the new one was current (\(compared))"
    }
  }

  /// What no log covers is not part of the answer.
  private var outside: String {
    let count = findings.count { $0.code == .takeoverMissing }
    return count == 0
      ? "" : "; \(counted(count, "change")) of primary between the logs given is not judged"
  }

  private var reasonForNothing: String {
    namedPositions.isEmpty
      ? "no line names a position in a mirror journal; give the messages.log of a mirror member, "
        + "from before the failover on"
      : "no two lines name positions that have to agree; give the logs of the other members too"
  }

  /// A finding in short: what is lost comes first.
  private func headline(_ finding: Finding) -> String {
    if let lost = finding.bytesLost, lost > 0 {
      return "\(counted(lost, "byte")) lost: \(finding.sentence)"
    }
    if let extra = finding.bytesExtra, extra > 0 {
      return "\(counted(extra, "byte")) twice: \(finding.sentence)"
    }
    return finding.sentence
  }
}

/// `1 error`, `2 errors`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
}
