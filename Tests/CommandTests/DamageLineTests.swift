import Foundation
import Testing

@Suite("Damage, long work and streams")
struct DamageLineTests {
  /// A journal with damage in three neighbouring blocks of its data, and in none before.
  private func damaged() throws -> (TemporaryFolder, String) {
    let folder = try TemporaryFolder()
    let path = folder.path("20240101.001")
    #expect(
      try CommandLineTool.run("sample", path, "--size", "2M", "--start", "2024-01-01 08:00").status
        == 0)
    var bytes = try Data(contentsOf: URL(filePath: path))
    for block in 10...12 { bytes[block * 65_536 + 700] ^= 0x55 }
    try bytes.write(to: URL(filePath: path))
    return (folder, path)
  }

  @Test("Neighbouring damage is one line with addresses, bytes and times")
  func joined() throws {
    let (folder, path) = try damaged()
    for command in [["dump"], ["profile"], ["export"], ["dump", "--threads", "1"]] {
      let result = try CommandLineTool.run(
        arguments: command + [path, "--tz", "Europe/Paris"])
      #expect(result.status == 1)
      #expect(result.errorLines.count == 1, "\(result.errors)")
      #expect(
        result.errors.contains("neighbouring places, addresses 655360..<851968 (196608 bytes)"))
      #expect(result.errors.contains("between 2024-01-01 09:00:"))
      #expect(result.errors.contains("+01:00"))
    }
    withExtendedLifetime(folder) {}
  }

  @Test("Only what touches the range is told, and a sound range is 0")
  func range() throws {
    let (folder, path) = try damaged()
    for command in [
      ["export"], ["dump"], ["dump", "--reverse"], ["profile"], ["export", "--committed"],
      ["transactions"], ["restore-script", "--direction", "redo"], ["restore-script"],
    ] {
      let sound = try CommandLineTool.run(arguments: command + [path, "--to", "600000"])
      // A script may have other findings: what is not recorded.
      let isScript = command[0] == "restore-script"
      #expect(sound.status == 0 || isScript, "\(command): \(sound.errors)")
      #expect(!sound.errors.contains("damaged"))
      let touched = try CommandLineTool.run(
        arguments: command + [path, "--from", "600000", "--to", "700000"])
      #expect(touched.status == 1, "\(command)")
      let behind = try CommandLineTool.run(arguments: command + [path, "--from", "900000"])
      #expect(behind.status == 0 || isScript, "\(command): \(behind.errors)")
      #expect(!behind.errors.contains("damaged"))
    }
    withExtendedLifetime(folder) {}
  }

  @Test("A signal leaves no hidden file, and a killed run's is removed by the next one")
  func hidden() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("")
    let line = "cd \"$1\" && timeout -s SIGNAL 0.6 \"$0\" sample big --size 3G; echo status $?"
    let interrupted = try CommandLineTool.shell(
      line.replacingOccurrences(of: "SIGNAL", with: "TERM"), path)
    #expect(interrupted.output.contains("status"))
    #expect(try folder.names() == [])
    _ = try CommandLineTool.shell(line.replacingOccurrences(of: "SIGNAL", with: "KILL"), path)
    #expect(try folder.names().count == 1)
    #expect(try CommandLineTool.run("sample", "--every-type", folder.path("other")).status == 0)
    #expect(try folder.names() == ["other"])
  }

  @Test("sample --days and --members: chains that fit, and members with the same bytes")
  func sample() throws {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.run(
      "sample", folder.path("m"), "--size", "300K", "--days", "3", "--members", "2", "--start",
      "2024-03-30 08:00", "--tz", "Europe/Paris")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.outputLines.count == 6)
    #expect(try CommandLineTool.run("verify", folder.path("m/member1")).status == 0)
    #expect(
      try CommandLineTool.run("compare", folder.path("m/member1"), folder.path("m/member2")).status
        == 0)
    let list = try CommandLineTool.run("ls", folder.path("m/member1"))
    #expect(list.status == 0, "\(list.output)")
    #expect(list.output.contains("MIRROR-SAMPLE-20240401.001"))
    #expect(list.output.contains("2024-03-30 07:0"))
    #expect(try CommandLineTool.run("sample", folder.path("x"), "--days", "3").status == 64)
  }

  @Test("splits says what a stream without an index costs")
  func stream() throws {
    let folder = try TemporaryFolder()
    let made = try CommandLineTool.shell(
      "gzip -c \"$1\" > \"$2\"", CommandLineTool.samples + "journals/20240709.009",
      folder.path("20240709.009.gz"))
    #expect(made.status == 0)
    // In one range nothing is read twice.
    let whole = try CommandLineTool.run("splits", folder.path("20240709.009.gz"))
    #expect(whole.status == 0 && whole.errors.isEmpty)
    #expect(whole.outputLines.count == 1)
    let result = try CommandLineTool.run(
      "splits", folder.path("20240709.009.gz"), "--size", "64K")
    #expect(result.status == 0)
    #expect(result.errors.contains("is read from its beginning for each range"))
  }

  @Test("show says what a stream without an index costs, and steps back at no such cost")
  func showing() throws {
    let folder = try TemporaryFolder()
    let plain = folder.path("20240101.001")
    #expect(try CommandLineTool.run("sample", plain, "--size", "9M").status == 0)
    let made = try CommandLineTool.shell("gzip -1 -k \"$1\"", plain)
    #expect(made.status == 0)
    let packed = folder.path("20240101.001.gz")
    let said = try CommandLineTool.run("show", packed, "0")
    #expect(said.errors.contains("a stream without an index: each record that is shown costs"))
    #expect(said.status == 0)
    let back = try CommandLineTool.run("show", packed, "-9", "--format", "csv")
    #expect(back.errors.isEmpty)
    let same = try CommandLineTool.run("show", plain, "-9", "--format", "csv")
    #expect(back.output.replacing(packed, with: plain) == same.output)
    let small = try CommandLineTool.shell(
      "gzip -c \"$1\" > \"$2\" && exec \"$0\" show \"$2\" 0",
      CommandLineTool.samples + "journals/20240709.009", folder.path("small.gz"))
    #expect(small.status == 0 && small.errors.isEmpty)
  }
}
