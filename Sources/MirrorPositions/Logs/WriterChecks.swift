internal import MirrorJournal
internal import MirrorLog

/// Checks of each file against the member that wrote it: one member writes a file, under one name,
/// and nobody is further in it than that member says.
enum WriterChecks {
  /// A line that shows that its member wrote the file.
  private struct Writing {
    let member: MemberTrack
    let event: LogEvent
    /// False when the member may have served what another one wrote.
    var isSure = true
  }

  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    var writings: [Int: [Writing]] = [:]
    var switches: [String: [Writing]] = [:]
    for member in context.members {
      for takeOver in member.takeOvers where takeOver.fileCount < .max {
        writings[takeOver.fileCount + 1, default: []].append(
          Writing(member: member, event: takeOver.event))
      }
      for served in member.served where !served.isOlderFile {
        writings[served.connection.fileCount, default: []].append(
          Writing(member: member, event: served.event, isSure: served.isWriting))
      }
      for event in member.events {
        guard case .journalFile(.switched, let path) = event.kind,
          JournalFileName(path)?.mirrorName != nil
        else { continue }
        switches[JournalNames.key(path), default: []].append(
          Writing(member: member, event: event))
      }
    }
    let takenOver = Set(context.members.flatMap { $0.takeOvers.map(\.fileCount) })
    let claims = context.members.map(claims(of:))
    for member in context.members { again(member, context, &ledger) }
    for (count, writers) in writings.sorted(by: { $0.key < $1.key }) {
      two(writers, "#\(count)", MirrorPosition(fileCount: count, address: 0), context, &ledger)
      // Where a takeover says where the file ends, `FailoverChecks` compares with that.
      if takenOver.contains(count) { continue }
      for (member, claims) in zip(context.members, claims) {
        guard let claims = claims[count] else { continue }
        beyond(member, claims, in: count, writers, context, &ledger)
      }
    }
    for (name, writers) in switches.sorted(by: { $0.key < $1.key }) {
      let count = context.files.count(of: name)
      if let count, writings[count].map(hasTwo) ?? false { continue }
      let at = count.map { MirrorPosition(fileCount: $0, address: 0) }
      two(writers, name, at, context, &ledger)
    }
  }

  /// A member that asks for a file behind all that any log shows to have been written.
  ///
  /// To run last: where something else is missing, that may be why.
  static func unwritten(_ context: MirrorContext, _ ledger: inout Ledger) {
    if ledger.findings.contains(where: { $0.severity > .note }) { return }
    let counts = context.members.flatMap { member in
      member.served.map(\.connection.fileCount) + context.begun(by: member)
    }
    guard let highest = counts.max() else { return }
    for member in context.members {
      let beyond = member.clients.filter { $0.at.fileCount > highest }
      guard let furthest = beyond.max(by: { $0.at < $1.at }) else { continue }
      ledger.find(
        .beyondWriter, .open,
        "\(member.name) asks for data from \(furthest.at), and no log shows that anybody wrote a file "
          + "behind #\(highest); bring the whole of all members' messages.log",
        [furthest.event], at: [furthest.at], file: context.files.path(of: furthest.at.fileCount))
    }
  }

  /// A member that writes a file again that it has written, or an earlier one: it was set back, by a
  /// restored machine or by hand.
  private static func again(
    _ member: MemberTrack, _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    var highest: [String: (name: JournalFileName, event: LogEvent)] = [:]
    func report(_ event: LogEvent, _ before: LogEvent, _ file: String, _ path: String?) {
      ledger.find(
        .writtenAgain, .open,
        "\(member.name) goes on in \(file) after it had written that or a later file: what it wrote "
          + "first may be gone; find out whether its machine or its journals were restored",
        [event, before], file: path)
    }
    for event in member.events {
      guard case .journalFile(.switched, let path) = event.kind, let name = JournalFileName(path),
        name.mirrorName != nil
      else { continue }
      if let before = highest[name.prefix], !name.isBehind(before.name) {
        report(event, before.event, JournalNames.key(path), path)
      } else {
        highest[name.prefix] = (name, event)
      }
    }
    for (before, after) in zip(member.takeOvers, member.takeOvers.dropFirst())
    where after.fileCount <= before.fileCount {
      report(
        after.event, before.event, "the file behind #\(after.fileCount)",
        context.files.path(of: after.fileCount))
    }
  }

  private static func hasTwo(_ writers: [Writing]) -> Bool {
    Set(writers.map(\.member.name)).count > 1
  }

  private static func two(
    _ writers: [Writing], _ file: String, _ at: MirrorPosition?, _ context: MirrorContext,
    _ ledger: inout Ledger
  ) {
    let sure = writers.filter(\.isSure)
    let writers = hasTwo(sure) ? sure : writers
    guard let first = writers.first,
      let second = writers.first(where: { $0.member.name != first.member.name })
    else { return }
    // What one process wrote is one log in two copies, be it with the stamps of another zone.
    let isCopy = writers.contains { other in
      other.member.name != first.member.name && other.event.pid == first.event.pid
        && (other.event.stamp == first.event.stamp || other.event.kind == first.event.kind)
    }
    if isCopy { return }
    guard hasTwo(sure) else {
      // Who serves a file may have it from the other one.
      ledger.find(
        .twoWriters, .open,
        "\(first.member.name) and \(second.member.name) both serve \(file), and the logs do not show "
          + "that one of them has it from the other; bring the whole of both logs",
        [first.event, second.event], at: at.map { [$0] } ?? [],
        file: at.flatMap { context.files.path(of: $0.fileCount) })
      return
    }
    ledger.find(
      .twoWriters, .error,
      "\(first.member.name) and \(second.member.name) both wrote \(file) as primary: their data are "
        + "not the same",
      [first.event, second.event], at: at.map { [$0] } ?? [],
      file: at.flatMap { context.files.path(of: $0.fileCount) })
  }

  /// A line that says how far its member has come in a file.
  private struct Claim {
    let event: LogEvent
    let at: MirrorPosition
  }

  /// What a member asks for and applies, by file count.
  private static func claims(of member: MemberTrack) -> [Int: [Claim]] {
    let steps = member.runs.lazy.flatMap(\.steps)
      .filter { !$0.whileFollowing && !$0.whileCatchingUp }
    return Dictionary(
      grouping: member.clients.map { Claim(event: $0.event, at: $0.at) }
        + steps.map { Claim(event: $0.event, at: $0.position) }, by: \.at.fileCount)
  }

  /// A member that applies or asks for what lies behind all that the writer of the file names.
  private static func beyond(
    _ member: MemberTrack, _ claims: [Claim], in count: Int, _ writers: [Writing],
    _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    guard !hasTwo(writers), let writer = writers.first?.member, writer.name != member.name
    else { return }
    let furthest = context.namedByFile[count]?.filter { $0.event.source.member == writer.name }
      .map { max($0.offset.decimal ?? 0, $0.offset.hex ?? 0) }.max()
    // What has been finished ends somewhere behind the last place that is named.
    guard let furthest, !context.begun(by: writer).contains(where: { $0 > count }) else { return }
    let claims = claims.filter { $0.at.address > furthest }
    guard let furthestClaim = claims.max(by: { $0.at < $1.at }) else { return }
    if claims.contains(where: { ledger.told.contains($0.event.source) }) { return }
    ledger.find(
      .beyondWriter, .open,
      "\(member.name) is at \(furthestClaim.at), and \(writer.name), which wrote the file, names "
        + "nothing behind \(furthest) in it; bring the whole of the messages.log of \(writer.name)",
      [furthestClaim.event] + writers.suffix(1).map(\.event), at: [furthestClaim.at],
      file: context.files.path(of: count))
  }
}
