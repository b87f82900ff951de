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
  var becamePrimary = false

  var isEmpty: Bool { steps.isEmpty && retrievals.isEmpty && clientStarts.isEmpty }

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

  var position: MirrorPosition {
    MirrorPosition(fileCount: connection.fileCount, address: connection.offset.address)
  }
}

/// What one member's log says about one mirror, in its own order.
struct MemberTrack {
  let name: String
  let events: [LogEvent]
  private(set) var runs: [ApplyRun] = []
  private(set) var takeOvers: [TakeOver] = []
  private(set) var served: [ServedConnection] = []
  /// Client starts with the primary's printed name at that time.
  private(set) var clients: [(event: LogEvent, at: MirrorPosition, primary: String?)] = []

  init(name: String, events: [LogEvent]) {
    self.name = name
    self.events = events
    var walk = Walk()
    for event in events { take(event, &walk) }
    close(&walk)
  }

  private struct Walk {
    var run = ApplyRun()
    var isPrimary = false
    var primaryName: String?
    var takingOver: LogEvent?
    var switched: (event: LogEvent, path: String)?
    /// Connections whose linking line may still come for the file they started in.
    var unlinked: [Int] = []
    /// Databases whose catch-up has started and neither completed nor been given up.
    var catchingUp = 0
  }

  private mutating func close(_ walk: inout Walk) {
    if !walk.run.isEmpty { runs.append(walk.run) }
    walk.run = ApplyRun()
    walk.isPrimary = false
  }

  private mutating func take(_ event: LogEvent, _ walk: inout Walk) {
    switch event.kind {
    case .role(.instanceStarting), .role(.managerStarting):
      close(&walk)
      walk.primaryName = nil
      walk.takingOver = nil
      walk.switched = nil
      walk.catchingUp = 0
    case .applying(let applier, _, let position, _):
      let restarted =
        applier == .dejournalProcessor && walk.run.isFollowing && walk.catchingUp == 0
      if walk.isPrimary || restarted { close(&walk) }
      walk.run.steps.append(
        ApplyStep(
          event: event, applier: applier, position: position,
          whileFollowing: walk.run.isFollowing, whileCatchingUp: walk.catchingUp > 0))
    case .retrieving(let count, _, _, _):
      if walk.isPrimary { close(&walk) }
      if !walk.run.isFollowing { walk.run.retrievals.append((event, count)) }
    case .clientStarting(_, _, let position):
      if walk.isPrimary { close(&walk) }
      walk.run.clientStarts.append((event, position))
      walk.run.isFollowing = true
      clients.append((event, position, walk.primaryName))
    case .catchupStarted(_, let databases): walk.catchingUp = max(1, databases ?? 1)
    case .databaseInactive: walk.catchingUp = max(0, walk.catchingUp - 1)
    case .catchupCompleted(_, let databases):
      walk.catchingUp = max(0, walk.catchingUp - (databases ?? walk.catchingUp))
    case .role(.foundPrimary(let name)): walk.primaryName = name
    case .role(.connectedToPrimary(let name, _)):
      walk.primaryName = name
      if let last = clients.indices.last { clients[last].primary = name }
    case .role(.takingOver): walk.takingOver = event
    case .role(.forcingDown(let name, _)):
      if let last = takeOvers.indices.last { takeOvers[last].oldPrimary = name }
    case .journalFile(.switched, let path):
      walk.switched = (event, path)
      walk.unlinked = []
    case .currentAsOf(let offset, let count):
      takeOvers.append(
        TakeOver(
          event: event, offset: offset, fileCount: count, takingOver: walk.takingOver,
          switched: walk.switched, lastStep: walk.run.steps.last, oldPrimary: walk.primaryName))
      walk.run.becamePrimary = true
      walk.isPrimary = true
      walk.takingOver = nil
      walk.switched = nil
    case .role(.becomingPrimary):
      walk.run.becamePrimary = true
      walk.isPrimary = true
    case .serverConnection(let connection):
      walk.unlinked.append(served.count)
      served.append(ServedConnection(event: event, connection: connection))
    case .clientUpToDate(let offset):
      let mine = walk.unlinked.lastIndex { served[$0].event.pid == event.pid }
      if let mine { served[walk.unlinked.remove(at: mine)].link = (event, offset) }
    default: break
    }
  }
}
