public import MirrorJournal

/// Two files, or the journals of the same names in two directories, compressed or not.
public struct FilePairs: Sendable {
  /// In journal order.
  public private(set) var both: [(left: String, right: String)] = []
  /// Files that the other directory does not have.
  public private(set) var only: [String] = []

  /// Whether two directories were given.
  public private(set) var areOfDirectories = false

  /// - Throws: `badArgument` when only one is a directory; `cannotOpen` when one holds no journal.
  public init(_ left: String, _ right: String) throws(JournalError) {
    guard isDirectory(left) || isDirectory(right) else {
      both = [(left, right)]
      return
    }
    guard isDirectory(left), isDirectory(right) else {
      throw JournalError(
        .badArgument, "a file and a directory cannot be compared", in: "\(left), \(right)",
        advice: "give two files, or two directories")
    }
    areOfDirectories = true
    let first = try Self.files(left)
    var second = Dictionary(
      try Self.files(right).map { ($0.name, $0.path) }, uniquingKeysWith: { first, _ in first })
    for file in first {
      if let other = second.removeValue(forKey: file.name) {
        both.append((file.path, other))
      } else {
        only.append(file.path)
      }
    }
    only += second.values.sorted()
  }

  /// The files below a directory, by their paths in it, without what tells that they are compressed.
  private static func files(
    _ directory: String
  ) throws(JournalError) -> [(name: String, path: String)] {
    try JournalInputs.expand([directory]).map { path in
      let name = lastComponent(path)
      let plain = (JournalFileName(name) ?? JournalFileName.ofStockCopy(name))?.uncompressed
      let below = path.dropFirst(directory.count).dropLast(name.count)
        .split(separator: "/").joined(separator: "/")
      return ("\(below)/\(plain?.description ?? name)", path)
    }
  }
}
