import JournalCompression
import JournalTestSupport
import MirrorLog
import Testing

@Suite("Events")
struct LogEventTests {
  static let journal = "/usr/iris/mgr/journal/MIRROR-MIRROR-20240709"

  /// Every message of the public sources and of the real logs that carries something, and what it
  /// says.
  static let messages: [(String, LogEventKind)] = [
    (
      "DejournalProcessor: Applying journal data for mirror \"MIRROR\" starting at 0 in file "
        + "#7(\(journal).007)",
      .applying(
        .dejournalProcessor, mirror: "MIRROR", at: MirrorPosition(fileCount: 7, address: 0),
        path: "\(journal).007")
    ),
    (
      "Applying journal data for mirror \"M (1)\" starting at 200088 in file #7(/a (b)/x.007)",
      .applying(
        .dejournalReader, mirror: "M (1)", at: MirrorPosition(fileCount: 7, address: 200088),
        path: "/a (b)/x.007")
    ),
    (
      "Retrieving journal file #6 for mirror MIRROR from|2188",
      .retrieving(fileCount: 6, mirror: "MIRROR", from: "|2188", repeats: 0)
    ),
    (
      "Retrieving journal file #6 for mirror MIRROR from|2188...(repeated 12 times)",
      .retrieving(fileCount: 6, mirror: "MIRROR", from: "|2188", repeats: 12)
    ),
    (
      "Retrieving journal file #12 for mirror M from 10.0.0.1|2188",
      .retrieving(fileCount: 12, mirror: "M", from: "10.0.0.1|2188", repeats: 0)
    ),
    (
      "(MIRROR) Starting Mirror.Client(\"MIRROR-MIRROR-20240709.006\",204392,6)",
      .clientStarting(
        mirror: "MIRROR", file: "MIRROR-MIRROR-20240709.006",
        at: MirrorPosition(fileCount: 6, address: 204392))
    ),
    (
      "MirrorServer: Starting connection for: UBUNTU/IRIS (failover member) (ver 4) at offset "
        + "0x00031e68 (204392) in  file #6",
      .serverConnection(
        ServerConnection(
          client: "UBUNTU/IRIS", role: "failover member", version: 4,
          offset: PrintedOffset(decimal: 204392, hex: 0x31e68)!, fileCount: 6))
    ),
    (
      "MirrorServer: Client up to date, linking with journal daemon @ 0x000310a4",
      .clientUpToDate(PrintedOffset(decimal: nil, hex: 200868)!)
    ),
    (
      "MirrorServer: New primary activating databases which are current as of 356088 (0x00056ef8) "
        + "in mirror journal file #7",
      .currentAsOf(PrintedOffset(decimal: 356088, hex: 356088)!, fileCount: 7)
    ),
    (
      "Dejournal stuck at 7342380 (0x0070092c) cyclejrnend=11141120 in file #9",
      .dejournalStuck(
        PrintedOffset(decimal: 7_342_380, hex: 7_342_380)!, journalEnd: 11_141_120, fileCount: 9)
    ),
    (
      "Primary startup failed, failed to read header of "
        + "/archive/journal/MIRROR-IRISTEST-20250513.007 (file #63653)",
      .headerUnreadable(path: "/archive/journal/MIRROR-IRISTEST-20250513.007", fileCount: 63653)
    ),
    ("Primary startup failed, no license", .role(.cannotBecomePrimary("no license"))),
    (
      "Journaling switched to: /iris/journal1/20210811.003",
      .journalFile(.switched, path: "/iris/journal1/20210811.003")
    ),
    (
      "Journaling started to: /usr/irissys/mgr/journal/20260928.006",
      .journalFile(.started, path: "/usr/irissys/mgr/journal/20260928.006")
    ),
    (
      "Journaling selected globals to C:\\MyIRIS\\mgr\\journal\\20230811.011 started.",
      .journalFile(.started, path: "C:\\MyIRIS\\mgr\\journal\\20230811.011")
    ),
    ("  Scanning \(journal).005", .journalFile(.scanning, path: "\(journal).005")),
    ("START: C:\\j\\20230811.011", .journalFile(.started, path: "C:\\j\\20230811.011")),
    ("STOP: C:\\j\\20230811.011", .journalFile(.stopped, path: "C:\\j\\20230811.011")),
    (
      "Preserving journal files C:\\j\\20241128.002 and later for journal recovery and transaction "
        + "rollback", .journalFile(.preserved, path: "C:\\j\\20241128.002")
    ),
    (
      "Backup.General.ExternalFreeze: Start a journal restore for this backup with journal file: "
        + "/iris/journal1/20210811.003",
      .journalFile(.restoreStart, path: "/iris/journal1/20210811.003")
    ),
    ("Max Journal Size: 1073741824", .journalSizeLimit(1_073_741_824)),
    (
      "Error in JRNRESTB: <DATABASE>restore+49^JRNRESTB C:\\j\\20230810.004 addr=977220 "
        + "^[\"^^C:\\MyIRIS\\\"]test(4,3,28)",
      .recoveryError(
        routine: "JRNRESTB", error: "<DATABASE>restore+49^JRNRESTB", path: "C:\\j\\20230810.004",
        address: 977220, reference: "^[\"^^C:\\MyIRIS\\\"]test(4,3,28)")
    ),
    (
      "Rollback of transaction for process id #2148 aborted at offset 984744 in "
        + "C:\\j\\20230811.010.",
      .rollbackAborted(process: 2148, address: 984744, path: "C:\\j\\20230811.010")
    ),
    ("No open transactions to roll back", .nothingToRollBack),
    (
      "SERIOUS JOURNALING ERROR: JRNSTOP cannot open /j",
      .journalTrouble(
        .dataLost, text: "SERIOUS JOURNALING ERROR: JRNSTOP cannot open /j")
    ),
    (
      "Sync of journal file failed",
      .journalTrouble(.journalingFailed, text: "Sync of journal file failed")
    ),
    (
      "Journal file '/j/20240709.006' is corrupted",
      .journalTrouble(.fileUnusable, text: "Journal file '/j/20240709.006' is corrupted")
    ),
    (
      "4 errors during journal restore, see console.log file for details. Startup aborted, entering "
        + "single user mode.",
      .journalTrouble(
        .restoreFailed,
        text: "4 errors during journal restore, see console.log file for details. Startup aborted, "
          + "entering single user mode.")
    ),
    (
      "Mirror 'MIRROR' catchup started for 1 database.",
      .catchupStarted(mirror: "MIRROR", databases: 1)
    ),
    ("Mirror Catchup completed for 2 databases", .catchupCompleted(mirror: nil, databases: 2)),
    (
      ":mirror:MIRROR:USER (sfn 5) remains inactive because it is not active on the primary",
      .databaseInactive(
        name: ":mirror:MIRROR:USER", sfn: 5, reason: "it is not active on the primary")
    ),
    (
      "Mounted database /usr/irissys/mgr/user/ (SFN 5) read-write.",
      .database(.mounted(readOnly: false), path: "/usr/irissys/mgr/user/", sfn: 5)
    ),
    (
      "Mounted database /u/ (SFN 5) read-only. Mirrored DB needs activation. ",
      .database(.mounted(readOnly: true), path: "/u/", sfn: 5)
    ),
    (
      "Activated database /u/ (SFN 5) in mirror 'MIRROR' for use on this mirror member; mounted "
        + "read-only.", .database(.activated(mirror: "MIRROR"), path: "/u/", sfn: 5)
    ),
    (
      "Changed database /u/ (SFN 4) to read-write due to becoming primary.",
      .database(.changed(to: "read-write"), path: "/u/", sfn: 4)
    ),
    ("Startup of InterSystems IRIS [x]", .role(.instanceStarting)),
    ("Mirror manager for MIRROR starting", .role(.managerStarting(mirror: "MIRROR"))),
    ("Manager initialized for DEMO", .role(.managerInitialized(mirror: "DEMO"))),
    ("Found MASTER as primary, becoming backup", .role(.foundPrimary("MASTER"))),
    ("(M) Becoming a backup mirror member", .role(.becomingBackup(mirror: "M"))),
    ("Becoming primary mirror server", .role(.becomingPrimary)),
    (
      "Backup taking over for primary in arbiter controlled mode",
      .role(.takingOver(.arbiterControlled))
    ),
    (
      "No other mirror members configured, becoming primary mirror server", .role(.onlyMember)
    ),
    (
      "AddVirtualAddress failed, cannot become primary: x",
      .role(.cannotBecomePrimary("AddVirtualAddress failed, cannot become primary: x"))
    ),
    ("MirrorClient: Set status for MIRROR to Transition", .role(.statusSet("Transition"))),
    (
      "[SYSTEM MONITOR] Mirror status changed. Member type = Failover, Status = Primary",
      .role(.monitored(type: "Failover", status: "Primary", changed: true))
    ),
    (
      "[SYSTEM MONITOR] Mirror state: Member type = Failover, Status = Transition",
      .role(.monitored(type: "Failover", status: "Transition", changed: false))
    ),
    (
      "Forcing down old primary (\"UBUNTU/IRIS\") which is currently in a trouble state",
      .role(.forcingDown("UBUNTU/IRIS", state: "trouble"))
    ),
    (
      "MirrorClient: Connected to primary: UBUNTU-2/IRIS (ver 4)",
      .role(.connectedToPrimary("UBUNTU-2/IRIS", version: 4))
    ),
    ("MirrorClient: The backup node has become active", .role(.backupActive)),
    (
      "MirrorClient: Primary AckDaemon failed to answer status request.", .role(.primarySilent)
    ),
    (
      "MirrorClient: Backup waiting for old Dejournal Reader (pid: 6511, job #28) to exit",
      .role(.waitingForReader(pid: 6511, job: 28))
    ),
    (
      "MirrorServer: Switched from Agent Controlled to Arbiter Controlled failover",
      .role(.failoverMode(.arbiterControlled))
    ),
    (
      "MirrorClient: Switched from Arbiter Controlled to Agent Controlled failover on request",
      .role(.failoverMode(.agentControlled))
    ),
    (
      "MirrorServer: Primary startup reset to Agent Controlled failover",
      .role(.failoverMode(.agentControlled))
    ),
    ("Arbiter connection established (", .role(.arbiterConnected)),
    ("Arbiter connection lost", .role(.arbiterLost)),
  ]

