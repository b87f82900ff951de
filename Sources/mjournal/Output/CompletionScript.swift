/// The parser's completion scripts, with what they lack: the commands behind `help`, `--option=VALUE`, and
/// files beside names where an option takes either.
///
/// Files are left to each shell: `bash` expands the words that a program offers it, so that the name of a file
/// among them would be run.
enum CompletionScript {
  /// A command, and those below it.
  typealias Command = (name: String, commands: [String])

  /// The script in `text`, mended for its shell; `commands` are what stands behind `help`.
  static func mended(_ text: String, _ commands: [Command]) -> String {
    if text.hasPrefix("#!/bin/bash") { return bash(text, commands) }
    if text.hasPrefix("#compdef") { return zsh(text, commands) }
    return fish(text, commands)
  }

  private static func bash(_ text: String, _ commands: [Command]) -> String {
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
      let groups = commands.filter { !$0.commands.isEmpty }.map {
        "        \($0.name)) words='\($0.commands.joined(separator: " "))';;\n"
      }.joined()
      let names = commands.map(\.name).joined(separator: " ")
      return $0.output.dropLast(1) + """
            local words='\(names)'
            case "${COMP_WORDS[COMP_CWORD - 1]}" in
        \(groups)        help) ;;
                *) words='';;
            esac
            COMPREPLY+=($(compgen -W "${words}" -- "${cur}"))
        }
        """
    }
  }

  private static func zsh(_ text: String, _ commands: [Command]) -> String {
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
        ? "        '1:subcommands:(\(commands.map(\.name).joined(separator: " ")))'\n"
          + "        '2:subcommands:{case ${words[CURRENT-1]} in \(zshCases(commands)) esac}'"
        : line
    }.joined(separator: "\n")
  }

  private static func zshCases(_ commands: [Command]) -> String {
    commands.filter { !$0.commands.isEmpty }.map {
      "(\($0.name)) compadd \($0.commands.joined(separator: " "));;"
    }.joined(separator: " ")
  }

  private static func fish(_ text: String, _ commands: [Command]) -> String {
    let help =
      "complete -c 'mjournal' -n '__mjournal_should_offer_completions_for_positional \"mjournal help\" -eq 1'"
      + " -fa '\(commands.map(\.name).joined(separator: " "))'\n"
    let below = commands.filter { !$0.commands.isEmpty }.map { command in
      "complete -c 'mjournal' -n '__fish_seen_subcommand_from help; and __fish_seen_subcommand_from \(command.name)'"
        + " -fa '\(command.commands.joined(separator: " "))'\n"
    }.joined()
    let mended = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let takesFiles =
        line.contains(" -- --layout ") || line.contains("---completion layouts show ")
      return takesFiles
        ? line.replacing(" -rfka ", with: " -rFka ").replacing(" -fka ", with: " -Fka ")
          .replacing(" -fa ", with: " -Fa ")
        : line
    }.joined(separator: "\n")
    return (mended.hasSuffix("\n") ? mended : mended + "\n") + help + below
  }
}
