import Foundation
import Testing

/// Every command shown in the documentation prints what the documentation says.
///
/// A fenced block that begins with ```` ```console ```` holds lines `$ command`, each followed by
/// the output of that command. The commands run with bash at the root of a copy-free checkout; they
/// read `Samples` and write only below `$TMP`. With MJOURNAL_UPDATE=1 the blocks are rewritten.
@Suite struct DocumentationTests {
  static let root = URL(filePath: CommandLineTool.samples).deletingLastPathComponent()
    .path(percentEncoded: false)

  /// Documents with shown commands.
  static let documents = ["README.md"] + markdown(in: "docs")

  private static func markdown(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test(arguments: documents)
  func `shown commands print what is shown`(document: String) throws {
    let path = Self.root + document
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
    var rewritten: [String] = []
    var inConsole = false
    var lines = text.components(separatedBy: "\n")[...]
    let folder = try TemporaryFolder()
    while let line = lines.popFirst() {
      rewritten.append(line)
      if line.hasPrefix("```") {
        inConsole = !inConsole && line == "```console"
        continue
      }
      guard inConsole, line.hasPrefix("$ ") else { continue }
      var shown: [String] = []
      while let next = lines.first, !next.hasPrefix("$ "), !next.hasPrefix("```") {
        shown.append(next)
        lines.removeFirst()
      }
      let printed = try Self.shell(String(line.dropFirst(2)), temporary: folder)
      rewritten += printed
      if !Self.updates { #expect(printed == shown, "\(document): \(line)") }
    }
    if Self.updates {
      try rewritten.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  private static let updates = ProcessInfo.processInfo.environment["MJOURNAL_UPDATE"] == "1"

  /// Runs a command line at the repository's root and returns the lines it prints, those on
  /// standard error included.
  private static func shell(_ command: String, temporary: TemporaryFolder) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "exec 2>&1; \(command)"]
    process.currentDirectoryURL = URL(filePath: root)
    var environment = ProcessInfo.processInfo.environment
    let tools = URL(filePath: CommandLineTool.path).deletingLastPathComponent()
    environment["PATH"] = tools.path(percentEncoded: false) + ":" + (environment["PATH"] ?? "")
    let scratch = temporary.url.path(percentEncoded: false)
    environment["TMP"] = scratch
    environment["TZ"] = "UTC"
    environment["LC_ALL"] = "C.UTF-8"
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    var lines = String(decoding: output, as: UTF8.self)
      .replacingOccurrences(of: scratch, with: "$TMP").components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
