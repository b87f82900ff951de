internal import MirrorJournal
internal import MirrorLog

/// Checks of the place at which a primary links a client against the connection's start, and of the links
/// of one file against each other.
enum LinkChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    for server in context.members {
      let found = ledger.findings.count
      for served in server.served { link(served, server, context, &ledger) }
      if ledger.findings.count == found { order(server, context, &ledger) }
      requests(server, context, &ledger)
    }
  }

  /// What a member holds of a file only grows: it asks for nothing before what it asked for earlier, unless
  /// it started anew in between.
  private static func requests(
    _ client: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    for run in client.runs {
      for (before, after) in zip(run.clientStarts, run.clientStarts.dropFirst())
      where before.at.fileCount == after.at.fileCount && after.at < before.at {
        ledger.find(
          .connectionDiffers, .open,
          "\(client.name) asks for data from \(after.at) after it had asked from \(before.at): its copy "
            + "went back; find out whether its machine or its journals were restored",
          [after.event, before.event], at: [after.at, before.at],
          file: context.files.path(of: after.at.fileCount))
      }
    }
  }

  private static func link(
    _ served: ServedConnection, _ server: MemberTrack, _ context: MirrorContext,
    _ ledger: inout Ledger
  ) {
    guard let link = served.link else { return }
    let start = served.connection.offset
    let lowest = min(start.decimal ?? .max, start.hex ?? .max)
    let at = MirrorPosition(
      fileCount: served.connection.fileCount, address: link.offset.address)
    if link.offset.address >= lowest {
      ledger.confirm(
        "\(server.name) starts \(served.connection.client) at \(served.position) and links it "
          + "at \(at)",
        [served.event, link.event], at: [served.position, at])
    } else if isFinished(before: served, server, context) {
      // The link is in a later file.
    } else if served.writing != nil, isWritten(after: link.event, served, server, context) {
      ledger.find(
        .linkGoesBack, .error,
        "\(server.name) links \(served.connection.client) at \(at), "
          + "\(lowest - at.address) bytes before the connection's start",
        [link.event, served.event], at: [at, served.position],
        file: context.files.path(of: at.fileCount), bytesExtra: lowest - at.address)
    } else {
      ledger.find(
        .linkGoesBack, .open,
        "\(server.name) links \(served.connection.client) at \(link.offset.address), before the "
          + "connection's start at \(served.position), and its log does not show which file it wrote; "
          + "bring the whole of its messages.log",
        [link.event, served.event], at: [served.position],
        file: context.files.path(of: served.connection.fileCount))
    }
  }

  /// Whether the log shows that the server had begun a later file before the connection.
  private static func isFinished(
    before served: ServedConnection, _ server: MemberTrack, _ context: MirrorContext
  ) -> Bool {
    let count = served.connection.fileCount
    let file = context.files.path(of: count).flatMap { JournalFileName($0) }
    for event in server.events {
      if event.source == served.event.source { return false }
      guard case .journalFile(.switched, let path) = event.kind,
        let name = JournalFileName(path), name.mirrorName != nil
      else { continue }
      if let known = context.files.count(of: path) {
        if known > count { return true }
      } else if let file, name.isBehind(file) {
        return true
      }
    }
    return false
  }

  /// Whether the server wrote the file of the connection until the link: it begins the next one behind
  /// it, another member takes over in this one, or no line names a later one. Else a switch before the
  /// connection may be what is missing.
  private static func isWritten(
    after link: LogEvent, _ served: ServedConnection, _ server: MemberTrack,
    _ context: MirrorContext
  ) -> Bool {
    let count = served.connection.fileCount
    let isTakenOver = context.members.contains { other in
      other.name != server.name && other.takeOvers.contains { $0.fileCount == count }
    }
    let isLast = !context.members.contains { member in
      member.events.contains { $0.kind.fileCount ?? 0 > count }
    }
    if isTakenOver || isLast { return true }
    guard let place = server.events.firstIndex(where: { $0.source == link.source }) else {
      return false
    }
    return server.events[place...].contains { event in
      guard case .journalFile(.switched, let path) = event.kind else { return false }
      return context.files.count(of: path).map { $0 - 1 == count } ?? false
    }
  }

  /// A file only grows while its primary writes it: no client is linked before the place of an earlier
  /// link.
  private static func order(
    _ server: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    var highest: [Int: (served: ServedConnection, event: LogEvent, address: Int)] = [:]
    for served in server.served where !served.isOlderFile {
      guard let link = served.link else { continue }
      let count = served.connection.fileCount
      let address = link.offset.address
      if let before = highest[count], address < before.address {
        if isFinished(before: served, server, context) { continue }
        ledger.find(
          .linkGoesBack, .open,
          "\(server.name) links \(served.connection.client) at \(address) in #\(count), after it had "
            + "linked \(before.served.connection.client) at \(before.address): its journal went back, or "
            + "lines are missing; find out whether its machine or its journals were restored",
          [link.event, before.event],
          at: [address, before.address].map { MirrorPosition(fileCount: count, address: $0) },
          file: context.files.path(of: count))
        return
      }
      highest[count] = (served, link.event, address)
    }
  }
}
