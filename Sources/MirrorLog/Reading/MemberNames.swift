internal import MirrorJournal

/// Whose log a log is, and whether a printed name means a member.
package enum MemberNames {
  static func names(of logs: [ReadLog]) -> [String] {
    var names = logs.map { $0.input.member ?? prefix(of: $0.input.path) }
    let mentions = logs.map { Set($0.events.compactMap { mentioned($0.kind) }.map(host)) }
    let all = mentions.reduce(into: Set<String>()) { $0.formUnion($1) }
    // A log names only the others. What is left, when it is one name, is its own.
    let taken = Set(names.compactMap { $0 })
    for index in names.indices where names[index] == nil {
      let candidates = all.subtracting(mentions[index]).subtracting(taken)
      if !mentions[index].isEmpty, candidates.count == 1 { names[index] = candidates.first }
    }
    return zip(names, logs).map { $0 ?? fallback($1.input.path) }
  }

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

  package static func host(_ name: String) -> String {
    name.split(separator: "/").first.map(String.init) ?? name
  }

  /// `UBUNTU` of `…/UBUNTU.messages.log`, rotated or not.
  private static func prefix(of path: String) -> String? {
    let name = lastComponent(path)
    guard let range = name.firstRange(of: ".messages.log"), range.lowerBound > name.startIndex
    else { return nil }
    return String(name[..<range.lowerBound])
  }

  private static func fallback(_ path: String) -> String {
    let parts = path.split(separator: "/")
    guard let name = parts.last else { return path }
    if name.hasPrefix("messages.log"), parts.count > 1 { return String(parts[parts.count - 2]) }
    return String(name)
  }
}
