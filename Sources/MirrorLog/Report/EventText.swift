internal import JournalCompression
internal import MirrorJournal

extension LogEvent {
  /// The event in a line for people: when, who, what, and where it stands.
  public var text: String {
    let member = source.member.isEmpty ? "" : source.member + "  "
    return printable(
      "\(stamp.timeText)  \(member)\(kind.words)  [\(source.file):\(source.line)]")
  }
}

extension LogEventKind {
  /// In a few words, such as `current as of 524400 in #31`.
  public var words: String {
    switch self {
    case .applying(let applier, _, let at, _):
      (applier == .dejournalProcessor ? "processor" : "reader") + " applies from \(at)"
    case .retrieving(let count, _, let from, _): "retrieves #\(count) from \(from)"
    case .clientStarting(_, _, let at): "asks for data from \(at)"
    case .serverConnection(let connection):
      "serves \(connection.client) from \(connection.offset.address) in #\(connection.fileCount)"
    case .clientUpToDate(let offset): "links its client at \(offset.address)"
    case .currentAsOf(let offset, let count):
      "is current as of \(offset.address) in #\(count) as new primary"
    case .dejournalStuck(let offset, _, let count):
      "dejournaling is stuck at \(offset.address) in #\(count)"
    case .headerUnreadable(let path, let count): "cannot read the header of #\(count), \(path)"
    case .compressed(let printed):
      "compressed \(printed.line.path) from \(printed.line.from) to \(printed.line.to) bytes"
    case .journalFile(let use, let path): use.words + " " + path
    case .journalSizeLimit(let bytes): "the largest size of a journal is \(bytes) bytes"
    case .recoveryError(let routine, let error, let path, let address, _):
      "\(routine) fails at \(address) in \(path): \(error)"
    case .rollbackAborted(let process, let address, let path):
      "gives up rolling back process \(process) at \(address) in \(path)"
    case .nothingToRollBack: "has nothing to roll back"
    case .journalTrouble(_, let text): text
    case .catchupStarted(_, let databases): "catch-up starts" + count(databases)
    case .catchupCompleted(_, let databases): "catch-up is complete" + count(databases)
    case .databaseInactive(let name, _, let reason): "\(name) stays inactive because \(reason)"
    case .database(let change, let path, _): change.words + " " + path
    case .role(let change): change.words
    }
  }

  private func count(_ databases: Int?) -> String {
    databases.map { " for \($0) database" + ($0 == 1 ? "" : "s") } ?? ""
  }
}

extension JournalFileUse {
  fileprivate var words: String {
    switch self {
    case .switched: "journaling is switched to"
    case .started: "journaling starts in"
    case .stopped: "journaling stops in"
    case .scanning: "scans for rollback"
    case .preserved: "keeps for recovery from"
    case .restoreStart: "backup: a restore starts with"
    }
  }
}

extension DatabaseChange {
  fileprivate var words: String {
    switch self {
    case .mounted(let readOnly): readOnly ? "mounts read-only" : "mounts"
    case .activated(let mirror): "activates in \(mirror)"
    case .changed(let state): "changes to \(state)"
    }
  }
}

extension RoleChange {
  fileprivate var words: String {
    switch self {
    case .instanceStarting: "instance starts"
    case .managerStarting(let mirror): "mirror manager of \(mirror) starts"
    case .managerInitialized(let mirror): "mirror manager of \(mirror) is ready"
    case .foundPrimary(let name): "finds \(name) as primary and becomes backup"
    case .becomingBackup: "becomes backup"
    case .becomingPrimary: "becomes primary"
    case .takingOver: "takes over"
    case .onlyMember: "is the only member and becomes primary"
    case .cannotBecomePrimary(let reason):
      "cannot become primary" + (reason.isEmpty ? "" : ": \(reason)")
    case .statusSet(let status): "sets its status to \(status)"
    case .monitored(let type, let status, _): "is \(status) (\(type))"
    case .forcingDown(let name, let state):
      "forces down \(name)" + (state.isEmpty ? "" : ", which is in \(state)")
    case .connectedToPrimary(let name, _): "is connected to \(name)"
    case .backupActive: "is active as backup"
    case .primarySilent: "the primary does not answer"
    case .waitingForReader: "waits for its old dejournal reader"
    case .failoverMode(let mode):
      mode == .agentControlled ? "failover by agents" : "failover by the arbiter"
    case .arbiterConnected: "is connected to the arbiter"
    case .arbiterLost: "has lost the arbiter"
    }
  }
}
