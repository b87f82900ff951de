internal import Glibc
internal import JournalCompression
public import MirrorJournal

/// The journals that a user names: files, directories and standard input.
public enum JournalInputs {
  /// The files behind `arguments`, in order.
  ///
  /// A directory stands for the journals in it, in journal order (prefix, date, sequence), then for those of
  /// the directories below it; links to directories are not followed. Of a journal that is there plain and
  /// compressed, the plain file counts, as it does for the vendor (class D), also when both are named;
  /// of compressed ones, that with `z` goes before copies that stock tools made. `-` stands for standard
  /// input.
  ///
  /// - Parameter recursing: whether directories below count.
  /// - Throws: `cannotOpen` when a directory cannot be read or holds no journal.
  public static func expand(
    _ arguments: [String], recursing: Bool = true
  ) throws(JournalError) -> [String] {
    var files: [String] = []
    let named = Set(arguments)
    for argument in arguments {
      if argument != "-", isDirectory(argument) {
        files += try journals(inDirectory: argument, recursing: recursing)
      } else if !isCopy(argument, of: named) {
        files.append(argument)
      }
    }
    return files
  }

  /// Of `files`, those that have the name of one before them in another directory, each with that one:
  /// copies of one journal, of which each counts. Of journals' names only, with and without `z`.
  public static func copies(among files: [String]) -> [(first: String, copy: String)] {
    var known: [String: String] = [:]
    return files.compactMap { file in
      let name = lastComponent(file)
      guard let own = JournalFileName(name) ?? JournalFileName.ofStockCopy(name) else { return nil }
      let stem = "\(own.prefix)\(own.date).\(own.sequence)"
      guard let first = known[stem] else {
        known[stem] = file
        return nil
      }
      return (first, file)
    }
  }

  /// Whether the compressed file at `path` stands for one that is named, too.
  private static func isCopy(_ path: String, of named: Set<String>) -> Bool {
    let suffixes = ["z"] + StockSuffixes.read
    return suffixes.contains { suffix in
      guard path.hasSuffix(suffix) else { return false }
      let plain = String(path.dropLast(suffix.count))
      guard let name = JournalFileName(plain), !name.isCompressed else { return false }
      return named.contains(plain) || suffix != "z" && named.contains(plain + "z")
    }
  }

  private static func journals(
    inDirectory directory: String, recursing: Bool
  ) throws(JournalError) -> [String] {
    guard let names = namesInDirectory(directory) else {
      throw JournalError(
        .cannotOpen, "the directory cannot be read", in: directory, advice: "check its permissions")
    }
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    var files = chosen(names).map { prefix + $0 }
    if recursing {
      for name in names.sorted() where !name.hasPrefix(".") {
        guard let status = statusOfLink(prefix + name), status.st_mode & S_IFMT == S_IFDIR else {
          continue
        }
        // A directory below that is empty or closed to us does not spoil the others.
        files += (try? journals(inDirectory: prefix + name, recursing: true)) ?? []
      }
    }
    guard !files.isEmpty else {
      throw JournalError(
        .cannotOpen, "the directory holds no file with a journal's name", in: directory,
        advice:
          "journals are named [PREFIX]YYYYMMDD.NNN or MIRROR-NAME-YYYYMMDD.NNN, with z if compressed; name "
          + "files of other names by themselves")
    }
    return files
  }

  /// The names of journals, in journal order, each journal once.
  private static func chosen(_ names: [String]) -> [String] {
    var best: [JournalFileName: (rank: Int, name: String)] = [:]
    for name in names {
      var rank = 0
      let journal: JournalFileName
      if let own = JournalFileName(name) {
        rank = own.isCompressed ? 1 : 0
        journal = own.uncompressed
      } else if StockSuffixes.read.contains(where: name.hasSuffix),
        let copy = JournalFileName.ofStockCopy(name)
      {
        rank = copy.isCompressed ? 3 : 2
        journal = copy.uncompressed
      } else {
        continue
      }
      if let known = best[journal], (known.rank, known.name) < (rank, name) { continue }
      best[journal] = (rank, name)
    }
    return best.sorted { $0.key < $1.key }.map(\.value.name)
  }

  /// Opens the journal at `path`: plain or compressed, told apart by content; `X` falls back to
  /// `Xz`; `-` is standard input.
  ///
  /// - Throws: `cannotOpen`, `cannotRead`, `notAJournal`, `unknownLayout`, `headerDamaged`,
  ///   `compressedDamaged`.
  public static func open(_ path: String, layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError) -> Journal
  {
    switch try openFile(path, layouts: layouts) {
    case .readable(let journal): return journal
    case .unknownLayout(let storage): throw JournalError.unknownLayout(of: storage.path)
    }
  }

  /// Opens the file at `path` as ``open(_:layouts:)`` does, be its layout known or not.
  ///
  /// A file that is neither of a known layout nor compressed in a known way is searched for compressed
  /// chunks of a framing that nobody has told (``FramingFinder``).
  ///
  /// - Throws: `cannotOpen`, `cannotRead`, `notAJournal`, `headerDamaged`, `compressedDamaged`.
  public static func openFile(_ path: String, layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError) -> JournalFile
  {
    let storage: any JournalStorage
    if path == "-" {
      storage = try StandardInput.storage()
    } else {
      let resolved = resolveJournalPath(path)
      if let compressed = try openStorage(path: resolved) {
        storage = compressed
      } else {
        storage = try MappedFile(path: resolved)
      }
    }
    let file = try JournalFile(storage: storage, layouts: layouts)
    guard file.journal == nil, let plain = storage as? MappedFile else { return file }
    let found: FramedStorage?
    do {
      found = try FramingFinder(layouts: layouts).storage(
        in: plain, known: Framing.all(in: .user))
    } catch {
      throw (error as? JournalError)
        ?? JournalError(.cannotRead, "\(error)", in: storage.path)
    }
    return try found.map { found throws(JournalError) in
      try JournalFile(storage: found, layouts: layouts)
    } ?? file
  }
}
