internal import MirrorJournal

/// Which parts of logs are one member's, and which of the printed names is whose.
///
/// What the logs say decides: a member never prints its own name as another's, never serves itself,
/// and asks for data where the primary starts its connection. File names, directories and prefixes
/// are hints that choose between what the logs leave open.
struct MemberAssignment {
  /// One member's parts.
  struct Group {
    var parts: [Int]
    var evidence: MemberEvidence
    /// Given by the caller.
    var given: String?
    /// The printed name that means it.
    var label: String?
    var name = ""
  }

  private(set) var groups: [Group]
  private let parts: [LogPart]
  private let names: PrintedNames
  /// Directories that all logs are below.
  private let shared: Set<String>

  /// O(parts²).
  init(_ parts: [LogPart]) {
    self.parts = parts
    shared = parts.dropFirst().reduce(into: Set(parts.first?.name.directories ?? [])) {
      $0.formIntersection($1.name.directories)
    }
    names = PrintedNames(parts.reduce(into: []) { $0.formUnion($1.evidence.mentions) })
    groups = parts.indices.map {
      Group(parts: [$0], evidence: parts[$0].evidence, given: parts[$0].input.member)
    }
    merge { all, a, b in
      guard let x = all.groups[a].given, let y = all.groups[b].given else { return false }
      return x.lowercased() == y.lowercased()
    }
    if parts.count > 1 {
      let messages = parts.map { Set($0.events.lazy.map(LogPart.Message.init)) }
      merge { all, a, b in
        all.canBeOne(a, b) && all.holds(all.groups[a], all.groups[b], messages)
      }
    }
    merge { all, a, b in all.canBeOne(a, b) && all.isFamily(all.groups[a], all.groups[b]) }
    label()
    merge { all, a, b in
      guard all.canBeOne(a, b), let x = all.groups[a].label, let y = all.groups[b].label else {
        return false
      }
      return x.lowercased() == y.lowercased()
    }
    merge { all, a, b in all.canBeOne(a, b) && all.sharesProcesses(a, b) }
    name()
  }

  // MARK: One member or two

  private mutating func merge(_ areOne: (MemberAssignment, Int, Int) -> Bool) {
    var index = 0
    while index < groups.count {
      var other = index + 1
      while other < groups.count {
        guard areOne(self, index, other) else {
          other += 1
          continue
        }
        let joined = groups.remove(at: other)
        groups[index].parts += joined.parts
        groups[index].evidence.add(joined.evidence)
        groups[index].given = groups[index].given ?? joined.given
        groups[index].label = groups[index].label ?? joined.label
        // What was not like the group before may be like it now.
        other = index + 1
      }
      index += 1
    }
  }

  private func canBeOne(_ a: Int, _ b: Int) -> Bool {
    let (first, second) = (groups[a], groups[b])
    if let x = first.given, let y = second.given, x.lowercased() != y.lowercased() { return false }
    return !serves(first, second) && !serves(second, first)
  }

  /// Whether a client's start in one is a connection of the other: the two are two members.
  private func serves(_ server: Group, _ client: Group) -> Bool {
    server.evidence.sharesMirror(with: client.evidence)
      && server.evidence.served.values.contains { !$0.isDisjoint(with: client.evidence.starts) }
  }

  /// One is a copy or an excerpt of the other.
  private func holds(
    _ a: Group, _ b: Group, _ messages: [Set<LogPart.Message>]
  ) -> Bool {
    a.parts.contains { x in
      b.parts.contains { y in
        let (small, large) =
          messages[x].count < messages[y].count
          ? (messages[x], messages[y]) : (messages[y], messages[x])
        return small.count > 1 && small.isSubset(of: large)
      }
    }
  }

  /// One is called like a rotated copy of the other.
  private func isFamily(_ a: Group, _ b: Group) -> Bool {
    a.parts.contains { x in
      b.parts.contains { y in
        (parts[x].name.isOlder(than: parts[y].name) != nil || isBeside(x, y))
          && (parts[x].writer == nil || parts[y].writer == nil
            || parts[x].writer == parts[y].writer)
      }
    }
  }

