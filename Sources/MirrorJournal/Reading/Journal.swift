internal import Synchronization

/// A journal file: its header, its directory, and the way to its records.
///
/// Opening reads the header and the directory block; records are read when asked for. A journal may
/// be used from several threads at once. Of an active file it shows what stood there when it was
/// opened.
public final class Journal: Sendable {
  /// Where the bytes come from.
  public let storage: any JournalStorage
  /// The layout that the file is read by.
  public let layout: JournalLayout
  /// What the file said about itself when it was opened.
  public let header: JournalHeader

  /// What is wrong with the header and the directory block.
  public let structuralDamage: [Damage]

  /// Where the data end: the header's end address, or for an active file the end of the last block
  /// that its writer has begun.
  public let dataLimit: JournalAddress

  /// The block that the writer of an active file is filling; nil in a closed file.
  public let tailBlock: JournalAddress?

  private let initialDirectory: JournalDirectory
  private let laterDirectory = Mutex<JournalDirectory?>(nil)
  /// Which blocks are not believed; nil before all of them were asked.
  let knownFences = Mutex<[Damage]?>(nil)
  /// Where the first record of each block stands, where blocks do not say it and records cross them.
  let crossingStarts = Mutex<[JournalAddress]?>(nil)
  /// Where records start that lead back only; nil before anybody asked.
  private let foundBackStarts = Mutex<BackStarts?>(nil)
  /// The records of which it is not known whether their values are whole; nil before anybody asked.
  let valueParts = Mutex<Set<JournalAddress>?>(nil)

  /// The file as the user named it.
  public var path: String { storage.path }

  /// Opens the plain journal file at `path`.
  ///
  /// - Throws: `cannotOpen`, `cannotRead`, `notAJournal`, `unknownLayout`, `headerDamaged`.
  public convenience init(path: String, layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError)
  {
    try self.init(storage: MappedFile(path: path), layouts: layouts)
  }

  /// Opens the journal that `storage` holds, by the first of `layouts` whose signature it has.
  ///
  /// - Throws: `notAJournal`, `unknownLayout`, `headerDamaged`, or what the storage throws.
  public init(storage: any JournalStorage, layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError)
  {
    do {
      guard storage.count > 0 else {
        throw JournalError(.notAJournal, "the file is empty")
      }
      let layout = try Self.layout(of: storage, among: layouts)
      let prefix = min(storage.count, layout.header.size)
      var (header, damage) = try storage.withBytes(0..<prefix) { bytes in
        try JournalHeader.read(bytes, layout: layout)
      }
      // A writer that closes the file in this moment may have written half of its header.
      for _ in 0..<8 where damage != nil {
        (header, damage) = try storage.withBytes(0..<prefix) { bytes in
          try JournalHeader.read(bytes, layout: layout)
        }
      }
      var structural: [Damage] = []
      if let damage { structural.append(damage) }
      var directory = JournalDirectory()
      if let damage = try Self.readDirectory(&directory, storage: storage, layout: layout) {
        structural.append(damage)
      }
      self.storage = storage
      self.layout = layout
      self.header = header
      initialDirectory = directory
      let end: DataEnd
      if header.isClosed {
        end = DataEnd(closedAt: header.endAddress, storage: storage, layout: layout)
      } else {
        end = try DataEnd(ofActive: storage, layout: layout)
      }
      dataLimit = end.limit
      tailBlock = end.tailBlock
      if let damage = end.damage { structural.append(damage) }
      structuralDamage = structural
    } catch let error as JournalError {
      throw error.inFile(storage.path)
    } catch {
      throw JournalError(.cannotRead, "\(error)", in: storage.path)
    }
  }

  private static func layout(of storage: any JournalStorage, among layouts: [JournalLayout]) throws
    -> JournalLayout
  {
    for layout in layouts where layout.signature.count <= storage.count {
      let start = try storage.withBytes(0..<layout.signature.count) { $0.copied() }
      if start == layout.signature { return layout }
    }
    throw JournalError.unknownLayout(of: storage.path)
  }

  /// Reads the directory block into `directory`; a block that cannot be trusted is not believed.
  private static func readDirectory(
    _ directory: inout JournalDirectory, storage: any JournalStorage, layout: JournalLayout
  ) throws -> Damage? {
    guard layout.directory.numberWidth != 0 else { return nil }
    let start = layout.block.directoryAddress
    let range = start..<start + layout.block.size
    guard range.upperBound <= storage.count else {
      return Damage(.directory, range, "the file ends inside its directory block")
    }
    return try storage.withBytes(range) { block in
      let stored = block.load(layout.block.checksum).map { UInt32(truncatingIfNeeded: $0) }
      guard stored == nil || stored == CRC32C.of(block, zeroing: Int(layout.block.checksum.offset))
      else { return Damage(.directory, range, "the directory block does not match its checksum") }
      var found = JournalDirectory()
      guard found.readBlock(block, layout: layout) else {
        return Damage(.directory, range, "an entry of the directory block runs past its end")
      }
      directory = found
      return nil
    }
  }
}

extension Journal {
  /// Where records start, in a family whose records lead back only; nil in any other.
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  func backStarts() throws -> BackStarts? {
    guard layout.record.leadsBack else { return nil }
    return try foundBackStarts.withLock { known in
      if let known { return known }
      let found = try BackStarts(storage: storage, layout: layout, limit: dataLimit)
      known = found
      return found
    }
  }

  /// The database with system file number `sfn`, or nil when the journal does not name it.
  ///
  /// The directory block answers; only for an SFN that it lacks are the later additions read, once,
  /// in O(file).
  public func database(sfn: UInt32) -> JournalDatabase? {
    initialDirectory.database(sfn: sfn) ?? completeDirectory.database(sfn: sfn)
  }

  /// The process of job `jobID`, or nil when the journal does not say. Cost as `database(sfn:)`.
  public func processID(jobID: UInt32) -> UInt32? {
    if layout.record.jobIsProcess { return jobID }
    return initialDirectory.processID(jobID: jobID) ?? completeDirectory.processID(jobID: jobID)
  }

  /// The directory block and all later additions. O(file) once, then O(1).
  public var completeDirectory: JournalDirectory {
    if let known = laterDirectory.withLock({ $0 }) { return known }
    var directory = initialDirectory
    let layout = layout
    guard layout.directory.numberWidth != 0, layout.record.dirtabKind.isKnown else {
      return directory
    }
    let size = layout.block.size
    WalkProgress.add((dataRange.count + size - 1) / size * size)
    try? forEachRecord(damaged: { _ in }) { record in
      if record.type == .dirtab { _ = directory.take(record, layout: layout) }
    }
    laterDirectory.withLock { $0 = directory }
    return directory
  }
}
