public import ArgumentParser
public import JournalAnalysis
import MirrorJournal

/// The journals that a command reads.
struct InputOptions: ParsableArguments {
  @Argument(help: "Journal files, directories of journals, or '-' for standard input.")
  var files: [String]

  @OptionGroup var layout: LayoutOptions

  /// Opens each file in turn and hands it to `body`. A file that cannot be used is reported, and
  /// the next one follows.
  func forEachJournal(
    _ diagnostics: inout Diagnostics, lastFirst: Bool = false,
    _ body: (Journal, inout Diagnostics) throws -> Void
  ) throws {
    let layouts = try layout.layouts()
    let expanded = try JournalInputs.expand(files)
    for file in lastFirst ? expanded.reversed() : expanded {
      do {
        let journal = try JournalInputs.open(file, layouts: layouts)
        diagnostics.reportOpening(journal)
        try body(journal, &diagnostics)
      } catch let error as JournalError where error.code != .cannotWrite {
        diagnostics.reportUnusable(error)
      }
    }
  }
}

/// Which layout a journal is read by.
struct LayoutOptions: ParsableArguments {
  @Option(help: "Read files of the layout in this JSON file, beside the built-in ones.")
  var layout: [String] = []

  /// The built-in layouts and those that the user names.
  func layouts() throws -> [JournalLayout] {
    try layout.map { try JournalLayout(contentsOf: $0) } + JournalLayout.builtIn
  }
}

/// An address on the command line, in decimal or as 0x hexadecimal.
struct AddressArgument: ExpressibleByArgument {
  let value: JournalAddress

  init?(argument: String) {
    let lower = argument.lowercased()
    let number = lower.hasPrefix("0x") ? Int(lower.dropFirst(2), radix: 16) : Int(lower)
    guard let number, number >= 0, number <= 1 << 40 else { return nil }
    value = number
  }
}

extension RecordFormat: ExpressibleByArgument {}
