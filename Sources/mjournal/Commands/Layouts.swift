import ArgumentParser
import MirrorJournal

/// The folder of layouts.
struct Layouts: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, show, add, remove and check layouts.",
    discussion: """
      Layouts are JSON files in $MJOURNAL_LAYOUTS, or else $XDG_CONFIG_HOME/mjournal/layouts, or else \
      $HOME/.config/mjournal/layouts. Every command \
      reads a journal by the layout whose signature it has: first those of --layout, then the \
      built-in one, then those of the folder.
      """,
    subcommands: [List.self, Show.self, Add.self, Remove.self, Check.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the layouts.")

    func run() throws {
      var output = StandardOutput()
      var diagnostics = Diagnostics()
      let folder = LayoutFolder.user.contents
      output.append("name                 signature          what it is\n")
      for layout in JournalLayout.builtIn + folder.layouts {
        let start = output.buffer.count
        output.append(printable(layout.name))
        output.buffer.padRight(from: start, to: 20)
        output.append(" \(layout.signature.map(\.hexText).joined())")
        output.buffer.padRight(from: start, to: 39)
        output.append(" \(printable(layout.provenance))\n")
      }
      try output.flush()
      for problem in folder.problems { diagnostics.reportUnusable(problem) }
      try diagnostics.finish()
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a layout as JSON.")

    @Argument(
      help: "Name of a layout, or a layout file.",
      completion: .custom { _, _, _ in LayoutOptions.known })
    var layout: String

    func run() throws {
      var output = StandardOutput()
      output.append(try LayoutOptions.layout(layout).json)
      try output.flush()
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Keep a layout file in the folder.")

    @Argument(help: "Layout file.", completion: .file())
    var file: String

    @Option(help: "Name of the layout, if not its own.")
    var name: String?

    @Flag(help: "Replace a layout of that name.")
    var force = false

    func run() throws {
      var layout = try JournalLayout(contentsOf: file)
      if let name { layout.name = name }
      if JournalLayout.builtIn.contains(where: { $0.name == layout.name }) {
        throw JournalError(
          .badArgument, "'\(layout.name)' is the name of a built-in layout",
          advice: "choose another with --name")
      }
      let folder = LayoutFolder.user
      try folder.add(layout, force: force, files: RunFiles([], settings: [file]))
      var output = StandardOutput()
      output.append("\(printable(folder.file(layout.name)))\n")
      try output.flush()
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a layout from the folder.")

    @Argument(
      help: "Name of the layout.", completion: .custom { _, _, _ in LayoutOptions.added })
    var name: String

    func run() throws { try LayoutFolder.user.remove(name) }
  }
}
