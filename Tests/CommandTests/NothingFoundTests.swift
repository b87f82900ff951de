import Foundation
import Testing

@Suite("What is said where nothing is found, and which part of which file is meant")
struct NothingFoundTests {
  static let journals = CommandLineTool.samples + "journals"
  static let nine = journals + "/20240709.009"
  static let ten = journals + "/20240709.010"

  @Test("Nothing found is said on standard error, with the names that can be meant")
  func names() throws {
    for command in [
      ["dump"], ["dump", "--reverse"], ["dump", "--format", "csv"], ["export"], ["profile"],
      ["export", "--format", "csv"], ["transactions"],
    ] {
      let result = try CommandLineTool.run(
        arguments: command + [Self.journals, "--global", "^dpt"])
      #expect(result.status == 0)
      #expect(
        result.errors
          == "mjournal: 0 of 6616 records match; no record is about ^dpt, but about ^DPT, ^DPT.Alias\n",
        "\(command)")
    }
    let history = try CommandLineTool.run("history", "^WRD.bed(147)", Self.journals)
    #expect(history.errors.contains("no record is about ^WRD.bed(147), but about ^WRD.Bed"))
    // A name that is there, and a node that is not.
    let node = try CommandLineTool.run("dump", Self.journals, "--global", "^DPT(0)")
    #expect(node.errors == "mjournal: 0 of 6616 records match\n")
    let pattern = try CommandLineTool.run("dump", Self.journals, "--global", "^ward*")
    #expect(
      pattern.errors.hasPrefix("mjournal: 0 of 6616 records match; no record is about ^ward*"))
  }

  @Test("States, differences and scripts say it, too")
  func states() throws {
    let said =
      "mjournal: 0 of 6616 records match; no record is about ^dpt, but about ^DPT, ^DPT.Alias\n"
    for command in [
      ["state", "^dpt"], ["diff", "^dpt"], ["restore-script", "--global", "^dpt"],
      ["restore-script", "--global", "^dpt", "--at", "end"], ["state", "^dpt", "--format", "zwr"],
    ] {
      let result = try CommandLineTool.run(arguments: command + [Self.journals])
      #expect(result.status == 0)
      #expect(result.errors.hasPrefix(said), "\(command): \(result.errors)")
    }
    // Nothing changed, or nothing is left: records are about it.
    for command in [
      ["diff", "^DPT", "--from", "end"], ["state", "^WRD.Bed(147)", "--exact"],
      ["restore-script", "--global", "^DPT", "--at", "end"],
    ] {
      let result = try CommandLineTool.run(arguments: command + [Self.journals])
      #expect(!result.errors.contains("0 of"), "\(command): \(result.errors)")
    }
  }

  @Test("An end before its beginning is refused")
  func order() throws {
    for command in ["dump", "profile", "export", "transactions"] {
      let result = try CommandLineTool.run(
        command, Self.nine, "--since", "2024-07-09 13:00", "--until", "2024-07-09 12:00")
      #expect(result.status == 64)
      #expect(
        result.errors.contains("--since 2024-07-09 13:00 lies behind --until 2024-07-09 12:00"))
    }
  }

  @Test("A file whose name ends like a place is a file")
  func places() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("journal:8")
    try FileManager.default.copyItem(atPath: Self.nine, toPath: path)
    let missing = try CommandLineTool.run("show", path)
    #expect(missing.status == 64)
    #expect(missing.errors.contains("is a file, and an address is missing"))
    #expect(try CommandLineTool.run("show", path, "0").output.contains("131088 (0x20010)"))
    #expect(try CommandLineTool.run("show", path + ":131088").status == 0)
  }

  @Test("Times that no block has are named")
  func times() throws {
    let result = try CommandLineTool.run(
      "dump", Self.nine, "--since", "2025-01-01", "--tz", "Europe/Paris")
    #expect(
      result.errors.contains(
        "their blocks are of 2024-07-09 13:46:00.097+02:00 to 2024-07-09 13:47:47.864+02:00"))
  }

  @Test("Nothing is said where something is found, or nothing was asked for")
  func silent() throws {
    for arguments in [
      ["dump", Self.nine, "--global", "^DPT"], ["dump", Self.nine, "--limit", "0"],
      ["export", Self.nine], ["profile", Self.nine, "--type", "SET"],
    ] {
      #expect(try CommandLineTool.run(arguments: arguments).errors.isEmpty)
    }
  }

  /// `file address` of each record.
  private func places(_ arguments: String...) throws -> [String] {
    let result = try CommandLineTool.run(
      arguments: ["dump", "--format", "ndjson"] + arguments)
    return try result.outputLines.map { line in
      let record = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let file = try #require(record["file"] as? String)
      let address = try #require(record["address"] as? Int)
      return "\(file.split(separator: "/").last ?? "") \(address)"
    }
  }

  @Test("--from is of the first file, --to of the last one, unless a file is named")
  func ranges() throws {
    let all = try places(Self.nine, Self.ten)
    let first = try #require(all.firstIndex { $0.hasPrefix("20240709.009 2") })
    let last = try #require(all.firstIndex { $0.hasPrefix("20240709.010 15") })
    let from = String(all[first].split(separator: " ")[1])
    let to = String(all[last].split(separator: " ")[1])
    let expected = Array(all[first..<last])
    #expect(try places(Self.nine, Self.ten, "--from", from, "--to", to) == expected)
    #expect(
      try places(Self.journals, "--from", "20240709.009:" + from, "--to", "2:" + to) == expected)
    #expect(
      try places(Self.journals, "--from", Self.ten + ":0", "--to", "20240709.010:" + to)
        == all[..<last].filter { $0.hasPrefix("20240709.010") })
    let export = try CommandLineTool.run("export", Self.nine, Self.ten, "--from", from, "--to", to)
    #expect(export.outputLines.count == expected.count)
    let profile = try CommandLineTool.run(
      "profile", Self.nine, Self.ten, "--from", from, "--to", to, "--by", "file", "--format", "csv")
    let records = profile.outputLines.dropFirst().compactMap { Int($0.split(separator: ",")[1]) }
    #expect(records.reduce(0, +) == expected.count)
    let backwards = try CommandLineTool.run(
      "dump", Self.nine, Self.ten, "--from", "2:" + from, "--to", "1:" + to)
    #expect(backwards.status == 64)
    #expect(
      backwards.errors.contains(
        "ends at 20240709.009:\(to), before it begins at 20240709.010:\(from)"),
      "\(backwards.errors)")
    for wrong in [["--from", "9:1"], ["--from", "20", "--to", "10"], ["--from", "x:"]] {
      #expect(try CommandLineTool.run(arguments: ["dump", Self.nine] + wrong).status == 64)
    }
  }

  @Test("show: the first and the last record, and FILE:ADDRESS")
  func show() throws {
    let all = try places(Self.nine)
    func shown(_ arguments: String...) throws -> String {
      let result = try CommandLineTool.run(arguments: ["show"] + arguments)
      #expect(result.status == 0)
      return String(
        try #require(
          result.outputLines.first { $0.hasPrefix("Address:") }?.split(separator: " ")[1]))
    }
    func address(_ place: String?) -> String {
      String(place?.split(separator: " ").last ?? "")
    }
    #expect(try shown(Self.nine, "0", "--exact") == address(all.first))
    #expect(try shown(Self.nine, "-1", "--exact") == address(all.last))
    #expect(try shown(Self.nine, "-2", "--tz", "-0330") == address(all.dropLast().last))
    #expect(try shown(Self.nine + ":" + address(all[7])) == address(all[7]))
    #expect(try shown(Self.nine + ":0") == address(all.first))
    #expect(try shown(Self.nine + ":-1") == address(all.last))
    #expect(try CommandLineTool.run("show", Self.nine + ":-99999").status == 2)
    #expect(try CommandLineTool.run("show", Self.nine + ":-").status == 64)
    #expect(try CommandLineTool.run("show", Self.nine).status == 64)
    #expect(try CommandLineTool.run("show", Self.nine, "-99999").status == 2)
  }
}
