internal import MirrorLog

extension MirrorContext {
  /// The members of each system, where two systems call their mirrors by one name: no name that the
  /// logs of the one print, or go by, is in those of the other.
  static func systems(_ members: [MemberTrack]) -> [[MemberTrack]] {
    guard members.count > 2 else { return [members] }
    var groups: [(names: Set<String>, members: [Int])] = []
    for (index, member) in members.enumerated() {
      // Who names nobody may belong to any of them.
      if member.mentioned.isEmpty { return [members] }
      var group = (
        names: Set((member.mentioned + [member.printedName ?? member.name]).map(Self.key)),
        members: [index]
      )
      let (same, other) = (
        groups.filter { !$0.names.isDisjoint(with: group.names) },
        groups.filter { $0.names.isDisjoint(with: group.names) }
      )
      for joined in same {
        group.names.formUnion(joined.names)
        group.members += joined.members
      }
      groups = other + [group]
    }
    return groups.map { $0.members.sorted() }.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
      .map { $0.map { members[$0] } }
  }

  private static func key(_ name: String) -> String { MemberNames.host(name).lowercased() }
}

/// Logs of several systems whose mirrors have one name.
enum SystemChecks {
  static func findings(_ contexts: [MirrorContext]) -> [Finding] {
    Dictionary(grouping: contexts) { $0.mirror ?? "" }.sorted { $0.key < $1.key }.compactMap {
      mirror, contexts in
      guard let first = contexts.first?.members, let second = contexts.dropFirst().first?.members
      else { return nil }
      let names = [first, second].map { $0.map(\.name).joined(separator: " and ") }
      return Finding(
        .mixedMembers, .open,
        "the logs of \(names[0]) and those of \(names[1]) do not name each other: they are of two "
          + "systems, or the logs in between are missing; give the logs of one mirror at a time",
        lines: [first, second].compactMap { $0.first?.events.first?.source },
        mirror: mirror.isEmpty ? nil : mirror)
    }
  }
}
