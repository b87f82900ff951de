/// The parser's completion scripts, with what they lack: the commands behind `help`, `--option=VALUE`, and
/// files beside names where an option takes either.
///
/// Files are left to each shell: `bash` expands the words that a program offers it, so that the name of a file
/// among them would be run.
enum CompletionScript {
  /// The script in `text`, mended for its shell; `commands` are what stands behind `help`.
  static func mended(_ text: String, _ commands: [String]) -> String {
    if text.hasPrefix("#!/bin/bash") { return bash(text, commands) }
    if text.hasPrefix("#compdef") { return zsh(text, commands) }
    return fish(text, commands)
  }

  private static func bash(_ text: String, _ commands: [String]) -> String {
    text.replacing(
      """
          local -r cur="${2}"
          local -r prev="${3}"

      """,
      with: """
            local cur="${2}"
            local prev="${3}"

            # '--option=VALUE' comes as three words.
            local -a joined=()
            local -i at current="${COMP_CWORD}"
            for at in "${!COMP_WORDS[@]}"; do
                if [[ at -gt 0 && "${COMP_WORDS[at]}" = '=' && "${COMP_WORDS[at - 1]}" = --* ]]; then
                    if ((at == COMP_CWORD)); then
                        joined+=('')
                        cur=''
                    elif ((at < COMP_CWORD)); then
                        current=$((current - 1))
                    fi
                else
                    joined+=("${COMP_WORDS[at]}")
                fi
            done
            COMP_WORDS=("${joined[@]}")
            COMP_CWORD="${current}"
            ((current > 0)) && prev="${COMP_WORDS[current - 1]}"

        """
    ).replacing(
      #/(\n +)(__mjournal_add_completions -W [^\n]* -- --layout [^\n]*|__mjournal_add_completions -W [^\n]*---completion layouts show [^\n]*)/#
    ) { "\($0.output.1)\($0.output.2)\($0.output.1)__mjournal_add_completions -f" }
    .replacing(#/_mjournal_help\(\) \{\n(?:[^}]*)\n\}/#) {
      $0.output.dropLast(1)
        + "    COMPREPLY+=($(compgen -W '\(commands.joined(separator: " "))' -- \"${cur}\"))\n}"
    }
  }

  private static func zsh(_ text: String, _ commands: [String]) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = String(line)
      guard line.hasPrefix("        '"), !line.hasSuffix("]'"), line.hasSuffix("'") else {
        return line
      }
      if let option = line.firstMatch(of: #/^        '\*?--[a-z-]+\[/#) {
        line = option.output.dropLast() + "=[" + line[option.range.upperBound...]
      } else if let option = line.firstMatch(of: #/\{-[a-z],--[a-z-]+\}/#) {
        line.replaceSubrange(option.range, with: option.output.dropLast() + "=}")
      }
      let takesFiles =
        line.contains(" -- --layout ") || line.contains("---completion layouts show ")
      if takesFiles, line.hasSuffix("}'") { line = line.dropLast(2) + "; _files}'" }
      return line == "        '*:subcommands:'"
        ? "        '*:subcommands:(\(commands.joined(separator: " ")))'" : line
    }.joined(separator: "\n")
  }

  private static func fish(_ text: String, _ commands: [String]) -> String {
    let help =
      "complete -c 'mjournal' -n '__mjournal_should_offer_completions_for_positional \"mjournal help\" -eq 1'"
      + " -fa '\(commands.joined(separator: " "))'\n"
    let mended = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let takesFiles =
        line.contains(" -- --layout ") || line.contains("---completion layouts show ")
      return takesFiles
        ? line.replacing(" -rfka ", with: " -rFka ").replacing(" -fka ", with: " -Fka ")
          .replacing(" -fa ", with: " -Fa ")
        : line
    }.joined(separator: "\n")
    return (mended.hasSuffix("\n") ? mended : mended + "\n") + help
  }
}
