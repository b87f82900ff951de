/// Turns a record's content into bytes at the places that a layout names.
struct RecordEncoder {
  let layout: RecordLayout
  let directory: DirectoryLayout

  /// How many bytes the record takes without its values' bytes, and how many those are.
  ///
  /// - Throws: `badArgument` when a part is longer than its length field can say.
  func size(of content: RecordContent) throws(JournalError) -> (head: Int, values: Int) {
    switch content.body {
    case .node(let key, let nameLength, let stored):
      try checkKey(key, nameLength)
      guard stored.count <= 2 else { throw bad("a record has at most two values") }
      var values = 0
      for value in stored {
        guard value.bytes.count < 1 << Int(layout.valueCountBits) else {
          throw bad("a value is too long")
        }
        values += value.bytes.count
      }
      return (keyStart + key.count + stored.count * Int(layout.valueWordWidth), values)
    case .bit(let key, let nameLength, _):
      try checkKey(key, nameLength)
      return (layout.aligned(keyStart + key.count) + bitSize, 0)
    case .marker(let marker):
      let count = marker.text.utf8.count
      guard count <= UInt16.max else { throw bad("a marker's text is too long") }
      return (markerStart + count, 0)
    case .level:
      return (max(layout.headerSize, layout.transactionLevel.end), 0)
    case .netsyn(let payload):
      guard payload.count <= UInt16.max else { throw bad("a netsyn body is too long") }
      return (netsynStart + payload.count, 0)
    case .opaque(let body):
      return (layout.headerSize + body.count, 0)
    }
  }

