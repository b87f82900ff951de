import Foundation
import Testing

/// Names that are not UTF-8 are names like any other, and are shown without their raw bytes.
@Suite struct FileNameTests {
  let folder: TemporaryFolder
  /// `printf` writes the name's bytes.
  private static let name = #"$(printf 'J\377\342\202.001')"#
  private static let shown = #"J\xff\xe2\x82.001"#

  init() throws {
    folder = try TemporaryFolder()
    let made = try CommandLineTool.shell(
      #""$0" sample --every-type "$1/plain" && cp "$1/plain" "$1/\#(Self.name)""#, folder.path(""))
    try #require(made.status == 0, "\(made.errors)")
  }

  /// Runs a command line in which `NAME` is the path of the journal.
  private func run(_ line: String) throws -> CommandLineTool.Result {
    try CommandLineTool.shell(
      #"F="$1"; N="$1/\#(Self.name)"; exec "$0" \#(line.replacing("NAME", with: "\"$N\""))"#,
      String(folder.path("").dropLast()))
  }

  @Test(arguments: [
    "info NAME", "dump NAME", "dump NAME --format ndjson", "profile NAME", "transactions NAME",
    "verify NAME", "export NAME", "export NAME --format csv", "restore-script NAME", "splits NAME",
    "history '^LONG(1)' NAME", "show NAME 131200",
  ])
  func `every command reads them`(command: String) throws {
    let result = try run(command)
    let plain = try run(command.replacing("NAME", with: "\"$F/plain\""))
    #expect(result.status == plain.status, "\(result.errors)")
    #expect(!result.errors.contains("No such file"), "\(result.errors)")
    #expect(!plain.output.isEmpty)
    #expect(result.outputLines.count == plain.outputLines.count)
  }

  @Test func `files are made beside them and removed, by their bytes`() throws {
    let compressed = try run("compress NAME --rm")
    #expect(compressed.status == 0, "\(compressed.errors)")
    #expect(compressed.output.contains("Compressed \(folder.path(""))\(Self.shown) from"))
    // The name without z stands for the compressed file.
    #expect(try run("info NAME").status == 0)
    let restored = try CommandLineTool.shell(
      #"N="$1/\#(Self.name)"; "$0" decompress "${N}z" --rm && cmp "$N" "$1/plain""#,
      String(folder.path("").dropLast()))
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(try run(#"export NAME --format sqlite --output "${N}.db""#).status == 0)
    #expect(try run(#"profile NAME --svg "${N}.svg""#).status == 0)
    #expect(try run(#"export NAME --format sqlite --output "$N" --force"#).status == 2)
    let list = try CommandLineTool.shell(
      #"LC_ALL=C ls "$1" | wc -l; cmp "$1"/J*.001 "$1/plain""#, folder.path(""))
    #expect(list.status == 0)
    #expect(list.output.contains("4"), "\(list.output)")
  }

  @Test func `error lines and lists show them without raw bytes`() throws {
    for line in ["info NAME.missing", "compress NAME.missing", "positions NAME.missing"] {
      let result = try run(line)
      #expect(result.status == 2)
      #expect(result.errorLines.count == 1)
      #expect(result.errors.contains(Self.shown + ".missing: "), "\(result.errors)")
    }
    let again = try run("sample --every-type NAME")
    #expect(again.errors.contains(Self.shown + ": the file exists"), "\(again.errors)")
  }

  @Test func `directories of such names are listed, and logs below them are found`() throws {
    let result = try CommandLineTool.shell(
      #"""
      D="$1/$(printf 'd\377')"; mkdir "$D"; cp "$1/plain" "$D/20240709.001"
      "$0" dump --limit 1 "$D" && "$0" splits "$D" | grep -F 'd\xff/20240709.001' >/dev/null
      """#, String(folder.path("").dropLast()))
    #expect(result.status == 0, "\(result.errors)")
    let logs = try CommandLineTool.shell(
      #"""
      D="$1/$(printf 'l\377')"; mkdir "$D"; cp -r "$2" "$D/$(printf 'm\376')"
      "$0" positions "$D"
      """#, String(folder.path("").dropLast()), CommandLineTool.samples + "logs")
    let plain = try CommandLineTool.run("positions", CommandLineTool.samples + "logs")
    #expect(logs.status == plain.status, "\(logs.errors)")
    #expect(logs.outputLines.first == plain.outputLines.first)
  }
}
