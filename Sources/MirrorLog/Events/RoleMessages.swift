/// Messages about roles, failover mode, the partner and the arbiter. Wordings of class O.
enum RoleMessages {
  static func becoming(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.looking(at: "Becoming primary mirror server") { return .role(.becomingPrimary) }
    if cursor.take("Backup taking over for primary in "), let mode = mode(&cursor) {
      return .role(.takingOver(mode))
    }
    return nil
  }

  /// `(M) Becoming a backup mirror member` and `(M) Starting Mirror.Client(…)`.
  static func mirrorNamed(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.looking(at: "("), let close = cursor.find(") "),
      close - cursor.position <= 64
    else { return nil }
    var text = TextCursor(cursor.bytes, from: close + 2, to: cursor.end)
    let name = cursor.position + 1..<close
    if text.looking(at: "Starting Mirror.Client") {
      return PositionMessages.client(&text, mirror: cursor.string(name))
    }
    guard text.looking(at: "Becoming a backup mirror member") else { return nil }
    return .role(.becomingBackup(mirror: cursor.string(name)))
  }

  static func manager(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("Mirror manager for ") {
      return cursor.takeString(upToLast: " starting").map { .role(.managerStarting(mirror: $0)) }
    }
    if cursor.take("Manager initialized for ") {
      return .role(.managerInitialized(mirror: cursor.rest()))
    }
    return nil
  }

  static func startup(_ cursor: TextCursor) -> LogEventKind? {
    cursor.looking(at: "Startup of ") ? .role(.instanceStarting) : nil
  }

  static func onlyMember(_ cursor: TextCursor) -> LogEventKind? {
    cursor.looking(at: "No other mirror members configured, becoming primary")
      ? .role(.onlyMember) : nil
  }

  /// `Found NAME as primary, becoming backup` and `Forcing down old primary ("NAME") …`.
  static func partner(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("Found ") {
      return cursor.takeString(upTo: " as primary, becoming").map { .role(.foundPrimary($0)) }
    }
    guard cursor.take("Forcing down old primary (\""),
      let name = cursor.takeString(upTo: "\")")
    else { return nil }
    var state = ""
    if cursor.take(" which is currently in a ") {
      state = cursor.takeString(upTo: " state") ?? cursor.rest()
    }
    return .role(.forcingDown(name, state: state))
  }

  private static let foundBehindName = MessagePattern(" as primary, becoming backup")

  /// How a text relates to `Found NAME as primary, becoming backup`: the first word alone begins other
  /// messages, too.
  static func partnerRelation(_ cursor: TextCursor) -> MessagePattern.Relation {
    var rest = cursor
    if rest.take("Found "), let blank = rest.firstIndex(of: UInt8(ascii: " ")) {
      rest.position = blank
      switch foundBehindName.relation(rest) {
      case .cut where rest.end - rest.position >= 3: return .cut
      case .near, .broken, .complete: return .near
      case .cut, .other: break
      }
    }
    return isNearPartner(cursor) ? .near : .other
  }

  /// Whether a text ends like that but for a few characters.
  static func isNearPartner(_ cursor: TextCursor) -> Bool {
    let start = max(cursor.position, cursor.end - 26)
    guard cursor.end - start == 26, cursor.bytes[cursor.end - 1] == UInt8(ascii: "p") else {
      return false
    }
    let tail = TextCursor(cursor.bytes, from: start, to: cursor.end)
    let parts = [
      tail.find("as prim"), tail.find("ary, be"), tail.find("coming"), tail.find("backup"),
    ]
    return parts.count { $0 != nil } >= 3
  }

  static func arbiter(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.looking(at: "Arbiter connection established") { return .role(.arbiterConnected) }
    if cursor.looking(at: "Arbiter connection lost") { return .role(.arbiterLost) }
    if cursor.looking(at: "AddVirtualAddress failed, cannot become primary") {
      return .role(.cannotBecomePrimary(cursor.rest()))
    }
    return nil
  }

  /// `[SYSTEM MONITOR] Mirror state: Member type = T, Status = S`.
  static func monitored(_ cursor: inout TextCursor) -> LogEventKind? {
    guard cursor.take("[SYSTEM MONITOR] Mirror ") else { return nil }
    let changed = cursor.take("status changed. ")
    guard changed || cursor.take("state: "), cursor.take("Member type = "),
      let type = cursor.takeString(upTo: ", Status = ")
    else { return nil }
    return .role(.monitored(type: type, status: cursor.rest(), changed: changed))
  }

  /// What a backup says, after `MirrorClient: `.
  static func client(_ cursor: inout TextCursor) -> LogEventKind? {
    if cursor.take("Connected to primary: ") {
      guard let name = cursor.takeString(upTo: " (ver "), let version = cursor.takeInteger()
      else { return nil }
      return .role(.connectedToPrimary(name, version: version))
    }
    if cursor.looking(at: "Primary AckDaemon failed to answer status request") {
      return .role(.primarySilent)
    }
    if cursor.looking(at: "The backup node has become active") { return .role(.backupActive) }
    if cursor.take("Set status for "), cursor.skip(past: " to ") {
      return .role(.statusSet(cursor.rest()))
    }
    if cursor.take("Backup waiting for old Dejournal Reader (pid: "),
      let pid = cursor.takeInteger(), cursor.take(", job #"), let job = cursor.takeInteger()
    {
      return .role(.waitingForReader(pid: pid, job: job))
    }
    return failoverMode(cursor)
  }

  /// `Switched from Agent Controlled to Arbiter Controlled failover` and
  /// `Primary startup reset to Agent Controlled failover`.
  static func failoverMode(_ cursor: TextCursor) -> LogEventKind? {
    var cursor = cursor
    if cursor.take("Switched from ") {
      guard cursor.skip(past: " to ") else { return nil }
    } else if !cursor.take("Primary startup reset to ") {
      return nil
    }
    return mode(&cursor).map { .role(.failoverMode($0)) }
  }

  private static func mode(_ cursor: inout TextCursor) -> FailoverMode? {
    if cursor.take("arbiter controlled") || cursor.take("Arbiter Controlled") {
      return .arbiterControlled
    }
    if cursor.take("agent controlled") || cursor.take("Agent Controlled") {
      return .agentControlled
    }
    return nil
  }
}
