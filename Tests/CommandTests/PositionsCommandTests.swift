import Foundation
import Testing

/// `ratios` and `positions` as a user runs them: output, refusals and exit statuses.
@Suite struct PositionsCommandTests {
  static let logs = ["1151", "1433"].flatMap { failover in
    ["UBUNTU", "UBUNTU-2"].map {
      "\(CommandLineTool.samples)logs/failover-\(failover)/\($0).messages.log"
    }
  }

  private func run(_ arguments: [String], input: String? = nil) throws -> CommandLineTool.Result {
    try CommandLineTool.run(arguments: arguments, input: input.map { Data($0.utf8) })
  }

  /// The objects of an NDJSON output.
  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func `the untouched logs agree and exit with 0`() throws {
    let text = try run(["positions"] + Self.logs)
    #expect(text.status == 0 && text.errors.isEmpty)
    #expect(text.outputLines.first?.hasPrefix("YES, nothing lost: ") == true)
    #expect(text.outputLines.last?.hasPrefix("Verdict: YES (") == true)
    #expect(text.outputLines.count { $0 == "  YES" } == 2)
    let records = try objects(try run(["positions", "--format", "ndjson"] + Self.logs).output)
    #expect(records.last?["verdict"] as? String == "yes")
    // Who became primary between the logs of 11:51 and those of 14:33 is noted.
    let findings = records.filter { $0["type"] as? String == "finding" }
    #expect(findings.map { $0["code"] as? String } == ["takeoverMissing"])
    #expect(findings.map { $0["severity"] as? String } == ["note"])
  }

