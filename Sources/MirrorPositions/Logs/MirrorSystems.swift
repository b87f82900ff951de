internal import MirrorLog

extension MirrorContext {
  /// The members of each system, where two systems call their mirrors by one name: nobody of the one
  /// names a member of the other, and whom its members name is among them.
  static func systems(_ members: [MemberTrack]) -> [[MemberTrack]] {
    guard members.count > 3 else { return [members] }
    var group = Array(members.indices)
    for (index, member) in members.enumerated() {
      let named = Set(member.events.compactMap { MemberNames.mentioned($0.kind) })
      // Who names nobody, or somebody without a log, may belong to any of them.
      if named.isEmpty { return [members] }
      for name in named {
        let other = members.indices.first { other in
          other != index && MemberNames.matches(name, members[other].printedName ?? members[other].name)
        }
        guard let other else { return [members] }
        let (kept, given) = (group[index], group[other])
        for place in group.indices where group[place] == given { group[place] = kept }
      }
    }
    let groups = Dictionary(grouping: members.indices, by: { group[$0] }).values.sorted {
      ($0.first ?? 0) < ($1.first ?? 0)
    }
    return groups.map { $0.map { members[$0] } }
  }
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
