internal import JournalCompression

extension LogEvent {
  /// The event as one JSON object in one line, without a line feed.
  ///
  /// Always there: `type` (`event`), `kind`, `member`, `file`, `line`, `time` (ISO 8601, with a
  /// zone when `zone` is given) and `pid`; `severity` (0–3) and `category` where printed. Further
  /// members depend on the kind: `mirror`, `fileCount`, `address` and `hexAddress` (both in bytes,
  /// as printed), `path`, `applier`, `from`, `to` and `ratio` (compression), `use` (of a journal
  /// file), `role` and `name`.
  ///
  /// - Parameter zone: seconds east of UTC.
  public func ndjson(zone: Int? = nil) -> String {
    var record = JSONRecord(type: "event")
    record.add("kind", kind.name)
    record.add("member", source.member)
    record.add("file", source.file)
    record.add("line", source.line)
    record.add("time", zone.map { stamp.text(zone: $0) } ?? stamp.description)
    record.add("pid", pid)
    record.add("severity", severity?.rawValue)
    record.add("category", category)
    kind.addFields(to: &record)
    return record.line
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

  func addFields(to record: inout JSONRecord) {
    switch self {
    case .applying(let applier, let mirror, let at, let path):
      record.add("applier", applier.rawValue)
      record.add("mirror", mirror)
      record.add(at)
      record.add("path", path)
    case .retrieving(let count, let mirror, let from, let repeats):
      record.add("mirror", mirror)
      record.add("fileCount", count)
      record.add("from", from)
      record.add("repeats", repeats)
    case .clientStarting(let mirror, let file, let at):
      record.add("mirror", mirror)
      record.add(at)
      record.add("path", file)
    case .serverConnection(let connection):
      record.add("name", connection.client)
      record.add("role", connection.role)
      record.add("version", connection.version)
      record.add("fileCount", connection.fileCount)
      record.add(connection.offset)
    case .clientUpToDate(let offset): record.add(offset)
    case .currentAsOf(let offset, let count):
      record.add("fileCount", count)
      record.add(offset)
    case .dejournalStuck(let offset, let end, let count):
      record.add("fileCount", count)
      record.add(offset)
      record.add("journalEnd", end)
    case .headerUnreadable(let path, let count):
      record.add("fileCount", count)
      record.add("path", path)
    case .compressed(let printed):
      record.add("path", printed.line.path)
      record.add("from", printed.line.from)
      record.add("to", printed.line.to)
      record.add("ratio", printed.ratio)
    case .journalFile(let use, let path):
      record.add("use", use.rawValue)
      record.add("path", path)
    case .journalSizeLimit(let bytes): record.add("bytes", bytes)
    case .recoveryError(let routine, let error, let path, let address, let reference):
      record.add("routine", routine)
      record.add("error", error)
      record.add("path", path)
      record.add("address", address)
      record.add("reference", reference)
    case .rollbackAborted(let process, let address, let path):
      record.add("process", process)
      record.add("address", address)
      record.add("path", path)
    case .nothingToRollBack: break
    case .journalTrouble(let trouble, let text):
      record.add("trouble", trouble.rawValue)
      record.add("text", text)
    case .catchupStarted(let mirror, let databases), .catchupCompleted(let mirror, let databases):
      record.add("mirror", mirror)
      record.add("databases", databases)
    case .databaseInactive(let name, let sfn, let reason):
      record.add("name", name)
      record.add("sfn", sfn)
      record.add("reason", reason)
    case .database(let change, let path, let sfn):
      switch change {
      case .mounted(let readOnly): record.add("change", readOnly ? "mountedReadOnly" : "mounted")
      case .activated(let mirror):
        record.add("change", "activated")
        record.add("mirror", mirror)
      case .changed(let state):
        record.add("change", "changed")
        record.add("state", state)
      }
      record.add("path", path)
      record.add("sfn", sfn)
    case .role(let change): change.addFields(to: &record)
    }
  }
}

extension RoleChange {
  fileprivate func addFields(to record: inout JSONRecord) {
    func add(_ role: String, _ name: String? = nil, mirror: String? = nil, state: String? = nil) {
      record.add("role", role)
      record.add("name", name)
      record.add("mirror", mirror)
      record.add("state", state)
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
      record.add("version", version)
    case .backupActive: add("backupActive")
    case .primarySilent: add("primarySilent")
    case .waitingForReader(let pid, let job):
      add("waitingForReader")
      record.add("readerPid", pid)
      record.add("job", job)
    case .failoverMode(let mode): add("failoverMode", state: mode.rawValue)
    case .arbiterConnected: add("arbiterConnected")
    case .arbiterLost: add("arbiterLost")
    }
  }
}

extension JSONRecord {
  package mutating func add(_ position: MirrorPosition) {
    add("fileCount", position.fileCount)
    add("address", position.address)
  }

  package mutating func add(_ offset: PrintedOffset) {
    add("address", offset.decimal)
    add("hexAddress", offset.hex)
  }

  package mutating func add(_ lines: [LogSource]) {
    add(
      "lines",
      lines.map { source in
        var record = JSONRecord()
        record.add("member", source.member)
        record.add("file", source.file)
        record.add("line", source.line)
        return record
      })
  }

  package mutating func add(_ positions: [MirrorPosition]) {
    add(
      "positions",
      positions.map { position in
        var record = JSONRecord()
        record.add(position)
        return record
      })
  }
}
