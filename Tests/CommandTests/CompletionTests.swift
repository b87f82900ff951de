import Foundation
import MirrorJournal
import Testing

/// What the completion scripts offer. `packaging/try` types into all three shells; here `bash` is asked, which
/// is on every machine.
@Suite("Completions") struct CompletionTests {
  /// What `bash` offers behind `words`, the last of which is being typed.
  private func offered(_ words: [String], in folder: TemporaryFolder, _ variables: String = "")
    throws
    -> Set<String>
  {
    let script = try CommandLineTool.run("--generate-completion-script", "bash").output
    try Data(script.utf8).write(to: URL(filePath: folder.path(".script")))
    let line = (["mjournal"] + words).joined(separator: " ").replacing(" = ", with: "=")
    let quoted = (["mjournal"] + words).map { "'\($0)'" }
    let ask = """
      set -u +u
      cd "$1"; ln -sf "$0" .tool; PATH="$PWD:$PATH"; mjournal() { ./.tool "$@"; }
      . ./.script
      COMP_WORDS=(\(quoted.joined(separator: " "))); COMP_CWORD=\(words.count)
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}
      cur=${COMP_WORDS[COMP_CWORD]}; [ "$cur" = '=' ] && cur=
      _mjournal mjournal "$cur" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    try Data(ask.utf8).write(to: URL(filePath: folder.path(".ask")))
    let result = try CommandLineTool.shell(
      "\(variables) exec /bin/bash -c \"$(cat \"$1/.ask\")\" \"$0\" \"$1\"", folder.path(""))
    #expect(result.status == 0 && result.errors.isEmpty, "\(words): \(result.errors)")
    return Set(result.outputLines.map(String.init))
  }

  @Test func `layouts, codecs, types, commands and files are offered`() throws {
    let folder = try TemporaryFolder()
    let layouts = folder.path("layouts")
    try FileManager.default.createDirectory(atPath: layouts, withIntermediateDirectories: true)
    var layout = JournalLayout.r2
    layout.name = "mine"
    try layout.write(to: layouts + "/mine.json")
    // A shell may run what it is offered.
    try Data().write(to: URL(filePath: layouts + "/$(touch PWNED).json"))
    try Data().write(to: URL(filePath: folder.path("Rest.json")))
    let variables = "MJOURNAL_LAYOUTS='\(layouts)'"
    func offers(_ words: String...) throws -> Set<String> {
      try offered(words, in: folder, variables)
    }
    #expect(try offers("layouts", "show", "m") == ["mine"])
    #expect(try offers("layouts", "show", "R") == ["R2", "Rest.json"])
    #expect(try offers("layouts", "remove", "") == ["mine"])
    #expect(try offers("dump", "--layout", "R") == ["R2", "Rest.json"])
    #expect(try offers("dump", "--layout", "=", "R") == ["R2", "Rest.json"])
    #expect(try offers("dump", "--layout", "=").isSuperset(of: ["R2", "mine", "Rest.json"]))
    #expect(try offers("profile", "--by", "=", "global", "--layout", "=", "m") == ["mine"])
    #expect(try offers("bench", "--codec", "") == ["zlib", "zstd", "lz4"])
    #expect(try offers("compress", "--codec", "=", "l") == ["lz4"])
    #expect(try offers("dump", "--type", "K") == ["KILL", "KILLdes"])
    #expect(try offers("help", "deco") == ["decompress"])
    #expect(try offers("help", "layouts", "") == ["list", "show", "add", "remove", "check"])
    #expect(try offers("help", "layouts", "re") == ["remove"])
    #expect(try offers("help", "dump", "") == [])
    #expect(try offers("discover", "Re") == ["Rest.json"])
    #expect(try offers("doctor", "lay") == ["layouts"])
    #expect(try offers("deco") == ["decompress"])
    #expect(try !folder.names().contains("PWNED"))
  }

  @Test func `the other shells get the same`() throws {
    let zsh = try CommandLineTool.run("--generate-completion-script", "zsh").output
    #expect(zsh.contains("'*--layout=[") && zsh.contains("{-o,--output=}'["))
    #expect(!zsh.contains(#/--force=/#))
    #expect(zsh.contains(#/'1:subcommands:\(ls info dump /#))
    #expect(zsh.contains("(layouts) compadd list show add remove check;;"))
    #expect(zsh.matches(of: #/; _files\}'/#).count > 15)
    let fish = try CommandLineTool.run("--generate-completion-script", "fish").output
    #expect(fish.contains(#/"mjournal help" -eq 1' -fa 'ls info dump /#))
    #expect(fish.matches(of: #/ -rFka '\(__mjournal_custom_completion/#).count > 15)
  }
}
