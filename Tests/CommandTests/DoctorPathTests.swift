import Foundation
import JournalTestSupport
import MirrorJournal
import Testing

/// `doctor` on what is really found in directories.
@Suite("doctor on files and directories of all kinds") struct DoctorPathTests {
  private static let seven = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.007"
  private static let log = CommandLineTool.samples + "logs/failover-1433/UBUNTU.messages.log"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func copy(_ file: String, _ name: String) throws {
    try copy(file, Array(name.utf8))
  }

  private func copy(_ file: String, _ name: [UInt8]) throws {
    let path = folder.path("") + FileName.text(name)
    try WholeFile.write(
      [UInt8](Data(contentsOf: URL(filePath: file))), to: path, force: false, files: RunFiles())
  }

  private func doctor() throws -> CommandLineTool.Result {
    try CommandLineTool.run("doctor", folder.path(""))
  }

  /// The words of each command that was offered, as a shell has them, with a NUL behind each.
  private func offered(_ result: CommandLineTool.Result) throws -> [[UInt8]] {
    let commands = result.outputLines.filter { $0.hasPrefix("    mjournal ") }
    #expect(!commands.isEmpty)
    let other = try TemporaryFolder()
    let script = "mjournal() { printf '%s\\0' \"$@\"; }\n" + commands.joined(separator: "\n") + "\n"
    try Data(script.utf8).write(to: URL(filePath: other.path("script")))
    let run = try CommandLineTool.shell("cd \"$1\" && /bin/bash script >out", other.path(""))
    #expect(run.status == 0, "\(run.errors)")
    #expect(try other.names() == ["out", "script"])
    return try [UInt8](Data(contentsOf: URL(filePath: other.path("out")))).split(separator: 0)
      .map(Array.init)
  }

  @Test func `commands name files of any name, and run nothing else`() throws {
    let names: [[UInt8]] = [
      Array("x;touch PWNED;.001".utf8), Array("$(touch PWNED)-20240709.001".utf8),
      [0x62, 0x61, 0x64, 0xFF] + Array("20240709.001".utf8), Array("line\nend-20240709.001".utf8),
      Array("it's.jrn".utf8),
    ]
    for name in names { try copy(Self.seven, name) }
    let words = try offered(doctor())
    for name in names {
      #expect(words.contains(Array(folder.path("").utf8) + name), "\(FileName.text(name))")
    }
    #expect(words.filter { $0 == Array("profile".utf8) }.count == names.count)
  }

  @Test func `journals are told by their bytes, and prefixes are names of journals`() throws {
    for name in ["PFX-20240709.002", "A B-20240709.001", "backup.jrn"] {
      try copy(Self.seven, name)
    }
    let result = try doctor()
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains(#/PFX-20240709\.002 +R2, closed, 393216 bytes\n/#))
    #expect(result.output.contains(#/A B-20240709\.001 +R2, closed, .*not by the name/#))
    #expect(result.output.contains(#/backup\.jrn +R2, closed, .*not by the name/#))
    #expect(!result.output.contains("other file"))
    let profile = try CommandLineTool.run("profile", folder.path(""), "--by", "file")
    #expect(profile.status == 0 && profile.output.contains("PFX-20240709.002"), "\(profile.errors)")
    #expect(!profile.output.contains("backup.jrn"))
  }

  @Test func `compressed journals of any name are told as well`() throws {
    _ = try CommandLineTool.run("compress", "-o", folder.path(""), Self.seven)
    try FileManager.default.moveItem(
      atPath: folder.path("MIRROR-MIRROR-20240709.007z"), toPath: folder.path("copy"))
    let result = try doctor()
    #expect(result.output.contains(#/copy +R2, closed, container, zstd/#), "\(result.output)")
  }

  @Test func `devices, pipes, links to nothing and directories are told and not read`() throws {
    let made = try CommandLineTool.shell(
      "cd \"$1\" && ln -s /dev/zero zero && ln -s /dev/zero 20240709.001 && mkfifo pipe && mkdir 'a dir' "
        + "&& ln -s nowhere 20240709.002 && ln -s /proc/kmsg kmsg", folder.path(""))
    #expect(made.status == 0, "\(made.errors)")
    let result = try doctor()
    #expect(result.status == 1)
    #expect(result.output.contains(#/zero +a device: not looked into/#))
    #expect(result.output.contains(#/20240709.001 +a device: not looked into/#))
    #expect(result.output.contains(#/pipe +a pipe: not looked into/#))
    #expect(result.output.contains(#/20240709.002 +a link that leads to nothing/#))
    #expect(result.output.contains("1 directory, not looked into"))
    for file in ["/dev/zero", folder.path("pipe")] {
      let one = try CommandLineTool.run("doctor", file)
      #expect(one.status == 0 && one.output.contains("not looked into"), "\(one.output)")
    }
  }

  @Test func `what holds nothing says so, and where to look next`() throws {
    var result = try doctor()
    #expect(result.status == 0 && result.output.contains("  empty; can"), "\(result.output)")
    try FileManager.default.createDirectory(
      atPath: folder.path("sub dir"), withIntermediateDirectories: true)
    try Data("text".utf8).write(to: URL(filePath: folder.path("notes.txt")))
    result = try doctor()
    #expect(
      result.output.contains("neither journal nor log; 1 directory, not looked into; 1 other file"))
    #expect(try offered(result) == [Array("doctor".utf8), Array(folder.path("sub dir").utf8)])
  }

