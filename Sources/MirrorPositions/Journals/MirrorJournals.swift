internal import JournalQuery
public import MirrorJournal

/// The mirror journals of a mirror's members, found by name or by mirror file count.
///
/// Of a large directory only the files that are asked for are opened.
public struct MirrorJournals {
  /// A directory of journals, or one file, and whose it is.
  public struct Source: Sendable, Hashable {
    /// The directory's or the file's path.
    public let path: String
    /// Nil when it is not known whose copies these are.
    public let member: String?

    /// Whether somebody named it, so that it should hold what the logs name; false for one that was
    /// found in a tree.
    public let isGiven: Bool

    /// The journals at `path`, of `member` where that is known.
    public init(path: String, member: String? = nil, isGiven: Bool = true) {
      self.path = path
      self.member = member
      self.isGiven = isGiven
    }
  }

  /// One source's copy of a file.
  struct Copy {
    let source: Int
    let member: String?
    let path: String
    /// Whether somebody named the source.
    let isGiven: Bool
    let file: Result<JournalFile, JournalError>

    /// The journal, if it can be opened and its layout is known.
    var journal: Result<Journal, JournalError> { MirrorJournals.readable(file) }
  }

  private struct Shelf {
    let member: String?
    let isGiven: Bool
    /// By mirror, in journal order.
    let byMirror: [String?: [String]]
    /// By the name of the uncompressed file; of two the first.
    let byName: [JournalFileName: String]

    /// - Parameter files: in journal order.
    init(_ source: Source, files: [(name: JournalFileName, path: String)]) {
      member = source.member
      isGiven = source.isGiven
      let all: [String?: [String]] = [nil: files.map(\.path)]
      byMirror = files.reduce(into: all) { $0[$1.name.mirrorName, default: []].append($1.path) }
      byName = Dictionary(files.map { ($0.name.uncompressed, $0.path) }) { first, _ in first }
    }
  }

  /// Whether somebody named one of the sources.
  let isGiven: Bool
  private let shelves: [Shelf]
  private let layouts: [JournalLayout]
  private var opened: [String: Result<JournalFile, JournalError>] = [:]
  /// The counts of the headers that were looked at; nil where that cannot be read.
  private var counts: [String: Int?] = [:]
  /// How many files were opened, those opened again included.
  package private(set) var opens = 0
  private static let openedLimit = 128
  /// Files that may be opened one by one where a search by count does not succeed.
  private static let scanLimit = 256

  /// Looks into the directories.
  ///
  /// - Throws: `cannotOpen` when a directory cannot be read or holds no mirror journal.
  public init(_ sources: [Source], layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError)
  {
    self.layouts = layouts
    isGiven = sources.contains(where: \.isGiven)
    var shelves: [Shelf] = []
    for source in sources {
      let files = try Self.files(source.path)
      shelves.append(Shelf(source, files: files))
    }
    self.shelves = shelves
  }

  /// A source is a directory, or one file.
  private static func files(
    _ path: String
  ) throws(JournalError) -> [(name: JournalFileName, path: String)] {
    if let name = JournalFileName(path), name.mirrorName != nil, FileIdentity(path) != nil {
      return [(name, path)]
    }
    return try MirrorJournalFiles.all(in: path)
  }

  /// Each source's copy of one file.
  ///
  /// - Parameters:
  ///   - path: the file's path or name in the logs; without it the headers' counts decide.
  ///   - mirror: the mirror's name, where the logs tell it.
  mutating func copies(fileCount: Int, path: String?, mirror: String?) -> [Copy] {
    let name = path.flatMap { JournalFileName($0)?.uncompressed }
    var copies: [Copy] = []
    for (index, shelf) in shelves.enumerated() {
      let found =
        if let name {
          shelf.byName[name]
        } else {
          search(shelf.byMirror[mirror] ?? [], fileCount)
        }
      guard let found else { continue }
      copies.append(
        Copy(
          source: index, member: shelf.member, path: found, isGiven: shelf.isGiven,
          file: open(found)))
    }
    return copies
  }

  /// The file whose header has the count: counts grow with the names.
  private mutating func search(
    _ files: [String], _ fileCount: Int
  ) -> String? {
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      guard let count = count(of: files[middle]) else { break }
      if count == fileCount { return files[middle] }
      if count < fileCount { low = middle + 1 } else { high = middle }
    }
    guard files.count <= Self.scanLimit else { return nil }
    return files.first { count(of: $0) == fileCount }
  }

  /// The count in a file's header. Each file is opened for it once, whatever is asked for.
  private mutating func count(of path: String) -> Int? {
    if let known = counts[path] { return known }
    let count = (try? Self.readable(open(path)).get())?.header.mirrorFileCount
    counts[path] = .some(count)
    return count
  }

  fileprivate static func readable(
    _ file: Result<JournalFile, JournalError>
  ) -> Result<Journal, JournalError> {
    file.flatMap { file in
      file.journal.map { .success($0) } ?? .failure(JournalError.unknownLayout(of: file.path))
    }
  }

  private mutating func open(_ path: String) -> Result<JournalFile, JournalError> {
    if let known = opened[path] { return known }
    if opened.count >= Self.openedLimit { opened = [:] }
    opens += 1
    let result = Result { () throws(JournalError) in
      try JournalInputs.openFile(path, layouts: layouts)
    }
    opened[path] = result
    return result
  }
}
