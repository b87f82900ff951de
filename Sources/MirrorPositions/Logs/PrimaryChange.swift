internal import MirrorJournal
internal import MirrorLog

/// A change of primary that one member's log shows, be it by a single line.
struct PrimaryChange {
  /// Who is primary, as the member sees it.
  enum Primary: Equatable {
    case me
    /// By the printed name, where a line tells it.
    case other(String?)

    var isMe: Bool { self == .me }
  }

  var old: Primary
  var new: Primary
  /// The last line that shows the old primary, and the first that shows the new one.
  let before: LogEvent
  let event: LogEvent
  /// The highest file that the old primary is known to have written.
  var low: Int
  /// A file that the new primary is known to have written.
  var high: Int?
  /// The lowest place from which the member asked the new primary for data.
  var asked: MirrorPosition?

  /// Whether a takeover in this file is this change. Whoever asks for a file behind it asks the one
  /// that wrote it.
  func isAt(_ fileCount: Int) -> Bool {
    fileCount >= low && fileCount < min(high ?? .max, asked?.fileCount ?? .max)
  }

  /// Whether a takeover of `new` is this change: the file says so, or the new primary's log has the
  /// connection from after it. A member that is behind asks for the file of the takeover, or for an
  /// earlier one.
  func isTakeOver(_ index: Int, of new: MemberTrack) -> Bool {
    let fileCount = new.takeOvers[index].fileCount
    if isAt(fileCount) { return true }
    guard let asked, fileCount >= low, fileCount < high ?? .max else { return false }
    return new.served.contains {
      $0.takeOver == index && $0.connection.fileCount == asked.fileCount
        && $0.connection.offset.admits(asked.address)
    }
  }
}

/// Reads who was primary, and when that changed, out of all lines of a member that imply it.
struct PrimaryWalk {
  private(set) var changes: [PrimaryChange] = []
  /// The line with which the primary was lost, when none follows that says what came of it.
  private(set) var silence: LogEvent?
  private let files: JournalNames
  private var current: PrimaryChange.Primary?
  private var last: LogEvent?
  /// The highest file that the current primary is known to have written.
  private var highest = 0
  private var isRestarted = false
  /// The same of lines that name nobody, where a name is known: the next name says whose it was.
  private var unnamed = 0
  private var unnamedAsk: MirrorPosition?

  init(_ track: MemberTrack, _ files: JournalNames) {
    self.files = files
    for event in track.events { take(event) }
  }

  private mutating func take(_ event: LogEvent) {
    listen(event)
    switch event.kind {
    case .role(.instanceStarting), .role(.managerStarting): isRestarted = true
    case .currentAsOf(_, let count): becomesCurrent(event, count)
    case .role(.becomingPrimary), .role(.onlyMember):
      see(.me, event)
      isRestarted = false
    case .serverConnection(let connection):
      // It is primary: the line that says where it became that is not to come any more.
      isRestarted = false
      // Nobody begins to write a file that another one has finished.
      if current.map({ !$0.isMe }) ?? false, connection.fileCount < highest { break }
      see(.me, event, wrote: connection.fileCount)
    case .database(.changed, _, _): see(.me, event)
    case .role(.monitored(let type, let status, _)):
      if status == "Primary" { see(.me, event) }
      if status == "Backup", type == "Failover" { see(.other(nil), event) }
    case .journalFile(.switched, let path):
      // An asynchronous member switches its own journals only.
      if JournalFileName(path)?.mirrorName != nil { see(.me, event, wrote: files.count(of: path)) }
    case .role(.foundPrimary(let name)), .role(.connectedToPrimary(let name, _)):
      see(.other(name), event)
    case .clientStarting(_, _, let at): see(.other(nil), event, wrote: at.fileCount, asked: at)
    case .retrieving(let count, _, _, _): see(.other(nil), event, wrote: count)
    case .applying(let applier, _, let at, _):
      if applier == .dejournalProcessor {
        // What a member applies when it starts, others wrote.
        see(.other(nil), event, wrote: at.fileCount)
      } else if case .other(let name) = current {
        if name == nil {
          highest = max(highest, at.fileCount)
        } else {
          unnamed = max(unnamed, at.fileCount)
        }
      }
    case .role(.becomingBackup), .role(.backupActive), .role(.takingOver), .role(.primarySilent),
      .role(.waitingForReader):
      see(.other(nil), event)
    // What is stopped may have been anything.
    case .role(.statusSet(let status)) where status != "Stopped": see(.other(nil), event)
    default: break
    }
  }

