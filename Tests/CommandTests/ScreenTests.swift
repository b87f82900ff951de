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
  ]

  static let settings: [(name: String, environment: String)] = [
    ("80", "COLUMNS=80 LC_ALL=C.UTF-8"), ("200", "COLUMNS=200 LC_ALL=C.UTF-8"),
    ("c", "COLUMNS=80 LC_ALL=C"), ("dumb", "COLUMNS=80 TERM=dumb LC_ALL=C.UTF-8"),
    ("piped", "LC_ALL=C.UTF-8"),
  ]

  @Test(arguments: commands.indices)
  func `a screen is as its file says`(index: Int) throws {
    let (name, line) = Self.commands[index]
    for (setting, environment) in Self.settings {
      let result = try CommandLineTool.shell(
        "unset COLUMNS LC_ALL LC_CTYPE LANG TERM; cd \"$1\" && exec env \(environment) \"$0\" \(line)",
        DocumentationTests.root)
      #expect(result.status == 0, "\(result.errors)")
      let file = Self.folder.appending(path: "\(name)-\(setting).txt")
      if ProcessInfo.processInfo.environment["MJOURNAL_UPDATE"] == "1" {
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Data(result.output.utf8).write(to: file)
      }
      #expect(
        result.output == String(decoding: try Data(contentsOf: file), as: UTF8.self), "\(file)")
      if setting == "c" { #expect(result.output.utf8.allSatisfy { $0 < 0x80 }, "\(name)") }
      if name.hasPrefix("profile"), environment.hasPrefix("COLUMNS=80") {
        #expect(result.outputLines.allSatisfy { $0.unicodeScalars.count <= 80 }, "\(name)")
      }
    }
  }
}
