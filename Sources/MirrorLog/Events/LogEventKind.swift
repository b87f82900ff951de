/// What a message says. Paths, names and numbers are as printed; sizes and addresses are bytes.
public enum LogEventKind: Sendable, Hashable {
  // Positions
  /// `Applying journal data for mirror "M" starting at A in file #N(PATH)`.
  case applying(Applier, mirror: String, at: MirrorPosition, path: String)
  /// `Retrieving journal file #N for mirror M from PEER`, with `...(repeated K times)`.
  case retrieving(fileCount: Int, mirror: String, from: String, repeats: Int)
  /// `(M) Starting Mirror.Client("FILE",A,N)`: what a backup asks the primary for.
  case clientStarting(mirror: String?, file: String, at: MirrorPosition)
  /// `MirrorServer: Starting connection for: CLIENT (ROLE) (ver V) at offset HEX (A) in  file #N`.
  case serverConnection(ServerConnection)
  /// `MirrorServer: Client up to date, linking with journal daemon @ HEX`.
  case clientUpToDate(PrintedOffset)
  /// `MirrorServer: New primary activating databases which are current as of A (HEX) in mirror
  /// journal file #N`.
  case currentAsOf(PrintedOffset, fileCount: Int)
  /// `Dejournal stuck at A (HEX) cyclejrnend=E in file #N`.
  case dejournalStuck(PrintedOffset, journalEnd: Int, fileCount: Int)
  /// `Primary startup failed, failed to read header of PATH (file #N)`.
  case headerUnreadable(path: String, fileCount: Int)

  // Files
  /// `Journal File Compression: Compressed PATH from N bytes to M bytes, compression ratio = R`.
  case compressed(PrintedCompression)
  /// A message that names a journal file and what is done with it.
  case journalFile(JournalFileUse, path: String)
  /// `Max Journal Size: N`.
  case journalSizeLimit(Int)
  /// `Error in JRNRESTB: <ERROR>place PATH addr=A REFERENCE`, also of `%ROLLBACK`.
  case recoveryError(routine: String, error: String, path: String, address: Int, reference: String)
  /// `Rollback of transaction for process id #P aborted at offset A in PATH.`
  case rollbackAborted(process: Int, address: Int, path: String)
  /// `No open transactions to roll back`.
  case nothingToRollBack
  /// One of the messages by which an instance reports trouble with journals (class D).
  case journalTrouble(JournalTrouble, text: String)

  // Databases
  /// `Mirror 'M' catchup started for N databases.`
  case catchupStarted(mirror: String?, databases: Int?)
  /// `Mirror Catchup completed for N databases`.
  case catchupCompleted(mirror: String?, databases: Int?)
  /// `:mirror:M:DB (sfn N) remains inactive because REASON`: catch-up gave this database up.
  case databaseInactive(name: String, sfn: Int, reason: String)
  /// A database was mounted, activated or changed.
  case database(DatabaseChange, path: String, sfn: Int)

  // Roles
  /// A member's role, its partner or the arbiter changed.
  case role(RoleChange)
}

extension LogEventKind {
  /// Whether the message's last characters are the digits of a number: where it was cut, they may be
  /// the beginning of a longer one.
  var endsInNumber: Bool {
    switch self {
    case .currentAsOf, .serverConnection, .dejournalStuck: true
    default: false
    }
  }

  /// Whether the message's last characters may be any: where some are missing, that does not show.
  var endsInFreeText: Bool {
    switch self {
    case .retrieving, .journalFile, .recoveryError, .rollbackAborted, .headerUnreadable,
      .clientUpToDate, .compressed:
      true
    default: false
    }
  }

  /// Whether the message reports a loss or a failure.
  var isFailure: Bool {
    switch self {
    case .journalTrouble, .recoveryError, .rollbackAborted, .dejournalStuck, .headerUnreadable,
      .role(.cannotBecomePrimary):
      true
    default: false
    }
  }

  /// Whether the message says that journaling goes on in another file.
  var isSwitch: Bool {
    if case .journalFile(.switched, _) = self { true } else { false }
  }

  /// Whether the message says where data are, who is primary, or that something failed.
  var matters: Bool {
    switch self {
    case .applying, .retrieving, .clientStarting, .serverConnection, .clientUpToDate, .currentAsOf,
      .role(.foundPrimary), .role(.connectedToPrimary), .role(.becomingPrimary),
      .role(.becomingBackup), .role(.takingOver), .role(.forcingDown), .role(.onlyMember):
      true
    default: isFailure
    }
  }
}

