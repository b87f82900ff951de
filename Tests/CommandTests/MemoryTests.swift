import Foundation
import Testing

/// Numbers that ask for more memory than there is end in a line, never in a signal or a wait.
@Suite struct MemoryTests {
  let folder: TemporaryFolder
  let journal: String

  init() throws {
    folder = try TemporaryFolder()
    journal = folder.path("20240709.001")
  }

  /// Runs the tool with at most `kilobytes` of address space; 124 is a run without an end.
  private func run(_ command: String, kilobytes: Int) throws -> CommandLineTool.Result {
    try CommandLineTool.shell(
      "ulimit -v \(kilobytes); exec timeout 60 \"$0\" "
        + command.replacing("JOURNAL", with: "\"$1\"") + " >/dev/null", journal)
  }

  /// One test, as a debug build takes a third of a minute to make the journal.
  @Test func `a value of 60 million bytes is in memory once, or is told`() throws {
    let globals = folder.path("globals.zwr")
    try ("^X(1)=\"" + String(repeating: "a", count: 60_000_000) + "\"\n").write(
      toFile: globals, atomically: false, encoding: .utf8)
    try #require(try CommandLineTool.run("sample", "--from", globals, journal).status == 0)
    for kilobytes in [150_000, 250_000] { try checkTold(kilobytes) }
    try checkOnce()
  }

  private func checkTold(_ kilobytes: Int) throws {
    var told = 0
    for command in [
      "dump JOURNAL --full", "dump JOURNAL --format ndjson", "export JOURNAL --format zwr",
      "restore-script JOURNAL --direction redo", "verify JOURNAL", "profile JOURNAL --threads 8",
    ] {
      let result = try run(command, kilobytes: kilobytes)
      #expect(result.status == 0 || result.status == 2, "\(command): \(result.errors)")
      if result.status == 2 {
        told += 1
        #expect(result.errorLines.count == 1, "\(command): \(result.errors)")
        #expect(result.errors.contains("no memory"), "\(command): \(result.errors)")
      }
    }
    if kilobytes == 150_000 { #expect(told > 0) }
  }

  /// The file is mapped, the value is put together once, and once more stands what is made of it.
  private func checkOnce() throws {
    for (command, kilobytes) in [
      ("restore-script JOURNAL --direction redo", 370_000),
      ("export JOURNAL --format zwr", 370_000),
      ("export JOURNAL --format csv", 410_000), ("export JOURNAL --format ndjson", 410_000),
      ("history '^X(1)' JOURNAL --format csv", 410_000), ("dump JOURNAL --full", 370_000),
      ("show JOURNAL 131072", 370_000), ("verify JOURNAL", 310_000), ("dump JOURNAL", 310_000),
    ] {
      let result = try run(command, kilobytes: kilobytes)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
  }

  @Test(arguments: [
    "dump JOURNAL --limit MAX", "dump JOURNAL --reverse --limit MAX", "verify JOURNAL --limit MAX",
    "profile JOURNAL --top MAX", "profile JOURNAL --top MAX --format csv",
    "transactions JOURNAL --top MAX", "restore-script JOURNAL --line-limit MAX",
    "bench JOURNAL --sample 1048576G --codec zstd:1 --rounds 1",
    "bench JOURNAL --all --codec zstd:1 --rounds 1", "splits JOURNAL --size 1048576G",
    "splits JOURNAL --size 1", "follow JOURNAL --once --interval MAX",
    "dump JOURNAL --from 0xffffffffff --to 0x10000000000", "export JOURNAL --after 1099511627776",
    "dump JOURNAL --threads 256",
  ])
  func `a limit of any size ends no process`(command: String) throws {
    try #require(try CommandLineTool.run("sample", "--every-type", journal).status == 0)
    let result = try run(command.replacing("MAX", with: "\(Int.max)"), kilobytes: 4_000_000)
    #expect(result.status < 3, "\(result.errors)")
  }
}
