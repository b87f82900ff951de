import Foundation
import Testing

/// `--redact` hides values and subscripts in every output, and nothing else.
@Suite struct RedactionTests {
  let folder: TemporaryFolder
  let journal: String

  init() throws {
    folder = try TemporaryFolder()
    journal = folder.path("20240709.001")
    let source = folder.path("globals.zwr")
    let lines = [
      "^PATIENT(4711,\"SMITH\")=\"born 1961-03-04\"", "^PATIENT(-4.25,\"\")=-12.5",
      "^PATIENT(0)=$lb(\"DIAGNOSIS\",31415,,$lb(\"NESTED\"))",
      "^PATIENT(1)=$zwc(405,2,2,5,10)/*$bit(3,6,11)*/",
    ]
    try lines.joined(separator: "\n").write(
      toFile: source, atomically: true, encoding: .utf8)
    try #require(try CommandLineTool.run("sample", "--from", source, journal).status == 0)
  }

  private static let secrets = [
    "SMITH", "4711", "born", "1961", "12.5", "DIAGNOSIS", "31415", "NESTED", "4.25", "$bit(",
    "$c(149,",
  ]

  /// The secrets that `text` holds outside the file's path, whose folder has a random name.
  private func leaks(_ text: String) -> [String] {
    let text = text.replacing(journal, with: "")
    return Self.secrets.filter { text.contains($0) }
  }

  @Test(arguments: [
    ["dump"], ["dump", "--format", "ndjson"], ["dump", "--format", "csv"], ["dump", "--full"],
    ["export", "--format", "ndjson"], ["export", "--format", "csv"], ["export", "--format", "zwr"],
    ["show", "ADDRESS"], ["show", "ADDRESS", "--format", "ndjson"],
    ["show", "ADDRESS", "--format", "csv"],
  ])
  func `no value and no subscript is left`(command: [String]) throws {
    func run(_ extra: [String]) throws -> CommandLineTool.Result {
      var arguments = command.map { $0 == "ADDRESS" ? "131088" : $0 }
      arguments.insert(journal, at: 1)
      arguments += extra
      return try CommandLineTool.run(arguments: arguments)
    }
    let open = try run([])
    #expect(open.status == 0, "\(open.errors)")
    #expect(!leaks(open.output).isEmpty)
    let hidden = try run(["--redact"])
    #expect(hidden.status == 0, "\(hidden.errors)")
    #expect(leaks(hidden.output) == [])
    #expect(hidden.output.contains("^PATIENT("))
    #expect(hidden.outputLines.count == open.outputLines.count)
  }

  @Test func `lengths and types stay`() throws {
    let text = try CommandLineTool.run("dump", journal, "--redact").output
    #expect(text.contains("^PATIENT(9999,\"xxxxx\") = <string, 15 bytes>"), "\(text)")
    #expect(text.contains("^PATIENT(-9.99,\"\") = <string, 5 bytes>"))
    #expect(text.contains("^PATIENT(9) = <list, 26 bytes>"), "\(text)")
    let zwr = try CommandLineTool.run("export", journal, "--format", "zwr", "--redact").output
    #expect(zwr.contains("^PATIENT(9999,\"xxxxx\")=\"xxxxxxxxxxxxxxx\"\n"), "\(zwr)")
    #expect(zwr.contains("^PATIENT(-9.99,\"\")=-99.9\n"))
    #expect(zwr.contains("^PATIENT(9)=$lb(\"xxxxxxxxx\",99,,$lb(\"xxxxxx\"))\n"))
  }

  @Test func `an SQLite export hides them too, to its last byte`() throws {
    let target = folder.path("out.sqlite")
    let result = try CommandLineTool.run(
      "export", journal, "--format", "sqlite", "--output", target, "--redact")
    #expect(result.status == 0, "\(result.errors)")
    let bytes = try Data(contentsOf: URL(filePath: target))
    for secret in Self.secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret)") }
    #expect(bytes.range(of: Data("<string, 15 bytes>".utf8)) != nil)
  }

  @Test func `markers, bits and hexadecimal hide theirs`() throws {
    let every = folder.path("20240709.002")
    try #require(try CommandLineTool.run("sample", "--every-type", every).status == 0)
    let text = try CommandLineTool.run("dump", every, "--redact").output
    #expect(!text.contains("Incremental"))
    #expect(text.contains("<11 bytes>"))
    #expect(text.contains("<one bit>"))
    let refused = try CommandLineTool.run("show", every, "131088", "--hex", "--redact")
    #expect(refused.status == 64)
  }

  @Test func `a database with hidden values is not continued with shown ones, nor the other way`()
    throws
  {
    let target = folder.path("out.sqlite")
    func export(_ options: [String]) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        arguments: ["export", journal, "--format", "sqlite", "--output", target] + options)
    }
    for (first, other) in [(["--redact"], [String]()), ([], ["--redact"])] {
      try? FileManager.default.removeItem(atPath: target)
      let made = try export(first)
      #expect(made.status == 0, "\(made.errors)")
      let bytes = try Data(contentsOf: URL(filePath: target))
      let refused = try export(["--continue"] + other)
      #expect(refused.status == 2)
      #expect(refused.errorLines.count == 1)
      #expect(refused.errors.contains("--redact"), "\(refused.errors)")
      #expect(try Data(contentsOf: URL(filePath: target)) == bytes)
      let continued = try export(["--continue"] + first)
      #expect(continued.status == 0, "\(continued.errors)")
    }
  }
}
