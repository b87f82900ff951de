import Foundation
import Testing

/// A bare name never stands for a key that was not read, a time that is not known is no year 1970, and what
/// cannot be done without either is refused.
@Suite struct UnreadKeyTests {
  /// - Parameter hasTimes: whether the listing has its second column.
  private func calibrated(
    _ family: String, _ folder: TemporaryFolder, hasTimes: Bool = true
  ) throws -> (journal: String, layout: String) {
    let (journal, layout) = (folder.path("journal"), folder.path("mine.json"))
    #expect(
      try CommandLineTool.run("sample", "--foreign", family, "--records", "2500", journal).status
        == 0)
    if !hasTimes {
      let text = try String(contentsOfFile: journal + ".csv", encoding: .utf8)
      let lines = text.split(separator: "\n").map { line in
        let parts = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        return "\(parts[0]),\(parts[2])"
      }
      #expect(lines[0].hasPrefix("Address,ProcessID"))
      try lines.joined(separator: "\n").write(
        toFile: journal + ".csv", atomically: true, encoding: .utf8)
    }
    let made = try CommandLineTool.run(
      "calibrate", journal, "--listing", journal + ".csv", "-o", layout)
    #expect(made.status == 0, "\(made.errors)")
    return (journal, layout)
  }

  @Test func `subscripts that are not read are marked in text and null elsewhere`() throws {
    let folder = try TemporaryFolder()
    let (journal, layout) = try calibrated("crossing", folder)
    func run(_ arguments: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.run(arguments: arguments + ["--layout", layout, journal])
    }
    let bare = #/\^LR\.ResultD(?!\(\?\))/#
    for arguments in [["dump"], ["dump", "--redact"], ["export"], ["dump", "--format", "csv"]] {
      let result = try CommandLineTool.run(arguments: arguments + ["--layout", layout, journal])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("^LR.ResultD(?)"), "\(arguments)")
      #expect(result.output.firstMatch(of: bare) == nil, "\(arguments)")
    }
    for line in try run("dump", "--format", "ndjson").outputLines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["globalNode"] is NSNull)
    }
    let shown = try CommandLineTool.run("show", "--layout", layout, journal, "131088")
    #expect(shown.output.firstMatch(of: bare) == nil)
    let database = folder.path("x.db")
    #expect(try run("export", "--format", "sqlite", "--output", database).status == 0)
    let count = try CommandLineTool.shell(
      "sqlite3 \"$1\" 'SELECT count(*) FROM records WHERE globalNode = \"^LR.ResultD\"'", database)
    #expect(count.output == "0\n" || count.status != 0)
  }

  @Test func `what needs the whole key is refused before anything is written`() throws {
    let folder = try TemporaryFolder()
    let (journal, layout) = try calibrated("crossing", folder)
    for arguments in [
      ["restore-script"], ["restore-script", "--direction", "redo"],
      ["restore-script", "--dialect", "zwr"], ["export", "--format", "zwr"],
      ["history", "^LR.ResultD"], ["profile", "--depth", "1"],
      ["state", "^LR.ResultD"], ["diff", "^LR.ResultD"], ["restore-script", "--at", "end"],
    ] {
      let result = try CommandLineTool.run(arguments: arguments + ["--layout", layout, journal])
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.output.isEmpty, "\(arguments): \(result.output.prefix(200))")
      #expect(result.errors.contains("does not know the subscripts"), "\(result.errors)")
    }
    // A name alone is known.
    #expect(try CommandLineTool.run("profile", "--layout", layout, journal).status == 0)
  }

  @Test func `times that are not known are not those of 1970`() throws {
    let folder = try TemporaryFolder()
    let (journal, layout) = try calibrated("shortened", folder, hasTimes: false)
    for arguments in [
      ["history", "^LR.ResultD"], ["history", "^LR.ResultD", "--format", "ndjson"],
      ["transactions"], ["transactions", "--format", "ndjson"],
      ["transactions", "--format", "csv"],
      ["transactions", "--longest"], ["profile"], ["profile", "--by", "type"], ["info"],
      ["info", "--format", "ndjson"], ["dump", "--time"], ["export"], ["bench", "--rounds", "1"],
    ] {
      let result = try CommandLineTool.run(arguments: arguments + ["--layout", layout, journal])
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      #expect(!result.output.isEmpty && !result.output.contains("1970-01-01"), "\(arguments)")
    }
    let text = try CommandLineTool.run("transactions", "--layout", layout, journal)
    #expect(text.output.contains("unknown"))
    let minutes = try CommandLineTool.run("profile", "--by", "minute", "--layout", layout, journal)
    #expect(minutes.status == 2 && minutes.errors.contains("does not know the time"))
  }
}
