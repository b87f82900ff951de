internal import MirrorJournal

/// Finds the file that follows a closed journal.
enum NextFile {
  /// The path of the next file, in the directory of `journal`; nil when it is not there.
  ///
  /// The header's name counts; where it has none, the next name in journal order does.
  static func path(after journal: Journal) -> String? {
    let name = lastComponent(journal.path)
    let directory = String(journal.path.unicodeScalars.dropLast(name.unicodeScalars.count))
    let next = lastComponent(journal.header.nextName)
    if !next.isEmpty { return existing(directory + next) }
    guard let own = JournalFileName(name)?.uncompressed,
      let names = namesInDirectory(directory.isEmpty ? "." : directory)
    else { return nil }
    let later = names.compactMap { JournalFileName($0) }
      .filter { $0.prefix == own.prefix && $0.uncompressed > own }
    return later.min().map { directory + $0.description }
  }

  /// `path`, or its compressed form, if it is there.
  private static func existing(_ path: String) -> String? {
    [path, path + "z"].first { statusOfPath($0) != nil }
  }
}
