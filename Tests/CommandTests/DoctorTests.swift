import Foundation
import JournalCompression
import MirrorJournal
import Testing

@Suite("What the program says of itself and of this machine")
struct DoctorTests {
  @Test("--version names version, libraries and layouts")
  func version() throws {
    let result = try CommandLineTool.run("--version")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("mjournal \(Release.version)"))
    for library in CodecLibraries.versions { #expect(result.output.contains(library)) }
    #expect(result.output.contains("SQLite 3."))
    #expect(result.output.contains("R2"))
    let changelog = try String(
      contentsOf: URL(filePath: CommandLineTool.samples).deletingLastPathComponent()
        .appending(path: "CHANGELOG.md"), encoding: .utf8)
    #expect(changelog.contains("## \(Release.version)"))
  }

  @Test("doctor tells what it can read in a directory, and what to do with the rest")
  func directory() throws {
    let folder = try TemporaryFolder()
    let name = "MIRROR-MIRROR-20240709.007"
    let sound = CommandLineTool.samples + "journals/" + name
    try FileManager.default.copyItem(atPath: sound, toPath: folder.path(name))
    try FileManager.default.copyItem(
      atPath: CommandLineTool.samples + "logs/failover-1433/UBUNTU.messages.log",
      toPath: folder.path("messages.log"))
    try Data("nothing".utf8).write(to: URL(filePath: folder.path("notes.txt")))
    var result = try CommandLineTool.run("doctor", folder.path(""))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("\(name)  R2, closed, 393216 bytes"))
    #expect(result.output.contains("messages.log"))
    #expect(result.output.contains("mjournal positions "))
    #expect(result.output.contains("1 other file"))
    var bytes = try Data(contentsOf: URL(filePath: sound))
    bytes[0] ^= 0xFF
    try bytes.write(to: URL(filePath: folder.path("MIRROR-MIRROR-20240709.008")))
    result = try CommandLineTool.run("doctor", folder.path(""))
    #expect(result.status == 1)
    #expect(result.output.contains("MIRROR-MIRROR-20240709.008"))
    #expect(result.output.contains(#/temporary files +[^,]+, [1-9]\d* MiB free/#))
    result = try CommandLineTool.run("doctor", folder.path("missing"))
    #expect(result.status == 2)
    #expect(result.errors.contains("there is no such file or directory"), "\(result.errors)")
  }

  @Test("the manual pages are those that scripts/manual writes, each with what a page has to tell")
  func manualIsUpToDate() throws {
    let root = URL(filePath: CommandLineTool.samples).deletingLastPathComponent()
    let folder = try TemporaryFolder()
    let written = try CommandLineTool.shell(
      "exec python3 \"$1\" \"$0\" \"$2\"", root.appending(path: "scripts/manual").path,
      folder.path(""))
    #expect(written.status == 0, "\(written.errors)")
    let pages = root.appending(path: "docs/man")
    let kept = try FileManager.default.contentsOfDirectory(atPath: pages.path)
    #expect(try Set(folder.names()) == Set(kept) && kept.count > 25)
    for name in kept {
      let page = try String(contentsOf: pages.appending(path: name), encoding: .utf8)
      let new = try String(contentsOfFile: folder.path(name), encoding: .utf8)
      #expect(page == new, "\(name): run scripts/manual")
      for section in ["SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO"] {
        #expect(page.contains("\n.Sh \(section)\n"), "\(name)")
      }
    }
  }

  @Test("every command has a manual page, which names all of its options")
  func manual() throws {
    let pages = URL(filePath: CommandLineTool.samples).deletingLastPathComponent()
      .appending(path: "docs/man")
    let top = try String(contentsOf: pages.appending(path: "mjournal.1"), encoding: .utf8)
    let layouts = try String(
      contentsOf: pages.appending(path: "mjournal-layouts.1"), encoding: .utf8)
    for name in ["list", "show", "add", "remove"] {
      #expect(layouts.contains(".It Xr mjournal-layouts-\(name) 1"))
    }
    let help = try CommandLineTool.run("--help").output
    let lists = help.split(separator: "SUBCOMMANDS:").dropFirst().joined()
    let commands = lists.matches(of: #/\n  ([a-z-]+) /#).map { String($0.output.1) }
    #expect(commands.count > 15)
    for command in commands {
      #expect(top.contains(".It Xr mjournal-\(command) 1"))
      let page = try String(
        contentsOf: pages.appending(path: "mjournal-\(command).1"), encoding: .utf8)
      let shown = try CommandLineTool.run("help", command).output
      let options = Set(
        shown.matches(of: #/\n  (?:-\w, )?--([a-z-]+)/#).map { String($0.output.1) })
      for option in options {
        #expect(
          page.contains("Fl -\(option)") || page.contains(", -\(option)"), "\(command) --\(option)")
      }
    }
  }
}
