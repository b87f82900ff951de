internal import Synchronization

/// A journal file: its header, its directory, and the way to its records.
///
/// Opening reads the header and the directory block; records are read when asked for. A journal may
/// be used from several threads at once. Of an active file it shows what stood there when it was
/// opened.
public final class Journal: Sendable {
  public let storage: any JournalStorage
  public let layout: JournalLayout
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

  /// The file as the user named it.
  public var path: String { storage.path }

  /// Opens the plain journal file at `path`.
  ///
  /// - Throws: `cannotOpen`, `cannotRead`, `notAJournal`, `headerDamaged`.
  public convenience init(path: String, layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError)
  {
    try self.init(storage: MappedFile(path: path), layouts: layouts)
  }

  /// Opens the journal that `storage` holds, by the first of `layouts` whose signature it has.
  ///
  /// - Throws: `notAJournal`, `headerDamaged`, or what the storage throws.
  public init(storage: any JournalStorage, layouts: [JournalLayout] = JournalLayout.builtIn)
    throws(JournalError)
  {
    do {
      guard storage.count > 0 else {
        throw JournalError(.notAJournal, "the file is empty")
      }
      let layout = try Self.layout(of: storage, among: layouts)
      let prefix = min(storage.count, layout.header.size)
      let (header, damage) = try storage.withBytes(0..<prefix) { bytes in
        try JournalHeader.read(bytes, layout: layout)
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
      if header.isClosed {
        dataLimit = header.endAddress
        tailBlock = nil
        if header.endAddress > storage.count {
          structural.append(
            Damage(
              .truncated, storage.count..<header.endAddress,
              "the file ends before its data do"))
        }
      } else {
        tailBlock = try Self.tailBlock(of: storage, layout: layout)
        dataLimit = tailBlock.map { min($0 + layout.block.size, storage.count) }
          ?? min(layout.block.firstDataAddress, storage.count)
      }
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
    throw JournalError(
      .notAJournal, "the signature is not of a known journal layout", at: 0,
      advice: "if IRIS wrote this file, find its layout with 'mjournal calibrate'")
  }

  /// Reads the directory block into `directory`; a block that cannot be trusted is not believed.
  private static func readDirectory(
    _ directory: inout JournalDirectory, storage: any JournalStorage, layout: JournalLayout
  ) throws -> Damage? {
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

  /// The last block of an active file that its writer has begun: behind it all block headers are
  /// zero. O(number of blocks that are allocated and not begun).
  private static func tailBlock(of storage: any JournalStorage, layout: JournalLayout) throws
    -> JournalAddress?
  {
    let block = layout.block
    var start = storage.count / block.size * block.size
    while start >= block.firstDataAddress {
      let end = min(start + block.headerSize, storage.count)
      if end > start, try storage.withBytes(start..<end, { !$0.isAllZero }) { return start }
      start -= block.size
    }
    return nil
  }
}

extension Journal {
  /// The database with system file number `sfn`, or nil when the journal does not name it.
  ///
  /// The directory block answers; only for an SFN that it lacks are the later additions read, once,
  /// in O(file).
  public func database(sfn: UInt32) -> JournalDatabase? {
    initialDirectory.database(sfn: sfn) ?? completeDirectory.database(sfn: sfn)
  }

  /// The process of job `jobID`, or nil when the journal does not say. Cost as `database(sfn:)`.
  public func processID(jobID: UInt32) -> UInt32? {
    initialDirectory.processID(jobID: jobID) ?? completeDirectory.processID(jobID: jobID)
  }

  /// The directory block and all later additions. O(file) once, then O(1).
  public var completeDirectory: JournalDirectory {
    if let known = laterDirectory.withLock({ $0 }) { return known }
    var directory = initialDirectory
    let layout = layout
    try? forEachRecord(damaged: { _ in }) { record in
      if record.type == .dirtab { _ = directory.take(record, layout: layout) }
    }
    laterDirectory.withLock { $0 = directory }
    return directory
  }
}