  /// Appends the record, of which `size(of:)` approved, to `bytes`; of its values' bytes only those
  /// behind the first `sent`. The length, the distance back and the padding are the writer's.
  func append(_ content: RecordContent, sent: Int, to bytes: inout [UInt8]) {
    let base = bytes.count
    appendZeros(layout.headerSize, to: &bytes)
    store(UInt64(content.type.rawValue), layout.type, at: base, in: &bytes)
    var flags: UInt8 = 0
    if content.isInTransaction { flags |= layout.transactionFlag }
    if content.isDeleted { flags |= layout.deletedFlag }
    if sent > 0 { flags |= layout.continuedFlag }
    store(UInt64(flags), layout.flags, at: base, in: &bytes)
    store(UInt64(content.collation), layout.collation, at: base, in: &bytes)
    store(UInt64(content.jobID), layout.jobID, at: base, in: &bytes)
    store(UInt64(content.remoteSystemID), layout.remoteSystemID, at: base, in: &bytes)
    store(UInt64(content.sfn), layout.sfn, at: base, in: &bytes)
    switch content.body {
    case .node(let key, let nameLength, let stored):
      appendKey(key, nameLength, at: base, to: &bytes)
      store(UInt64(stored.count), layout.valueCount, at: base, in: &bytes)
      let word = Field(0, width: layout.valueWordWidth, isBigEndian: layout.valueWordIsBigEndian)
      for value in stored {
        let number =
          UInt64(value.bytes.count) | UInt64(value.storageCode) << UInt64(layout.valueCountBits)
        store(number, word, at: bytes.count, in: &bytes)
      }
      appendValues(stored, sent..<Int.max, to: &bytes)
    case .bit(let key, let nameLength, let bit):
      appendKey(key, nameLength, at: base, to: &bytes)
      let body = base + layout.aligned(bytes.count - base)
      appendZeros(body + bitSize - bytes.count, to: &bytes)
      store(UInt64(bit.position), layout.bitPosition, at: body, in: &bytes)
      store(UInt64(bit.oldLength), layout.bitOldLength, at: body, in: &bytes)
      store(UInt64(bit.newBit), layout.bitNew, at: body, in: &bytes)
      store(UInt64(bit.oldBit), layout.bitOld, at: body, in: &bytes)
    case .marker(let marker):
      appendZeros(markerStart - layout.headerSize, to: &bytes)
      store(UInt64(UInt32(bitPattern: marker.id)), layout.markerID, at: base, in: &bytes)
      store(UInt64(marker.sequence), layout.markerSequence, at: base, in: &bytes)
      store(UInt64(clamping: marker.previousAddress), layout.markerPrevious, at: base, in: &bytes)
      store(UInt64(marker.text.utf8.count), layout.markerTextLength, at: base, in: &bytes)
      bytes.append(contentsOf: marker.text.utf8)
    case .level(let level):
      store(UInt64(level), layout.transactionLevel, at: base, in: &bytes)
    case .netsyn(let payload):
      store(UInt64(payload.count), layout.netsynLength, at: base, in: &bytes)
      bytes.append(contentsOf: payload)
    case .opaque(let body):
      bytes.append(contentsOf: body)
    }
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

  /// Appends an extension record with the bytes at `part` of the values of `content`, one behind the
  /// other.
  func appendExtension(_ part: Range<Int>, of content: RecordContent, to bytes: inout [UInt8]) {
    let base = bytes.count
    appendZeros(layout.headerSize, to: &bytes)
    store(UInt64(RecordType.extension.rawValue), layout.type, at: base, in: &bytes)
    store(UInt64(content.jobID), layout.jobID, at: base, in: &bytes)
    store(UInt64(content.remoteSystemID), layout.remoteSystemID, at: base, in: &bytes)
    store(UInt64(content.sfn), layout.sfn, at: base, in: &bytes)
    store(UInt64(part.count), layout.extensionLength, at: base, in: &bytes)
    if case .node(_, _, let stored) = content.body { appendValues(stored, part, to: &bytes) }
  }

  /// The entries of the directory block, without the block's header.
  func encode(_ databases: [JournalDatabase], _ jobs: [JournalJob]) throws(JournalError) -> [UInt8]
  {
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

  /// Where a key stands in its record.
  private var keyStart: Int {
    max(Int(layout.key), layout.headerSize, layout.keyLength.end, layout.nameLength.end)
  }

  /// Where a Marker's text stands in its record.
  private var markerStart: Int {
    max(
      layout.headerSize, layout.markerID.end, layout.markerSequence.end, layout.markerPrevious.end,
      layout.markerTextLength.end)
  }

  private var netsynStart: Int { max(layout.headerSize, layout.netsynLength.end) }

  private var bitSize: Int {
    max(
      12, layout.bitPosition.end, layout.bitOldLength.end, layout.bitNew.end, layout.bitOld.end)
  }

  private func checkKey(_ key: [UInt8], _ nameLength: Int) throws(JournalError) {
    guard nameLength > 0, nameLength <= key.count, key.count <= UInt16.max else {
      throw bad("a key is empty or too long")
    }
  }

  private func appendKey(
    _ key: [UInt8], _ nameLength: Int, at base: Int, to bytes: inout [UInt8]
  ) {
    store(UInt64(key.count), layout.keyLength, at: base, in: &bytes)
    store(UInt64(nameLength), layout.nameLength, at: base, in: &bytes)
    appendZeros(base + keyStart - bytes.count, to: &bytes)
    bytes.append(contentsOf: key)
  }

  /// Appends the bytes at `part` of the values one behind the other, as far as there are such.
  private func appendValues(_ values: [StoredValue], _ part: Range<Int>, to bytes: inout [UInt8]) {
    var start = 0
    for value in values {
      let end = start + value.bytes.count
      let here = part.clamped(to: start..<end)
      if here.count == value.bytes.count {
        bytes.append(contentsOf: value.bytes)
      } else if !here.isEmpty {
        bytes.append(contentsOf: value.bytes[here.lowerBound - start..<here.upperBound - start])
      }
      start = end
    }
  }

  private func bad(_ reason: String) -> JournalError { JournalError(.badArgument, reason) }
}

/// Puts `value` at the place of `field`, `base` bytes into `bytes`, which grow as needed.
func store(_ value: UInt64, _ field: Field, at base: Int = 0, in bytes: inout [UInt8]) {
  let start = base + Int(field.offset)
  let width = Int(field.width)
  if bytes.count < start + width { appendZeros(start + width - bytes.count, to: &bytes) }
  // A big-endian number is turned round within its width, so that all are stored alike.
  let number = field.isBigEndian && width > 0 ? value.byteSwapped >> UInt64(64 - 8 * width) : value
  var span = bytes.mutableSpan
  var raw = span.mutableBytes
  switch width {
  case 1: raw.storeBytes(of: UInt8(truncatingIfNeeded: number), toByteOffset: start, as: UInt8.self)
  case 2:
    raw.storeBytes(
      of: UInt16(truncatingIfNeeded: number).littleEndian, toByteOffset: start, as: UInt16.self)
  case 4:
    raw.storeBytes(
      of: UInt32(truncatingIfNeeded: number).littleEndian, toByteOffset: start, as: UInt32.self)
  case 8: raw.storeBytes(of: number.littleEndian, toByteOffset: start, as: UInt64.self)
  default:
    for index in 0..<width {
      raw.storeBytes(
        of: UInt8(truncatingIfNeeded: number >> UInt64(8 * index)), toByteOffset: start + index,
        as: UInt8.self)
    }
  }
}

/// Appends `count` zeros without an array of them.
func appendZeros(_ count: Int, to bytes: inout [UInt8]) {
  bytes.append(contentsOf: repeatElement(0, count: count))
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