  private func isBeside(_ x: Int, _ y: Int) -> Bool {
    guard parts[x].name.isBeside(parts[y].name) else { return false }
    // Of several logs in one directory the alerts may be anybody's.
    let logs = parts.count { !$0.name.isAlerts && $0.name.directories == parts[x].name.directories }
    return logs == 1 || parts[x].name.rotation == nil && parts[y].name.rotation == nil
  }

  /// A part that names nobody, written by processes that wrote only one other group.
  private func sharesProcesses(_ a: Int, _ b: Int) -> Bool {
    guard groups[a].evidence.mentions.isEmpty != groups[b].evidence.mentions.isEmpty else {
      return false
    }
    // Numbers of processes are few: names that contradict each other go before them.
    let prefixes = [a, b].map { Set(groups[$0].parts.compactMap { parts[$0].name.prefix }) }
    if !prefixes[0].isEmpty, !prefixes[1].isEmpty, prefixes[0].isDisjoint(with: prefixes[1]) {
      return false
    }
    let silent = groups[a].evidence.mentions.isEmpty ? a : b
    let sharing = groups.indices.filter {
      $0 != silent && !groups[$0].evidence.pids.isDisjoint(with: groups[silent].evidence.pids)
    }
    return sharing == [silent == a ? b : a]
  }

  // MARK: Names

  /// Gives groups the printed names that only they can have, the surest first.
  private mutating func label() {
    let all = names.all
    let roles = asyncsAndPartners
    var scores: [(group: Int, label: String, score: Int)] = []
    for (index, group) in groups.enumerated() {
      let mentioned = Set(group.evidence.mentions.map { names.label($0).lowercased() })
      for label in all where !mentioned.contains(label.lowercased()) {
        if let score = score(group, label, roles) { scores.append((index, label, score)) }
      }
    }
    scores.sort { ($1.score, $0.group, $0.label) < ($0.score, $1.group, $1.label) }
    for entry in scores where entry.score >= 40 && groups[entry.group].label == nil {
      if !isTaken(entry.label, except: entry.group) { groups[entry.group].label = entry.label }
    }
    // What is left, when it is one name, is its own; of whose file is called so, before others.
    let order = groups.indices.sorted { a, b in
      (isCalled(groups[a], all) ? 0 : 1, a) < (isCalled(groups[b], all) ? 0 : 1, b)
    }
    for index in order where groups[index].label == nil {
      let left = scores.filter {
        $0.group == index && !isTaken($0.label, except: index) && !isElsewhere($0.label, index)
      }
      if left.count == 1, !groups[index].evidence.mentions.isEmpty {
        groups[index].label = left[0].label
      }
    }
  }

  /// Whether another group that cannot be the same member has the label.
  private func isTaken(_ label: String, except index: Int) -> Bool {
    groups.indices.contains { other in
      let (mine, its) = (groups[index].evidence, groups[other].evidence)
      return other != index && groups[other].label?.lowercased() == label.lowercased()
        && (!canBeOne(index, other) || mine.isAsync && its.isFailover
          || its.isAsync && mine.isFailover)
    }
  }

  /// Whether another group has the label, and this one is called otherwise or was written at the same
  /// time: then it is one more member, whose name no log prints.
  private func isElsewhere(_ label: String, _ index: Int) -> Bool {
    let mine = groups[index].parts.map { parts[$0] }
    return groups.indices.contains { other in
      guard other != index, groups[other].label?.lowercased() == label.lowercased() else {
        return false
      }
      let its = groups[other].parts.map { parts[$0] }
      return mine.contains { one in its.contains { one.isBesideInTime($0) } }
        || isCalled(groups[other], [label]) && !isCalled(groups[index], [label])
    }
  }

  private func isCalled(_ group: Group, _ labels: [String]) -> Bool {
    labels.contains { label in group.parts.contains { isCalled(parts[$0], label) } }
  }

