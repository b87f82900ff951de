import ArgumentParser
import Glibc
import JournalCompression
import JournalExport
import MirrorJournal
import MirrorLog

/// The command line: parses arguments, calls the library and prints.
@main
struct MJournal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mjournal",
    abstract: "Reads, checks and compresses InterSystems IRIS journal files, outside IRIS.",
    discussion: """
      Journals are named by file, by directory (all journals in it, in journal order) or as '-' \
      (standard input); compressed journals are read as they are.

      The bytes of a journal are not published by the vendor. mjournal reads its own reference \
      layout R2; files of other layouts are read once 'mjournal discover' or 'mjournal calibrate' has \
      found theirs.

      Exit status: 0 success; 1 damage or findings were reported, the output is otherwise complete; \
      2 an input cannot be read or an output cannot be written; 3 a statement that decides is missing; \
      4 nothing can be said of a file, whose layout is not known; 64 wrong usage.
      """,
    version: "mjournal \(Release.version)",
    groupedSubcommands: [
      CommandGroup(
        name: "Inspecting",
        subcommands: [
          List.self, Info.self, Dump.self, Show.self, Profile.self, Transactions.self, History.self,
          StateCommand.self, DiffCommand.self,
        ]),
      CommandGroup(
        name: "Checking", subcommands: [Verify.self, Compare.self, Positions.self, Ratios.self]),
      CommandGroup(
        name: "Passing on",
        subcommands: [Export.self, Splits.self, Follow.self, RestoreScriptCommand.self]),
      CommandGroup(name: "Compressing", subcommands: [Compress.self, Decompress.self, Bench.self]),
      CommandGroup(
        name: "Layouts and samples",
        subcommands: [
          Discover.self, Calibrate.self, Layouts.self, Sample.self,
        ]),
      CommandGroup(name: "This machine", subcommands: [Doctor.self]),
    ])

  private static var commandNames: [CompletionScript.Command] {
    configuration.groupedSubcommands.flatMap(\.subcommands).map { command in
      (command._commandName, command.configuration.subcommands.map { $0._commandName })
    }
  }

  /// What `--version` prints: it reads the folder of layouts, which no other command has to.
  private static var versionText: String {
    let layouts = JournalLayout.builtIn + LayoutFolder.user.contents.layouts
    return """
      mjournal \(Release.version)\(Release.commit.map { " (\($0))" } ?? "")
      \((CodecLibraries.versions + [SQLiteLibrary.version]).joined(separator: ", "))
      layouts: \(layouts.map { printable($0.name) }.joined(separator: ", ")); R2 is the reference layout of \
      mirror-journal and not the vendor's format
      """
  }

  /// The arguments as the system has them: `CommandLine.arguments` repairs what is not UTF-8, and the
  /// file of that name would not be found any more.
  private static var arguments: [String] {
    let texts = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map {
        FileName.text(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
      }
    }
    guard texts.first == Show._commandName else { return texts }
    // The parser takes a number with a minus for an option.
    return texts.indices.map { index in
      let text = texts[index]
      let digits = text.dropFirst()
      guard text.hasPrefix("-"), !digits.isEmpty, digits.count < 10,
        digits.allSatisfy({ $0.isASCII && $0.isNumber }), texts[index - 1] != "--tz"
      else { return text }
      return RecordAddressArgument.endPrefix + digits
    }
  }

  static func main() {
    do {
      OutOfMemory.end = { count in
        Diagnostics.line("mjournal: there is no memory for \(count) bytes more")
        _exit(ExitStatus.unusable.rawValue)
      }
      // A full disk and a limit on file sizes are errors of the write, with a line of their own.
      signal(SIGXFSZ, SIG_IGN)
      PendingName.removeOnSignals()
      var command = try parseAsRoot(arguments)
      defer { ProgressLine.finish() }
      try command.run()
      DamageLines.flush()
    } catch let error as JournalError {
      Diagnostics.report(error)
      Glibc.exit(ExitStatus.unusable.rawValue)
    } catch let error as LogError {
      Diagnostics.line("mjournal: \(error)")
      Glibc.exit(ExitStatus.unusable.rawValue)
    } catch let interrupted as Interrupted {
      DamageLines.flush()
      interrupted.end()
    } catch let status as ExitStatus {
      Glibc.exit(status.rawValue)
    } catch {
      refuse(error)
    }
  }

  /// Ends with what the parser of arguments says: help on standard output, a refusal on standard error,
  /// where an argument may hold any character.
  private static func refuse(_ error: any Error) -> Never {
    let status = exitCode(for: error)
    if status.isSuccess {
      let message = fullMessage(for: error)
      if message == configuration.version { answer(versionText) }
      let isScript = arguments.contains { $0.hasPrefix("--generate-completion-script") }
      answer(isScript ? CompletionScript.mended(message, commandNames) : message)
    }
    let message = refusal(error)
    if !message.isEmpty {
      for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
        Diagnostics.line(String(line))
      }
    }
    Glibc.exit(status.rawValue)
  }

  /// Ends with `text` on standard output, if that takes it.
  private static func answer(_ text: String) -> Never {
    var output = StandardOutput()
    output.append(text.isEmpty ? "" : text + "\n")
    do {
      try output.flush()
    } catch {
      Diagnostics.report(error)
      Glibc.exit(ExitStatus.unusable.rawValue)
    }
    Glibc.exit(0)
  }

  /// The parser's words, in which no argument begins a line of its own.
  private static func refusal(_ error: any Error) -> String {
    let message = fullMessage(for: error)
    let visible = arguments.map(printable)
    guard visible != arguments else { return message }
    do {
      // What is refused is refused in its visible form as well.
      _ = try parseAsRoot(visible)
    } catch let other where exitCode(for: other) == exitCode(for: error) {
      return fullMessage(for: other)
    } catch {}
    return printable(message)
  }
}
