import Foundation
import Testing

/// Screens as they are on terminals of other widths and in other character sets, compared with files in `Screens`.
/// With MJOURNAL_UPDATE=1 the files are rewritten.
@Suite("Screens") struct ScreenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Screens")

  static let commands: [(name: String, line: String)] = [
    ("profile", "profile Samples/journals --by global,process --top 5"),
    ("profile-hour", "profile Samples/journals --by hour --tz Europe/Paris"),
    ("ratios", "ratios Samples/logs/failover-1433"),
    ("positions", "positions Samples/logs/failover-1433"),
    ("profile-two", "profile Samples/journals --by hour,global,database --top 5"),
    ("ls", "ls Samples/journals"),
    ("info", "info Samples/journals/20240709.009"),
    ("transactions", "transactions Samples/journals --longest --top 8"),
    ("dump", "dump Samples/journals/20240709.009 --limit 12"),
    ("dump-time", "dump Samples/journals/20240709.009 --time --tz Europe/Paris --limit 6"),
    ("follow", "follow --once Samples/journals/20240709.010"),
  ]

  static let settings: [(name: String, environment: String)] = [
    ("80", "COLUMNS=80 LC_ALL=C.UTF-8"), ("200", "COLUMNS=200 LC_ALL=C.UTF-8"),
    ("c", "COLUMNS=80 LC_ALL=C"), ("dumb", "COLUMNS=80 TERM=dumb LC_ALL=C.UTF-8"),
    ("piped", "LC_ALL=C.UTF-8"), ("terminal", "LC_ALL=C.UTF-8 NO_COLOR=1 TERM=xterm"),
    ("terminal-c", "LC_ALL=C TERM=dumb"),
  ]

  /// Run in a terminal of 80 columns, where the setting says so.
  private func screen(_ line: String, _ setting: String, _ environment: String) throws
    -> CommandLineTool.Result
  {
    let start = "unset COLUMNS LC_ALL LC_CTYPE LANG TERM NO_COLOR; cd \"$1\" && "
    guard setting.hasPrefix("terminal") else {
      return try CommandLineTool.shell(
        start + "exec env \(environment) \"$0\" \(line)", DocumentationTests.root)
    }
    return try CommandLineTool.shell(
      start + "export TOOL=\"$0\" SHELL=/bin/sh \(environment); "
        + "script -qec 'stty cols 80 rows 24; exec \"$TOOL\" \(line)' /dev/null | tr -d '\\r'",
      DocumentationTests.root)
  }

  @Test(arguments: commands.indices)
  func `a screen is as its file says`(index: Int) throws {
    let (name, line) = Self.commands[index]
    for (setting, environment) in Self.settings {
      let result = try screen(line, setting, environment)
      #expect(result.status == 0, "\(result.errors)")
      let file = Self.folder.appending(path: "\(name)-\(setting).txt")
      if ProcessInfo.processInfo.environment["MJOURNAL_UPDATE"] == "1" {
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Data(result.output.utf8).write(to: file)
      }
      #expect(
        result.output == String(decoding: try Data(contentsOf: file), as: UTF8.self), "\(file)")
      if environment.contains("LC_ALL=C ") || setting == "c" {
        #expect(result.output.utf8.allSatisfy { $0 < 0x80 }, "\(name)")
      }
      // What a dump writes elsewhere is whole.
      let isTable = !name.hasPrefix("dump") && name != "follow"
      let isFitted =
        setting.hasPrefix("terminal") || environment.hasPrefix("COLUMNS=80") && isTable
      if isFitted {
        #expect(result.outputLines.allSatisfy { $0.unicodeScalars.count <= 80 }, "\(name)")
      }
    }
  }

  @Test(arguments: [
    "dump J", "dump J --threads 2", "dump --reverse J", "follow --once J", "show J 131176",
    "history ^IMG.StreamS J", "state ^IMG.StreamS J", "diff ^IMG.StreamS J",
  ])
  func `keys and values have no other characters where ASCII is asked for`(command: String) throws {
    let journal = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.005"
    func output(_ environment: String, _ option: String = "") throws -> String {
      try CommandLineTool.shell(
        "unset COLUMNS LC_ALL LC_CTYPE LANG; \(environment) exec \"$0\" "
          + command.replacing("J", with: "\"$1\"") + option, journal
      ).output
    }
    let usual = try output("LC_ALL=C.UTF-8")
    #expect(usual.utf8.contains { $0 >= 0x80 })
    let ascii = try output("LC_ALL=C.UTF-8", " --ascii")
    #expect(!ascii.isEmpty && ascii.utf8.allSatisfy { $0 < 0x80 })
    #expect(try output("LC_ALL=C") == ascii)
    #expect(ascii.split(separator: "\n").count == usual.split(separator: "\n").count)
    // The same bytes in another form: the first codes of the first picture are those of its characters.
    #expect(usual.contains("_\"µ¥ØÞjÔ\"_") && ascii.contains("181,165,216,222)_\"j\"_$c(212"))
  }

  @Test func `formats for programs keep the characters in any locale`() throws {
    let journal = CommandLineTool.samples + "journals/MIRROR-MIRROR-20240709.005"
    for line in ["dump --format ndjson", "dump --format csv", "export --format zwr"] {
      let made = try ["C", "C.UTF-8"].map { locale in
        try CommandLineTool.shell("LC_ALL=\(locale) exec \"$0\" \(line) \"$1\"", journal).output
      }
      #expect(made[0] == made[1] && made[0].utf8.contains { $0 >= 0x80 }, "\(line)")
    }
  }
}