  @Test("every known message is its event in every form of line", arguments: messages.indices)
  func forms(index: Int) throws {
    let (text, kind) = Self.messages[index]
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let lines = [
      "11/01/19-13:51:59:109 (13062) 1 [Utility.Event] \(text)",
      "11/01/19-13:51:59:109 (13062) 1 \(text)",
      "11/01/19-13:51:59 (13062) 1 \(text)",
      "11/01-13:51:59:109 ( 2240) \(text)",
      "when=\"2019-11-01 13:51:59.109\" pid=13062 level=WARNING event=Utility.Event "
        + "text=\"\(text)\"",
      "{\"when\":\"2019-11-01 13:51:59.109\", \"pid\":\"13062\", \"level\":\"WARNING\", "
        + "\"event\":\"Utility.Event\", \"text\":\"\(escaped)\"}",
    ]
    for (form, line) in lines.enumerated() {
      let read = try events(of: line + "\n")
      #expect(read.events.map(\.kind) == [kind], "\(line)")
      let event = try #require(read.events.first)
      #expect(event.pid == (form == 3 ? 2240 : 13062))
      #expect(event.severity == (form == 3 ? nil : .warning))
      #expect(event.category == ([0, 4, 5].contains(form) ? "Utility.Event" : nil))
      #expect(event.stamp.year == (form == 3 ? nil : 2019))
      #expect(event.stamp.millisecond == (form == 2 ? nil : 109))
      #expect(read.summary.structuredEntries == (form > 3 ? 1 : 0))
    }
  }

