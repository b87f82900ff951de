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
    #expect(text.outputLines.last?.hasPrefix("Verdict: agrees (") == true)
    #expect(text.outputLines.count { $0 == "  agrees" } == 2)
    let records = try objects(try run(["positions", "--format", "ndjson"] + Self.logs).output)
    #expect(records.last?["verdict"] as? String == "agrees")
    #expect(!records.contains { $0["type"] as? String == "finding" })
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
    #expect(text.output.contains("100 bytes lost"))
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
      (["ratios", "/tmp"], "", "cannot read"),
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
