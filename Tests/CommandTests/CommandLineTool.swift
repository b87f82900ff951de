import Foundation

/// The built `mjournal`, run as a user runs it.
struct CommandLineTool {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    var outputLines: [Substring] { output.split(separator: "\n") }
    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// The executable beside the test bundle.
  static let path: String = {
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "mjournal").path(percentEncoded: false)
  }()

  /// The repository's `Samples` folder.
  static let samples =
    URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Samples")
    .path(percentEncoded: false) + "/"

  /// Runs the tool to its end.
  static func run(_ arguments: String..., input: Data? = nil) throws -> Result {
    try run(arguments: arguments, input: input)
  }

  /// Runs a line of shell, in which `$0` is the tool and `$1` and so on are `arguments`, to its end.
  static func shell(_ line: String, _ arguments: String...) throws -> Result {
    try run("/bin/sh", ["-c", line, path] + arguments, input: nil)
  }

  /// The same with arguments in a list.
  static func shell(_ line: String, arguments: [String]) throws -> Result {
    try run("/bin/sh", ["-c", line, path] + arguments, input: nil)
  }

  /// Runs the tool to its end.
  static func run(arguments: [String], input: Data? = nil) throws -> Result {
    try run(path, arguments, input: input)
  }

  private static func run(
    _ executable: String, _ arguments: [String], input: Data?
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    let folder = try TemporaryFolder()
    let outputPath = folder.path("output")
    let errorPath = folder.path("errors")
    try Data().write(to: URL(filePath: outputPath))
    try Data().write(to: URL(filePath: errorPath))
    process.standardOutput = FileHandle(forWritingAtPath: outputPath)
    process.standardError = FileHandle(forWritingAtPath: errorPath)
    if let input {
      let pipe = Pipe()
      process.standardInput = pipe
      try process.run()
      try pipe.fileHandleForWriting.write(contentsOf: input)
      try pipe.fileHandleForWriting.close()
    } else {
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: URL(filePath: outputPath)), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: URL(filePath: errorPath)), as: UTF8.self))
  }
}

/// A folder that is removed with its last reference.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "mjournal-test-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false)).sorted()
  }
}
