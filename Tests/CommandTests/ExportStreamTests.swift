import Foundation
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Streams of records into files, and on from there")
struct ExportStreamTests {
  static let journals = CommandLineTool.samples + "journals"
  static let nine = journals + "/20240709.009"
  static let ten = journals + "/20240709.010"

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test(
    "--output of every format is what standard output gets, also compressed",
    arguments: ["ndjson", "csv", "zwr"])
  func output(format: String) throws {
    let folder = try TemporaryFolder()
    let plain = try CommandLineTool.run("export", Self.nine, "--format", format)
    for (suffix, reader) in [("", "cat"), (".gz", "gzip -dc"), (".zst", "zstd -dc")] {
      let path = folder.path("out" + suffix)
      let made = try CommandLineTool.run(
        "export", Self.nine, "--format", format, "--output", path)
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.output.isEmpty)
      let read = try CommandLineTool.shell("\(reader) \"$1\"", path)
      #expect(read.output == plain.output, "\(suffix)")
      let again = try CommandLineTool.run(
        "export", Self.nine, "--format", format, "--output", path)
      #expect(again.status == 2)
      #expect(
        try CommandLineTool.run(
          "export", Self.nine, "--format", format, "--output", path, "--force"
        ).status == 0)
    }
    #expect(try folder.names() == ["out", "out.gz", "out.zst"])
  }

  @Test("--limit, and fields in the order in which they are named")
  func fields() throws {
    let all = try objects(try CommandLineTool.run("export", Self.nine).output)
    let names = "globalNode,address,fileGUID,newValue,newValueType,oldValue,processID,error"
    let some = try CommandLineTool.run("export", Self.nine, "--fields", names, "--limit", "300")
    #expect(some.outputLines.count == 300)
    #expect(some.output.hasPrefix("{\"globalNode\":"))
    for (line, record) in zip(try objects(some.output), all) {
      #expect(line.count == 8)
      for name in ["globalNode", "address", "newValue", "newValueType", "oldValue", "processID"] {
        #expect((line[name] as? NSObject) == (record[name] as? NSObject), "\(name)")
      }
    }
    let every = try CommandLineTool.run(
      "export", Self.nine, "--format", "csv", "--fields",
      "file,address,length,type,typeName,timeStamp,processID,jobID,remoteSystemID,inTransaction,databaseName,mirrorDatabaseName,globalNode,numberOfValues,newValue,newValueType,oldValue,oldValueType,detail,error"
    )
    #expect(
      every.output == (try CommandLineTool.run("export", Self.nine, "--format", "csv")).output)
    let wrong = try CommandLineTool.run("export", Self.nine, "--fields", "address,colour")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("no field 'colour'"))
    #expect(wrong.errors.contains("newTyped"))
  }

  @Test("Typed values keep types and digits")
  func typed() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240101.001")
    var list = ListBuilder()
    list.append("text")
    list.append(42)
    let values: [(String, JournalValue)] = [
      ("^A(1,-.5,\"x\",12345678901234567890)", JournalValue("plain")),
      ("^A(\"é\")", .bytes(list.bytes)), ("^A(3)", .bytes([0, 1, 255, 7])),
      ("^A", JournalValue("")),
    ]
    for (node, value) in values { _ = try writer.append(.node(.set, node, [value])) }
    try writer.close()
    let result = try CommandLineTool.run(
      "export", bench.path("20240101.001"), "--fields", "global,subscripts,newTyped,oldTyped")
    #expect(
      result.outputLines.map(String.init) == [
        "{\"global\":\"A\",\"subscripts\":[1,-0.5,\"x\",\"12345678901234567890\"],\"newTyped\":\"plain\",\"oldTyped\":null}",
        "{\"global\":\"A\",\"subscripts\":[\"é\"],\"newTyped\":[\"text\",42],\"oldTyped\":null}",
        "{\"global\":\"A\",\"subscripts\":[3],\"newTyped\":{\"base64\":\"AAH/Bw==\"},\"oldTyped\":null}",
        "{\"global\":\"A\",\"subscripts\":[],\"newTyped\":\"\",\"oldTyped\":null}",
      ])
  }

  /// Two files: a transaction that commits in the second one, one that is rolled back, one that stays open.
  private func transactions() throws -> Workbench {
    let bench = try Workbench()
    let first = try bench.writer("20240101.001")
    try first.add(JournalJob(jobID: 2, processID: 4712))
    try first.add(JournalJob(jobID: 3, processID: 4713))
    func set(_ node: String, _ job: UInt32, _ inside: Bool) throws -> RecordContent {
      try .node(.set, node, [JournalValue("v")], inTransaction: inside, job: job)
    }
    func control(_ type: RecordType, _ job: UInt32) -> RecordContent {
      var content = RecordContent.level(type, 1)
      content.jobID = job
      return content
    }
    _ = try first.append(control(.beginTransaction, 1))
    _ = try first.append(set("^A(1)", 1, true))
    _ = try first.append(control(.beginTransaction, 2))
    _ = try first.append(set("^B(1)", 2, true))
    _ = try first.append(set("^C(1)", 3, false))
    _ = try first.append(control(.rollback, 2))
    let second = try first.switchFile(
      to: bench.path("20240101.002"), guid: GUID(high: 2, low: 2))
    _ = try second.append(set("^C(2)", 3, false))
    _ = try second.append(set("^A(2)", 1, true))
    _ = try second.append(control(.beginTransaction, 2))
    _ = try second.append(set("^B(2)", 2, true))
    _ = try second.append(control(.commitTransaction, 1))
    _ = try second.append(set("^C(3)", 3, false))
    try second.close()
    return bench
  }

  @Test("--committed: in the order of commits, without what did not commit")
  func committed() throws {
    let bench = try transactions()
    let result = try CommandLineTool.run(
      "export", bench.directory, "--committed", "--fields", "typeName,globalNode,transaction")
    let lines = try objects(result.output)
    #expect(
      lines.map { $0["globalNode"] as? String ?? $0["typeName"] as? String ?? "" } == [
        "^C(1)", "^C(2)", "BeginTrans", "^A(1)", "^A(2)", "CommitTrans", "^C(3)",
      ])
    #expect(lines[0]["transaction"] is NSNull)
    let names = Set(lines[2...5].compactMap { $0["transaction"] as? String })
    #expect(names.count == 1)
    #expect(names.first?.contains("/") == true)
    #expect(
      result.errors
        == "mjournal: left out: 3 records of transactions that were rolled back, 2 of those that are open or without a recorded end\n"
    )
    // All records, in the order of the files, with the same names.
    let all = try objects(
      try CommandLineTool.run(
        "export", bench.directory, "--fields", "globalNode,transaction"
      ).output)
    #expect(all.count == 12)
    #expect(
      all.first { $0["globalNode"] as? String == "^A(2)" }?["transaction"] as? String == names.first
    )
  }

  @Test(
    "--checkpoint goes on behind the last record, also inside transactions",
    arguments: [false, true])
  func resume(committed: Bool) throws {
    let bench = try transactions()
    let first = bench.path("20240101.001")
    let folder = try TemporaryFolder()
    let options = ["--fields", "globalNode,address,fileGUID"] + (committed ? ["--committed"] : [])
    let whole = try CommandLineTool.run(arguments: ["export", bench.directory] + options)
    let resume = options + ["--checkpoint", folder.path("c"), "--output", folder.path("o")]
    #expect(try CommandLineTool.run(arguments: ["export", first] + resume).status == 0)
    let part = try text(folder.path("o"))
    #expect(whole.output.hasPrefix(part))
    #expect(!part.isEmpty && part.count < whole.output.count)
    // What a killed run left behind the checkpoint is cut off.
    _ = try CommandLineTool.shell("printf '{\"half' >> \"$1\"", folder.path("o"))
    #expect(try CommandLineTool.run(arguments: ["export", bench.directory] + resume).status == 0)
    #expect(try text(folder.path("o")) == whole.output)
    #expect(try CommandLineTool.run(arguments: ["export", bench.directory] + resume).status == 0)
    #expect(try text(folder.path("o")) == whole.output)
    // Another form, other files, a lost output.
    let other = try CommandLineTool.run(
      "export", bench.directory, "--checkpoint", folder.path("c"), "--output", folder.path("o"))
    #expect(other.status == 2)
    let strange = try CommandLineTool.run(arguments: ["export", Self.nine] + resume)
    #expect(strange.status == 2)
    #expect(strange.errors.contains("none of the files"))
    try FileManager.default.removeItem(atPath: folder.path("o"))
    #expect(try CommandLineTool.run(arguments: ["export", bench.directory] + resume).status == 2)
  }

  @Test("Killed again and again, an export holds each record exactly once", .timeLimit(.minutes(3)))
  func killed() throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("20240101.001")
    #expect(
      try CommandLineTool.run("sample", journal, "--size", "12M", "--mix", "small").status == 0)
    let plain = folder.path("plain")
    #expect(try CommandLineTool.run("export", journal, "--output", plain).status == 0)
    var kills = 0
    for seconds in ["0.3", "0.9", "2.5", "1.6", "3", "60"] {
      let result = try CommandLineTool.shell(
        "timeout -s KILL \(seconds) \"$0\" export \"$1\" --checkpoint \"$2\" --output \"$3\"",
        journal, folder.path("c"), folder.path("o"))
      kills += result.status == 137 ? 1 : 0
      if result.status == 0 { break }
    }
    #expect(kills > 0)
    #expect(
      try Data(contentsOf: URL(filePath: folder.path("o")))
        == Data(contentsOf: URL(filePath: plain)))
  }

  @Test(
    "follow --checkpoint: each record once over runs and files, compressed or not",
    arguments: ["", ".gz"])
  func follow(suffix: String) throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240101.001")
    let folder = try TemporaryFolder()
    let output = folder.path("o" + suffix)
    let command = [
      "follow", "--once", "--format", "ndjson", bench.path("20240101.001"), "--checkpoint",
      folder.path("c"), "--output", output,
    ]
    _ = try writer.append(.node(.set, "^A(1)", [JournalValue("1")]))
    try writer.flush()
    #expect(try CommandLineTool.run(arguments: command).status == 0)
    _ = try writer.append(.node(.set, "^A(2)", [JournalValue("2")]))
    let next = try writer.switchFile(
      to: bench.path("20240101.002"), guid: GUID(high: 2, low: 2))
    _ = try next.append(.node(.set, "^A(3)", [JournalValue("3")]))
    try next.flush()
    #expect(try CommandLineTool.run(arguments: command).status == 0)
    // From here on the first file is not needed any more.
    try FileManager.default.removeItem(atPath: bench.path("20240101.001"))
    _ = try next.append(.node(.set, "^A(4)", [JournalValue("4")]))
    try next.close()
    #expect(try CommandLineTool.run(arguments: command).status == 0)
    #expect(try CommandLineTool.run(arguments: command).status == 0)
    let read = try CommandLineTool.shell(
      suffix.isEmpty ? "cat \"$1\"" : "gzip -dc \"$1\"", output)
    #expect(
      try objects(read.output).compactMap { $0["globalNode"] as? String } == [
        "^A(1)", "^A(2)", "^A(3)", "^A(4)",
      ])
  }
}
