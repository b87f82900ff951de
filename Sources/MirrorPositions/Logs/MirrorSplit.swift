internal import JournalCompression
internal import MirrorJournal
internal import MirrorLog

/// One member's events by the mirror that they are about, where it is a member of several.
struct MirrorSplit {
  private(set) var events: [String?: [LogEvent]] = [:]

  init(_ all: [LogEvent], mirrors: Set<String>) {
    var byProcess: [Int: String] = [:]
    let own = Self.ownMirror(all)
    for event in all {
      if case .role(.instanceStarting) = event.kind { byProcess = [:] }
      let mirror =
        event.kind.mirror ?? Self.mirror(ofJournal: event.kind, mirrors) ?? byProcess[event.pid]
        ?? own
      if event.kind.mirror != nil { byProcess[event.pid] = mirror }
      events[mirror, default: []].append(event)
    }
  }

  /// The mirror in which the member becomes backup, else the first one it names: only in one mirror
  /// can a member be a failover member (class D).
  private static func ownMirror(_ events: [LogEvent]) -> String? {
    for case .role(.becomingBackup(let mirror?)) in events.lazy.map(\.kind) { return mirror }
    return events.lazy.compactMap(\.kind.mirror).first
  }

  /// The mirror in the name of a journal file.
  private static func mirror(ofJournal kind: LogEventKind, _ mirrors: Set<String>) -> String? {
    switch kind {
    case .compressed(let printed):
      JournalFileName(printed.line.path)?.mirrorName.flatMap { mirrors.contains($0) ? $0 : nil }
    case .journalFile(_, let path):
      JournalFileName(path)?.mirrorName.flatMap { mirrors.contains($0) ? $0 : nil }
    default: nil
    }
  }
}