extension LogEventKind {
  /// The mirror that the message names.
  public var mirror: String? {
    switch self {
    case .applying(_, let mirror, _, _), .retrieving(_, let mirror, _, _),
      .role(.managerStarting(let mirror)), .role(.managerInitialized(let mirror)),
      .database(.activated(let mirror), _, _):
      mirror
    case .clientStarting(let mirror, _, _), .catchupStarted(let mirror, _),
      .catchupCompleted(let mirror, _), .role(.becomingBackup(let mirror)):
      mirror
    default: nil
    }
  }
}

/// Who applies journal data.
public enum Applier: String, Sendable, CaseIterable {
  /// The start-up process, which works through retrieved files.
  case dejournalProcessor
  /// The process that follows the primary; also the one that finishes at a takeover.
  case dejournalReader
}

/// A primary's answer to a client that connects.
public struct ServerConnection: Sendable, Hashable {
  /// As printed: `UBUNTU/IRIS`.
  public let client: String
  /// As printed: `failover member`.
  public let role: String
  /// The protocol's version.
  public let version: Int
  /// Where in the file the connection starts, in bytes, as printed.
  public let offset: PrintedOffset
  /// The mirror file count: the `7` of `#7`.
  public let fileCount: Int

  /// Whether the client is the other failover member, and no asynchronous one.
  public var isFailover: Bool { role.hasPrefix("failover") }

  /// An answer with its figures as printed.
  public init(client: String, role: String, version: Int, offset: PrintedOffset, fileCount: Int) {
    self.client = client
    self.role = role
    self.version = version
    self.offset = offset
    self.fileCount = fileCount
  }
}

/// Why a message names a journal file.
public enum JournalFileUse: String, Sendable, CaseIterable {
  /// `Journaling switched to: PATH`.
  case switched
  /// `Journaling started to: PATH`, `START: PATH`, `Journaling selected globals to PATH started.`
  case started
  /// `STOP: PATH`.
  case stopped
  /// `  Scanning PATH`, for transactions to roll back.
  case scanning
  /// `Preserving journal files PATH and later for journal recovery and transaction rollback`.
  case preserved
  /// `Start a journal restore for this backup with journal file: PATH`.
  case restoreStart
}

/// What happened to a database.
public enum DatabaseChange: Sendable, Hashable {
  /// `Mounted database …`; `readOnly` when the line says `read-only`.
  case mounted(readOnly: Bool)
  /// The database became active in the mirror that the line names.
  case activated(mirror: String)
  /// `Changed database PATH (SFN N) to read-write due to becoming primary.`
  case changed(to: String)
}

/// How a failover mirror decides: by the arbiter or by the members' agents.
public enum FailoverMode: String, Sendable, CaseIterable {
  /// The members' agents decide, without the arbiter (class D).
  case agentControlled
  /// The arbiter takes part in the decision (class D).
  case arbiterControlled
}

/// What a member is, becomes, or learns about another.
public enum RoleChange: Sendable, Hashable {
  /// `Startup of InterSystems IRIS […]`.
  case instanceStarting
  /// `Mirror manager for MIRROR starting`.
  case managerStarting(mirror: String)
  /// `Manager initialized for MIRROR`.
  case managerInitialized(mirror: String)
  /// `Found NAME as primary, becoming backup`.
  case foundPrimary(String)
  /// The member becomes backup; `mirror` is nil where the line does not name it.
  case becomingBackup(mirror: String?)
  /// `Becoming primary mirror server`.
  case becomingPrimary
  /// `Backup taking over for primary in arbiter controlled mode`.
  case takingOver(FailoverMode)
  /// `No other mirror members configured, becoming primary mirror server`.
  case onlyMember
  /// A start as primary that failed, with the printed reason.
  case cannotBecomePrimary(String)
  /// `MirrorClient: Set status for M to STATUS`.
  case statusSet(String)
  /// `[SYSTEM MONITOR] Mirror status changed. Member type = T, Status = S`; `changed` is false for
  /// `Mirror state:`.
  case monitored(type: String, status: String, changed: Bool)
  /// `Forcing down old primary ("NAME") which is currently in a STATE state`.
  case forcingDown(String, state: String)
  /// `MirrorClient: Connected to primary: NAME (ver V)`.
  case connectedToPrimary(String, version: Int)
  /// `MirrorClient: The backup node has become active`.
  case backupActive
  /// `MirrorClient: Primary AckDaemon failed to answer status request.`
  case primarySilent
  /// `MirrorClient: Backup waiting for old Dejournal Reader (pid: P, job #J) to exit`.
  case waitingForReader(pid: Int, job: Int)
  /// `Switched from … to …` or `Primary startup reset to …`: the mode from now on.
  case failoverMode(FailoverMode)
  /// `Arbiter connection established`.
  case arbiterConnected
  /// `Arbiter connection lost`.
  case arbiterLost
}
