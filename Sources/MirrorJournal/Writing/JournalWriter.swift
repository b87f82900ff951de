/// Writes a journal file, block by block: for samples, tests and benchmarks.
///
/// The file can be read while it grows: after `flush()` readers see every record appended so far.
/// A writer that is dropped without `close()` leaves an active file behind, as a crash would; a hidden
/// one, whose file has no name before `close()` or `publish()`, leaves nothing.
public final class JournalWriter {
  /// The layout that the file is written in.
  public let layout: JournalLayout
  /// The header as it stands; `close()` adds the end address.
  public private(set) var header: JournalHeader

  /// The buffer time of the blocks that begin from now on.
  public var time: Timestamp

  private let file: BlockFile
  private let isHidden: Bool
  private let encoder: RecordEncoder
  private var directory = JournalDirectory()

  /// The current block as far as it is in use, its header included; it has room for the rest.
  private var block: [UInt8]
  private var blockStart: JournalAddress
  /// Bytes of the current block that the file has; 0 when it has none.
  private var flushed = 0
  private var firstRecord = 0
  private var blockTime: Timestamp
  private var previous: JournalAddress?
  /// Just past the last record.
  private var lastEnd: JournalAddress?
  private var open: [UInt64: FilePosition]

  /// Creates the file at `path` and writes its header and directory.
  ///
  /// - Parameters:
  ///   - path: where the file is to be.
  ///   - header: what the file shall say about itself; end address and closing are the writer's.
  ///   - databases: those of the directory.
  ///   - jobs: those of the directory.
  ///   - firstRecordAddress: where the first record stands, if not at the first possible address
  ///     (131312 is seen after a switch, class O).
  ///   - layout: how the file is written.
  ///   - overwriting: whether a file of that name may be replaced.
  ///   - hidden: whether the file gets its name only with `close()` or `publish()`.
  ///   - source: of a hidden file: the file that its content comes from, whose readers alone may
  ///     read it.
  /// - Throws: `targetExists`, `cannotWrite`; `badArgument` when names do not fit.
  public convenience init(
    path: String, header: JournalHeader, databases: [JournalDatabase] = [], jobs: [JournalJob] = [],
    firstRecordAddress: JournalAddress? = nil, layout: JournalLayout = .r2,
    overwriting: Bool = false, hidden: Bool = false, source: String? = nil
  ) throws(JournalError) {
    try self.init(
      path: path, header: header, databases: databases, jobs: jobs, open: [:],
      firstRecordAddress: firstRecordAddress, layout: layout, overwriting: overwriting,
      hidden: hidden, source: source)
  }

  private init(
    path: String, header: JournalHeader, databases: [JournalDatabase], jobs: [JournalJob],
    open: [UInt64: FilePosition], firstRecordAddress: JournalAddress?, layout: JournalLayout,
    overwriting: Bool, hidden: Bool, source: String?
  ) throws(JournalError) {
    self.layout = layout
    isHidden = hidden
    self.header = header
    self.header.isClosed = false
    self.header.endAddress = 0
    self.open = open
    encoder = RecordEncoder(layout: layout.record, directory: layout.directory)
    time = header.creationTime
    blockTime = header.creationTime
    block = []
    block.reserveCapacity(layout.block.size)
    appendZeros(layout.block.headerSize, to: &block)
    blockStart = layout.block.firstDataAddress
    if let first = firstRecordAddress {
      let offset = first - blockStart
      guard offset >= block.count, offset < layout.block.size,
        offset % layout.record.alignment == 0
      else {
        throw JournalError(.badArgument, "no first record can stand", at: first, in: path)
      }
      appendZeros(offset - block.count, to: &block)
    }
    file =
      try hidden
      ? BlockFile(hidden: path, overwriting: overwriting, source: source)
      : BlockFile(path: path, overwriting: overwriting)
    try writeHeader()
    try writeDirectory(databases, jobs)
  }

  /// Where the next record goes, if it fits into the current block.
  public var address: JournalAddress { blockStart + block.count }

  /// Bytes left in the current block.
  public var roomInBlock: Int { layout.block.size - block.count }

  /// Appends a record and returns its address. Values too long for one record go into extension
  /// records before it.
  ///
  /// - Throws: `badArgument` when a part does not fit, `cannotWrite`.
  @discardableResult
  public func append(_ content: RecordContent) throws(JournalError) -> JournalAddress {
    let size = try encoder.size(of: content)
    var sent = 0
    if aligned(size.head + size.values) > layout.record.maximumLength {
      guard case .node = content.body, aligned(size.head) <= layout.record.maximumLength else {
        throw JournalError(.badArgument, "the record is longer than a block", in: file.path)
      }
      sent = try appendExtensions(of: content, size)
    }
    let address = try begin(size.head + size.values - sent)
    encoder.append(content, sent: sent, to: &block)
    end(address)
    track(content, at: address)
    return address
  }

