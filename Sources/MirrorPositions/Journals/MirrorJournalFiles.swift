internal import JournalQuery
internal import MirrorJournal

/// The mirror journals in a directory, those too that a stock tool compressed.
enum MirrorJournalFiles {
  /// One file of each name: the plain one, then the vendor's `z`, then what stock tools made.
  ///
  /// - Throws: `cannotOpen` when the directory cannot be read or holds no mirror journal.
  static func all(
    in directory: String
  ) throws(JournalError) -> [(name: JournalFileName, path: String)] {
    guard FileIdentity(directory) != nil else {
      throw JournalError(.cannotOpen, "no such directory", in: directory, advice: "check the path")
    }
    let stock = stockCopies(directory)
    var paths: [String] = []
    do {
      paths = try JournalInputs.expand([directory], recursing: false)
    } catch {
      if stock.isEmpty { throw error }
    }
    var files = paths.compactMap { path in JournalFileName(path).map { (name: $0, path: path) } }
    let there = Set(files.map(\.name.uncompressed))
    files += stock.filter { !there.contains($0.name) }
    files.removeAll { $0.name.mirrorName == nil }
    guard !files.isEmpty else {
      throw JournalError(
        .cannotOpen, "there is no mirror journal here", in: directory,
        advice: "mirror journals are named MIRROR-NAME-YYYYMMDD.NNN, with z if compressed")
    }
    return files.sorted { $0.name < $1.name }
  }

  private static func stockCopies(
    _ directory: String
  ) -> [(name: JournalFileName, path: String)] {
    let names = namesInDirectory(directory) ?? []
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    var taken: Set<JournalFileName> = []
    return names.sorted().compactMap { file in
      guard let name = JournalFileName.ofStockCopy(file), !name.isCompressed,
        taken.insert(name).inserted
      else { return nil }
      return (name, prefix + file)
    }
  }
}
