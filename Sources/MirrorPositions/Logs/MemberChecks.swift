internal import MirrorLog

/// Checks that a log is one member's: the order of its lines means nothing otherwise.
enum MemberChecks {
  static func findings(_ member: MirrorLogs.Member, in logs: MirrorLogs) -> [Finding] {
    var partners: [(name: String, event: LogEvent)] = []
    for event in member.events {
      guard let name = MemberNames.mentioned(event.kind) else { continue }
      if MemberNames.host(name).lowercased() == member.name.lowercased() {
        return [
          Finding(
            .mixedMembers, .open,
            "the log of \(member.name) names \(name) as another member: it may hold the lines of "
              + "several members",
            lines: [event.source])
        ]
      }
      if isFailoverMember(event.kind), !partners.contains(where: { $0.name == name }) {
        partners.append((name, event))
      }
    }
    guard let first = partners.first, let second = partners.dropFirst().first else { return [] }
    // A mirror has two failover members (class D), and the log is of one of them. Where one of the
    // two has a log of its own, a member was replaced.
    let isReplaced = [first.name, second.name].contains { name in
      logs.members.contains { other in
        other.name != member.name && MemberNames.matches(name, other.printedName ?? other.name)
      }
    }
    return [
      Finding(
        .mixedMembers, isReplaced ? .note : .open,
        "the log of \(member.name) names \(first.name) and \(second.name) as the other failover "
          + "member: it holds the lines of several members, or a member was replaced"
          + (isReplaced ? "" : "; bring each member's log as a file of its own"),
        lines: [first.event.source, second.event.source])
    ]
  }

  /// Whether the message names the other failover member.
  private static func isFailoverMember(_ kind: LogEventKind) -> Bool {
    switch kind {
    case .role(.foundPrimary), .role(.forcingDown): true
    case .serverConnection(let connection): connection.role == "failover member"
    default: false
    }
  }
}