  /// Whether a file's name or one of its directories is a member's.
  private func isCalled(_ part: LogPart, _ label: String) -> Bool {
    MemberNames.matches(label, lastComponent(part.name.family))
      || part.name.prefix.map { MemberNames.matches(label, $0) } ?? false
      || part.name.directories.contains { MemberNames.matches(label, $0) && !shared.contains($0) }
  }

  /// The labels that logs call asynchronous, and those that they call failover members.
  private var asyncsAndPartners: (asyncs: Set<String>, partners: Set<String>) {
    groups.reduce(into: ([], [])) { sets, group in
      sets.0.formUnion(group.evidence.asyncs.map { names.label($0).lowercased() })
      sets.1.formUnion(group.evidence.partners.map { names.label($0).lowercased() })
    }
  }

  /// How much speaks for a group being the member `label`; nil when its role is another one.
  private func score(
    _ group: Group, _ label: String, _ roles: (asyncs: Set<String>, partners: Set<String>)
  ) -> Int? {
    let key = label.lowercased()
    let isPartner = roles.partners.contains(key)
    let isAsync = roles.asyncs.contains(key)
    // Whom the caller calls by a name is nobody else.
    if let given = group.given, !MemberNames.isNickname(given), !MemberNames.matches(label, given) {
      return nil
    }
    var score = 0
    for other in groups where other.evidence.sharesMirror(with: group.evidence) {
      for (client, places) in other.evidence.served
      where names.label(client).lowercased() == key {
        score += 1000 * places.intersection(group.evidence.starts).count
      }
    }
    // Where no connection meets, a member of another role is another one; an async member may have been
    // promoted since.
    if score == 0 {
      if group.evidence.isFailover, isAsync, !isPartner { return nil }
      if group.evidence.isAsync, isPartner, !isAsync { return nil }
    }
    if let given = group.given, MemberNames.matches(label, given) { score += 500 }
    for part in group.parts.map({ parts[$0] }) {
      if let prefix = part.name.prefix, MemberNames.matches(label, prefix) { score += 60 }
      // BETA.log: chooses between what is equal otherwise.
      if MemberNames.matches(label, lastComponent(part.name.family)) { score += 10 }
      if let writer = part.writer, words(writer).contains(MemberNames.host(key)) { score += 50 }
      // What is above all logs tells none of them from the others.
      if part.name.directories.contains(where: {
        MemberNames.matches(label, $0) && !shared.contains($0)
      }) {
        score += 40
      }
    }
    return score
  }

  /// `southpier` of `southpier-1`, `pod/southpier-0/iris` and the like.
  private func words(_ writer: String) -> Set<String> {
    let writer = writer.lowercased()
    var words = Set(writer.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
    for word in words {
      var rest = Substring(word)
      while let dash = rest.lastIndex(of: "-") {
        rest = rest[..<dash]
        words.insert(String(rest))
      }
    }
    return words
  }

  private mutating func name() {
    for index in groups.indices {
      groups[index].name = groups[index].given ?? groups[index].label ?? ""
    }
    var taken = Set(groups.map { $0.name.lowercased() })
    for index in groups.indices where groups[index].name.isEmpty {
      let mentioned = Set(
        groups[index].evidence.mentions.flatMap {
          [$0.lowercased(), MemberNames.host($0).lowercased()]
        })
      let choices = fallbacks(parts[groups[index].parts[0]])
      let name =
        choices.first {
          !taken.contains($0.lowercased()) && !mentioned.contains($0.lowercased())
        } ?? "log \(index + 1)"
      groups[index].name = name
      taken.insert(name.lowercased())
    }
  }

  /// What a member can be called of whom no log knows the name.
  private func fallbacks(_ part: LogPart) -> [String] {
    var choices: [String] = []
    if let prefix = part.name.prefix { choices.append(prefix) }
    if let writer = part.writer { choices.append(writer) }
    let path = part.input.path
    let file = path.split(separator: "/").last.map(String.init) ?? path
    if !part.name.isUsual { choices.append(file) }
    var place = ""
    for directory in part.name.directories {
      place = place.isEmpty ? directory : directory + "/" + place
      choices.append(place)
    }
    return choices + [file, path]
  }
}
