import Foundation
import Testing

/// Files that commands make: whole or not there, and for the readers of their sources.
@Suite struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  private func write(_ text: String, _ name: String, _ permissions: Int) throws -> String {
    let path = folder.path(name)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    return path
  }

  @Test(arguments: [0o600, 0o640, 0o444])
  func `outputs are for those who may read the inputs`(input: Int) throws {
    let output = input | 0o600
    let globals = try write("^X(1)=2\n", "globals.zwr", input)
    let journal = folder.path("20240709.001")
    #expect(try CommandLineTool.run("sample", "--from", globals, journal).status == 0)
    #expect(try permissions(journal) == output)
    let target = folder.path("out.sqlite")
    let export = try CommandLineTool.run(
      "export", journal, "--format", "sqlite", "--output", target)
    #expect(export.status == 0, "\(export.errors)")
    #expect(try permissions(target) == output)
    #expect(try CommandLineTool.run("compress", journal).status == 0)
    #expect(try permissions(journal + "z") == output)
  }

  @Test func `an SQLite file of several journals is for those who may read them all`() throws {
    let globals = try write("^X(1)=2\n", "globals.zwr", 0o666)
    let journals = [folder.path("20240709.001"), folder.path("20240709.002")]
    for (journal, mode) in zip(journals, [0o644, 0o660]) {
      try #require(try CommandLineTool.run("sample", "--from", globals, journal).status == 0)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: journal)
    }
    let target = folder.path("out.sqlite")
    let result = try CommandLineTool.run(
      "export", journals[0], journals[1], "--format", "sqlite", "--output", target)
    #expect(result.status == 0)
    #expect(try permissions(target) == 0o640)
  }

  @Test func `a picture is for those who may read the journals`() throws {
    let globals = try write("^X(1)=2\n", "globals.zwr", 0o666)
    let journals = [folder.path("20240709.001"), folder.path("20240709.002")]
    for (journal, mode) in zip(journals, [0o644, 0o600]) {
      try #require(try CommandLineTool.run("sample", "--from", globals, journal).status == 0)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: journal)
    }
    for (inputs, mode) in [([journals[0]], 0o644), (journals, 0o600)] {
      for command in [["profile"], ["bench", "--codec", "zstd:1", "--rounds", "1"]] {
        let picture = folder.path("out-\(UUID()).svg")
        let result = try CommandLineTool.run(arguments: command + inputs + ["--svg", picture])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try permissions(picture) == mode, "\(command)")
      }
    }
  }

  @Test func `an SQLite file that is continued is for those who may read the new journals, too`()
    throws
  {
    let globals = try write("^X(1)=2\n", "globals.zwr", 0o666)
    let journals = [folder.path("20240709.001"), folder.path("20240709.002")]
    for (journal, mode) in zip(journals, [0o644, 0o600]) {
      try #require(try CommandLineTool.run("sample", "--from", globals, journal).status == 0)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: journal)
    }
    let target = folder.path("out.sqlite")
    for (journal, mode) in [(0, 0o644), (1, 0o600), (0, 0o600)] {
      let result = try CommandLineTool.run(
        "export", journals[journal], "--format", "sqlite", "--output", target, "--continue")
      #expect(result.status == 0, "\(result.errors)")
      #expect(try permissions(target) == mode)
    }
  }

  @Test func `the mask of the process counts, too`() throws {
    let globals = try write("^X(1)=2\n", "globals.zwr", 0o666)
    let journal = folder.path("20240709.001")
    try #require(try CommandLineTool.run("sample", "--from", globals, journal).status == 0)
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: journal)
    let outputs = [
      ("export --format sqlite --output", folder.path("out.sqlite")),
      ("profile --svg", folder.path("out.svg")),
    ]
    for (command, target) in outputs {
      let result = try CommandLineTool.shell(
        "umask 027; exec \"$0\" \(command) \"$2\" \"$1\"", journal, target)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try permissions(target) == 0o640, "\(command)")
    }
  }

  @Test(arguments: ["sqlite", "compress", "decompress", "sample", "svg", "calibrate"])
  func `a device without room is told with the name of the output`(command: String) throws {
    let journal = folder.path("20240709.001")
    try #require(try CommandLineTool.run("sample", journal, "--size", "4M").status == 0)
    try #require(try CommandLineTool.run("compress", journal).status == 0)
    try #require(
      try CommandLineTool.run("sample", folder.path("foreign"), "--foreign", "small-blocks")
        .status == 0)
    let out = folder.path("out")
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let target = out + "/20240709.001" + (command == "compress" ? "z" : "")
    let line =
      switch command {
      case "sqlite": "export \"$1\" --format sqlite --output \"$3\""
      case "compress": "compress \"$1\" --output \"$2\""
      case "decompress": "decompress \"$1z\" --output \"$2\""
      case "sample": "sample \"$3\" --size 4M"
      case "svg": "profile \"$1\" --svg \"$3\""
      default: "calibrate \"$4\" --listing \"$4.csv\" --output \"$3\""
      }
    // A file may have no more bytes than this: what a full device says, without a device.
    let blocks = command == "svg" || command == "calibrate" ? 1 : 64
    let result = try CommandLineTool.shell(
      "ulimit -f \(blocks); exec \"$0\" \(line) >/dev/null", journal, out, target,
      folder.path("foreign"))
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.contains(target), "\(result.errors)")
    #expect(!result.errors.contains(".tmp"), "\(result.errors)")
    let reason = command == "sqlite" ? "disk I/O error" : "File too large"
    #expect(result.errors.contains(reason), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == [])
  }

  @Test func `a sample that fails leaves nothing`() throws {
    let globals = try write("^X(1)=2\nno line of ZWR\n", "globals.zwr", 0o644)
    let result = try CommandLineTool.run("sample", "--from", globals, folder.path("20240709.001"))
    #expect(result.status == 2)
    #expect(result.errors.contains("line 2"))
    #expect(try folder.names() == ["globals.zwr"])
  }

  @Test func `an export of nothing readable makes no file`() throws {
    let target = folder.path("out.sqlite")
    let result = try CommandLineTool.run(
      "export", folder.path("missing"), "--format", "sqlite", "--output", target)
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(try folder.names() == [])
  }

  @Test(arguments: ["compress", "export"])
  func `a folder that is missing is named`(command: String) throws {
    let journal = folder.path("20240709.001")
    try #require(try CommandLineTool.run("sample", "--every-type", journal).status == 0)
    let target = folder.path("missing/out")
    let format = command == "export" ? ["--format", "sqlite"] : []
    let result = try CommandLineTool.run(
      arguments: [command, journal, "--output", target] + format)
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(
      result.errors.contains("there is no folder \(folder.path("missing"))"), "\(result.errors)")
    #expect(try folder.names() == ["20240709.001"])
  }

  @Test func `what a killed process left is removed by the next, what a living one has is not`()
    throws
  {
    let target = folder.path("20240709.001")
    let left = ".20240709.001.mjournal-999999-abc.tmp"
    let held = ".20240709.001.mjournal-1-held.tmp"
    let other = ".20240709.002.mjournal-999999-abc.tmp"
    for name in [left, held, other] { _ = try write("part", name, 0o600) }
    let file = try #require(fopen(folder.path(held), "r+"))
    defer { fclose(file) }
    try #require(flock(fileno(file), LOCK_EX | LOCK_NB) == 0)
    #expect(try CommandLineTool.run("sample", "--every-type", target).status == 0)
    #expect(try folder.names() == [held, "20240709.001"].sorted())
  }

  /// Starts the tool with no signal blocked or ignored, whatever the tests were started with.
  private func spawn(_ arguments: [String]) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var texts = ([CommandLineTool.path] + arguments).map { strdup($0) } + [nil]
    defer { for text in texts { free(text) } }
    var child: pid_t = 0
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    try #require(
      posix_spawn(&child, CommandLineTool.path, nil, &attributes, &texts, &environment) == 0)
    return child
  }

  @Test(
    arguments: [SIGINT, SIGTERM, SIGHUP],
    [["20240709.001"], ["made", "--days", "2", "--members", "2"]])
  func `a signal leaves nothing of what is not whole`(number: Int32, target: [String]) throws {
    let child = try spawn(
      ["sample", "--size", "200M", folder.path(target[0])] + target.dropFirst())
    let deadline = Date.now.addingTimeInterval(60)
    while try folder.names().isEmpty, Date.now < deadline { usleep(1000) }
    #expect(try folder.names().count == 1)
    kill(child, number)
    var status: Int32 = 0
    try #require(waitpid(child, &status, 0) == child)
    #expect(status & 0x7F == number)
    #expect(try folder.names() == [])
  }

  @Test func `a hyphen is standard output`() throws {
    let folder = try TemporaryFolder()
    let journal = CommandLineTool.samples + "journals/20240709.010"
    for command in ["export", "restore-script --direction redo"] {
      let result = try CommandLineTool.shell(
        "cd \"$2\"; \"$0\" \(command) \"$1\" -o -; \"$0\" \(command) \"$1\" | tail -1", journal,
        folder.url.path(percentEncoded: false))
      #expect(result.status == 0 && result.outputLines.count > 2, "\(command): \(result.errors)")
      let lines = result.outputLines.map { String($0) }
      #expect(lines.dropLast().last == lines.last, "\(command)")
    }
    #expect(try folder.names().isEmpty)
  }

  @Test(arguments: [
    ("--format sqlite -o x.db.gz", "not compressed"), ("--format sqlite -o -", "a file's name"),
    ("--checkpoint c -o -", "--checkpoint needs --output"), ("--fields address,address", "twice"),
  ])
  func `an output that cannot be is wrong usage`(options: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let journal = CommandLineTool.samples + "journals/20240709.010"
    let result = try CommandLineTool.shell(
      "cd \"$2\"; exec \"$0\" export \(options) \"$1\"", journal,
      folder.url.path(percentEncoded: false))
    #expect(result.status == 64 && result.errors.contains(reason), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try folder.names().isEmpty)
  }
}