  /// Makes a database known: as a `dirtab` record, unless it is already.
  public func add(_ database: JournalDatabase) throws(JournalError) {
    guard directory.database(sfn: database.sfn) == nil else { return }
    directory.add(database)
    try place(encoder.encode(database))
  }

  /// Makes a job known: as a `dirtab` record, unless it is already.
  public func add(_ job: JournalJob) throws(JournalError) {
    guard directory.processID(jobID: job.jobID) == nil else { return }
    directory.add(job)
    try place(encoder.encode(job))
  }

  /// Begins a new block, so that later records bear a later time.
  public func endBlock() throws(JournalError) {
    if firstRecord != 0 { try seal() }
  }

  /// Shows everything appended so far to readers of the file.
  public func flush() throws(JournalError) {
    guard firstRecord != 0, block.count > flushed else { return }
    if flushed == 0 {
      fillBlockHeader(checksum: 0)
      // Whole, so that what follows the last record reads as zero.
      let used = block.count
      appendZeros(roomInBlock, to: &block)
      defer { block.removeLast(block.count - used) }
      try file.write(block[layout.block.headerSize...], at: blockStart + layout.block.headerSize)
      try file.write(block[..<layout.block.headerSize], at: blockStart)
    } else {
      let word = Int(layout.record.length.width)
      try file.write(block[(flushed + word)...], at: blockStart + flushed + word)
      try file.write(block[flushed..<(flushed + word)], at: blockStart + flushed)
    }
    flushed = block.count
  }

  /// Gives a hidden file its name while it is still active; for any other there is nothing to do.
  ///
  /// - Throws: `targetExists`, `cannotWrite`.
  public func publish() throws(JournalError) { try file.publish() }

  /// Seals the last block, writes the closing header and syncs; a hidden file gets its name.
  ///
  /// - Parameters:
  ///   - nextName: path of the next file, if there is one.
  ///   - nextGUID: its GUID.
  public func close(nextName: String = "", nextGUID: GUID = .zero) throws(JournalError) {
    // Where no record has begun in this block, the data end with the last record of the one before;
    // a journal without any record gets its first block, so that the file reaches its end address.
    let end = firstRecord == 0 ? lastEnd ?? address : address
    if firstRecord != 0 || lastEnd == nil { try seal() }
    header.isClosed = true
    header.endAddress = end
    if header.isMirrorJournal { header.mirrorEnd = end }
    let oldest = open.values.min { ($0.fileCount, $0.address) < ($1.fileCount, $1.address) }
    header.openTransaction = oldest ?? FilePosition(fileCount: header.fileCount, address: end)
    header.nextName = nextName
    header.nextGUID = nextGUID
    try writeHeader()
    try file.synchronize()
    try file.publish()
  }

  /// Closes this file and creates the next one of the chain at `path`, linked both ways: counts one
  /// higher, GUIDs, names and this file's end. The next file is hidden if this one is.
  ///
  /// - Parameters:
  ///   - path: where the next file is to be.
  ///   - name: the name that the next file gives itself, if not `path`.
  ///   - guid: the next file's.
  ///   - reason: why the file is switched, as a code and in words.
  ///   - reasonText: why the file is switched, in words.
  ///   - firstRecordAddress: where its first record stands, if not at the first possible address.
  ///   - overwriting: whether a file of that name is replaced.
  public func switchFile(
    to path: String, name: String? = nil, guid: GUID, reason: Int = 0, reasonText: String = "",
    firstRecordAddress: JournalAddress? = nil, overwriting: Bool = false
  ) throws(JournalError) -> JournalWriter {
    var next = header
    next.name = name ?? path
    try close(nextName: next.name, nextGUID: guid)
    next.guid = guid
    next.previousGUID = header.guid
    next.previousName = header.name
    next.previousEnd = header.endAddress
    next.nextGUID = .zero
    next.nextName = ""
    next.mirrorEnd = 0
    next.fileCount += 1
    if next.isMirrorJournal { next.mirrorFileCount += 1 }
    next.creationTime = time
    next.switchReason = reason
    next.reasonText = reasonText
    next.openTransaction = header.openTransaction
    return try JournalWriter(
      path: path, header: next, databases: directory.databases, jobs: directory.jobs, open: open,
      firstRecordAddress: firstRecordAddress, layout: layout, overwriting: overwriting,
      hidden: isHidden, source: nil)
  }
}

extension JournalWriter {
  private func aligned(_ count: Int) -> Int { layout.record.aligned(count) }

