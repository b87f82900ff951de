import Foundation
import Testing

/// Bad input gives one clear line and the documented exit status.
@Suite struct BadInputTests {
  let folder: TemporaryFolder
  let sound: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    let path = folder.path("20240709.001")
    let made = try CommandLineTool.run("sample", "--every-type", path)
    try #require(made.status == 0, "\(made.errors)")
    sound = [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  private func write(_ bytes: [UInt8], _ name: String = "20240709.002") throws -> String {
    let path = folder.path(name)
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  /// The commands that read one journal in its simplest form.
  static let readers = [("info", "text"), ("dump", "text"), ("dump", "ndjson")]

  @Test(arguments: readers)
  func `a file that is no journal is refused in one line`(command: String, format: String) throws {
    let cases: [(bytes: [UInt8], says: String)] = [
      ([], "empty"),
      (Array("MJRN".utf8), "not of a known journal layout"),
      (Array(repeating: 0x41, count: 300_000), "calibrate"),
      (Array(sound[..<5000]), "ends inside its header (5000 of 8192 bytes)"),
    ]
    for (bytes, says) in cases {
      let path = try write(bytes)
      let result = try CommandLineTool.run(command, path, "--format", format)
      if command == "info", bytes.first == 0x41 || bytes.count == 4 {
        // What can be said without a layout is.
        #expect(result.status == 0 && result.output.contains("unknown: the first bytes are of no"))
        continue
      }
      #expect(result.status == 2)
      #expect(result.errorLines.count == 1)
      #expect(result.errors.contains(says), "\(result.errors)")
      #expect(result.errors.contains(path))
    }
  }

  @Test func `a directory without journals, a missing file and a device are refused`() throws {
    let empty = try TemporaryFolder()
    for path in [empty.path(""), folder.path("missing"), "/dev/null"] {
      let result = try CommandLineTool.run("dump", path)
      #expect(result.status == 2)
      #expect(result.errorLines.count == 1, "\(result.errors)")
    }
  }

  @Test func `a damaged block is reported with its addresses and the rest is listed`() throws {
    var bytes = sound
    bytes[131_072 + 200] ^= 0x10
    let path = try write(bytes)
    let whole = try CommandLineTool.run("dump", folder.path("20240709.001"))
    let result = try CommandLineTool.run("dump", path)
    #expect(result.status == 1)
    #expect(result.errors.contains("131072..<196608 (65536 bytes)"), "\(result.errors)")
    let kept = whole.outputLines.dropFirst(3).filter {
      Int($0.drop { $0 == " " }.prefix { $0.isNumber }).map { $0 >= 196_608 } ?? false
    }
    // The long value's leading bytes lie in the damaged block: its record is listed, not its value.
    #expect(result.outputLines.count == 3 + kept.count)
    #expect(result.outputLines.contains { $0.contains("^LONG(1)") && $0.contains("damaged block") })
    #expect(result.outputLines.suffix(190) == kept.suffix(190))
  }

  @Test func `a truncated journal is reported and what is left is listed`() throws {
    let path = try write(Array(sound[..<200_000]))
    let result = try CommandLineTool.run("dump", path)
    #expect(result.status == 1)
    #expect(result.errors.contains("the file ends before its data do"), "\(result.errors)")
    #expect(result.output.contains("^T(2,"))
  }

  @Test func `one bad file among several does not stop the others`() throws {
    let bad = try write([1, 2, 3])
    let result = try CommandLineTool.run("dump", bad, folder.path("20240709.001"), "--limit", "1")
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1)
    #expect(result.output.contains("131200"))
  }

  @Test func `wrong usage exits with 64 and names the option`() throws {
    let path = folder.path("20240709.001")
    for (option, value) in [("--from", "x"), ("--limit", "-1"), ("--format", "xml"), ("--no", "")] {
      let result = try CommandLineTool.run("dump", path, option, value)
      #expect(result.status == 64, "\(option)")
      #expect(result.errors.contains(option))
      #expect(result.output.isEmpty)
    }
  }

  @Test func `an existing file is not overwritten without force`() throws {
    let path = try write([1, 2, 3], "kept")
    let refused = try CommandLineTool.run("sample", "--every-type", path)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("--force"))
    #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == [1, 2, 3])
    #expect(try CommandLineTool.run("sample", "--every-type", path, "--force").status == 0)
    #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == sound)
  }
}
