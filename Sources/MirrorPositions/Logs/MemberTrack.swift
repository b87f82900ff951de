internal import MirrorJournal
internal import MirrorLog

/// One start of an applying position, and where in a member's life it stands.
struct ApplyStep {
  let event: LogEvent
  let applier: Applier
  let position: MirrorPosition
  /// True when the member was already following a primary, so that files may have been applied
  /// since the step before without a line that says so.
  let whileFollowing: Bool
  /// True when a catch-up was open: it applies older data to the databases that lag behind.
  let whileCatchingUp: Bool
}

/// A stretch of a member's log during which its apply position moves on without a restart.
///
/// A run begins with the mirror manager, or with a start-up line of the DejournalProcessor after
/// the member followed or was primary; it ends with the next run.
struct ApplyRun {
  var steps: [ApplyStep] = []
  /// Retrievals before the member followed a primary.
  var retrievals: [(event: LogEvent, fileCount: Int)] = []
  var clientStarts: [(event: LogEvent, at: MirrorPosition)] = []
  var isFollowing = false
  /// True when it begins with the mirror manager and the log had named nothing before.
  var isFirstSinceStart = false
  /// True when the log shows the member as a backup before: it started anew, and was not primary.
  var isRestartOfBackup = false
  var becamePrimary = false

  var isEmpty: Bool { steps.isEmpty && retrievals.isEmpty && clientStarts.isEmpty }

  /// The highest file that the run names up to where it first asks a primary for data: what comes back
  /// has caught up with that.
  var returnCount: Int? {
    (steps.filter { !$0.whileFollowing }.map(\.position.fileCount) + retrievals.map(\.fileCount)
      + clientStarts.prefix(1).map(\.at.fileCount)).max()
  }

  /// The highest file count that the run names.
  var highestCount: Int? {
    (steps.map(\.position.fileCount) + retrievals.map(\.fileCount)
      + clientStarts.map(\.at.fileCount)).max()
  }
}

/// A moment at which a member's databases were current as the new primary.
struct TakeOver {
  let event: LogEvent
  let offset: PrintedOffset
  let fileCount: Int
  /// `Backup taking over …`, nil when the member simply started as primary.
  var takingOver: LogEvent?
  /// The file journaling was switched to.
  var switched: (event: LogEvent, path: String)?
  /// The last apply step of the run that ended here.
  var lastStep: ApplyStep?
  /// The old primary's name as printed, where a line names it.
  var oldPrimary: String?
  /// True when the log shows that the member started, and that it did so as primary.
  let isPlainStart: Bool
  /// True when the log shows the member writing this very file before: then nobody else did.
  let isOwnFile: Bool
  /// True when the log shows the member as primary before, and nothing since that somebody else was.
  let wasPrimary: Bool

  var position: MirrorPosition {
    MirrorPosition(fileCount: fileCount, address: offset.address)
  }
}

/// A client's connection to this member, and where it was linked.
struct ServedConnection {
  let event: LogEvent
  let connection: ServerConnection
  /// The linking line and its offset. Nil when journaling was switched before it, because the
  /// offset then belongs to another file.
  var link: (event: LogEvent, offset: PrintedOffset)?
  /// The takeover since which the member is primary, by index; nil when its log does not show that.
  var takeOver: Int?
  /// The file that the member is known to write at that time.
  var writing: Int?
  /// True when a later line shows the member coming back in an earlier file: it was the primary of
  /// this one, or had it from one, before another took over.
  var isBeforeReturn = false

  /// True when the member wrote a later file at that time. A primary serves the files before its own
  /// to members that are behind, whoever wrote them.
  var isOlderFile: Bool { writing.map { connection.fileCount < $0 } ?? false }

  /// Whether the line shows that the member wrote the file itself.
  var isWriting: Bool { writing == connection.fileCount || isBeforeReturn }

  var position: MirrorPosition {
    MirrorPosition(fileCount: connection.fileCount, address: connection.offset.address)
  }
}

/// What one member's log says about one mirror, in its own order.
struct MemberTrack {
  let name: String
  /// The name that logs print for it, where they tell.
  let printedName: String?
  /// True when the caller calls it by a host's name.
  let isNamed: Bool
  let events: [LogEvent]
  /// True when the member follows a primary and nothing says that it may become one.
  let isAsync: Bool
  /// The names of other members that its lines mention.
  let mentioned: Set<String>
  private(set) var runs: [ApplyRun] = []
  private(set) var takeOvers: [TakeOver] = []
  private(set) var served: [ServedConnection] = []
  /// Client starts with the primary's printed name at that time.
  private(set) var clients: [(event: LogEvent, at: MirrorPosition, primary: String?)] = []

  /// Takeovers without the line that says where the databases are current.
  private(set) var unfinished: [UnfinishedTakeOver] = []
  /// The highest file in which the member served a client before its log shows that it became primary,
  /// and the line.
  private(set) var servedWithoutStart: ServedConnection?
  /// Lines that say that another member is primary, and the first file asked of it.
  private(set) var primariesFound: [PrimaryFound] = []
  /// True when a line shows that the member became primary, be it without a place.
  private(set) var becamePrimary = false
  /// The line with which the member became primary, when the log shows neither how nor where.
  private(set) var startWithoutPlace: LogEvent?

