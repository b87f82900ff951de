internal import JournalCompression
package import MirrorJournal

extension LogEvent {
  /// The event as one JSON object in one line, without a line feed.
  ///
  /// Always there: `type` (`event`), `kind`, `member`, `file`, `line`, `time` (ISO 8601, with a
  /// zone when `clocks` know it) and `pid`; `severity` (0–3) and `category` where printed. Further
  /// members depend on the kind: `mirror`, `fileCount`, `address` and `hexAddress` (both in bytes,
  /// as printed), `path`, `applier`, `from`, `to` and `ratio` (compression), `use` (of a journal
  /// file), `role` and `name`.
  ///
  /// - Parameter clocks: the zones of the members' clocks.
  public func ndjson(clocks: LogClocks = .unknown) -> String {
    TextBuffer.object(type: "event") { record in
      record.field("kind", kind.name)
      record.field("member", source.member)
      record.field("file", source.file)
      record.field("line", source.line)
      record.field("time", clocks.text(self))
      record.field("pid", pid)
      record.field("severity", ifAny: severity?.rawValue)
      record.field("category", ifAny: category)
      kind.addFields(to: &record)
    }
  }
}

extension LogEventKind {
  /// The kind's name in NDJSON, such as `applying`.
  public var name: String {
    switch self {
    case .applying: "applying"
    case .retrieving: "retrieving"
    case .clientStarting: "clientStarting"
    case .serverConnection: "serverConnection"
    case .clientUpToDate: "clientUpToDate"
    case .currentAsOf: "currentAsOf"
    case .dejournalStuck: "dejournalStuck"
    case .headerUnreadable: "headerUnreadable"
    case .compressed: "compressed"
    case .journalFile: "journalFile"
    case .journalSizeLimit: "journalSizeLimit"
    case .recoveryError: "recoveryError"
    case .rollbackAborted: "rollbackAborted"
    case .nothingToRollBack: "nothingToRollBack"
    case .journalTrouble: "journalTrouble"
    case .catchupStarted: "catchupStarted"
    case .catchupCompleted: "catchupCompleted"
    case .databaseInactive: "databaseInactive"
    case .database: "database"
    case .role: "role"
    }
  }

  func addFields(to record: inout TextBuffer) {
    switch self {
    case .applying(let applier, let mirror, let at, let path):
      record.field("applier", applier.rawValue)
      record.field("mirror", ifAny: mirror)
      record.fields(of: at)
      record.field("path", path)
    case .retrieving(let count, let mirror, let from, let repeats):
      record.field("mirror", ifAny: mirror)
      record.field("fileCount", count)
      record.field("from", from)
      record.field("repeats", repeats)
    case .clientStarting(let mirror, let file, let at):
      record.field("mirror", ifAny: mirror)
      record.fields(of: at)
      record.field("path", file)
    case .serverConnection(let connection):
      record.field("name", connection.client)
      record.field("role", connection.role)
      record.field("version", connection.version)
      record.field("fileCount", connection.fileCount)
      record.fields(of: connection.offset)
    case .clientUpToDate(let offset): record.fields(of: offset)
    case .currentAsOf(let offset, let count):
      record.field("fileCount", count)
      record.fields(of: offset)
    case .dejournalStuck(let offset, let end, let count):
      record.field("fileCount", count)
      record.fields(of: offset)
      record.field("journalEnd", end)
    case .headerUnreadable(let path, let count):
      record.field("fileCount", count)
      record.field("path", path)
    case .compressed(let printed):
      record.field("path", printed.line.path)
      record.field("from", printed.line.from)
      record.field("to", printed.line.to)
      record.field("ratio", printed.ratio)
    case .journalFile(let use, let path):
      record.field("use", use.rawValue)
      record.field("path", path)
    case .journalSizeLimit(let bytes): record.field("bytes", bytes)
    case .recoveryError(let routine, let error, let path, let address, let reference):
      record.field("routine", routine)
      record.field("error", error)
      record.field("path", path)
      record.field("address", address)
      record.field("reference", reference)
    case .rollbackAborted(let process, let address, let path):
      record.field("process", process)
      record.field("address", address)
      record.field("path", path)
    case .nothingToRollBack: break
    case .journalTrouble(let trouble, let text):
      record.field("trouble", trouble.rawValue)
      record.field("text", text)
    case .catchupStarted(let mirror, let databases), .catchupCompleted(let mirror, let databases):
      record.field("mirror", ifAny: mirror)
      record.field("databases", ifAny: databases)
    case .databaseInactive(let name, let sfn, let reason):
      record.field("name", name)
      record.field("sfn", sfn)
      record.field("reason", reason)
    case .database(let change, let path, let sfn):
      switch change {
      case .mounted(let readOnly): record.field("change", readOnly ? "mountedReadOnly" : "mounted")
      case .activated(let mirror):
        record.field("change", "activated")
        record.field("mirror", mirror)
      case .changed(let state):
        record.field("change", "changed")
        record.field("state", state)
      }
      record.field("path", path)
      record.field("sfn", sfn)
    case .role(let change): change.addFields(to: &record)
    }
  }
}

extension RoleChange {
  fileprivate func addFields(to record: inout TextBuffer) {
    func add(_ role: String, _ name: String? = nil, mirror: String? = nil, state: String? = nil) {
      record.field("role", role)
      record.field("name", ifAny: name)
      record.field("mirror", ifAny: mirror)
      record.field("state", ifAny: state)
    }
    switch self {
    case .instanceStarting: add("instanceStarting")
    case .managerStarting(let mirror): add("managerStarting", mirror: mirror)
    case .managerInitialized(let mirror): add("managerInitialized", mirror: mirror)
    case .foundPrimary(let name): add("foundPrimary", name)
    case .becomingBackup(let mirror): add("becomingBackup", mirror: mirror)
    case .becomingPrimary: add("becomingPrimary")
    case .takingOver(let mode): add("takingOver", state: mode.rawValue)
    case .onlyMember: add("onlyMember")
    case .cannotBecomePrimary(let reason): add("cannotBecomePrimary", state: reason)
    case .statusSet(let status): add("statusSet", state: status)
    case .monitored(let type, let status, let changed):
      add(changed ? "statusChanged" : "status", type, state: status)
    case .forcingDown(let name, let state): add("forcingDown", name, state: state)
    case .connectedToPrimary(let name, let version):
      add("connectedToPrimary", name)
      record.field("version", version)
    case .backupActive: add("backupActive")
    case .primarySilent: add("primarySilent")
    case .waitingForReader(let pid, let job):
      add("waitingForReader")
      record.field("readerPid", pid)
      record.field("job", job)
    case .failoverMode(let mode): add("failoverMode", state: mode.rawValue)
    case .arbiterConnected: add("arbiterConnected")
    case .arbiterLost: add("arbiterLost")
    }
  }
}

extension TextBuffer {
  package mutating func fields(of position: MirrorPosition) {
    field("fileCount", position.fileCount)
    field("address", position.address)
  }

  package mutating func fields(of offset: PrintedOffset) {
    field("address", ifAny: offset.decimal)
    field("hexAddress", ifAny: offset.hex)
  }

  package mutating func field(_ lines: [LogSource]) {
    field("lines", lines) { source, record in
      record.field("member", source.member)
      record.field("file", source.file)
      record.field("line", source.line)
    }
  }

  package mutating func field(_ positions: [MirrorPosition]) {
    field("positions", positions) { $1.fields(of: $0) }
  }
}
