import Foundation
import Testing

@Suite("What outputs are made with, and what they are continued with")
struct ContinuedOutputTests {
  private static let nine = CommandLineTool.samples + "journals/20240709.009"
  private static let ten = CommandLineTool.samples + "journals/20240709.010"

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  @Test("A checkpoint knows its filters, and its output has the permissions of others")
  func filters() throws {
    let folder = try TemporaryFolder()
    let common = [
      Self.nine, "--checkpoint", folder.path("c"), "-o", folder.path("o"), "--format", "ndjson",
    ]
    func run(_ command: String, _ filters: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.shell(
        "umask 022; exec \"$0\" \"$@\"", arguments: [command] + common + filters)
    }
    #expect(try run("export", "--global", "^DPT").status == 0)
    let path = folder.path("o")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    let source =
      try FileManager.default.attributesOfItem(atPath: Self.nine)[.posixPermissions] as? Int
    #expect(mode == (source ?? 0) & 0o644)
    let before = try text(path)
    let other = try run("export", "--global", "^LR*")
    #expect(other.status == 2)
    #expect(other.errors.contains("the checkpoint is of 'ndjson tz=UTC --global '^DPT''"))
    #expect(other.errors.contains("not of 'ndjson tz=UTC --global '^LR*''"))
    #expect(try text(path) == before)
    #expect(try run("export", "--global", "^DPT").status == 0)
    #expect(try run("follow", "--once", "--global", "^DPT").status == 2)
  }

  @Test("follow --committed lists what export --committed does")
  func followCommitted() throws {
    let export = try CommandLineTool.run("export", "--committed", Self.nine, Self.ten)
    let follow = try CommandLineTool.run(
      "follow", "--committed", "--once", "--format", "ndjson", Self.nine)
    #expect(follow.status == 0)
    #expect(follow.output == export.output)
    #expect(follow.errors.hasSuffix(export.errors))
    let some = try CommandLineTool.run(
      "follow", "--committed", "--once", "--format", "csv", Self.nine, "--type", "KILL")
    let wanted = try CommandLineTool.run(
      "export", "--committed", "--format", "csv", Self.nine, Self.ten, "--type", "KILL")
    #expect(some.output == wanted.output)
    #expect(
      try CommandLineTool.run(
        "follow", Self.nine, "--committed", "--format", "csv", "--checkpoint", "c", "--output", "o"
      ).status == 64)
  }

  @Test("SQLite has the times of --tz, says so, and is not continued in another zone")
  func zone() throws {
    let folder = try TemporaryFolder()
    let options = ["--format", "sqlite", "-o", folder.path("o.db"), Self.nine]
    let paris = try CommandLineTool.run(
      arguments: ["export", "--tz", "Europe/Paris"] + options)
    #expect(paris.status == 0, "\(paris.errors)")
    let bytes = String(
      decoding: try Data(contentsOf: URL(filePath: folder.path("o.db"))), as: Unicode.ASCII.self)
    #expect(bytes.contains("2024-07-09T13:46:00.097+02:00"))
    #expect(bytes.contains("timeZoneEurope/Paris"))
    let other = try CommandLineTool.run(arguments: ["export", "--continue"] + options)
    #expect(other.status == 2)
    #expect(
      other.errors.contains("times are in Europe/Paris, and are not to be continued in UTC"))
    #expect(
      try CommandLineTool.run(
        arguments: ["export", "--continue", "--tz", "Europe/Paris"] + options
      ).status == 0)
  }
}