  @Test func `journals and logs have commands for the whole directory`() throws {
    try copy(Self.seven, "MIRROR-MIRROR-20240709.007")
    try copy(Self.log, "messages.log")
    let words = try offered(doctor()).map { String(decoding: $0, as: UTF8.self) }
    #expect(
      words == [
        "positions", folder.path(""), "verify", folder.path(""), "profile", folder.path(""),
      ])
  }

  @Test func `a layout that is not known is given the command that finds it`() throws {
    // By its name, and by the names of journals in its first block.
    for name in ["20240709.001", "name"] {
      let path = folder.path(name)
      _ = try CommandLineTool.run("sample", "--structural", "words", "--records", "2000", path)
      let result = try CommandLineTool.run("doctor", path)
      #expect(result.status == 1, "\(name): \(result.output)")
      #expect(
        result.output.hasSuffix(
          "bytes of a layout that is not known\n  mjournal discover \(path) -o layout.json\n"))
    }
  }

  @Test func `one file is told like one of a directory`() throws {
    var result = try CommandLineTool.run("doctor", Self.seven)
    #expect(result.status == 0)
    #expect(result.output.hasSuffix("R2, closed, 393216 bytes\n  mjournal profile \(Self.seven)\n"))
    result = try CommandLineTool.run("doctor", Self.log)
    #expect(result.output.hasSuffix("  mjournal positions \(Self.log)\n"))
  }

  @Test func `a path that leads nowhere is blamed where it ends`() throws {
    try Data("text".utf8).write(to: URL(filePath: folder.path("file")))
    let here = folder.path("")
    for (path, words) in [
      ("", "the path is empty"),
      (here + "missing/a/b", "\(here)missing: there is no such file or directory"),
      (here + "file/a/b", "\(here)file: it is no directory"),
    ] {
      let result = try CommandLineTool.run("doctor", path)
      #expect(result.status == 2 && result.errors.contains(words), "\(result.errors)")
    }
  }

  @Test func `without HOME no layout of the current directory is read`() throws {
    let layouts = folder.path(".config/mjournal/layouts")
    try FileManager.default.createDirectory(atPath: layouts, withIntermediateDirectories: true)
    var layout = JournalLayout.r2
    layout.name = "planted"
    try layout.write(to: layouts + "/planted.json")
    for variables in ["", "HOME=", "HOME=.", "HOME=. XDG_CONFIG_HOME=.config"] {
      for command in ["layouts list", "--version", "doctor"] {
        let result = try CommandLineTool.shell(
          "cd \"$1\" && env -i \(variables) \"$0\" \(command)", folder.path(""))
        #expect(result.status == 0, "\(variables) \(command): \(result.errors)")
        #expect(!result.output.contains("planted"), "\(variables) \(command)")
      }
      let added = try CommandLineTool.shell(
        "cd \"$1\" && env -i \(variables) \"$0\" layouts add .config/mjournal/layouts/planted.json",
        folder.path(""))
      #expect(added.status == 2 && added.errors.contains("HOME is not set"), "\(added.errors)")
    }
    for command in ["layouts list", "--version", "doctor"] {
      let result = try CommandLineTool.shell(
        "env -i HOME=\"$1\" \"$0\" \(command)", folder.path(""))
      #expect(result.output.contains("planted"), "\(command)")
    }
  }

  @Test func `a folder of layouts that is named and missing is told`() throws {
    for command in ["layouts list", "doctor", "dump '\(Self.seven)'"] {
      let result = try CommandLineTool.shell(
        "MJOURNAL_LAYOUTS=/nope \"$0\" \(command) >&2", folder.path(""))
      #expect(result.errors.contains("/nope"), "\(command)")
      #expect(result.errors.contains("MJOURNAL_LAYOUTS names it"), "\(command): \(result.errors)")
    }
  }
}