  init(_ member: MirrorLogs.Member, events: [LogEvent]) {
    name = member.name
    printedName = member.printedName
    isNamed = member.isNamed
    self.events = events
    isAsync = MemberEvidence(events).isAsync
    mentioned = Set(events.compactMap { MemberNames.mentioned($0.kind) })
    var walk = Walk()
    for event in events { take(event, &walk) }
    close(&walk)
    leave(&walk)
  }

  private struct Walk {
    var run = ApplyRun()
    var isPrimary = false
    var primaryName: String?
    /// The primary that the member followed last.
    var followed: String?
    var takingOver: LogEvent?
    var failure: LogEvent?
    var becamePrimary: LogEvent?
    /// True when a line shows the member following a primary, and none that it stopped.
    var isBackup = false
    /// True once a line shows that the member became primary.
    var hasStarted = false
    /// True when the last that is known of the member's role is that it followed a primary, be it
    /// before it was started anew; and which one.
    var wasBackup = false
    var lastFollowed: String?
    /// True once a line shows that the mirror manager started.
    var sawStart = false
    var switched: (event: LogEvent, path: String)?
    /// Connections whose linking line may still come for the file they started in, by process.
    var unlinked: [Int: [Int]] = [:]
    /// The highest file that a line has named.
    var highest = 0
    /// Databases whose catch-up has started and neither completed nor been given up.
    var catchingUp = 0
    /// The takeover since which the member is primary, by index, and the file it writes since.
    var takeOver: Int?
    var writing: Int?
    /// The highest file that the member wrote when it was primary last, until it follows another one.
    var ownHighest: Int?
    /// True when the member started anew since it became primary last.
    var isRestarted = false
  }

  private mutating func close(_ walk: inout Walk) {
    if !walk.run.isEmpty { runs.append(walk.run) }
    walk.run = ApplyRun()
    walk.isPrimary = false
    walk.takeOver = nil
    walk.writing = nil
  }

  /// Notes the file in which a member comes back.
  private mutating func returns(in count: Int) {
    for index in served.indices where served[index].connection.fileCount > count {
      served[index].isBeforeReturn = true
    }
  }

  /// Ends a takeover that did not come to its end.
  private mutating func leave(_ walk: inout Walk) {
    if let event = walk.takingOver ?? walk.becamePrimary {
      unfinished.append(
        UnfinishedTakeOver(
          event: event, oldPrimary: walk.followed,
          failure: walk.takingOver == nil ? nil : walk.failure, becamePrimary: walk.becamePrimary))
    }
    walk.takingOver = nil
    walk.failure = nil
    walk.becamePrimary = nil
    walk.switched = nil
  }

  /// Notes a line that only a primary writes: a takeover, where the member was backup before.
  private func shows(primary event: LogEvent, _ walk: inout Walk) {
    guard walk.isBackup || walk.takingOver != nil else { return }
    walk.becamePrimary = walk.becamePrimary ?? event
    walk.isBackup = false
  }

  /// Notes a line that only a member writes that follows a primary.
  private mutating func shows(backup event: LogEvent, _ walk: inout Walk) {
    if walk.becamePrimary != nil { leave(&walk) }
    walk.isBackup = true
    walk.wasBackup = true
    walk.hasStarted = false
    walk.takeOver = nil
    walk.writing = nil
    walk.ownHighest = nil
    walk.switched = nil
  }

