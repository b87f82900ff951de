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

  @Test(arguments: ["absolute-links", "packed-flags", "crossing"])
  func `what calibrate has proved holds`(family: String) throws {
    let folder = try TemporaryFolder()
    let (journal, layout) = (folder.path("journal"), folder.path("mine.json"))
    _ = try CommandLineTool.run("sample", "--foreign", family, "--records", "2500", journal)
    let found = try CommandLineTool.run(
      "calibrate", journal, "--listing", journal + ".csv", "-o", layout)
    #expect(found.status == 0)
    let check = try CommandLineTool.run("layouts", "check", "--layout", layout, journal)
    #expect(check.status == 0, "\(check.output)")
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

  /// The listing that the class in `iris` writes with a salt: processes, databases, names and values are hashes,
  /// times are left out.
  private static func salted(_ listing: String) -> String {
    let hashed: Set = ["ProcessID", "DatabaseName", "GlobalNode", "NewValue", "OldValue"]
    var rows = listing.split(whereSeparator: \.isNewline).map { fields(String($0)) }
    let heads = rows.removeFirst()
    func hash(_ text: String) -> String {
      var value: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in ("0123456789abcdef/" + text).utf8 {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
      }
      return "x" + String(value, radix: 36) + "="
    }
    let kept = heads.indices.filter { heads[$0] != "TimeStamp" }
    let lines = [
      kept.map { (hashed.contains(heads[$0]) ? "Hashed " : "") + heads[$0] }.joined(separator: ",")
    ]
    return
      (lines
      + rows.map { row in
        kept.map { index in
          let text = index < row.count ? row[index] : ""
          return "\"" + (hashed.contains(heads[index]) && !text.isEmpty ? hash(text) : text) + "\""
        }.joined(separator: ",")
      }).joined(separator: "\n") + "\n"
  }

  private static func fields(_ line: String) -> [String] {
    var fields = [""]
    var inQuotes = false
    for character in line {
      if character == "\"" {
        inQuotes.toggle()
      } else if character == ",", !inQuotes {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test(arguments: ["absolute-links", "shortened", "small-blocks", "crossing"])
  func `a salted listing finds chain, types, jobs and databases, and says what it cannot`(
    family: String
  ) throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    _ = try CommandLineTool.run("sample", "--foreign", family, "--records", "2500", journal)
    let listing = try String(contentsOfFile: journal + ".csv", encoding: .utf8)
    let salted = Self.salted(listing)
    for word in ["LR.Result", "/usr/iris", "2024-"] { #expect(!salted.contains(word)) }
    try salted.write(toFile: folder.path("salted.csv"), atomically: true, encoding: .utf8)
    let found = try CommandLineTool.run(
      "calibrate", journal, "--listing", folder.path("salted.csv"), "-o", folder.path("mine.json"))
    #expect(found.status == 0, "\(found.output)\(found.errors)")
    #expect(found.output.contains("Hashed ProcessID, Hashed DatabaseName: as labels"))
    #expect(found.output.contains("Hashed GlobalNode, Hashed NewValue, Hashed OldValue: not read"))
    for field in [
      "record.type", "record.jobID", "record.sfn", "record.transactionFlag", "record.valueCount",
    ] {
      #expect(
        found.output.contains(try Regex("\(field) +at ")), "\(family) \(field)\n\(found.output)")
    }
    for field in ["record.key", "record.values"] {
      #expect(
        found.output.contains(try Regex("\(field) +unknown")), "\(family) \(field)\n\(found.output)"
      )
    }
    let plain = try CommandLineTool.run(
      "calibrate", journal, "--listing", journal + ".csv", "-o", folder.path("plain.json"))
    #expect(plain.status == 0)
    func walk(_ text: String) -> Substring? {
      text.split(separator: "\n").first { $0.hasPrefix("walk:") }
    }
    #expect(walk(found.output) != nil && walk(found.output) == walk(plain.output))
  }
}
