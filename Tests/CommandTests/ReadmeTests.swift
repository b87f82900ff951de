import Foundation
import JournalQuery
import Testing

/// The README and the documents say what the command has.
@Suite struct ReadmeTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: DocumentationTests.root + path, encoding: .utf8)
  }

  @Test func `the README names every command`() throws {
    let readme = try Self.text("README.md")
    let names = try Self.commands()
    #expect(names.count > 20)
    for name in names { #expect(readme.contains("`\(name)`"), "\(name) is missing") }
  }

  @Test func `the help of every command offers values by name, not by number`() throws {
    for name in try Self.commands() {
      let help = try CommandLineTool.run(name, "--help").output
      #expect(help.contains("USAGE: mjournal \(name)"))
      #expect(!help.contains(#/\(values:\s+[0-9]/#), "\(name)")
      #expect(!help.contains(#/\n +\w+ +- *\n/#), "\(name): a value without a description")
      let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for match in words.matches(of: #/\(values: ([^;)]+); default: ([^)]+)\)/#) {
        let values = match.output.1.split(separator: ", ")
        #expect(values.contains(match.output.2), "\(name): \(match.output.0)")
      }
    }
  }

  private static func commands() throws -> [String] {
    let help = try CommandLineTool.run("--help").output
    let lists = help.split(separator: "SUBCOMMANDS:").dropFirst().joined()
    return lists.matches(of: #/\n  ([a-z-]+) /#).map { String($0.output.1) }
  }

  /// Snippets are compiled with the package; code in documents is one of them, to the letter.
  @Test func `all Swift code in documents is a snippet as it is`() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: DocumentationTests.root + "Snippets")
    let snippets = try names.map { try Self.text("Snippets/" + $0) }
    var shown = 0
    for document in DocumentationTests.documents {
      for part in try Self.text(document).components(separatedBy: "```swift\n").dropFirst() {
        let code = part.components(separatedBy: "```")[0]
        #expect(snippets.contains(code), "\(document): \(code)")
        shown += 1
      }
    }
    #expect(shown >= 1)
  }

  @Test func `every snippet runs and prints what its first line says`() throws {
    let folder = try TemporaryFolder()
    let journal = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.007"
    let logs = CommandLineTool.samples + "logs/failover-1433/"
    let written = folder.url.appending(path: "20240709.001").path(percentEncoded: false)
    let runs: [(name: String, arguments: [String], prints: String)] = [
      ("LargestValues", [journal], " "),
      ("FilterRecords", [journal, "^WRD.Bed"], "132508 ^WRD.Bed(147)\n"),
      ("WriteJournal", [written], "the first record stands at 131088\n"),
      (
        "JudgePositions", [logs + "UBUNTU.messages.log", logs + "UBUNTU-2.messages.log"],
        "YES, nothing lost: UBUNTU-2 took over at 356088 in #7, and UBUNTU resumed there (10 comparisons)\n"
      ),
    ]
    let names = try FileManager.default.contentsOfDirectory(
      atPath: DocumentationTests.root + "Snippets")
    #expect(Set(runs.map { $0.name + ".swift" }) == Set(names))
    for run in runs {
      let process = Process()
      process.executableURL = URL(filePath: CommandLineTool.path).deletingLastPathComponent()
        .appending(path: run.name)
      process.arguments = run.arguments
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(run.name)")
      #expect(String(decoding: data, as: UTF8.self).contains(run.prints), "\(run.name)")
    }
    #expect(try CommandLineTool.run("verify", written).status == 0)
  }

  @Test func `every document that the README links to exists`() throws {
    let links = try Self.text("README.md").matches(of: /\]\(([^)#]+)\)/).map { String($0.output.1) }
    #expect(links.count > 5)
    for link in links where !link.hasPrefix("http") {
      #expect(FileManager.default.fileExists(atPath: DocumentationTests.root + link), "\(link)")
    }
  }

  @Test func `the table of record fields is complete and in order`() throws {
    let named = try Self.text("docs/OUTPUT.md").matches(of: /\n\| `(\w+)` \|/)
      .map { String($0.output.1) }
    let fields = RecordField.allCases.map(\.rawValue)
    #expect(Array(named.filter(fields.contains).prefix(fields.count)) == fields)
  }

  @Test func `the tour runs, and both failovers agree`() throws {
    let process = Process()
    process.executableURL = URL(filePath: DocumentationTests.root + "scripts/tour")
    var environment = ProcessInfo.processInfo.environment
    let tools = URL(filePath: CommandLineTool.path).deletingLastPathComponent()
    environment["PATH"] = tools.path(percentEncoded: false) + ":" + (environment["PATH"] ?? "")
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let output = String(decoding: data, as: UTF8.self)
    #expect(process.terminationStatus == 0)
    #expect(output.components(separatedBy: "Verdict: YES").count == 4)
    for address in ["382140", "204392", "200088", "356088", "200868"] {
      #expect(output.contains(address))
    }
    #expect(output.hasSuffix("equal\n"))
  }
}
