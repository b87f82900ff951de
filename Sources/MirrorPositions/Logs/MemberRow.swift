public import MirrorLog

/// Where one member stands, as far as its log tells.
public struct MemberRow: Sendable {
  /// What a member is in the mirror.
  public enum Role: String, Sendable, CaseIterable {
    /// The instance or its mirror manager starts.
    case starting
    case backup
    case takingOver
    case primary
    /// It receives data and cannot become primary.
    case async
    /// Its status is one of trouble.
    case trouble
  }

  /// From when a member is what.
  public struct Stretch: Sendable {
    /// What it is from then on.
    public let role: Role
    /// The line that says so.
    public let event: LogEvent
  }

  /// A place, and the line that names it.
  public struct Reached: Sendable {
    /// How far.
    public let position: MirrorPosition
    /// The line that says so.
    public let event: LogEvent
  }

  /// The member.
  public let name: String
  /// The mirror, where the logs name it.
  public let mirror: String?
  /// Its roles in the order in which it had them.
  public let roles: [Stretch]
  /// From where it last asked a primary for data: it has received all before that.
  public let received: Reached?
  /// From where it last applied, or where its databases were current.
  public let applied: Reached?
  /// Up to where it has at least written as primary.
  public let written: Reached?
  /// Its last line about the mirror.
  public let last: LogEvent
  /// Files between its furthest place and that of the member that is ahead of all; 0 in the same one.
  public internal(set) var filesBehind = 0
  /// Bytes between the two in the same file; nil when they are in different ones.
  public internal(set) var bytesBehind: Int?

  /// Its furthest place.
  public var furthest: MirrorPosition? {
    [received, applied, written].compactMap { $0?.position }.max()
  }

  static func all(_ context: MirrorContext) -> [MemberRow] {
    var rows = context.members.compactMap { MemberRow($0, context) }
    guard let best = rows.compactMap(\.furthest).max() else { return rows }
    for index in rows.indices {
      guard let own = rows[index].furthest else { continue }
      rows[index].filesBehind = best.fileCount - own.fileCount
      if own.fileCount == best.fileCount {
        rows[index].bytesBehind = best.address - own.address
      }
    }
    return rows
  }

  private init?(_ track: MemberTrack, _ context: MirrorContext) {
    guard let last = track.events.last else { return nil }
    name = track.name
    mirror = context.mirror
    self.last = last
    var roles: [Stretch] = []
    var received: Reached?
    var applied: Reached?
    var written: Reached?
    let links = track.served.reduce(into: [LogSource: ServedConnection]()) {
      if let link = $1.link { $0[link.event.source] = $1 }
    }
    for event in track.events {
      if let role = Role(event.kind, isAsync: track.isAsync), roles.last?.role != role {
        roles.append(Stretch(role: role, event: event))
      }
      func reach(_ count: Int, _ address: Int) -> Reached {
        Reached(position: MirrorPosition(fileCount: count, address: address), event: event)
      }
      switch event.kind {
      case .clientStarting(_, _, let at): received = Reached(position: at, event: event)
      case .applying(_, _, let at, _): applied = Reached(position: at, event: event)
      case .currentAsOf(let offset, let count): applied = reach(count, offset.address)
      case .serverConnection(let connection):
        written = reach(connection.fileCount, connection.offset.address)
      case .clientUpToDate(let offset):
        if let served = links[event.source] {
          written = reach(served.connection.fileCount, offset.address)
        }
      case .journalFile(.switched, let path):
        if let count = context.files.count(of: path) { written = reach(count, 0) }
      default: break
      }
    }
    self.roles = roles
    self.received = received
    self.applied = applied
    self.written = written
  }
}

extension MemberRow.Role {
  /// What a message says that its member is from now on.
  init?(_ kind: LogEventKind, isAsync: Bool) {
    guard case .role(let change) = kind else {
      if case .currentAsOf = kind { self = .primary } else { return nil }
      return
    }
    switch change {
    case .instanceStarting, .managerStarting: self = .starting
    case .foundPrimary, .becomingBackup, .backupActive: self = isAsync ? .async : .backup
    case .connectedToPrimary: self = isAsync ? .async : .backup
    case .takingOver: self = .takingOver
    case .becomingPrimary, .onlyMember: self = .primary
    case .monitored(let type, let status, _):
      switch (type, status) {
      case ("Failover", "Primary"): self = .primary
      case ("Failover", "Backup"): self = .backup
      case (_, "Transition"), (_, "Synchronizing"), (_, "Waiting"), (_, "Not Initialized"):
        return nil
      case (_, "Trouble"), (_, "In Trouble"), (_, "Stopped"), (_, "Crashed"), (_, "Error"),
        (_, "Down"):
        self = .trouble
      case ("Failover", _): return nil
      default: self = .async
      }
    default: return nil
    }
  }

  /// In words, such as `taking over`.
  public var words: String { self == .takingOver ? "taking over" : rawValue }
}
