/// Turns a record's content into bytes at the places that a layout names.
struct RecordEncoder {
  let layout: RecordLayout
  let directory: DirectoryLayout

  /// The record's bytes without its values' bytes, and those bytes beside it. The length, the
  /// distance back and the padding are the writer's.
  ///
  /// - Throws: `badArgument` when a part is longer than its length field can say.
  func encode(_ content: RecordContent) throws(JournalError) -> (head: [UInt8], values: [UInt8]) {
    var head = [UInt8](repeating: 0, count: layout.headerSize)
    head.reserveCapacity(layout.headerSize + 96)
    store(UInt64(content.type.rawValue), layout.type, in: &head)
    var flags: UInt8 = 0
    if content.isInTransaction { flags |= layout.transactionFlag }
    if content.isDeleted { flags |= layout.deletedFlag }
    store(UInt64(flags), layout.flags, in: &head)
    store(UInt64(content.collation), layout.collation, in: &head)
    store(UInt64(content.jobID), layout.jobID, in: &head)
    store(UInt64(content.remoteSystemID), layout.remoteSystemID, in: &head)
    store(UInt64(content.sfn), layout.sfn, in: &head)
    var values: [UInt8] = []
    switch content.body {
    case .node(let key, let nameLength, let stored):
      try storeKey(key, nameLength, in: &head)
      guard stored.count <= 2 else { throw bad("a record has at most two values") }
      store(UInt64(stored.count), layout.valueCount, in: &head)
      for value in stored {
        let word = Field(0, width: layout.valueWordWidth, isBigEndian: layout.valueWordIsBigEndian)
        let bits = UInt64(layout.valueCountBits)
        guard UInt64(value.bytes.count) < 1 << bits else { throw bad("a value is too long") }
        let number = UInt64(value.bytes.count) | UInt64(value.storageCode) << bits
        store(number, word, at: head.count, in: &head)
      }
      values = stored.count == 1 ? stored[0].bytes : stored.flatMap(\.bytes)
    case .bit(let key, let nameLength, let bit):
      try storeKey(key, nameLength, in: &head)
      while head.count % layout.alignment != 0 { head.append(0) }
      let base = head.count
      head += [UInt8](repeating: 0, count: 12)
      store(UInt64(bit.position), layout.bitPosition, at: base, in: &head)
      store(UInt64(bit.oldLength), layout.bitOldLength, at: base, in: &head)
      store(UInt64(bit.newBit), layout.bitNew, at: base, in: &head)
      store(UInt64(bit.oldBit), layout.bitOld, at: base, in: &head)
    case .marker(let marker):
      let text = Array(marker.text.utf8)
      guard text.count <= UInt16.max else { throw bad("a marker's text is too long") }
      store(UInt64(UInt32(bitPattern: marker.id)), layout.markerID, in: &head)
      store(UInt64(marker.sequence), layout.markerSequence, in: &head)
      store(UInt64(clamping: marker.previousAddress), layout.markerPrevious, in: &head)
      store(UInt64(text.count), layout.markerTextLength, in: &head)
      head += text
    case .level(let level):
      store(UInt64(level), layout.transactionLevel, in: &head)
    case .netsyn(let payload):
      guard payload.count <= UInt16.max else { throw bad("a netsyn body is too long") }
      store(UInt64(payload.count), layout.netsynLength, in: &head)
      head += payload
    case .opaque(let body):
      head += body
    }
    return (head, values)
  }

  /// A `dirtab` record for one database.
  func encode(_ database: JournalDatabase) throws(JournalError) -> [UInt8] {
    var bytes = dirtab(kind: 1)
    try append(database, to: &bytes)
    return bytes
  }

  /// A `dirtab` record for one job.
  func encode(_ job: JournalJob) -> [UInt8] {
    var bytes = dirtab(kind: 2)
    append(job, to: &bytes)
    return bytes
  }

  /// An extension record with `payload`.
  func encodeExtension(_ payload: ArraySlice<UInt8>, like content: RecordContent) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: layout.headerSize)
    store(UInt64(RecordType.extension.rawValue), layout.type, in: &bytes)
    store(UInt64(content.jobID), layout.jobID, in: &bytes)
    store(UInt64(content.remoteSystemID), layout.remoteSystemID, in: &bytes)
    store(UInt64(content.sfn), layout.sfn, in: &bytes)
    store(UInt64(payload.count), layout.extensionLength, in: &bytes)
    bytes += payload
    return bytes
  }

  /// The entries of the directory block, without the block's header.
  func encode(_ databases: [JournalDatabase], _ jobs: [JournalJob]) throws(JournalError) -> [UInt8] {
    let number = Field(0, width: directory.numberWidth)
    var bytes: [UInt8] = []
    store(UInt64(databases.count), number, at: bytes.count, in: &bytes)
    for database in databases { try append(database, to: &bytes) }
    store(UInt64(jobs.count), number, at: bytes.count, in: &bytes)
    for job in jobs { append(job, to: &bytes) }
    return bytes
  }

  private func dirtab(kind: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(layout.dirtabEntry))
    store(UInt64(RecordType.dirtab.rawValue), layout.type, in: &bytes)
    store(UInt64(kind), layout.dirtabKind, in: &bytes)
    return bytes
  }

  private func append(_ database: JournalDatabase, to bytes: inout [UInt8]) throws(JournalError) {
    store(
      UInt64(database.sfn), Field(0, width: directory.numberWidth), at: bytes.count, in: &bytes)
    for text in [database.directory, database.mirrorName] {
      try appendCounted(text, width: directory.stringLengthWidth, to: &bytes)
    }
  }

  private func append(_ job: JournalJob, to bytes: inout [UInt8]) {
    let number = Field(0, width: directory.numberWidth)
    store(UInt64(job.jobID), number, at: bytes.count, in: &bytes)
    store(UInt64(job.processID), number, at: bytes.count, in: &bytes)
  }

  private func storeKey(_ key: [UInt8], _ nameLength: Int, in head: inout [UInt8])
    throws(JournalError)
  {
    guard nameLength > 0, nameLength <= key.count, key.count <= UInt16.max else {
      throw bad("a key is empty or too long")
    }
    store(UInt64(key.count), layout.keyLength, in: &head)
    store(UInt64(nameLength), layout.nameLength, in: &head)
    head += key
  }

  private func bad(_ reason: String) -> JournalError { JournalError(.badArgument, reason) }
}

/// Puts `value` at the place of `field`, `base` bytes into `bytes`, which grow as needed.
func store(_ value: UInt64, _ field: Field, at base: Int = 0, in bytes: inout [UInt8]) {
  let start = base + Int(field.offset)
  let width = Int(field.width)
  if bytes.count < start + width {
    bytes += [UInt8](repeating: 0, count: start + width - bytes.count)
  }
  for index in 0..<width {
    let shift = UInt64(field.isBigEndian ? width - 1 - index : index) * 8
    bytes[start + index] = UInt8(truncatingIfNeeded: value >> shift)
  }
}

/// Appends a string with its length before it.
///
/// - Throws: `badArgument` when the string is longer than the length can say.
func appendCounted(_ text: String, width: UInt8, to bytes: inout [UInt8]) throws(JournalError) {
  let utf8 = Array(text.utf8)
  guard utf8.count < 1 << (Int(width) * 8) else {
    throw JournalError(.badArgument, "a name is too long for a journal")
  }
  store(UInt64(utf8.count), Field(0, width: width), at: bytes.count, in: &bytes)
  bytes += utf8
}