  private mutating func take(_ event: LogEvent, _ walk: inout Walk) {
    walk.highest = max(walk.highest, event.kind.fileCount ?? 0)
    switch event.kind {
    case .role(.instanceStarting), .role(.managerStarting):
      close(&walk)
      leave(&walk)
      walk.primaryName = nil
      walk.followed = nil
      walk.isBackup = false
      walk.hasStarted = false
      walk.sawStart = true
      walk.isRestarted = true
      walk.switched = nil
      walk.catchingUp = 0
    case .applying(let applier, _, let position, _):
      let restarted =
        applier == .dejournalProcessor && walk.run.isFollowing && walk.catchingUp == 0
      if walk.isPrimary || restarted { close(&walk) }
      if walk.run.steps.isEmpty, !walk.run.isFollowing {
        returns(in: position.fileCount)
        walk.run.isRestartOfBackup = walk.wasBackup
      }
      walk.run.steps.append(
        ApplyStep(
          event: event, applier: applier, position: position,
          whileFollowing: walk.run.isFollowing, whileCatchingUp: walk.catchingUp > 0))
    case .retrieving(let count, _, _, _):
      if walk.isPrimary { close(&walk) }
      shows(backup: event, &walk)
      if !walk.run.isFollowing { walk.run.retrievals.append((event, count)) }
    case .clientStarting(_, _, let position):
      if walk.isPrimary { close(&walk) }
      shows(backup: event, &walk)
      if let last = primariesFound.indices.last, !primariesFound[last].isAsked {
        primariesFound[last].fileCount = position.fileCount
        primariesFound[last].isAsked = true
      }
      walk.run.isFirstSinceStart =
        walk.run.clientStarts.isEmpty
        ? walk.sawStart && clients.isEmpty : walk.run.isFirstSinceStart
      walk.run.clientStarts.append((event, position))
      walk.run.isFollowing = true
      clients.append((event, position, walk.primaryName))
    case .catchupStarted(_, let databases): walk.catchingUp = max(1, databases ?? 1)
    case .databaseInactive: walk.catchingUp = max(0, walk.catchingUp - 1)
    case .catchupCompleted(_, let databases):
      walk.catchingUp = max(0, walk.catchingUp - (databases ?? walk.catchingUp))
    case .role(.foundPrimary(let name)):
      leave(&walk)
      shows(backup: event, &walk)
      walk.primaryName = name
      walk.followed = name
      walk.lastFollowed = name
      primariesFound.append(PrimaryFound(event: event, name: name, fileCount: walk.highest))
    case .role(.becomingBackup): shows(backup: event, &walk)
    case .role(.monitored(_, let status, _)) where status == "Primary":
      shows(primary: event, &walk)
    case .database(.changed, _, _): shows(primary: event, &walk)
    case .role(.connectedToPrimary(let name, _)):
      shows(backup: event, &walk)
      walk.primaryName = name
      walk.followed = name
      walk.lastFollowed = name
      if primariesFound.last?.name != name {
        primariesFound.append(PrimaryFound(event: event, name: name, fileCount: walk.highest))
      }
      // Of another process it is another connection, whose own line is not there.
      if let last = clients.indices.last,
        clients[last].primary == nil || clients[last].event.pid == event.pid
      {
        clients[last].primary = name
      }
    case .role(.takingOver):
      // Said twice it is the same.
      if walk.takingOver != nil, walk.becamePrimary == nil, walk.failure == nil { break }
      leave(&walk)
      walk.takingOver = event
    case .role(.cannotBecomePrimary), .headerUnreadable: walk.failure = walk.failure ?? event
    case .role(.forcingDown(let name, _)):
      if let last = takeOvers.indices.last { takeOvers[last].oldPrimary = name }
    case .journalFile(.switched, let path):
      if JournalFileName(path)?.mirrorName != nil {
        shows(primary: event, &walk)
        // Files are numbered one after the other.
        walk.writing = walk.writing.map { $0 < .max ? $0 + 1 : $0 }
        walk.ownHighest = walk.writing.map { max($0, walk.ownHighest ?? 0) } ?? walk.ownHighest
      }
      walk.switched = (event, path)
      walk.unlinked = [:]
    case .currentAsOf(let offset, let count):
      takeOvers.append(
        TakeOver(
          event: event, offset: offset, fileCount: count, takingOver: walk.takingOver,
          // Another process's file is that of another time.
          switched: walk.switched.flatMap { $0.event.pid == event.pid ? $0 : nil },
          lastStep: walk.run.steps.last,
          oldPrimary: walk.primaryName ?? (walk.wasBackup ? walk.lastFollowed : nil),
          isPlainStart: walk.sawStart && walk.takingOver == nil && walk.primaryName == nil
            && !walk.wasBackup,
          isOwnFile: walk.isRestarted && !walk.wasBackup && walk.takingOver == nil
            && count <= walk.ownHighest ?? -1,
          wasPrimary: walk.hasStarted && !walk.wasBackup && walk.takingOver == nil))
      walk.isRestarted = false
      walk.takeOver = takeOvers.count - 1
      walk.writing = count < .max ? count + 1 : count
      walk.ownHighest = walk.writing
      walk.wasBackup = false
      walk.run.becamePrimary = true
      walk.isPrimary = true
      walk.hasStarted = true
      walk.isBackup = false
      walk.takingOver = nil
      walk.becamePrimary = nil
      walk.failure = nil
      walk.switched = nil
    case .role(.becomingPrimary), .role(.onlyMember):
      shows(primary: event, &walk)
      if !walk.hasStarted, !walk.sawStart, walk.becamePrimary == nil { startWithoutPlace = event }
      becamePrimary = true
      walk.wasBackup = false
      walk.run.becamePrimary = true
      walk.isPrimary = true
      walk.hasStarted = true
    case .serverConnection(let connection):
      let count = connection.fileCount
      walk.wasBackup = false
      if let writing = walk.writing, count > writing { walk.writing = count }
      var connected = ServedConnection(event: event, connection: connection)
      connected.takeOver = walk.takeOver
      connected.writing = walk.writing
      walk.ownHighest = max(walk.ownHighest ?? count, count)
      // Where the primary links what began in an earlier file, it is further than that file.
      if !connected.isOlderFile { walk.unlinked[event.pid, default: []].append(served.count) }
      served.append(connected)
      if !walk.hasStarted, connection.fileCount >= servedWithoutStart?.connection.fileCount ?? 0 {
        servedWithoutStart = served.last
      }
    case .clientUpToDate(let offset):
      if let mine = walk.unlinked[event.pid]?.popLast() { served[mine].link = (event, offset) }
    default: break
    }
  }
}
