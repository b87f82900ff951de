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

  private var block: [UInt8]
  private var blockStart: JournalAddress
  /// Bytes of the current block in use, its header included.
  private var used: Int
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
  ///   - header: what the file shall say about itself; end address and closing are the writer's.
  ///   - firstRecordAddress: where the first record stands, if not at the first possible address
  ///     (131312 is seen after a switch, class O).
  ///   - overwriting: whether a file of that name may be replaced.
  ///   - hidden: whether the file gets its name only with `close()` or `publish()`.
  ///   - source: of a hidden file: the file that its content comes from, whose readers alone may
  ///     read it.
  /// - Throws: `targetExists`, `cannotWrite`; `badArgument` when names do not fit.
  public convenience init(
    path: String, header: JournalHeader, databases: [JournalDatabase] = [], jobs: [JournalJob] = [],
    firstRecordAddress: JournalAddress? = nil, layout: JournalLayout = .r1,
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
    block = [UInt8](repeating: 0, count: layout.block.size)
    blockStart = layout.block.firstDataAddress
    used = layout.block.headerSize
    if let first = firstRecordAddress {
      let offset = first - blockStart
      guard offset >= used, offset < layout.block.size, offset % layout.record.alignment == 0 else {
        throw JournalError(.badArgument, "no first record can stand", at: first, in: path)
      }
      used = offset
    }
    file = try hidden
      ? BlockFile(hidden: path, overwriting: overwriting, source: source)
      : BlockFile(path: path, overwriting: overwriting)
    try writeHeader()
    try writeDirectory(databases, jobs)
  }

  /// Where the next record goes, if it fits into the current block.
  public var address: JournalAddress { blockStart + used }

  /// Bytes left in the current block.
  public var roomInBlock: Int { layout.block.size - used }

  /// Appends a record and returns its address. Values too long for one record go into extension
  /// records before it.
  ///
  /// - Throws: `badArgument` when a part does not fit, `cannotWrite`.
  @discardableResult
  public func append(_ content: RecordContent) throws(JournalError) -> JournalAddress {
    var (head, values) = try encoder.encode(content)
    var rest = values[...]
    if aligned(head.count + rest.count) > layout.record.maximumLength {
      guard case .node = content.body, aligned(head.count) <= layout.record.maximumLength else {
        throw JournalError(.badArgument, "the record is longer than a block", in: file.path)
      }
      rest = try appendExtensions(&head, rest, like: content)
    }
    head += rest
    let address = try place(head)
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
    guard firstRecord != 0, used > flushed else { return }
    if flushed == 0 {
      fillBlockHeader(checksum: 0)
      try file.write(block[layout.block.headerSize...], at: blockStart + layout.block.headerSize)
      try file.write(block[..<layout.block.headerSize], at: blockStart)
    } else {
      let word = Int(layout.record.length.width)
      try file.write(block[(flushed + word)..<used], at: blockStart + flushed + word)
      try file.write(block[flushed..<(flushed + word)], at: blockStart + flushed)
    }
    flushed = used
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
  ///   - name: the name that the next file gives itself, if not `path`.
  ///   - reason: why the file is switched, as a code and in words.
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
  private func aligned(_ count: Int) -> Int {
    let alignment = layout.record.alignment
    return (count + alignment - 1) / alignment * alignment
  }

  /// Puts the leading bytes of `values` into extension records and returns the tail that fits
  /// behind `head` into the current block; marks `head` as continued.
  private func appendExtensions(
    _ head: inout [UInt8], _ values: ArraySlice<UInt8>, like content: RecordContent
  ) throws(JournalError) -> ArraySlice<UInt8> {
    var rest = values
    let overhead = layout.record.extensionLength.end
    while aligned(head.count + rest.count) > roomInBlock {
      // A few bytes at a block's end are not worth a record of their own.
      guard roomInBlock >= overhead + 256 else {
        try seal()
        continue
      }
      let count = min(rest.count, (roomInBlock - overhead) / layout.record.alignment * layout.record.alignment)
      try place(encoder.encodeExtension(rest.prefix(count), like: content))
      rest = rest.dropFirst(count)
    }
    let flags = Int(layout.record.flags.offset)
    head[flags] |= layout.record.continuedFlag
    return rest
  }

  /// Gives the record its length and its link, and a place in the current block or the next.
  @discardableResult
  private func place(_ record: [UInt8]) throws(JournalError) -> JournalAddress {
    let size = aligned(record.count)
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
      firstRecord = used
      blockTime = time
    }
    block.replaceSubrange(used..<used + record.count, with: record)
    store(UInt64(size), layout.record.length, at: used, in: &block)
    store(UInt64(previous.map { address - $0 } ?? 0), layout.record.distanceBack, at: used, in: &block)
    used += size
    previous = address
    lastEnd = address + size
    return address
  }

  /// Writes the current block with its checksum and begins the next.
  private func seal() throws(JournalError) {
    fillBlockHeader(checksum: 0)
    fillBlockHeader(checksum: CRC32C.of(block))
    try file.write(block[layout.block.headerSize...], at: blockStart + layout.block.headerSize)
    try file.write(block[..<layout.block.headerSize], at: blockStart)
    blockStart += layout.block.size
    block = [UInt8](repeating: 0, count: layout.block.size)
    used = layout.block.headerSize
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
      if kept.jobs.isEmpty { kept.databases.removeLast() } else {
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