  private mutating func listen(_ event: LogEvent) {
    switch event.kind {
    case .role(.primarySilent): silence = silence ?? event
    case .role(.statusSet(let status)) where status == "Transition": silence = silence ?? event
    // Each of these says how it went on; an attempt that fails is another finding.
    case .role(.takingOver), .currentAsOf, .role(.foundPrimary), .role(.connectedToPrimary),
      .clientStarting, .role(.backupActive), .role(.becomingPrimary), .role(.instanceStarting),
      .role(.managerStarting):
      silence = nil
    default: break
    }
  }

  /// The member becomes primary: another one wrote the file.
  private mutating func becomesCurrent(_ event: LogEvent, _ count: Int) {
    // What has been primary since it started does not become it a second time.
    defer { isRestarted = false }
    if current?.isMe ?? false, !isRestarted, highest > 0, count >= highest {
      see(.other(nil), event)
    }
    if let last = changes.indices.last, !changes[last].new.isMe {
      changes[last].high = min(changes[last].high ?? .max, count)
    }
    see(.me, event, wrote: count < .max ? count + 1 : count)
  }

  private mutating func see(
    _ primary: PrimaryChange.Primary, _ event: LogEvent, wrote count: Int? = nil,
    asked: MirrorPosition? = nil
  ) {
    defer {
      last = event
    }
    guard let current, let last else {
      self.current = primary
      highest = count ?? 0
      return
    }
    if let same = Self.joined(current, primary) {
      self.current = same
      // Whose the file is that is asked for, or applied at a start, a later name tells.
      if case .other(_?) = current, primary == .other(nil) {
        unnamed = max(unnamed, count ?? 0)
        unnamedAsk = lowest(unnamedAsk, asked)
        return
      }
      if let index = changes.indices.last {
        changes[index].new = same
        changes[index].asked = lowest(changes[index].asked, lowest(unnamedAsk, asked))
      }
      highest = max(highest, unnamed, count ?? 0)
      (unnamed, unnamedAsk) = (0, nil)
      return
    }
    if primary.isMe {
      highest = max(highest, unnamed)
      if let index = changes.indices.last {
        changes[index].asked = lowest(changes[index].asked, unnamedAsk)
      }
      (unnamed, unnamedAsk) = (0, nil)
    }
    changes.append(
      PrimaryChange(
        old: current, new: primary, before: last, event: event, low: highest,
        high: primary.isMe ? count : nil, asked: lowest(unnamedAsk, asked)))
    self.current = primary
    highest = max(unnamed, count ?? 0)
    (unnamed, unnamedAsk) = (0, nil)
  }

  private func lowest(_ a: MirrorPosition?, _ b: MirrorPosition?) -> MirrorPosition? {
    [a, b].compactMap { $0 }.min()
  }

  /// Both, when they may be one member; nil when they are two.
  private static func joined(
    _ a: PrimaryChange.Primary, _ b: PrimaryChange.Primary
  ) -> PrimaryChange.Primary? {
    switch (a, b) {
    case (.me, .me): .me
    case (.other(let x), .other(nil)): .other(x)
    case (.other(nil), .other(let y)): .other(y)
    case (.other(let x?), .other(let y?)):
      MemberNames.host(x).lowercased() == MemberNames.host(y).lowercased() ? b : nil
    default: nil
    }
  }
}
