internal import MirrorJournal

/// Finds the file that follows a closed journal.
enum NextFile {
  /// The path of the next file, in the directory of `journal`, else where the header says; nil when it is not
  /// there.
  ///
  /// The header's name counts; where it has none, the next name in journal order does.
  static func path(after journal: Journal) -> String? {
    let name = lastComponent(journal.path)
    let directory = String(journal.path.unicodeScalars.dropLast(name.unicodeScalars.count))
    let next = lastComponent(journal.header.nextName)
    if !next.isEmpty {
      return existing(directory + next) ?? existing(journal.header.nextName)
    }
    guard let own = JournalFileName(name)?.uncompressed,
      let names = namesInDirectory(directory.isEmpty ? "." : directory)
    else { return nil }
    let later = names.compactMap { JournalFileName($0) }
      .filter { $0.prefix == own.prefix && $0.uncompressed > own }
    return later.min().map { directory + $0.description }
  }

  /// The file to follow in a directory: the last one of its only series.
  ///
  /// - Throws: `badArgument` when there are several series.
  static func newest(in directory: String) throws(JournalError) -> String {
    let files = try JournalInputs.expand([directory], recursing: false)
    var last: [String: String] = [:]
    for file in files {
      let name = lastComponent(file)
      guard let journal = JournalFileName(name) ?? JournalFileName.ofStockCopy(name) else {
        continue
      }
      last[journal.prefix] = file
    }
    if last.count == 1, let only = last.values.first { return only }
    throw JournalError(
      .badArgument, "the directory holds \(last.count) series of journals", in: directory,
      advice: "name the file to begin with: " + last.values.sorted().joined(separator: ", "))
  }

  /// `path`, or its compressed form, if it is there.
  private static func existing(_ path: String) -> String? {
    [path, path + "z"].first { statusOfPath($0) != nil }
  }
}