  @Test("a message cut anywhere is another event, or none, but never a trap")
  func cutMessages() throws {
    for (text, _) in Self.messages {
      let line = Array("11/01/19-13:51:59:109 (13062) 1 [Utility.Event] \(text)".utf8)
      for length in 45...line.count {
        let read = try events(of: Array(line[..<length]))
        #expect(read.summary.entries == 1)
        #expect(read.events.count <= 1)
      }
    }
  }

  @Test("a continuation line belongs to the entry before it")
  func continuation() throws {
    let text = """
      A banner
      06/26/23-08:02:18:110 (144145) 0 [Generic.Event]
      Startup of InterSystems IRIS [IRIS for UNIX]
      07/09/24-11:51:18:812 (5449) 2 [Generic.Event] INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE
      Journaling switched to: /j/20240709.006
      nothing of interest
      """
    let read = try events(of: text)
    #expect(
      read.events.map(\.kind) == [
        .role(.instanceStarting), .journalFile(.switched, path: "/j/20240709.006"),
      ])
    #expect(read.events.map(\.source.line) == [3, 5])
    #expect(read.events.map(\.pid) == [144145, 5449])
    #expect(read.events.last?.severity == .severe)
    #expect(read.summary.bannerLines == 1)
    #expect(read.summary.continuationLines == 3)
    #expect(read.summary.entries == 2)
  }

  @Test("a structured text of several lines is read line by line")
  func structuredContinuation() throws {
    let head = "INTERSYSTEMS IRIS JOURNALING SYSTEM MESSAGE"
    let json =
      "{\"when\":\"2024-07-09 11:51:18.812\",\"pid\":5449,\"level\":\"INFO\","
      + "\"event\":\"Generic.Event\",\"text\":\"\(head)\\nJournaling switched to: /j/\\u00e9.006\"}"
    #expect(try events(of: json).events.map(\.kind) == [.journalFile(.switched, path: "/j/é.006")])
    let pairs =
      "when=\"2024-07-09 11:51:18.812\" pid=5449 level=INFO event=Generic.Event text=\"\(head)\n"
      + "Journaling switched to: /j/x.006\"\n"
    #expect(try events(of: pairs).events.map(\.kind) == [.journalFile(.switched, path: "/j/x.006")])
    let escaped =
      "when=\"2024-07-09 11:51:18.812\" pid=1 level=INFO event=x text=\"Applying journal data for "
      + "mirror \\\"M\\\" starting at 4 in file #7(C:\\new\\x.007)\"\n"
    #expect(
      try events(of: escaped).events.map(\.kind) == [
        .applying(
          .dejournalReader, mirror: "M", at: MirrorPosition(fileCount: 7, address: 4),
          path: "C:\\new\\x.007")
      ])
  }

  @Test(
    "a line that is nearly structured is no entry",
    arguments: [
      "{\"when\":", "{\"when\":\"2024-07-09 11:51:18.812\",\"text\":", "{}", "{\"text\":\"x\"}",
      "when=\"", "when=\"2024-07-09 11:51:18.812\"", "when=\"x\" text=\"y\"",
      "when=\"2024-13-09 11:51:18.812\" text=\"y\"", "{\"a\\", "{\"when\":\"\\u",
    ])
  func brokenStructured(line: String) throws {
    let good = "11/01/19-13:51:59:109 (1) 0 x\n"
    #expect(try events(of: good + line).summary.entries == 1)
  }

  @Test("a mixture of forms keeps its order and line numbers")
  func mixture() throws {
    let log = try SampleLog("1151", "UBUNTU-2")
    let plain = try events(of: log.text)
    var mixed = ""
    for (index, line) in log.lines.enumerated() where !line.isEmpty {
      let parts = line.split(separator: "] ", maxSplits: 1)
      if index % 2 == 0, parts.count == 2, line.hasPrefix("07/") {
        let text = parts[1].replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        mixed +=
          "{\"when\":\"2024-07-09 \(line.dropFirst(9).prefix(12))\",\"pid\":\"1\","
          + "\"level\":\"INFO\",\"event\":\"x\",\"text\":\"\(text)\"}\n"
      } else {
        mixed += line + "\n"
      }
    }
    let read = try events(of: mixed)
    #expect(read.events.map(\.kind) == plain.events.map(\.kind))
    #expect(read.events.map(\.source.line) == plain.events.map(\.source.line))
    #expect(read.events.map(\.stamp) == plain.events.map(\.stamp))
  }

  @Test("only lines without journals, roles or positions have no event in the real logs")
  func quietLines() throws {
    let quiet = [
      "Auditing to", "Enabling logons", "Initializing Interoperability", "LMF Info", "Got ECP data",
      "JOURNALING SYSTEM MESSAGE", "Starting TASKMGR", "System Monitor started", "Shard license",
      "WorkQueue", "Skipping connection to arbiter",
    ]
    for log in try SampleLog.all() {
      let lines = Set(try log.events().map(\.source.line))
      for (index, line) in log.lines.enumerated()
      where !line.isEmpty && !lines.contains(index + 1) {
        #expect(quiet.contains { line.contains($0) }, "\(line)")
      }
    }
  }
}