  /// Puts the leading bytes of the values into extension records, until the tail fits behind the
  /// head into the current block; returns how many.
  private func appendExtensions(
    of content: RecordContent, _ size: (head: Int, values: Int)
  ) throws(JournalError) -> Int {
    var sent = 0
    let overhead = max(layout.record.headerSize, layout.record.extensionLength.end)
    while aligned(size.head + size.values - sent) > roomInBlock {
      // A few bytes at a block's end are not worth a record of their own.
      guard roomInBlock >= overhead + 256 else {
        try seal()
        continue
      }
      let room = (roomInBlock - overhead) / layout.record.alignment * layout.record.alignment
      let part = sent..<sent + min(size.values - sent, room)
      let address = try begin(overhead + part.count)
      encoder.appendExtension(part, of: content, to: &block)
      end(address)
      sent = part.upperBound
    }
    return sent
  }

  /// Appends a record that is encoded already, but for its links.
  private func place(_ record: [UInt8]) throws(JournalError) {
    let address = try begin(record.count)
    block += record
    end(address)
  }

  /// Finds a place for a record of `count` bytes, in the current block or the next.
  private func begin(_ count: Int) throws(JournalError) -> JournalAddress {
    let size = aligned(count)
    guard size <= layout.record.maximumLength else {
      throw JournalError(.badArgument, "the record is longer than a block", in: file.path)
    }
    if size > roomInBlock { try seal() }
    let address = self.address
    guard address + size <= Int(UInt32.max) else {
      throw JournalError(
        .badArgument, "the journal would exceed 4 GiB", at: address, in: file.path,
        advice: "switch to the next file before")
    }
    if firstRecord == 0 {
      firstRecord = block.count
      blockTime = time
    }
    return address
  }

  /// Gives the record that was appended at `address` its padding, its length and its link.
  private func end(_ address: JournalAddress) {
    let start = address - blockStart
    let size = aligned(block.count - start)
    appendZeros(start + size - block.count, to: &block)
    store(UInt64(size), layout.record.length, at: start, in: &block)
    store(
      UInt64(previous.map { address - $0 } ?? 0), layout.record.distanceBack, at: start, in: &block)
    previous = address
    lastEnd = address + size
  }

  /// Writes the current block with its checksum and begins the next.
  private func seal() throws(JournalError) {
    let used = block.count
    appendZeros(roomInBlock, to: &block)
    fillBlockHeader(checksum: 0)
    fillBlockHeader(checksum: CRC32C.of(block))
    do throws(JournalError) {
      try file.write(block[layout.block.headerSize...], at: blockStart + layout.block.headerSize)
      try file.write(block[..<layout.block.headerSize], at: blockStart)
    } catch {
      block.removeLast(block.count - used)
      throw error
    }
    blockStart += layout.block.size
    block.removeAll(keepingCapacity: true)
    appendZeros(layout.block.headerSize, to: &block)
    flushed = 0
    firstRecord = 0
  }

  private func fillBlockHeader(checksum: UInt32) {
    store(UInt64(firstRecord), layout.block.firstRecord, in: &block)
    store(UInt64(checksum), layout.block.checksum, in: &block)
    store(layout.block.timeForm.number(blockTime), layout.block.bufferTime, in: &block)
  }

  private func writeHeader() throws(JournalError) {
    try file.write(header.encoded(layout)[...], at: 0)
  }

  /// Writes the directory block; entries that it has no room for become `dirtab` records.
  private func writeDirectory(_ databases: [JournalDatabase], _ jobs: [JournalJob])
    throws(JournalError)
  {
    var kept = (databases: databases, jobs: jobs)
    let room = layout.block.size - layout.block.headerSize
    var entries = try encoder.encode(kept.databases, kept.jobs)
    while entries.count > room {
      if kept.jobs.isEmpty {
        kept.databases.removeLast()
      } else {
        kept.jobs.removeLast(min(kept.jobs.count, max(1, (entries.count - room) / 8)))
      }
      entries = try encoder.encode(kept.databases, kept.jobs)
    }
    for database in kept.databases { directory.add(database) }
    for job in kept.jobs { directory.add(job) }
    var bytes = [UInt8](repeating: 0, count: layout.block.headerSize) + entries
    bytes += [UInt8](repeating: 0, count: layout.block.size - bytes.count)
    store(UInt64(bitPattern: header.creationTime.milliseconds), layout.block.bufferTime, in: &bytes)
    store(UInt64(CRC32C.of(bytes)), layout.block.checksum, in: &bytes)
    try file.write(bytes[...], at: layout.block.directoryAddress)
    for database in databases { try add(database) }
    for job in jobs { try add(job) }
  }

  /// Keeps the oldest open transaction for the closing header.
  private func track(_ content: RecordContent, at address: JournalAddress) {
    let owner = UInt64(content.jobID) << 32 | UInt64(content.remoteSystemID)
    switch content.type {
    case .beginTransaction:
      if open[owner] == nil {
        open[owner] = FilePosition(fileCount: header.fileCount, address: address)
      }
    case .commitTransaction, .rollback:
      if case .level(let level) = content.body, level <= 1 { open[owner] = nil }
    default: break
    }
  }
}