  @Test func `a finding exits with 1, in both formats`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("UBUNTU.messages.log")
    let log = try String(contentsOfFile: Self.logs[2], encoding: .utf8)
    try log.replacing("at 356088", with: "at 356188")
      .write(toFile: path, atomically: true, encoding: .utf8)
    let text = try run(["positions", path, Self.logs[3]])
    #expect(text.status == 1)
    #expect(text.output.contains("error    resumeDiffers: UBUNTU-2 is current as of 356088 in #7"))
    #expect(text.outputLines.first?.hasPrefix("NO, 100 bytes lost: UBUNTU-2 is current") == true)
    let json = try run(["positions", "--format", "ndjson", path, Self.logs[3]])
    #expect(json.status == 1)
    let finding = try #require(
      try objects(json.output).first { $0["type"] as? String == "finding" })
    #expect(finding["code"] as? String == "resumeDiffers")
    #expect(finding["bytesLost"] as? Int == 100)
  }

  @Test func `journals name the record at each position and count what is lost`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("UBUNTU.messages.log")
    let log = try String(contentsOfFile: Self.logs[2], encoding: .utf8)
    try log.replacing("at 356088", with: "at 200088")
      .write(toFile: path, atomically: true, encoding: .utf8)
    let journals = "\(CommandLineTool.samples)journals"
    let sound = try run(["positions", "--journals", journals] + Self.logs)
    #expect(sound.status == 0 && sound.errors.isEmpty)
    #expect(sound.output.contains("= end of the data, after SET ^"))
    let result = try run(["positions", path, Self.logs[3], "--journals", "ubuntu-2=\(journals)"])
    #expect(result.status == 1)
    #expect(result.outputLines.contains { $0.contains(" records: ^") })
    #expect(result.output.contains("UBUNTU-2's MIRROR-MIRROR-20240709.007 ends at 356088 in #7"))
    let stranger = try run(["positions", Self.logs[3], "--journals", "MARS=\(journals)"])
    #expect(stranger.status == 64)
    #expect(stranger.errors.contains("MARS"))
    let none = try run(["positions", Self.logs[3], "--journals", folder.path("")])
    #expect(none.status == 2)
    #expect(none.errorLines.count == 1)
  }

  @Test func `what is missing is said in the first line and exits with 3`() throws {
    let one = try run(["positions", Self.logs[3]])
    #expect(one.status == 3 && one.errors.isEmpty)
    #expect(one.output.hasPrefix("CANNOT TELL: the log of UBUNTU is missing; bring "))
    // Journals of another mirror are no proof.
    let folder = try TemporaryFolder()
    for name in ["005", "007"] {
      try FileManager.default.copyItem(
        atPath: "\(CommandLineTool.samples)journals/MIRROR-MIRROR-20240709.\(name)",
        toPath: folder.path("MIRROR-OTHER-20240709.\(name)"))
    }
    let other = try run(["positions", Self.logs[2], Self.logs[3], "--journals", folder.path("")])
    #expect(other.status == 3)
    #expect(other.output.hasPrefix("CANNOT TELL: none of the journals that the logs name is in "))
    let cut = try String(contentsOfFile: Self.logs[3], encoding: .utf8)
      .replacing(" in mirror journal file #7", with: "")
    let broken = try run(["positions", "UBUNTU-2=-", Self.logs[2]], input: cut)
    #expect(broken.status == 3)
    #expect(broken.output.contains("open     unreadableMessages: 1 message begins"))
  }

  @Test func `a directory tree is read, and says what it took for what`() throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for (host, log) in [("hosta", Self.logs[2]), ("hostb", Self.logs[3])] {
      try files.createDirectory(
        atPath: folder.path("\(host)/mgr/journal"), withIntermediateDirectories: true)
      try files.copyItem(atPath: log, toPath: folder.path("\(host)/mgr/messages.log"))
      for name in try files.contentsOfDirectory(atPath: "\(CommandLineTool.samples)journals") {
        try files.copyItem(
          atPath: "\(CommandLineTool.samples)journals/\(name)",
          toPath: folder.path("\(host)/mgr/journal/\(name)"))
      }
    }
    try Data("notes".utf8).write(to: URL(filePath: folder.path("notes.txt")))
    let tree = folder.path("")
    let text = try run(["positions", tree])
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.output)")
    let lines = text.outputLines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines.contains("hosta/mgr/messages.log log of UBUNTU, 26 entries"))
    #expect(lines.contains("hostb/mgr/journal 4 mirror journals of UBUNTU-2"))
    #expect(lines.contains("notes.txt passed over: neither a log nor a mirror journal"))
    #expect(text.output.contains("UBUNTU's MIRROR-MIRROR-20240709.007 ends at 356088 in #7"))
    let inputs = try objects(try run(["positions", "--format", "ndjson", tree]).output)
      .filter { $0["type"] as? String == "input" }
    #expect(Set(inputs.compactMap { $0["kind"] as? String }) == ["log", "journals", "passedOver"])
    #expect(try run(["ratios", tree]).status == 0)
    let journalsOnly = try run(["positions", folder.path("hosta/mgr/journal")])
    #expect(journalsOnly.status == 2)
    #expect(journalsOnly.errors.contains("mjournal compare"))
  }

  @Test func `--follow prints each new event and finding and then the answer`() throws {
    let folder = try TemporaryFolder()
    let names = ["UBUNTU", "UBUNTU-2"]
    let texts = try Self.logs[2...].map { try String(contentsOfFile: $0, encoding: .utf8) }
    let paths = names.map { folder.path("\($0).messages.log") }
    // The new primary is still a backup; the old one has not come back.
    let cut = try #require(texts[1].firstRange(of: "07/09/24-14:33:12:254")).lowerBound
    try "07/09/24-14:00:00:000 (1) 0 [Utility.Event] Starting TASKMGR\n"
      .write(toFile: paths[0], atomically: false, encoding: .utf8)
    try texts[1][..<cut].write(toFile: paths[1], atomically: false, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: CommandLineTool.path)
    process.arguments = ["positions", "--follow", "--interval", "20", "--format", "ndjson"] + paths
    let output = folder.path("output")
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    func wait(for text: String) throws {
      for _ in 0..<1000 {
        if try String(contentsOfFile: output, encoding: .utf8).contains(text) { return }
        usleep(20_000)
      }
      Issue.record("\(text) never came")
    }
    try wait(for: "\"type\":\"verdict\"")
    func append(_ text: some StringProtocol, to path: String) throws {
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(text.utf8))
      try file.close()
    }
    try append(texts[1][cut...], to: paths[1])
    try wait(for: "\"kind\":\"currentAsOf\"")
    // The old primary's log is rotated away before it comes back, at another place.
    try FileManager.default.moveItem(atPath: paths[0], toPath: paths[0] + ".1")
    try texts[0].replacing("at 356088", with: "at 356188")
      .write(toFile: paths[0], atomically: false, encoding: .utf8)
    try wait(for: "resumeDiffers")
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    let records = try objects(try String(contentsOfFile: output, encoding: .utf8))
    let verdicts = records.filter { $0["type"] as? String == "verdict" }
    #expect(verdicts.first?["verdict"] as? String == "cannotTell")
    #expect(verdicts.last?["verdict"] as? String == "no")
    #expect(records.last?["type"] as? String == "verdict")
    let events = records.filter { $0["type"] as? String == "event" }
    #expect(events.contains { $0["member"] as? String == "UBUNTU" })
  }

  @Test func `compare tells without logs which copies differ, and which are behind`() throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for side in ["a", "b"] {
      try files.createDirectory(atPath: folder.path(side), withIntermediateDirectories: true)
      for number in 5...(side == "a" ? 8 : 7) {
        let name = "MIRROR-MIRROR-20240709.00\(number)"
        try files.copyItem(
          atPath: "\(CommandLineTool.samples)journals/\(name)",
          toPath: folder.path("\(side)/\(name)"))
      }
    }
    let (a, b) = (folder.path("a"), folder.path("b"))
    let same = try run(["compare", a, b])
    #expect(same.status == 0 && same.errors.isEmpty)
    #expect(same.output.hasPrefix("YES, both hold the same up to 356088 in #7; "))
    let quick = try run(["compare", "--quick", a, b])
    #expect(quick.outputLines.dropFirst() == same.outputLines.dropFirst())
    #expect(quick.output.hasPrefix("YES, the checksums in both are the same up to 356088 in #7, "))
    let seven = folder.path("b/MIRROR-MIRROR-20240709.007")
    var bytes = try Data(contentsOf: URL(filePath: seven))
    // A character of a value, and the block without a checksum that would tell.
    let place = try #require(bytes.range(of: Data("FISCHER".utf8), in: 200_000..<bytes.count))
    bytes[place.lowerBound] = UInt8(ascii: "W")
    try bytes.write(to: URL(filePath: seven))
    let damaged = try run(["compare", a, b])
    #expect(damaged.status == 1)
    try files.removeItem(atPath: folder.path("b/MIRROR-MIRROR-20240709.006"))
    try files.removeItem(atPath: seven)
    try files.copyItem(
      atPath: folder.path("a/MIRROR-MIRROR-20240709.007"), toPath: seven)
    let gap = try run(["compare", "--format", "ndjson", a, b])
    #expect(gap.status == 3)
    let records = try objects(gap.output)
    #expect(records.last?["verdict"] as? String == "cannotTell")
    let end = try #require(records.first { $0["type"] as? String == "commonEnd" })
    #expect(end["fileCount"] as? Int == 5 && end["address"] as? Int == 382_140)
    let none = try run(["compare", a, folder.path("")])
    #expect(none.status == 2 && none.errorLines.count == 1)
  }

  @Test func `members take names, standard input is a log, and zones are shown`() throws {
    let result = try run(
      [
        "positions", "left=\(Self.logs[2])", "right=-", "--tz", "left=+02:00", "--tz",
        "right=-0330",
      ],
      input: try String(contentsOfFile: Self.logs[3], encoding: .utf8))
    #expect(result.status == 0)
    #expect(result.output.contains("Local times: left +02:00, right -03:30"))
    #expect(result.output.contains("Failover: right takes over from left at 356088 in #7"))
  }

  @Test func `logs that answer nothing are refused in one line with status 2`() throws {
    let entry = "07/09/24-14:36:45:842 (1697) 0 [Utility.Event] Starting TASKMGR\n"
    let cases: [(arguments: [String], input: String, says: String)] = [
      (["positions", "-"], entry, "no line names a position"),
      (["positions", "-"], "", "no line names a position"),
      (["ratios", "-"], entry, "no compression line"),
      (["positions", "-"], "hello\n", "no line has the form of a log entry"),
      (["ratios", "/nonexistent/messages.log"], "", "cannot open"),
      (["ratios", CommandLineTool.samples + "../docs"], "", "neither a log nor a mirror journal"),
    ]
    for (arguments, input, says) in cases {
      let result = try run(arguments, input: input)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.errorLines.count == 1, "\(result.errors)")
      #expect(result.errors.contains(says), "\(result.errors)")
    }
  }

  @Test func `a log that says nothing beside others is named`() throws {
    let result = try run(["positions", "-"] + Self.logs[2...], input: "")
    #expect(result.status == 0)
    #expect(result.errors == "mjournal: -: the log is empty\n")
  }

  @Test func `wrong usage exits with 64 and names what is wrong`() throws {
    let cases: [(arguments: [String], says: String)] = [
      (["--tz", "UBUNTU=2"], "UBUNTU=2"), (["--tz", "=+02:00"], "tz"),
      (["--tz", "UBUNTU=+25:00"], "tz"), (["--tz", "MARS=+02:00"], "MARS"),
      (["--format", "csv"], "format"), (["-", "-"], "standard input"),
    ]
    for (arguments, says) in cases {
      let result = try run(["positions", Self.logs[0]] + arguments, input: "")
      #expect(result.status == 64, "\(arguments)")
      #expect(result.errors.contains(says), "\(result.errors)")
      #expect(result.output.isEmpty)
    }
  }

  @Test func `ratios print every compression line in three formats`() throws {
    let text = try run(["ratios"] + Self.logs)
    #expect(text.status == 0)
    #expect(text.output.contains("393216   77824    5.1       5.1  315392     80.2"))
    let csv = try run(["ratios", "--format", "csv"] + Self.logs).outputLines
    #expect(csv[0] == "member,file,line,time,path,from,to,ratio,computedRatio,saved,follows")
    let rows = try objects(try run(["ratios", "--format", "ndjson"] + Self.logs).output)
      .filter { $0["type"] as? String == "ratio" }
    #expect(rows.count == csv.count - 1)
    #expect(Set(rows.compactMap { $0["from"] as? Int }) == [262144, 196608, 393216, 327680])
    let log = try String(contentsOfFile: Self.logs[3], encoding: .utf8)
    let wrong = try run(["ratios", "-"], input: log.replacing("= 2.7", with: "= 2.5"))
    #expect(wrong.status == 1)
    #expect(
      wrong.output.contains("warning  ratioDiffers: 196608 / 73728 is 2.7, and 2.5 is printed"))
  }
}
