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
    let journal: Result<Journal, JournalError>
  }

  private struct Shelf {
    let member: String?
    /// In journal order.
    let files: [(name: JournalFileName, path: String)]
  }

  /// Whether somebody named one of the sources.
  let isGiven: Bool
  private let shelves: [Shelf]
  private let layouts: [JournalLayout]
  private var opened: [String: Result<Journal, JournalError>] = [:]
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
      shelves.append(Shelf(member: source.member, files: files))
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
          shelf.files.first { $0.name.uncompressed == name }?.path
        } else {
          search(shelf.files.filter { mirror == nil || $0.name.mirrorName == mirror }, fileCount)
        }
      guard let found else { continue }
      copies.append(
        Copy(source: index, member: shelf.member, path: found, journal: open(found)))
    }
    return copies
  }

  /// The file whose header has the count: counts grow with the names.
  private mutating func search(
    _ files: [(name: JournalFileName, path: String)], _ fileCount: Int
  ) -> String? {
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      guard case .success(let journal) = open(files[middle].path) else { break }
      let count = journal.header.mirrorFileCount
      if count == fileCount { return files[middle].path }
      if count < fileCount { low = middle + 1 } else { high = middle }
    }
    guard files.count <= Self.scanLimit else { return nil }
    for file in files {
      if case .success(let journal) = open(file.path),
        journal.header.mirrorFileCount == fileCount
      {
        return file.path
      }
    }
    return nil
  }

  private mutating func open(_ path: String) -> Result<Journal, JournalError> {
    if let known = opened[path] { return known }
    if opened.count >= Self.openedLimit { opened = [:] }
    let result = Result { () throws(JournalError) in
      try JournalInputs.open(path, layouts: layouts)
    }
    opened[path] = result
    return result
  }
}
