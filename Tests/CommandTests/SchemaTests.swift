import Foundation
import Testing

/// Every line of NDJSON is what `docs/schema/ndjson.schema.json` says, and the schema says nothing
/// that no command prints.
@Suite struct SchemaTests {
  private static let journals = CommandLineTool.samples + "journals"
  private static let seven = journals + "/MIRROR-MIRROR-20240709.007"
  private static let logs = CommandLineTool.samples + "logs"

  private static func schema() throws -> JSONSchema {
    try JSONSchema(path: DocumentationTests.root + "docs/schema/ndjson.schema.json")
  }

  /// Checks each line against the command's definition; returns the definitions that were met.
  private func check(_ schema: JSONSchema, _ arguments: [String], input: Data? = nil) throws
    -> Set<String>
  {
    let command = arguments[0]
    let result = try CommandLineTool.run(
      arguments: arguments + ["--format", "ndjson"], input: input)
    #expect(!result.outputLines.isEmpty, "\(arguments): \(result.errors)")
    var met: Set<String> = []
    for line in result.outputLines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let choices = schema.choices(of: command)
      let fitting = choices.filter { schema.problem(object, $0) == nil }
      if fitting.isEmpty {
        Issue.record("\(command): \(schema.problem(object, command) ?? "")\n\(line)")
        return met
      }
      met.formUnion(fitting)
    }
    return met
  }

  @Test func `each command prints what the schema says, and all of it`() throws {
    let schema = try Self.schema()
    let folder = try TemporaryFolder()
    let files = FileManager.default
    // A damaged copy, a directory without one file, and a log with every kind of message.
    var bytes = try Data(contentsOf: URL(filePath: Self.seven))
    let place = try #require(bytes.range(of: Data("HLO.Log".utf8)))
    bytes[place.lowerBound] = UInt8(ascii: "X")
    try bytes.prefix(300_000).write(to: URL(filePath: folder.path("damaged")))
    bytes[0] ^= 0xFF
    try bytes.write(to: URL(filePath: folder.path("strange")))
    try files.createDirectory(atPath: folder.path("other"), withIntermediateDirectories: true)
    for number in [5, 7] {
      try files.copyItem(
        atPath: "\(Self.journals)/MIRROR-MIRROR-20240709.00\(number)",
        toPath: folder.path("other/MIRROR-MIRROR-20240709.00\(number)"))
    }
    // Too few records for a chain that nothing but sums of parts shows.
    let made = try CommandLineTool.run(
      "sample", "--structural", "three-parts", "--records", "200", folder.path("refused"))
    try #require(made.status == 0)
    let old = "\(Self.logs)/failover-1433/UBUNTU.messages.log"
    let new = "\(Self.logs)/failover-1433/UBUNTU-2.messages.log"
    let loss = Data(
      try String(contentsOfFile: new, encoding: .utf8).replacing(
        "356088 (0x00056ef8)", with: "200088 (0x00030d98)"
      )
      .replacing("= 5.1", with: "= 5.2").utf8)
    let tree = folder.path("tree")
    try files.createDirectory(atPath: tree, withIntermediateDirectories: true)
    for (path, name) in [(old, "UBUNTU.messages.log"), (new, "UBUNTU-2.messages.log")] {
      try files.copyItem(atPath: path, toPath: "\(tree)/\(name)")
    }
    try Data("notes".utf8).write(to: URL(filePath: "\(tree)/notes.txt"))
    var met: Set<String> = []
    for arguments in [
      ["ls", Self.journals], ["info", Self.seven], ["info", folder.path("damaged")],
      ["info", folder.path("strange")],
      ["verify", folder.path("strange")], ["dump", Self.journals],
      ["show", Self.seven, "200088"], ["export", Self.seven], ["follow", "--once", Self.seven],
      ["history", "^DPT(1001,0)", Self.journals],
      ["state", "^WRD.Bed(147)", "--at", "MIRROR-MIRROR-20240709.007:132508", Self.journals],
      ["diff", "^BIL.AccountD", Self.journals], ["verify", "--history", Self.seven],
      ["profile", Self.seven],
      ["profile", "--by", "global,database,process,type,minute,file", Self.journals],
      ["transactions", Self.journals], ["splits", "--size", "100K", Self.seven],
      ["verify", Self.journals], ["verify", folder.path("damaged")],
      ["verify", "--against", folder.path("damaged"), Self.seven],
      ["verify", "--against", "\(Self.journals)/MIRROR-MIRROR-20240709.006", Self.seven],
      ["ratios", old, new], ["positions", old, new, "--journals", Self.journals],
      ["positions", tree], ["positions", new], ["compare", Self.journals, folder.path("other")],
      ["discover", Self.seven], ["discover", folder.path("refused")],
      ["bench", "--rounds", "1", "--sample", "256K", "--codec", "lz4", Self.seven],
    ] {
      met.formUnion(try check(schema, arguments))
    }
    for arguments in [
      ["positions", "UBUNTU-2=-", old, "--journals", Self.journals], ["ratios", "-"],
    ] {
      met.formUnion(try check(schema, arguments, input: loss))
    }
    met.formUnion(try events(schema, folder))
    let commands = Set(schema.names.filter { !schema.choices(of: $0).isEmpty })
    let parts: Set<String> = ["source", "position"]
    #expect(schema.names.subtracting(commands).subtracting(parts).subtracting(met) == [])
    #expect(commands == Set(try Self.commandsWithNDJSON()))
  }

  @Test func `the checker refuses what the schema does not say`() throws {
    let schema = try Self.schema()
    let good: [String: Any] = [
      "type": "verdict", "verdict": "yes", "answer": "YES", "comparisons": 1, "errors": 0,
      "warnings": 0, "open": 0, "notes": 0,
    ]
    func problem(_ name: String, _ value: Any?) throws -> String? {
      var object = good
      object[name] = value
      let data = try JSONSerialization.data(withJSONObject: object)
      return schema.problem(try JSONSerialization.jsonObject(with: data), "verdict")
    }
    #expect(try problem("type", "verdict") == nil)
    #expect(try problem("open", nil) == ": open is missing")
    #expect(try problem("other", 1) == ".other is not in the schema")
    #expect(try problem("verdict", "agrees") != nil)
    #expect(try problem("comparisons", "1") != nil)
    #expect(try problem("comparisons", 1.5) != nil)
    #expect(try problem("comparisons", true) != nil)
    #expect(try problem("answer", NSNull()) != nil)
    #expect(schema.problem(good, "positions") == nil)
    #expect(schema.problem(good, "info") != nil)
  }

  /// The events that `positions --follow` prints of a log with every kind of message.
  private func events(_ schema: JSONSchema, _ folder: TemporaryFolder) throws -> Set<String> {
    let path = folder.path("followed.log")
    let head = "07/09/24-15:00:00:000 (1) 1 [Utility.Event] "
    try (head + "Starting TASKMGR\n").write(toFile: path, atomically: false, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: CommandLineTool.path)
    process.arguments = ["positions", "--follow", "--interval", "20", "--format", "ndjson", path]
    let output = folder.path("followed.output")
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.interrupt()
      process.waitUntilExit()
    }
    func wait(for text: String) throws {
      for _ in 0..<1000 {
        if try String(contentsOfFile: output, encoding: .utf8).contains(text) { return }
        usleep(20_000)
      }
      Issue.record("\(text) never came")
    }
    try wait(for: "verdict")
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    for text in Self.messages { try file.write(contentsOf: Data("\(head)\(text)\n".utf8)) }
    try file.close()
    try wait(for: "arbiterLost")
    let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
    var kinds: Set<String> = []
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      #expect(schema.problem(object, "positions") == nil, "\(line)")
      if object["type"] as? String == "event" { kinds.insert(object["kind"] as? String ?? "") }
    }
    #expect(kinds.count == 20, "\(kinds.sorted())")
    return ["event"]
  }

  private static let messages = [
    "DejournalProcessor: Applying journal data for mirror \"M\" starting at 0 in file #7(/j/x.007)",
    "Retrieving journal file #6 for mirror M from|2188...(repeated 12 times)",
    "(M) Starting Mirror.Client(\"MIRROR-M-20240709.006\",204392,6)",
    "MirrorServer: Starting connection for: U/IRIS (failover member) (ver 4) at offset 0x00031e68 "
      + "(204392) in  file #6",
    "MirrorServer: Client up to date, linking with journal daemon @ 0x000310a4",
    "MirrorServer: New primary activating databases which are current as of 356088 (0x00056ef8) in "
      + "mirror journal file #7",
    "Dejournal stuck at 7342380 (0x0070092c) cyclejrnend=11141120 in file #9",
    "Primary startup failed, failed to read header of /j/MIRROR-M-20250513.007 (file #63653)",
    "Journal File Compression: Compressed /j/1 from 393216 bytes to 77824 bytes, compression ratio "
      + "= 5.1", "Journaling switched to: /j/20210811.003", "Max Journal Size: 1073741824",
    "Error in JRNRESTB: <DATABASE>restore+49^JRNRESTB /j/20230810.004 addr=977220 ^x(1)",
    "Rollback of transaction for process id #2148 aborted at offset 984744 in /j/20230811.010.",
    "No open transactions to roll back", "Sync of journal file failed",
    "Mirror 'M' catchup started for 1 database.", "Mirror Catchup completed for 2 databases",
    ":mirror:M:USER (sfn 5) remains inactive because it is not active on the primary",
    "Mounted database /u/ (SFN 5) read-write.",
    "Activated database /u/ (SFN 5) in mirror 'M' for use on this mirror member.",
    "Changed database /u/ (SFN 4) to read-write due to becoming primary.",
    "Mirror manager for M starting", "Found MASTER as primary, becoming backup",
    "MirrorClient: Connected to primary: U/IRIS (ver 4)",
    "MirrorClient: Backup waiting for old Dejournal Reader (pid: 6511, job #28) to exit",
    "Forcing down old primary (\"U/IRIS\") which is currently in a trouble state",
    "[SYSTEM MONITOR] Mirror status changed. Member type = Failover, Status = Primary",
    "Arbiter connection lost",
  ]

  /// The commands whose help offers NDJSON.
  private static func commandsWithNDJSON() throws -> [String] {
    let help = try CommandLineTool.run("--help").output
    let lists = help.split(separator: "SUBCOMMANDS:").dropFirst().joined()
    return try lists.matches(of: #/\n  ([a-z-]+) /#).map { String($0.output.1) }.filter {
      try CommandLineTool.run($0, "--help").output.contains("ndjson")
    }
  }
}
