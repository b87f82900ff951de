import Foundation
import Testing

/// `discover`, as its users run it.
@Suite struct DiscoverCommandTests {
  @Test func `an unknown journal is refused with the command that finds it, and then read`() throws
  {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    let layout = folder.path("layout.json")
    _ = try CommandLineTool.run(
      "sample", "--structural", "unpadded-be", "--records", "3000", journal)
    for command in ["dump", "profile", "transactions"] {
      let refused = try CommandLineTool.run(command, journal)
      #expect(refused.status == 2, "\(command)")
      #expect(refused.errors.contains("mjournal discover \(journal) -o layout.json"), "\(command)")
    }
    let found = try CommandLineTool.run("discover", journal, "-o", layout)
    #expect(found.status == 0, "\(found.output)\(found.errors)")
    #expect(found.output.contains("3000 records") || found.output.contains("records from 131104"))
    #expect(found.output.contains("proof:") && found.output.contains("nearest rival:"))
    #expect(found.output.contains("layout 'discovered' written to \(layout)"))
    let text = try String(contentsOfFile: layout, encoding: .utf8)
    for word in ["LR.Result", "/usr/iris", "20240709"] { #expect(!text.contains(word)) }
    for command in [["info"], ["dump"], ["verify"], ["profile"]] {
      let result = try CommandLineTool.run(command[0], "--layout", layout, journal)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
    let dump = try CommandLineTool.run("dump", "--layout", layout, journal)
    #expect(dump.output.contains("^LR.ResultD(") && dump.outputLines.count > 2900)
    let again = try CommandLineTool.run("discover", journal, "-o", layout)
    #expect(again.status == 2 && again.errors.contains("--force"))
  }

  @Test func `what is no journal has a status of its own and writes nothing`() throws {
    let folder = try TemporaryFolder()
    let layout = folder.path("layout.json")
    let result = try CommandLineTool.run(
      "discover", CommandLineTool.path, "-o", layout, "--format", "ndjson")
    #expect(result.status == 3, "\(result.output)")
    #expect(result.output.contains("\"proved\":false"))
    #expect(!FileManager.default.fileExists(atPath: layout))
    let missing = try CommandLineTool.run("discover", folder.path("nothing"))
    #expect(missing.status == 2 && missing.errorLines.count == 1)
  }

  /// Where a record starts, only the one behind it says.
  @Test(arguments: ["only-back", "crossing-end"])
  func `records that lead back are read in their order`(family: String) throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    let layout = folder.path("layout.json")
    _ = try CommandLineTool.run("sample", "--structural", family, "--records", "4000", journal)
    let result = try CommandLineTool.run("discover", journal, "-o", layout)
    #expect(result.status == 0, "\(result.output)")
    let dump = try CommandLineTool.run("dump", "--layout", layout, journal, "--format", "ndjson")
    #expect(dump.status == 0 && dump.outputLines.count == 4000, "\(dump.errors)")
    for command in [["verify"], ["profile"], ["show", "131088"]] {
      let result = try CommandLineTool.run(
        arguments: [command[0], "--layout", layout, journal] + command.dropFirst())
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
    // Damage costs what it hits, and is told.
    var bytes = try Data(contentsOf: URL(filePath: journal))
    bytes.replaceSubrange(200_000..<202_000, with: Data(repeating: 0xFF, count: 2000))
    try bytes.write(to: URL(filePath: journal))
    let hurt = try CommandLineTool.run("dump", "--layout", layout, journal, "--format", "ndjson")
    #expect(hurt.status == 1 && !hurt.errors.isEmpty, "\(hurt.errors)")
    #expect(hurt.outputLines.count > 3800 && hurt.outputLines.count < 4000)
  }

  @Test func `a refusal can be shared and blames nobody`() throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    _ = try CommandLineTool.run(
      "sample", "--structural", "three-parts", "--records", "200", journal)
    let result = try CommandLineTool.run("discover", journal)
    #expect(result.status == 3, "\(result.output)")
    #expect(result.output.contains("no fault of the file"))
    for word in ["LR.Result", "/usr/iris", "20240709"] { #expect(!result.output.contains(word)) }
    let other = try CommandLineTool.run("discover", CommandLineTool.path)
    #expect(other.status == 3 && other.output.contains("no chain of records"), "\(other.output)")
  }
}
