import Foundation
import Testing

/// Text files that cannot be what they are given as are refused in one line, before they cost memory.
@Suite struct OversizedTextTests {
  let folder: TemporaryFolder
  let journal: String

  init() throws {
    folder = try TemporaryFolder()
    journal = folder.path("20240709.001")
    try #require(try CommandLineTool.run("sample", "--every-type", journal).status == 0)
  }

  private func write(_ text: String, _ name: String) throws -> String {
    try text.write(toFile: folder.path(name), atomically: false, encoding: .utf8)
    return folder.path(name)
  }

  /// Runs the tool with little memory; it must not need more, and must not wait.
  private func refused(_ arguments: String, _ file: String, says: String) throws {
    let result = try CommandLineTool.shell(
      "ulimit -v 400000; exec timeout 60 \"$0\" "
        + arguments.replacing("JOURNAL", with: "\"$1\"").replacing("FILE", with: "\"$2\""),
      journal, file)
    #expect(result.status == 2, "\(arguments): \(result.errors)")
    #expect(result.errorLines.count == 1, "\(arguments): \(result.errors)")
    #expect(result.errors.contains(says), "\(arguments): \(result.errors)")
    #expect(result.errors.contains(file), "\(arguments): \(result.errors)")
  }

  /// A file of the size that has no blocks on the disk.
  private func hollow(_ size: UInt64) throws -> String {
    let path = folder.path("hollow")
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: size)
    try file.close()
    return path
  }

  @Test func `a listing with an impossible line, of impossible size or of no text`() throws {
    let line = try write(String(repeating: "a", count: 9_000_000), "line")
    try refused("calibrate JOURNAL --listing FILE", line, says: "line 1 is longer than")
    let hollow = try hollow(300_000_000)
    try refused("calibrate JOURNAL --listing FILE", hollow, says: "is larger than")
    try refused("calibrate JOURNAL --listing FILE", journal, says: "no text")
    let listing = try write("Address,Type\n1,SET\n", "listing")
    #expect(!listing.isEmpty)
    let page = try CommandLineTool.run(
      "calibrate", journal, "--listing", listing, "--info", hollow)
    #expect(page.status == 2 && page.errors.contains("is larger than"), "\(page.errors)")
  }

  @Test func `a layout of impossible size or depth`() throws {
    try refused("layouts add --name x FILE", try hollow(300_000_000), says: "it is no layout")
    try refused("dump JOURNAL --layout FILE", try hollow(300_000_000), says: "it is no layout")
    let deep = try write(
      String(repeating: "{\"a\":", count: 100_000) + "1" + String(repeating: "}", count: 100_000),
      "deep")
    try refused("dump JOURNAL --layout FILE", deep, says: "JSON")
    let array = try write(
      String(repeating: "[", count: 500_000) + String(repeating: "]", count: 500_000), "array")
    try refused("dump JOURNAL --layout FILE", array, says: "JSON")
  }

  @Test func `a line of globals that no value fills`() throws {
    let file = try write(
      "^A(1)=\"x\"\n^A(2)=\"" + String(repeating: "a", count: 70_000_000) + "\"\n", "globals")
    try refused("sample --from FILE made", file, says: "line 2 is longer than")
  }
}
