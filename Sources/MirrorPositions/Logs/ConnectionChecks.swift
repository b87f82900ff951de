internal import MirrorLog

/// Checks of a client's start against the server's connection.
enum ConnectionChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    for server in context.members {
      for client in context.members where client.name != server.name {
        let asked = client.clients.filter {
          context.member($0.primary, not: client.name)?.name == server.name
        }
        let given = connections(of: server, from: client, context)
        pair(asked.map { ($0.event, $0.at) }, given, client, server, context, &ledger)
      }
    }
  }

  /// The files in which other members' logs hold connections of this client, so that its starts
  /// there are compared with them.
  static func filesServed(to client: MemberTrack, _ context: MirrorContext) -> Set<Int> {
    var counts: Set<Int> = []
    for server in context.members where server.name != client.name {
      for served in connections(of: server, from: client, context) {
        counts.insert(served.connection.fileCount)
      }
    }
    return counts
  }

  private static func connections(
    of server: MemberTrack, from client: MemberTrack, _ context: MirrorContext
  ) -> [ServedConnection] {
    server.served.filter {
      context.member($0.connection.client, not: server.name)?.name == client.name
    }
  }

  /// Pairs the two sides in order. Equal positions are matched first; between two matches the rest
  /// are pairs only where both sides have the same number.
  ///
  /// Either log may be cut, so what no match follows, or none precedes, is a pair only within one
  /// file whose beginning both logs hold.
  private static func pair(
    _ asked: [(event: LogEvent, at: MirrorPosition)], _ given: [ServedConnection],
    _ client: MemberTrack, _ server: MemberTrack, _ context: MirrorContext,
    _ ledger: inout Ledger
  ) {
    // Both sides end at the same time if not at the same line, so the latest are what can match.
    let (asked, given) = (Array(asked.suffix(2000)), Array(given.suffix(2000)))
    var matches = commonPairs(asked.count, given.count) { a, g in
      given[g].connection.fileCount == asked[a].at.fileCount
        && given[g].connection.offset.admits(asked[a].at.address)
    }
    for (a, g) in matches {
      ledger.confirm(
        "\(client.name) asks for data from \(asked[a].at), and \(server.name) starts there",
        [asked[a].event, given[g].event], at: [asked[a].at])
    }
    matches.append((asked.count, given.count))
    var (fromA, fromG) = (0, 0)
    for (a, g) in matches {
      unmatched(asked[fromA..<a], given[fromG..<g], client.name, server, &ledger)
      let isAnchored = fromA > 0 && fromG > 0 && a < asked.count && g < given.count
      if a - fromA == g - fromG {
        for (x, y) in zip(fromA..<a, fromG..<g) {
          let count = asked[x].at.fileCount
          let isSameFile = count == given[y].connection.fileCount
          let isPair = isSameFile && (isAnchored || beginning(of: count, client, server))
          if isSameFile || isAnchored {
            differ(
              asked[x], given[y], isPair ? .error : .open, client.name, server.name, context,
              &ledger)
          }
        }
      }
      (fromA, fromG) = (a + 1, g + 1)
    }
  }

  /// A client's start that no connection matches, beside a connection that no start matches: they may
  /// be one, told differently.
  private static func unmatched(
    _ asked: ArraySlice<(event: LogEvent, at: MirrorPosition)>,
    _ given: ArraySlice<ServedConnection>,
    _ client: String, _ server: MemberTrack, _ ledger: inout Ledger
  ) {
    // Before the server's log begins it may have served what it does not tell of.
    guard let last = asked.last, let connection = given.last,
      !asked.contains(where: { ask in
        given.contains { $0.connection.fileCount == ask.at.fileCount }
      }), server.takeOvers.contains(where: { $0.fileCount <= last.at.fileCount })
    else { return }
    ledger.find(
      .connectionDiffers, .open,
      "\(client) asks for data from \(last.at), and \(server.name) starts a connection at "
        + "\(connection.position): no line of the other log belongs to either of them; bring the whole "
        + "of both logs",
      [last.event, connection.event], at: [last.at, connection.position])
  }

  /// True when the client's log says how it entered the file, and the server's how it came to
  /// write it: then the first connection of the one is the first of the other.
  private static func beginning(
    of count: Int, _ client: MemberTrack, _ server: MemberTrack
  ) -> Bool {
    server.takeOvers.contains { $0.fileCount < count && count - $0.fileCount == 1 }
      && client.runs.contains { run in
        run.retrievals.contains { $0.fileCount == count }
          || run.steps.contains { $0.position == MirrorPosition(fileCount: count, address: 0) }
          || run.isFirstSinceStart && run.clientStarts.first?.at.fileCount == count
      }
  }

  private static func differ(
    _ asked: (event: LogEvent, at: MirrorPosition), _ given: ServedConnection,
    _ severity: Finding.Severity, _ client: String, _ server: String, _ context: MirrorContext,
    _ ledger: inout Ledger
  ) {
    let (a, b) = (asked.at, given.position)
    let same = a.fileCount == b.fileCount
    let distance = same ? ": \(abs(a.address - b.address)) bytes are " : ""
    ledger.find(
      .connectionDiffers, severity,
      "\(client) asks for data from \(a), and \(server) starts the connection at \(b)"
        + (severity == .open
          ? "; bring the whole of both logs, for these may be two connections"
          : same ? distance + (a < b ? "never sent" : "sent twice") : ""),
      [asked.event, given.event], at: [a, b], file: context.files.path(of: b.fileCount),
      bytesLost: severity > .open && same && a < b ? b.address - a.address : nil,
      bytesExtra: severity > .open && same && b < a ? a.address - b.address : nil)
  }
}

/// The longest common subsequence of two sequences as pairs of indices. O(n·m) in time and space.
func commonPairs(_ n: Int, _ m: Int, _ equal: (Int, Int) -> Bool) -> [(Int, Int)] {
  var length = [Int32](repeating: 0, count: (n + 1) * (m + 1))
  func at(_ i: Int, _ j: Int) -> Int { i * (m + 1) + j }
  for i in stride(from: n - 1, through: 0, by: -1) {
    for j in stride(from: m - 1, through: 0, by: -1) {
      length[at(i, j)] =
        equal(i, j)
        ? length[at(i + 1, j + 1)] + 1 : max(length[at(i + 1, j)], length[at(i, j + 1)])
    }
  }
  var pairs: [(Int, Int)] = []
  var (i, j) = (0, 0)
  while i < n, j < m {
    if equal(i, j) {
      pairs.append((i, j))
      (i, j) = (i + 1, j + 1)
    } else if length[at(i + 1, j)] >= length[at(i, j + 1)] {
      i += 1
    } else {
      j += 1
    }
  }
  return pairs
}
