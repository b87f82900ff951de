import Foundation
import Testing

/// No command replaces or removes what it reads, or what it has just made of something else.
@Suite struct LostInputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A journal made of one SET, at `path` in the folder, whose directories are made.
  private func journal(_ name: String, _ value: String) throws -> (path: String, bytes: Data) {
    let path = folder.path(name)
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    let globals = folder.path("globals-\(UUID())")
    try "^X(1)=\"\(value)\"\n".write(toFile: globals, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: globals) }
    try #require(try CommandLineTool.run("sample", "--from", globals, path).status == 0)
    return (path, try bytes(path))
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private func directory(_ name: String) throws -> String {
    let path = folder.path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// The whole content of a compressed file, by another way than the one under test.
  private func restored(_ path: String) throws -> Data {
    let target = folder.path("restored-\(UUID())")
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    let result = try CommandLineTool.run("decompress", path, "--output", target)
    try #require(result.status == 0, "\(result.errors)")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: target).first)
    return try bytes(target + "/" + name)
  }

  @Test(arguments: [["--force", "--rm"], ["--force"], ["--rm"], []])
  func `two inputs of one name do not become one file`(options: [String]) throws {
    let one = try journal("a/20240709.001", "one")
    let two = try journal("b/20240709.001", "two")
    let out = try directory("out")
    let result = try CommandLineTool.run(
      arguments: ["compress", one.path, two.path, "--output", out] + options)
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.contains("made of another input of this run"), "\(result.errors)")
    #expect(try bytes(two.path) == two.bytes)
    #expect(exists(one.path) == !options.contains("--rm"))
    #expect(try restored(out + "/20240709.001z") == one.bytes)
  }

  @Test func `nor do they in decompress, whatever their suffixes`() throws {
    let one = try journal("a/20240709.001", "one")
    let two = try journal("b/20240709.001", "two")
    for path in [one.path, two.path] {
      try #require(try CommandLineTool.run("compress", path, "--rm").status == 0)
    }
    let container = one.path + "z"
    let stream = folder.path("b/20240709.001.zst")
    try FileManager.default.moveItem(atPath: two.path + "z", toPath: stream)
    let kept = try bytes(stream)
    let out = try directory("out")
    let result = try CommandLineTool.run(
      "decompress", container, stream, "--output", out, "--force", "--rm")
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(!exists(container))
    #expect(try bytes(stream) == kept)
    #expect(try bytes(out + "/20240709.001") == one.bytes)
  }

  @Test func `an output that leads to one that was made is none`() throws {
    let one = try journal("a/20240709.001", "one")
    let two = try journal("a/20240709.002", "two")
    let out = try directory("out")
    // What a file system without upper and lower case does by itself.
    try FileManager.default.createSymbolicLink(
      atPath: out + "/20240709.002z", withDestinationPath: "20240709.001z")
    let result = try CommandLineTool.run(
      "compress", one.path, two.path, "--output", out, "--force", "--rm")
    #expect(result.status == 2)
    #expect(try bytes(two.path) == two.bytes)
    #expect(try restored(out + "/20240709.001z") == one.bytes)
    // The same directory by another path.
    let again = try journal("b/20240709.001", "three")
    let link = folder.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("b"))
    let twice = try CommandLineTool.run(
      "compress", again.path, link + "/20240709.001", "--force")
    #expect(twice.status == 2)
    #expect(twice.errorLines.count == 1, "\(twice.errors)")
    #expect(try restored(again.path + "z") == again.bytes)
  }

  @Test func `one file that is named twice is done once`() throws {
    let one = try journal("a/20240709.001", "one")
    let result = try CommandLineTool.run("compress", one.path, one.path, "--rm", "--force")
    #expect(result.status == 2)
    #expect(result.errors.contains("for the second time"), "\(result.errors)")
    #expect(try restored(one.path + "z") == one.bytes)
  }

  @Test func `hard links of different names become a file each`() throws {
    let one = try journal("a/20240709.001", "one")
    let other = folder.path("a/20240709.002")
    try FileManager.default.linkItem(atPath: one.path, toPath: other)
    let result = try CommandLineTool.run("compress", one.path, other, "--rm")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try restored(one.path + "z") == one.bytes)
    #expect(try restored(other + "z") == one.bytes)
  }

  @Test func `an input that is still to come is not replaced`() throws {
    let one = try journal("a/20240709.001", "one")
    let two = try journal("b/20240709.001", "two")
    try #require(try CommandLineTool.run("compress", one.path, "--rm").status == 0)
    let container = one.path + "z"
    // b/20240709.001 is where the first is restored to.
    let out = folder.path("b")
    let result = try CommandLineTool.run(
      "decompress", container, two.path, "--output", out, "--force", "--rm")
    #expect(result.status == 2)
    #expect(result.errors.contains("is an input of this run"), "\(result.errors)")
    #expect(try bytes(two.path) == two.bytes)
    #expect(exists(container))
  }

  /// Every option that names an output, of a command that reads `JOURNAL`.
  static let outputs: [[String]] = [
    ["export", "JOURNAL", "--format", "sqlite", "--force", "--output"],
    ["export", "JOURNAL", "--format", "sqlite", "--continue", "--output"],
    ["profile", "JOURNAL", "--force", "--svg"],
    ["bench", "JOURNAL", "--codec", "zstd:1", "--rounds", "1", "--force", "--svg"],
    ["profile", "OTHER", "JOURNAL", "--force", "--svg"],
  ]

  @Test(arguments: outputs)
  func `an output onto an input is refused`(command: [String]) throws {
    let one = try journal("a/20240709.001", "one")
    let other = try journal("a/20240709.002", "two")
    let symbolic = folder.path("symbolic")
    try FileManager.default.createSymbolicLink(atPath: symbolic, withDestinationPath: one.path)
    let hard = folder.path("hard")
    try FileManager.default.linkItem(atPath: one.path, toPath: hard)
    let arguments = command.map { $0 == "JOURNAL" ? one.path : $0 == "OTHER" ? other.path : $0 }
    for target in [one.path, symbolic, hard, folder.path("a/../a/20240709.001")] {
      let result = try CommandLineTool.run(arguments: arguments + [target])
      #expect(result.status == 2, "\(target)")
      #expect(result.errorLines.count == 1, "\(result.errors)")
      #expect(result.errors.contains("an input of this run"), "\(result.errors)")
      for path in [one.path, symbolic, hard] { #expect(try bytes(path) == one.bytes, "\(path)") }
    }
    #expect(try folder.names().filter { $0.hasSuffix(".tmp") } == [])
  }

  @Test func `a compressed input and standard input are inputs, too`() throws {
    let one = try journal("20240709.001", "one")
    let redirected = Process()
    redirected.executableURL = URL(filePath: "/bin/sh")
    redirected.arguments = [
      "-c", "exec \"$0\" export - --format sqlite --output \"$1\" --force <\"$1\" 2>/dev/null",
      CommandLineTool.path, one.path,
    ]
    try redirected.run()
    redirected.waitUntilExit()
    #expect(redirected.terminationStatus == 2)
    #expect(try bytes(one.path) == one.bytes)

    try #require(try CommandLineTool.run("compress", one.path, "--rm").status == 0)
    let container = one.path + "z"
    let kept = try bytes(container)
    // The name without z stands for the compressed file.
    for input in [one.path, container] {
      let result = try CommandLineTool.run(
        "export", input, "--format", "sqlite", "--output", container, "--force")
      #expect(result.status == 2)
      #expect(try bytes(container) == kept)
    }
  }

  @Test(arguments: ["-journal", "-wal", "-shm"], [[], ["--force"], ["--continue"]])
  func `what SQLite takes for its own is not an input`(suffix: String, options: [String]) throws {
    let database = folder.path("out.sqlite")
    let first = try journal("20240709.001", "one")
    if !options.isEmpty {
      try #require(
        try CommandLineTool.run("export", first.path, "--format", "sqlite", "--output", database)
          .status == 0)
    }
    let one = try journal("out.sqlite" + suffix, "two")
    let result = try CommandLineTool.run(
      arguments: ["export", one.path, "--format", "sqlite", "--output", database] + options)
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(try bytes(one.path) == one.bytes)
  }

  @Test func `what an earlier database left is not played back into a new one`() throws {
    let one = try journal("20240709.001", "one")
    let database = folder.path("out.sqlite")
    try Data("left".utf8).write(to: URL(filePath: database + "-journal"))
    let result = try CommandLineTool.run(
      "export", one.path, "--format", "sqlite", "--output", database, "--force")
    #expect(result.status == 2)
    #expect(result.errors.contains("out.sqlite-journal"), "\(result.errors)")
    #expect(!exists(database))
  }

  @Test func `a sample, a layout and a listing do not replace what they are made of`() throws {
    let globals = folder.path("globals.zwr")
    try "^X(1)=2\n".write(toFile: globals, atomically: false, encoding: .utf8)
    let sample = try CommandLineTool.run("sample", "--from", globals, globals, "--force")
    #expect(sample.status == 2)
    #expect(try bytes(globals) == Data("^X(1)=2\n".utf8))

    let foreign = folder.path("foreign")
    try #require(
      try CommandLineTool.run("sample", foreign, "--foreign", "small-blocks", "--records", "20000")
        .status
        == 0)
    let inputs = [foreign, foreign + ".csv", foreign + ".info"]
    let kept = try inputs.map(bytes)
    for target in inputs {
      let result = try CommandLineTool.run(
        "calibrate", foreign, "--listing", foreign + ".csv", "--info", foreign + ".info",
        "--output", target, "--force")
      #expect(result.status == 2, "\(result.output)")
      #expect(result.errors.contains("an input of this run"), "\(result.errors)")
      #expect(try inputs.map(bytes) == kept)
    }
    let layout = folder.path("layout.json")
    let made = try CommandLineTool.run(
      "calibrate", foreign, "--listing", foreign + ".csv", "--output", layout)
    try #require(made.status == 0, "\(made.errors)")
    let json = try bytes(layout)
    let result = try CommandLineTool.run(
      "profile", foreign, "--layout", layout, "--svg", layout, "--force")
    #expect(result.status == 2)
    #expect(try bytes(layout) == json)
  }

  @Test func `an active journal is not removed`() throws {
    let one = try journal("20240709.001", "one")
    for options in [["--active", "--rm"], ["--rm", "--active", "--force"]] {
      let result = try CommandLineTool.run(arguments: ["compress", one.path] + options)
      #expect(result.status == 64)
      #expect(result.errors.contains("--active and --rm"), "\(result.errors)")
      #expect(try bytes(one.path) == one.bytes)
      #expect(!exists(one.path + "z"))
    }
  }

  @Test(arguments: ["compress", "decompress"])
  func `a link is not removed, nor what it leads to`(command: String) throws {
    let one = try journal("a/20240709.001", "one")
    var file = one.path
    if command == "decompress" {
      try #require(try CommandLineTool.run("compress", file, "--rm").status == 0)
      file += "z"
    }
    let kept = try bytes(file)
    let link = folder.path(URL(filePath: file).lastPathComponent)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    let refused = try CommandLineTool.run(command, link, "--rm")
    #expect(refused.status == 2)
    #expect(refused.errorLines.count == 1)
    #expect(refused.errors.contains("symbolic link"), "\(refused.errors)")
    #expect(try folder.names() == ["a", URL(filePath: link).lastPathComponent].sorted())
    #expect(try bytes(file) == kept)
    // Without --rm a link is as good as what it leads to.
    #expect(try CommandLineTool.run(command, link).status == 0)
  }
}
