import Foundation
import Testing

/// The line that says how far long work is.
@Suite("Progress") struct ProgressTests {
  private static let nine = CommandLineTool.samples + "journals/20240709.009"

  /// What `line` writes into a terminal while it waits for its input: until the line is there, or a little longer than a
  /// second.
  private func screen(_ line: String, _ term: String = "xterm", untilShown: Bool) throws -> String {
    let folder = try TemporaryFolder()
    let wait =
      untilShown
      ? "for i in $(seq 300); do grep -q \"K[0-9][0-9]* [s%]\" \"$SEEN\" && break; sleep 0.1; done"
      : "sleep 1.3"
    let result = try CommandLineTool.shell(
      "export TOOL=\"$0\" FILE=\"$1\" SEEN=\"$2\" SHELL=/bin/sh TERM=\(term); "
        + "script -qefc '(\(wait); cat \"$FILE\") | \(line)' \"$SEEN\"",
      Self.nine, folder.path("seen"))
    return result.output
  }

  private static let erase = "\r\u{1B}[K"

  @Test func `it comes after a second, on a terminal, and is gone at the end`() throws {
    let shown = try screen("\"$TOOL\" info - >/dev/null", untilShown: true)
    #expect(shown.hasPrefix(Self.erase), "\(shown)")
    #expect(shown.contains(#/K\d+ s\r/#), "\(shown)")
    #expect(shown.hasSuffix(Self.erase))
    // What is written to the same terminal stands alone.
    let both = try screen("\"$TOOL\" profile - --format csv --top 1", untilShown: true)
    #expect(both.contains(#/K\d+ s\r\u{1B}\[Kglobal,records,/#), "\(both)")
  }

  @Test func `elsewhere there is none`() throws {
    #expect(try screen("\"$TOOL\" info - >/dev/null", "dumb", untilShown: false) == "")
    #expect(try screen("\"$TOOL\" info - 2>&1 >/dev/null | cat", untilShown: false) == "")
  }

  @Test func `share, throughput and time left are told of files`() throws {
    let shown = try screen("\"$TOOL\" info \"$FILE\" - >/dev/null", untilShown: true)
    #expect(shown.contains(#/K\d+ %, \d+ MB\/s, \d+ s left/#), "\(shown)")
    #expect(shown.hasSuffix(Self.erase))
  }
}
