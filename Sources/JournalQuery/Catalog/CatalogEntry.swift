internal import Glibc
internal import JournalCompression
public import MirrorJournal

/// What a directory of journals says of one of them, without reading its records.
public struct CatalogEntry: Sendable {
  /// What can be said of the file.
  public enum State: String, Sendable, CaseIterable {
    /// No end address yet: it is being written, or its writer was lost.
    case active
    case closed
    /// Its header, its directory, its end or its index is damaged, or its data, where they were read.
    case damaged
    case unknownLayout = "unknown layout"
    /// It cannot be opened, or is no journal.
    case unreadable
  }

  /// The file as it was named or found.
  public let path: String
  public let state: State
  /// How it is compressed, such as `container, zstd`; nil for a plain file.
  public let form: String?
  /// The block time of the first record, and of the last one where that is cheap to tell.
  public private(set) var firstTime: Timestamp?
  public private(set) var lastTime: Timestamp?
  /// Bytes up to the end of the data, uncompressed.
  public private(set) var dataSize: Int?
  /// Bytes on disk.
  public let fileSize: Int?
  /// Visible records, where they were counted.
  public private(set) var records: Int?
  /// Nil for a journal of no mirror.
  public private(set) var mirrorFileCount: Int?
  /// What is missing between the file before it and this one, in words; nil where nothing is known to be.
  public internal(set) var gap: String?
  /// Why it is damaged or cannot be read.
  public let reason: String?

  /// What the file before and behind it are called by.
  var header: JournalHeader?

  /// Up to this many bytes of data, records are counted without being asked for.
  public static let cheap = 16 << 20

  /// Looks at the file at `path`. O(1); O(data) where records are counted, and for a stream of a stock tool.
  public init(_ path: String, layouts: [JournalLayout], countsRecords: Bool = false) {
    self.path = path
    let size = statusOfPath(resolveJournalPath(path)).map { Int($0.st_size) }
    let file: JournalFile
    do {
      file = try JournalInputs.openFile(path, layouts: layouts)
    } catch {
      (state, form, fileSize, reason, header) = (.unreadable, nil, size, error.reason, nil)
      return
    }
    fileSize = file.storage.sizeOnDisk
    form = (file.storage as? any CompressedJournalStorage)?.formName
    guard let journal = file.journal else {
      (state, reason, header) = (.unknownLayout, nil, nil)
      dataSize = file.storage.count
      return
    }
    header = journal.header
    let isCheap = journal.dataLimit <= Self.cheap
    let summary =
      countsRecords || isCheap ? try? JournalSummary(of: journal, threads: 2) : nil
    records = summary?.records
    let wrong =
      journal.storage.damage.first?.reason
      ?? (summary?.damage ?? journal.structuralDamage).first?.description
    reason = wrong
    state = wrong != nil ? .damaged : journal.header.isClosed ? .closed : .active
    dataSize = journal.dataLimit
    if journal.header.isMirrorJournal { mirrorFileCount = journal.header.mirrorFileCount }
    guard journal.layout.knows(.time), !journal.dataRange.isEmpty else { return }
    firstTime = Self.time(of: journal, at: journal.dataRange.lowerBound)
    // A stream is read to its end for that.
    guard countsRecords || isCheap || !journal.storage.isSequential else { return }
    lastTime = Self.time(of: journal, at: journal.dataRange.upperBound - 1)
  }

  private static func time(of journal: Journal, at address: JournalAddress) -> Timestamp? {
    let size = journal.layout.block.size
    return try? journal.blockTime(at: address / size * size)
  }
}

/// The journals of directories, with the gaps between them.
public enum JournalCatalog {
  /// An entry for each of `files`, in their order, handed over as they are known.
  ///
  /// - Throws: what `body` throws.
  public static func forEachEntry(
    of files: [String], layouts: [JournalLayout] = JournalLayout.builtIn,
    countsRecords: Bool = false, _ body: (CatalogEntry) throws -> Void
  ) throws {
    var last: [String: CatalogEntry] = [:]
    for path in files {
      var entry = CatalogEntry(path, layouts: layouts, countsRecords: countsRecords)
      let name = lastComponent(path)
      let directory = String(path.unicodeScalars.dropLast(name.unicodeScalars.count))
      if let own = JournalFileName(name) ?? JournalFileName.ofStockCopy(name) {
        let series = directory + "/" + own.prefix
        if let previous = last[series] { entry.gap = gap(previous, entry) }
        last[series] = entry
      }
      try body(entry)
    }
  }

  /// What one file says of the one before it that the one before it does not.
  private static func gap(_ first: CatalogEntry, _ second: CatalogEntry) -> String? {
    guard let left = first.header, let right = second.header else { return nil }
    let counts = [
      (left.mirrorFileCount, right.mirrorFileCount, true),
      (left.fileCount, right.fileCount, left.systemGUID == right.systemGUID),
    ]
    if let (before, after, _) = counts.first(where: { $0.0 != 0 && $0.1 != 0 && $0.2 }) {
      let missing = after - before - 1
      if missing > 0 { return missing == 1 ? "1 file missing" : "\(missing) files missing" }
      if missing < 0 { return "count goes back" }
    }
    return GUID.differ(left.guid, right.previousGUID) ? "does not follow" : nil
  }
}
