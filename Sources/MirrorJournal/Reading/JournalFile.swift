/// A file that somebody calls a journal: one that can be read, or the bytes of one whose layout is not
/// known.
///
/// Much of what is done with journals needs no record: to compress them, to measure codecs on them, to say
/// what a name, a size and the bytes show. A file whose first bytes are of no layout at hand is not damaged;
/// nobody here can say whether it is.
public enum JournalFile: Sendable {
  /// The layout is known: header, directory and records can be read.
  case readable(Journal)
  /// The first bytes are of no layout at hand.
  case unknownLayout(any JournalStorage)

  /// Opens what `storage` holds.
  ///
  /// - Throws: as `Journal.init(storage:layouts:)`, but for `unknownLayout`.
  public init(
    storage: any JournalStorage, layouts: [JournalLayout] = JournalLayout.builtIn
  ) throws(JournalError) {
    do {
      self = .readable(try Journal(storage: storage, layouts: layouts))
    } catch {
      guard error.code == .unknownLayout else { throw error }
      self = .unknownLayout(storage)
    }
  }

  /// Where the bytes come from.
  public var storage: any JournalStorage {
    switch self {
    case .readable(let journal): journal.storage
    case .unknownLayout(let storage): storage
    }
  }

  /// The file as the user named it.
  public var path: String { storage.path }

  /// The journal, where its layout is known.
  public var journal: Journal? {
    if case .readable(let journal) = self { journal } else { nil }
  }
}

extension JournalError {
  /// What opening the file at `path` says whose first bytes are of no layout at hand.
  package static func unknownLayout(of path: String) -> JournalError {
    let word = path == "-" ? "FILE" : shellWord(path: path)
    return JournalError(
      .unknownLayout, unknownLayout.reason, at: 0, in: path,
      advice:
        "'mjournal info' tells what can be said without one; if IRIS wrote this file, find its "
        + "layout, by 'mjournal calibrate' with a listing or from the file alone: "
        + "mjournal discover \(word) -o layout.json")
  }
}

/// What was observed of journals whatever their layout (class O): files are whole blocks, of which the first
/// two hold no records, and no record starts in the first bytes of a block.
public enum ObservedGrid {
  /// Bytes in a block.
  public static let blockSize = 65_536
  /// Where the first block with records begins.
  public static let firstDataAddress = 131_072
  /// Bytes that each block keeps for itself.
  public static let blockHeaderSize = 16
  /// What every address is a multiple of.
  public static let alignment = 4
}
