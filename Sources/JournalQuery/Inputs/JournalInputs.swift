internal import JournalCompression
public import MirrorJournal

/// The journals that a user names: files, directories and standard input.
public enum JournalInputs {
  /// The files behind `arguments`, in order.
  ///
  /// A directory stands for the journals in it, in journal order (prefix, date, sequence); of a
  /// journal that is there plain and compressed, the plain file counts, as it does for the vendor
  /// (class D). `-` stands for standard input.
  ///
  /// - Throws: `cannotOpen` when a directory cannot be read or holds no journal.
  public static func expand(_ arguments: [String]) throws(JournalError) -> [String] {
    var files: [String] = []
    for argument in arguments {
      if argument != "-", isDirectory(argument) {
        files += try journals(inDirectory: argument)
      } else {
        files.append(argument)
      }
    }
    return files
  }

  private static func journals(inDirectory directory: String) throws(JournalError) -> [String] {
    guard let names = namesInDirectory(directory) else {
      throw JournalError(
        .cannotOpen, "the directory cannot be read", in: directory, advice: "check its permissions")
    }
    let journals = names.compactMap { JournalFileName($0) }.sorted()
    let plain = Set(journals.lazy.filter { !$0.isCompressed })
    let chosen = journals.filter { !$0.isCompressed || !plain.contains($0.uncompressed) }
    guard !chosen.isEmpty else {
      throw JournalError(
        .cannotOpen, "the directory holds no file with a journal's name", in: directory,
        advice:
          "journals are named [PREFIX]YYYYMMDD.NNN or MIRROR-NAME-YYYYMMDD.NNN, with z if compressed; name "
          + "files of other names by themselves")
    }
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    return chosen.map { prefix + $0.description }
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
