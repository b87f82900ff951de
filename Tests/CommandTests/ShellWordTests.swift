import Foundation
import MirrorJournal
import Testing

/// Paths in commands that are offered: a shell reads each back as the bytes that it stands for, and does
/// nothing else.
@Suite("Paths as words of a shell") struct ShellWordTests {
  static let names: [[UInt8]] =
    [
      "plain.001", "x;touch PWNED;.log", "it's", "$(touch PWNED)", "`touch PWNED`", "a b", "a\tb",
      "a\nb",
      "*", "~", "!!", "it's\n!", "a=b", "#x", "-rf", "\\", "\\n", "\u{E9}\u{20AC}", "\u{202E}x",
      "\u{7F}", "{a,b}",
      "\u{1B}[2J", "1\u{1}2", "|", "&", "<x>", "\"", "\u{FEFF}",
    ].map { Array($0.utf8) } + [[0x62, 0xFF, 0x37], [0xC3], [0xFF, 0x0A, 0x27]]

  static let shells = ["/bin/bash", "/bin/zsh", "/usr/bin/zsh", "/bin/ksh"].filter {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(arguments: names) func `every shell reads the bytes back`(bytes: [UInt8]) throws {
    #expect(Self.shells.contains("/bin/bash"))
    let path = FileName.text(bytes)
    let word = shellWord(path: path)
    for scalar in word.unicodeScalars {
      #expect(
        scalar.value >= 0x20 && scalar.value != 0x7F && scalar.properties.generalCategory != .format
      )
    }
    for shell in Self.shells {
      let folder = try TemporaryFolder()
      try Data("printf %s \(word)".utf8).write(to: URL(filePath: folder.path("script")))
      let run = try CommandLineTool.shell(
        "cd \"$1\" && \(shell) script >out", folder.path(""))
      #expect(run.status == 0, "\(word): \(run.errors)")
      let read = try [UInt8](Data(contentsOf: URL(filePath: folder.path("out"))))
      let wanted = bytes.first == UInt8(ascii: "-") ? Array("./".utf8) + bytes : bytes
      #expect(read == wanted, "\(shell): \(word)")
      #expect(try folder.names() == ["out", "script"])
    }
  }

  @Test func `standard input stays what it is, and nothing is an empty word`() {
    #expect(shellWord(path: "-") == "-")
    #expect(shellWord(path: "") == "''")
    #expect(
      shellWord(path: "/usr/iris/mgr/journal/20240709.001") == "/usr/iris/mgr/journal/20240709.001")
  }
}
