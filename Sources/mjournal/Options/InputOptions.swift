public import ArgumentParser
public import JournalQuery
import MirrorJournal

/// The journals that a command reads.
struct InputOptions: ParsableArguments {
  @Argument(
    help: "Journal files, directories of journals, or '-' for standard input.",
    completion: .file())
  var files: [String]

  @OptionGroup var layout: LayoutOptions

  /// Opens each file in turn and hands it to `body`. A file that cannot be used is reported, and
  /// the next one follows.
  ///
  /// - Parameter ranges: the addresses that the command is about: damage elsewhere is not its matter.
  func forEachJournal(
    _ diagnostics: inout Diagnostics, lastFirst: Bool = false, ranges: FileRanges? = nil,
    _ body: (Journal, inout Diagnostics) throws -> Void
  ) throws {
    try forEachFile(&diagnostics, lastFirst: lastFirst, ranges: ranges) { file, diagnostics in
      guard let journal = file.journal else { throw JournalError.unknownLayout(of: file.path) }
      try body(journal, &diagnostics)
    }
  }

  /// The files behind the arguments, in order.
  func expanded() throws -> [String] { try JournalInputs.expand(files) }

  /// The same for commands that need no layout: files of an unknown one come, too.
  func forEachFile(
    _ diagnostics: inout Diagnostics, lastFirst: Bool = false, ranges: FileRanges? = nil,
    _ body: (JournalFile, inout Diagnostics) throws -> Void
  ) throws {
    let layouts = try layout.layouts()
    let expanded = try JournalInputs.expand(files)
    reportCopies(expanded)
    ProgressLine.begin(expanded)
    for file in lastFirst ? expanded.reversed() : expanded {
      do {
        let opened = try JournalInputs.openFile(file, layouts: layouts)
        ProgressLine.opened(opened, at: file)
        diagnostics.reportOpening(opened, in: ranges?.range(of: opened.path))
        try body(opened, &diagnostics)
      } catch let error as JournalError where error.code != .cannotWrite {
        diagnostics.reportUnusable(error)
      }
    }
  }
}

extension InputOptions {
  /// Who names a directory may not know what lies below it.
  private func reportCopies(_ expanded: [String]) {
    guard files.count < expanded.count else { return }
    let copies = JournalInputs.copies(among: expanded)
    guard let (first, copy) = copies.first else { return }
    Diagnostics.line(
      "mjournal: \(copies.count) \(copies.count == 1 ? "file has" : "files have") the name of another and "
        + "each counts, such as \(copy) beside \(first); name the files that are meant")
  }

  /// What a run that reads `journals` must not replace.
  func files(_ journals: [Journal]) -> RunFiles { files(journals.map(\.path)) }

  /// The same by paths.
  func files(_ paths: [String]) -> RunFiles { RunFiles(paths, settings: layout.files) }
}

/// Which layout a journal is read by.
struct LayoutOptions: ParsableArguments {
  @Option(
    help: "Read files by the layout in this JSON file, or of this name in the folder of layouts.",
    completion: .custom { _, _, _ in LayoutOptions.known })
  var layout: [String] = []

  /// Those that the user names, the built-in one, and those of the user's folder.
  func layouts() throws -> [JournalLayout] {
    let folder = LayoutFolder.user.contents
    for problem in folder.problems { Diagnostics.report(problem) }
    return try layout.map { try Self.layout($0) } + JournalLayout.builtIn + folder.layouts
  }

  /// The names of the layouts that are known, for completion.
  static var known: [String] { JournalLayout.builtIn.map(\.name) + added }

  /// Those in the folder. A shell may run what it is offered: names that no layout can have are left out.
  static var added: [String] { LayoutFolder.user.names.filter(LayoutFolder.isName) }

  /// The layout files that may be read.
  var files: [String] {
    let folder = LayoutFolder.user
    return layout + layout.map { folder.file($0) } + folder.names.map { folder.file($0) }
  }

  /// The layout in the file `text`, or the one of that name.
  static func layout(_ text: String) throws(JournalError) -> JournalLayout {
    if let builtIn = JournalLayout.builtIn.first(where: { $0.name == text }) { return builtIn }
    let folder = LayoutFolder.user
    if !text.contains("/"), folder.names.contains(text) { return try folder.layout(text) }
    return try JournalLayout(contentsOf: text)
  }
}

/// An address on the command line, in decimal or as 0x hexadecimal.
struct AddressArgument: ExpressibleByArgument {
  let value: JournalAddress

  init?(argument: String) {
    guard let named = NamedAddress(argument), named.file == nil else { return nil }
    value = named.address
  }
}

extension NamedAddress: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension RecordFormat: ExpressibleByArgument {}
