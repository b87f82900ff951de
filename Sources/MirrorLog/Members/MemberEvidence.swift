/// What the events of a part say of whose they are.
package struct MemberEvidence {
  /// Names printed for the other failover members, and for clients of other kinds.
  private(set) var partners: Set<String> = []
  private(set) var asyncs: Set<String> = []
  /// The places from which the member asked a primary for data.
  private(set) var starts: Set<MirrorPosition> = []
  /// The places at which the member served a client, by the client's printed name.
  private(set) var served: [String: Set<MirrorPosition>] = [:]
  /// The mirrors that the lines name.
  private(set) var mirrors: Set<String> = []
  /// Processes that wrote about mirrors.
  private(set) var pids: Set<Int> = []
  /// True when a line says that the member is backup or primary.
  private(set) var isFailover = false
  /// True when the member receives data.
  private(set) var isClient = false
  /// The lowest and highest place that a line names.
  private(set) var first: MirrorPosition?
  private(set) var last: MirrorPosition?

  package init(_ events: [LogEvent]) {
    for event in events { take(event) }
  }

  /// All names that the events print: they are those of others.
  var mentions: Set<String> { partners.union(asyncs) }

  /// True when the member follows a primary and nothing says that it may become one.
  package var isAsync: Bool { isClient && !isFailover }

  mutating func add(_ other: MemberEvidence) {
    partners.formUnion(other.partners)
    asyncs.formUnion(other.asyncs)
    starts.formUnion(other.starts)
    served.merge(other.served) { $0.union($1) }
    pids.formUnion(other.pids)
    mirrors.formUnion(other.mirrors)
    isFailover = isFailover || other.isFailover
    isClient = isClient || other.isClient
    first = [first, other.first].compactMap { $0 }.min()
    last = [last, other.last].compactMap { $0 }.max()
  }

  /// Whether two logs may be about one mirror.
  func sharesMirror(with other: MemberEvidence) -> Bool {
    mirrors.isEmpty || other.mirrors.isEmpty || !mirrors.isDisjoint(with: other.mirrors)
  }

  /// Whether all places of these lines come before those of others; nil where the places do not tell.
  func isBefore(_ other: MemberEvidence) -> Bool? {
    guard let first, let last, let otherFirst = other.first, let otherLast = other.last else {
      return nil
    }
    if last <= otherFirst, first < otherLast { return true }
    if otherLast <= first, otherFirst < last { return false }
    return nil
  }

  private mutating func take(_ event: LogEvent) {
    if let mirror = event.kind.mirror { mirrors.insert(mirror) }
    switch event.kind {
    case .role(.foundPrimary(let name)):
      partners.insert(name)
      isFailover = true
    case .role(.connectedToPrimary(let name, _)):
      partners.insert(name)
      isClient = true
    case .role(.forcingDown(let name, _)):
      partners.insert(name)
      isFailover = true
    case .role(.becomingBackup), .role(.becomingPrimary), .role(.takingOver), .role(.backupActive):
      isFailover = true
    case .role(.monitored(let type, _, _)):
      if type.lowercased().hasPrefix("failover") { isFailover = true }
    case .serverConnection(let connection):
      let position = MirrorPosition(
        fileCount: connection.fileCount, address: connection.offset.address)
      isFailover = true
      served[connection.client, default: []].insert(position)
      if connection.isFailover {
        partners.insert(connection.client)
      } else {
        asyncs.insert(connection.client)
      }
      reach(position)
    case .clientStarting(_, _, let position):
      starts.insert(position)
      isClient = true
      reach(position)
    case .applying(_, _, let position, _): reach(position)
    case .currentAsOf(let offset, let count):
      isFailover = true
      reach(MirrorPosition(fileCount: count, address: offset.address))
    case .compressed, .journalFile, .journalSizeLimit: return
    default: break
    }
    pids.insert(event.pid)
  }

  private mutating func reach(_ position: MirrorPosition) {
    first = min(first ?? position, position)
    last = max(last ?? position, position)
  }
}
