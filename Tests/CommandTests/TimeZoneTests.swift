import Foundation
import Testing

@Suite("Time zones of the command")
struct TimeZoneTests {
  static let journal = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.006"

  @Test("--since by the clocks of the zone chooses what the same moment in UTC chooses")
  func input() throws {
    let utc = try CommandLineTool.run(
      "dump", Self.journal, "--since", "2024-07-09 11:55", "--until", "2024-07-09T12:00Z")
    #expect(utc.outputLines.count > 3)
    for (zone, since, until) in [
      ("Europe/Paris", "2024-07-09 13:55", "2024-07-09 14:00"),
      ("America/New_York", "07/09/24-07:55:00:000", "67030,28800"),
      ("+05:30", "2024-07-09T17:25", "2024-07-09T14:00+02:00"),
    ] {
      let other = try CommandLineTool.run(
        "dump", Self.journal, "--since", since, "--until", until, "--tz", zone)
      #expect(other.status == 0)
      #expect(other.output == utc.output)
      let expression = try CommandLineTool.run(
        "dump", Self.journal, "--where", "time >= \"\(since)\" and time < \"\(until)\"", "--tz",
        zone)
      #expect(expression.output == utc.output)
    }
  }

  @Test("Every command says its times in the zone, and names it")
  func output() throws {
    let commands = [
      ["dump", Self.journal, "--time"], ["dump", Self.journal, "--format", "ndjson"],
      ["dump", Self.journal, "--format", "csv"], ["show", Self.journal, "131088"],
      ["info", Self.journal], ["info", Self.journal, "--format", "ndjson"],
      ["profile", Self.journal, "--by", "minute"], ["profile", Self.journal, "--by", "hour"],
      ["transactions", Self.journal], ["transactions", Self.journal, "--format", "csv"],
      ["history", "^WRD.Bed", Self.journal], ["export", Self.journal],
      ["export", Self.journal, "--format", "csv"],
      ["follow", "--once", Self.journal, "--format", "csv"],
    ]
    for command in commands {
      let utc = try CommandLineTool.run(arguments: command)
      let paris = try CommandLineTool.run(arguments: command + ["--tz", "Europe/Paris"])
      #expect(paris.status == utc.status)
      #expect(!utc.output.contains("+02:00"), "\(command)")
      #expect(paris.output.contains("+02:00"), "\(command)")
      #expect(utc.outputLines.count == paris.outputLines.count)
      let variable = try CommandLineTool.shell(
        "MJOURNAL_TZ=Europe/Paris \"$0\" \"$@\"", arguments: command)
      #expect(variable.output == paris.output, "\(command)")
      // The option goes before the variable.
      let both = try CommandLineTool.shell(
        "MJOURNAL_TZ=Asia/Tokyo \"$0\" \"$@\"", arguments: command + ["--tz", "UTC"])
      #expect(both.output == utc.output, "\(command)")
    }
    let text = try CommandLineTool.run("profile", Self.journal, "--by", "day", "--tz", "+10:00")
    #expect(text.output.contains("Day (+10:00)"))
    #expect(text.output.contains("2024-07-10") || text.output.contains("2024-07-09"))
  }

  @Test("local is the zone of TZ")
  func local() throws {
    let paris = try CommandLineTool.run("dump", "--time", Self.journal, "--tz", "Europe/Paris")
    let local = try CommandLineTool.shell(
      "TZ=:Europe/Paris \"$0\" dump --time \"$1\" --tz local", Self.journal)
    #expect(local.output == paris.output)
  }

  @Test("A zone, a time and an hour that cannot be meant are refused with what can")
  func refused() throws {
    let rows: [([String], String)] = [
      (["--tz", "Mars/Phobos"], "Mars/Phobos"), (["--since", "soon"], "$HOROLOG"),
      (["--since", "2024-10-27 02:30", "--tz", "Europe/Paris"], "2024-10-27T02:30:00+01:00"),
      (["--until", "2024-03-31 02:30", "--tz", "Europe/Paris"], "2024-03-31T03:00:00+02:00"),
    ]
    for (arguments, words) in rows {
      let result = try CommandLineTool.run(arguments: ["dump", Self.journal] + arguments)
      #expect(result.status == 64)
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
      #expect(result.output.isEmpty)
    }
    for command in ["show", "info", "verify"] {
      let rest = command == "show" ? ["131088"] : []
      let result = try CommandLineTool.run(
        arguments: [command, Self.journal] + rest + ["--tz", "Mars/Phobos"])
      #expect(result.status == 64)
    }
    let none = try CommandLineTool.shell(
      "TZDIR=/nowhere \"$0\" dump \"$1\" --tz Europe/Paris", Self.journal)
    #expect(none.status == 64)
    #expect(none.errors.contains("not known here: this machine has no zone files in /nowhere"))
    let rule = try CommandLineTool.shell(
      "TZDIR=/nowhere \"$0\" show \"$1\" 131088 --tz CET-1CEST,M3.5.0,M10.5.0/3", Self.journal)
    #expect(rule.output.contains("+02:00"))
  }

  @Test("positions: times of members in one zone")
  func positions() throws {
    let logs = CommandLineTool.samples + "logs"
    let own = try CommandLineTool.run("positions", logs, "--tz", "Europe/Paris")
    #expect(own.output.contains("Times in Europe/Paris; local times: UBUNTU-2 Europe/Paris"))
    #expect(own.output.contains("2024-07-09T14:36:52.878"))
    let utc = try CommandLineTool.run(
      "positions", logs, "--tz", "UTC", "--tz", "UBUNTU=Europe/Paris", "--tz",
      "UBUNTU-2=Europe/Paris")
    #expect(utc.output.contains("2024-07-09T12:36:52.878"))
    let lines = try CommandLineTool.run(
      "positions", logs, "--format", "ndjson", "--tz", "UTC", "--tz", "UBUNTU=+02:00")
    #expect(lines.output.contains("T12:37:16.627+00:00"))
    #expect(lines.output.contains("T14:36:52.878+00:00"))
    let ratios = try CommandLineTool.run("ratios", logs, "--tz", "-03:30", "--format", "csv")
    #expect(ratios.output.contains("-03:30"))
  }
}
