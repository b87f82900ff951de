import Foundation
import Testing

/// The line that says how far long work is.
@Suite("Progress") struct ProgressTests {
  private static let nine = CommandLineTool.samples + "journals/20240709.009"

  /// What `line` writes into a terminal while it waits for its input for more than a second.
  private func screen(_ line: String, _ term: String = "xterm") throws -> String {
    let result = try CommandLineTool.shell(
      "export TOOL=\"$0\" FILE=\"$1\" SHELL=/bin/sh TERM=\(term); "
        + "script -qec '(sleep 1.4; cat \"$FILE\") | \(line)' /dev/null",
      Self.nine)
    return result.output
  }

  private static let erase = "\r\u{1B}[K"

  @Test func `it comes after a second, on a terminal, and is gone at the end`() throws {
    let shown = try screen("\"$TOOL\" info - >/dev/null")
    #expect(shown.hasPrefix(Self.erase + "1 s"), "\(shown)")
    #expect(shown.hasSuffix(Self.erase))
    // What is written to the same terminal stands alone.
    let both = try screen("\"$TOOL\" profile - --format csv --top 1")
    #expect(both.contains(Self.erase + "1 s" + Self.erase + "global,records,"), "\(both)")
  }

  @Test func `elsewhere there is none`() throws {
    #expect(try screen("\"$TOOL\" info - >/dev/null", "dumb") == "")
    #expect(try screen("\"$TOOL\" info - 2>&1 >/dev/null | cat") == "")
  }

  @Test func `share, throughput and time left are told of files`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("20240101.001")
    #expect(try CommandLineTool.run("sample", path, "--size", "60M").status == 0)
    let shown = try CommandLineTool.shell(
      "export TOOL=\"$0\" FILE=\"$1\" SHELL=/bin/sh TERM=xterm; "
        + "script -qec '\"$TOOL\" verify \"$FILE\" --threads 1 >/dev/null' /dev/null", path
    ).output
    #expect(
      shown.isEmpty
        || shown.contains(#/\d+ %, \d+ MB\/s, \d+ s left/#)
          && shown.hasSuffix(Self.erase),
      "\(shown)")
  }
}
