/// Whether a printed name means a member, and which names are printed.
package enum MemberNames {
  /// True when a printed name such as `UBUNTU/IRIS` may mean the member `UBUNTU`: the whole name,
  /// its host or its instance, whatever the case.
  package static func matches(_ printed: String, _ member: String) -> Bool {
    let printed = printed.lowercased()
    let member = member.lowercased()
    return printed == member || printed.split(separator: "/").contains { $0 == member }
  }

  /// The name of another member that a message carries.
  package static func mentioned(_ kind: LogEventKind) -> String? {
    switch kind {
    case .role(.foundPrimary(let name)), .role(.connectedToPrimary(let name, _)),
      .role(.forcingDown(let name, _)):
      name
    case .serverConnection(let connection): connection.client
    default: nil
    }
  }

  /// Whether a name that a caller gives a log says which one it is, not whose: `A`, `old`, `node-2`.
  package static func isNickname(_ given: String) -> Bool {
    let words = given.lowercased().split { !$0.isLetter }
    let usual: Set<Substring> = [
      "old", "new", "primary", "backup", "first", "second", "third", "left", "right", "one", "two",
      "this", "that", "other", "former", "log", "node", "member", "server", "site", "host", "side",
      "async", "dr", "failover", "mirror", "the",
    ]
    return words.allSatisfy { $0.count < 3 || usual.contains($0) }
  }

  /// `UBUNTU` of `UBUNTU/IRIS`.
  package static func host(_ name: String) -> String {
    name.split(separator: "/").first.map(String.init) ?? name
  }
}

/// The members that the logs of a mirror name.
struct PrintedNames {
  /// What to call each of them: by its host, unless two instances share one.
  private let labels: [String: String]

  init(_ printed: Set<String>) {
    let hosts = Dictionary(grouping: printed.map { $0.lowercased() }) {
      MemberNames.host($0)
    }
    labels = printed.reduce(into: [:]) { labels, name in
      let host = MemberNames.host(name)
      let instances = Set(hosts[host.lowercased()] ?? []).filter { $0.contains("/") }
      labels[name] = instances.count > 1 ? name : host
    }
  }

  /// The label of a printed name. Labels of one member are equal but for their case.
  func label(_ printed: String) -> String { labels[printed] ?? printed }

  /// Each member once.
  var all: [String] {
    Dictionary(labels.values.map { ($0.lowercased(), $0) }) { min($0, $1) }.values.sorted()
  }
}
