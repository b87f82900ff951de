import Foundation
import Testing

/// `calibrate`, `layouts` and `--layout`, as a user runs them.
@Suite struct CalibrateCommandTests {
  @Test func `a foreign journal is refused, calibrated, and then read by every command`() throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    let layout = folder.path("mine.json")
    #expect(
      try CommandLineTool.run("sample", "--foreign", "absolute-links", "--records", "2500", journal)
        .status == 0)
    let refused = try CommandLineTool.run("dump", journal)
    #expect(refused.status == 2 && refused.errors.contains("mjournal calibrate"))
    let arguments = ["calibrate", journal, "--listing", journal + ".csv", "-o", layout]
    let found = try CommandLineTool.run(
      arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
    #expect(found.status == 0)
    #expect(found.output.contains("wrong rows: 0") && found.output.contains("record.nextAddress"))
    // No data of the journal is in the layout.
    let text = try String(contentsOfFile: layout, encoding: .utf8)
    for word in ["/usr/iris", "LR.Result", "20240709"] { #expect(!text.contains(word)) }
    let again = try CommandLineTool.run(
      arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
    #expect(again.status == 2 && again.errors.contains("--force"))
    for command in [["info"], ["dump"], ["verify"], ["profile"], ["transactions"], ["export"]] {
      let result = try CommandLineTool.run(command[0], "--layout", layout, journal)
      #expect(result.status == 0, "\(command): \(result.errors)")
      #expect(!result.output.isEmpty)
    }
    let history = try CommandLineTool.run("history", "--layout", layout, "^LR.ResultD", journal)
    #expect(history.status == 0 && history.outputLines.count > 50, "\(history.errors)")
    let filtered = try CommandLineTool.run(
      "dump", "--layout", layout, "--database", "/usr/iris/mgr/", journal)
    #expect(filtered.status == 2 && filtered.errors.contains("names of databases"))
  }

  @Test func `a layout is proved anew on another file, and a wrong one does not hold`() throws {
    let folder = try TemporaryFolder()
    let layout = folder.path("mine.json")
    for (name, seed) in [("one", "1"), ("two", "2")] {
      _ = try CommandLineTool.run(
        "sample", "--foreign", "shortened", "--records", "2500", "--seed", seed, folder.path(name))
    }
    _ = try CommandLineTool.run(
      "calibrate", folder.path("one"), "--listing", folder.path("one.csv"), "-o", layout)
    let right = try CommandLineTool.run(
      "layouts", "check", "--layout", layout, folder.path("one"), folder.path("two"))
    #expect(right.status == 0 && right.errors.isEmpty, "\(right.errors)")
    #expect(right.outputLines.count { $0 == "the layout holds" } == 2)
    #expect(right.outputLines.contains { $0.hasPrefix("agrees: keys decode: ") })
    let text = try String(contentsOfFile: layout, encoding: .utf8)
    let wrong = text.replacing("\"key\" : 24", with: "\"key\" : 25")
    #expect(wrong != text)
    try wrong.write(toFile: layout, atomically: true, encoding: .utf8)
    let refused = try CommandLineTool.run(
      "layouts", "check", "--layout", layout, folder.path("two"))
    #expect(refused.status == 1 && refused.output.contains("DIFFERS: keys decode"))
    #expect(refused.output.contains("the layout does not hold"))
  }

  @Test func `the layout that is shared is the one that is built in`() throws {
    let shared = CommandLineTool.samples + "../layouts/r2/layout.json"
    let shown = try CommandLineTool.run("layouts", "show", "R2")
    #expect(try shown.output == String(contentsOfFile: shared, encoding: .utf8))
  }

  @Test func `a listing of another file writes nothing`() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("one", "1"), ("two", "2")] {
      _ = try CommandLineTool.run(
        "sample", "--foreign", "crossing", "--records", "1500", "--seed", seed, folder.path(name))
    }
    let result = try CommandLineTool.run(
      "calibrate", folder.path("one"), "--listing", folder.path("two.csv"), "-o",
      folder.path("layout.json"))
    #expect(result.status == 2 && result.errorLines.count == 1)
    #expect(try !folder.names().contains("layout.json"))
  }

  @Test(arguments: ["", "nothing here\n", "Address,Type\n", "[]", "{\"a\":1}"])
  func `what is no listing is one line on standard error`(text: String) throws {
    let folder = try TemporaryFolder()
    let listing = folder.path("listing")
    try text.write(toFile: listing, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      "calibrate", InspectionTests.seven, "--listing", listing)
    #expect(result.status == 2 && result.errorLines.count == 1)
  }
}
