internal import JournalCompression
internal import MirrorJournal
internal import MirrorLog

/// What an old primary did before it came back: it cannot have gone beyond the file in which the other
/// member took over.
enum OldPrimaryChecks {
  /// A line of `old`, before the step with which it came back, that shows it beyond the file of the
  /// takeover: what it wrote there, the new primary never had.
  static func wentOn(
    _ old: MemberTrack, before resume: LogSource, _ takeOver: TakeOver, by new: MemberTrack,
    _ context: MirrorContext, _ ledger: inout Ledger
  ) {
    guard let path = context.files.path(of: takeOver.fileCount), let file = JournalFileName(path),
      let end = old.events.firstIndex(where: { $0.source == resume })
    else { return }
    let start = old.events[..<end].lastIndex { event in
      switch event.kind {
      case .role(.instanceStarting), .role(.managerStarting): true
      default: false
      }
    }
    let place = old.events[..<end].indices.last { index in
      switch old.events[index].kind {
      case .journalFile(_, let other): isMirrored(other)?.isBehind(file) ?? false
      case .compressed(let printed):
        // A primary compresses a file when it has finished it; what has come back, when another has.
        isMirrored(printed.line.path).map {
          $0.isBehind(file) || $0.isSame(as: file) && index < start ?? end
        } ?? false
      default: false
      }
    }
    guard let place else { return }
    let line = old.events[place]
    ledger.find(
      .twoWriters, .open,
      "\(old.name) had finished \(JournalNames.key(path)) before it came back, and \(new.name) took over "
        + "in that file: what \(old.name) wrote behind it, the new primary may never have got; compare "
        + "the journals of both",
      [line, takeOver.event], at: [takeOver.position], file: path)
  }

  private static func isMirrored(_ path: String) -> JournalFileName? {
    JournalFileName(JournalNames.key(path)).flatMap { $0.mirrorName == nil ? nil : $0 }
  }
}

extension JournalFileName {
  /// Whether the file was begun after another one of its mirror.
  func isBehind(_ other: JournalFileName) -> Bool {
    (date.year, date.month, date.day, sequence)
      > (other.date.year, other.date.month, other.date.day, other.sequence)
  }

  func isSame(as other: JournalFileName) -> Bool { !isBehind(other) && !other.isBehind(self) }
}
