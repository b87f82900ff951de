public import MirrorJournal

/// One file of a foreign family with the activity of the imaginary hospital, and the list of its
/// records as the vendor's tools would print it.
public struct ForeignJournal: Sendable {
  /// The family that the bytes follow.
  public let family: ForeignFamily
  /// The whole file, header included.
  public let bytes: [UInt8]
  /// What the file holds, in order of address.
  public let records: [ForeignRecord]
  /// The header page, as `^JRNDUMP` option I prints it.
  public let information: String

  /// Makes a file with at least `records` records.
  public init(_ family: ForeignFamily, records count: Int, seed: UInt64 = 1) throws {
    var builder = ForeignBuilder(family, seed: seed)
    var activity = HospitalActivity(
      seed: seed, streamsPerThousand: 2, jobs: (1...9).map { $0 * 7 }, sfn: 4)
    activity.allowsDocuments = family.crossesBlocks
    while builder.records.count < count {
      for content in try activity.next() {
        let address = try builder.append(content)
        activity.wrote(content, at: address)
      }
    }
    builder.finish()
    self.family = family
    bytes = builder.bytes
    records = builder.records
    information = builder.information
  }

  /// `count` of the records, evenly spread.
  public func sample(_ count: Int) -> [ForeignRecord] {
    guard count < records.count else { return records }
    return (0..<count).map { records[$0 * records.count / count] }
  }

  /// Writes `bytes` to `path`, over what is there.
  ///
  /// - Throws: `cannotWrite`.
  public func write(to path: String) throws {
    try WholeFile.write(bytes, to: path, force: true, files: RunFiles())
  }

  /// Writes the journal, `path.csv` with a listing of `count` of its records, and `path.info` with
  /// its header page.
  ///
  /// - Returns: the three paths.
  /// - Throws: `targetExists` unless `overwriting`, `cannotWrite`.
  public func write(to path: String, listing count: Int, overwriting: Bool) throws -> [String] {
    let paths = [path, path + ".csv", path + ".info"]
    for path in paths where !overwriting && PendingName.exists(path) {
      throw JournalError(
        .targetExists, "the file exists", in: path, advice: "choose another name or use --force")
    }
    let texts = [ForeignListing.csv.text(of: sample(count)).text, information]
    let files = RunFiles()
    for (path, bytes) in zip(paths, [bytes] + texts.map { Array($0.utf8) }) {
      try WholeFile.write(bytes, to: path, force: overwriting, files: files)
    }
    return paths
  }
}

/// What a list says about one record of a foreign file.
public struct ForeignRecord: Sendable {
  /// Bytes from the start of the file.
  public var address: Int
  /// Address of the record before; 0 for the first.
  public var previous = 0
  /// Address of the record behind; 0 for the last.
  public var next = 0
  /// What was written: type, flags, job, database and body.
  public let content: RecordContent
  /// The global and its subscripts; nil where the type has none.
  public let reference: GlobalReference?
  /// The operating system's process id that belongs to the job.
  public let processID: Int
  /// The database's directory, such as `/data/ehr/`.
  public let directory: String
  /// The buffer time of the record's block.
  public let time: Timestamp
  /// The value after a SET; nil for other types.
  public let new: JournalValue?
  /// The value before, where the record keeps it.
  public let old: JournalValue?
}

/// Writes the bytes of a foreign family.
struct ForeignBuilder {
  let family: ForeignFamily
  private(set) var bytes: [UInt8]
  private(set) var records: [ForeignRecord] = []
  private(set) var information = ""
  /// Whether what is written is noted in `records`.
  var notesRecords = true

  private var lastAddress: Int?
  private var random: SeededRandom
  private var time = Timestamp(milliseconds: 1_720_519_200_000)
  private var blockTime = Timestamp(milliseconds: 1_720_519_200_000)
  private var headerBegun = -1

  static let directories = [
    "/usr/iris/mgr/", "/usr/iris/mgr/user/", "/data/ehr/", "/data/lab/",
  ]

  init(_ family: ForeignFamily, seed: UInt64) {
    self.family = family
    random = SeededRandom(seed: seed &+ 77)
    bytes = [UInt8](repeating: 0, count: family.dataStart)
    bytes.replaceSubrange(0..<family.signature.count, with: family.signature)
    makeInformation()
  }

  private mutating func put(_ value: UInt64, _ place: ForeignFamily.Place?, at base: Int) {
    Self.put(value, place, at: base, isBigEndian: family.isBigEndian, in: &bytes)
  }

  private func put(
    _ value: UInt64, _ place: ForeignFamily.Place?, in bytes: inout [UInt8]
  ) {
    Self.put(value, place, at: 0, isBigEndian: family.isBigEndian, in: &bytes)
  }

  private static func put(
    _ value: UInt64, _ place: ForeignFamily.Place?, at base: Int, isBigEndian: Bool,
    in bytes: inout [UInt8]
  ) {
    guard let place else { return }
    for index in 0..<place.width {
      let shift = UInt64(isBigEndian ? place.width - 1 - index : index) * 8
      bytes[base + place.at + index] |= UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  /// A page of the header, and the same numbers somewhere in the header's bytes.
  private mutating func makeInformation() {
    let guid = random.bytes(16)
    let text = guid.map { $0.hexText.uppercased() }
    let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { text[$0].joined() }
    bytes.replaceSubrange(100..<116, with: guid)
    put(1_073_741_824, ForeignFamily.Place(132, 4), at: 0)
    put(UInt64(time.milliseconds / 1000), ForeignFamily.Place(140, 4), at: 0)
    information = """
      Journal: /usr/iris/mgr/journal/20240709.001
       File GUID: \(groups.joined(separator: "-"))
       Max Size: 1073741824
       Time Created: 2024-07-09 10:00:00
       File Count: 22
       Min Trans: 22,3497948

      """
    put(22, ForeignFamily.Place(150, 2), at: 0)
    put(22, ForeignFamily.Place(156, 4), at: 0)
    put(3_497_948, ForeignFamily.Place(160, 4), at: 0)
  }

  mutating func append(_ original: RecordContent) throws -> Int {
    var content = original
    let reference = try Self.reference(of: content)
    if let reference { content.sfn = Self.sfn(of: reference) }
    let body = try body(of: content, reference)
    var size = headerSize(of: content) + body.count
    size = (size + family.alignment - 1) / family.alignment * family.alignment
    time = Timestamp(milliseconds: time.milliseconds + 40 + Int64(random.below(60)))
    let address = place(size)
    let begun = blockTime
    write(content, body, size, at: address)
    lastAddress = address
    guard notesRecords else { return address }
    let values = try Self.values(of: content)
    if var last = records.last {
      last.next = address
      records[records.count - 1] = last
    }
    records.append(
      ForeignRecord(
        address: address, previous: records.last?.address ?? 0, content: content,
        reference: reference, processID: Self.process(content.jobID),
        directory: Self.directories[Int(content.sfn) % 4], time: begun,
        new: content.type.isSet ? values.first : nil,
        old: content.type.isSet ? (values.count == 2 ? values[1] : nil) : values.first))
    return address
  }

  static func process(_ job: UInt32) -> Int { 4000 + Int(job) * 37 }

  private static func sfn(of reference: GlobalReference) -> UInt32 {
    reference.name.unicodeScalars.reduce(0) { $0 &* 31 &+ $1.value } % 4
  }

  static func reference(of content: RecordContent) throws -> GlobalReference? {
    switch content.body {
    case .node(let key, let nameLength, _), .bit(let key, let nameLength, _):
      return try KeyView(key.span.bytes, nameLength: nameLength).reference()
    default: return nil
    }
  }

  static func values(of content: RecordContent) throws -> [JournalValue] {
    guard case .node(_, _, let stored) = content.body else { return [] }
    return try stored.map { value in
      try ValueView(value.bytes.span.bytes, storageCode: value.storageCode).value()
    }
  }

  /// Makes room for `size` bytes and returns the address of their record.
  private mutating func place(_ size: Int) -> Int {
    let block = family.blockSize
    beginBlockIfFull()
    if !family.crossesBlocks, bytes.count % block + size > block {
      bytes += [UInt8](repeating: 0, count: block - bytes.count % block)
      beginBlockIfFull()
    }
    let address = bytes.count
    let start = address / block * block
    if start != headerBegun {
      headerBegun = start
      put(UInt64(address - start), family.firstRecord, at: start)
    }
    return address
  }

  /// Writes a block's header, with its time, where the block before is full.
  private mutating func beginBlockIfFull() {
    guard bytes.count % family.blockSize == 0 else { return }
    let start = bytes.count
    bytes += [UInt8](repeating: 0, count: family.blockHeaderSize)
    blockTime = time
    if let place = family.time { put(place.form.number(time), place.place, at: start) }
  }

  private mutating func write(
    _ content: RecordContent, _ body: [UInt8], _ size: Int, at address: Int
  ) {
    // The record by itself, then cut at the edges of blocks.
    var record =
      pendingHead + [UInt8](repeating: 0, count: family.recordHeaderSize - pendingHead.count)
    let last = lastAddress
    var code = content.type.rawValue
    if let mapped = family.codes[code] { code = mapped }
    if family.flagIsInType { code &= ~(1 << UInt8(family.transactionBit)) }
    put(UInt64(code), family.type, in: &record)
    if content.isInTransaction {
      put(1 << UInt64(family.transactionBit), family.flags, in: &record)
    }
    let job = family.jobIsProcess ? UInt64(Self.process(content.jobID)) : UInt64(content.jobID)
    put(job, family.job, in: &record)
    put(UInt64(content.sfn), family.sfn, in: &record)
    put(UInt64(content.remoteSystemID), family.remote, in: &record)
    put(UInt64(content.collation), family.collation, in: &record)
    if case .node(_, _, let values) = content.body {
      put(UInt64(values.count), family.valueCount, in: &record)
    }
    if case .length(let at, let width, let unit, let omits) = family.forward {
      put(UInt64((size - omits) / unit), ForeignFamily.Place(at, width), in: &record)
    }
    switch family.backward {
    case .none: break
    case .distance(let at, let width, let unit):
      put(
        UInt64((last.map { address - $0 } ?? 0) / unit), ForeignFamily.Place(at, width), in: &record
      )
    case .previous(let at, let width, let unit):
      put(UInt64((last ?? 0) / unit), ForeignFamily.Place(at, width), in: &record)
    }
    if case .next(let at, let width, let unit) = family.forward, let last {
      put(UInt64(address / unit), ForeignFamily.Place(at, width), at: last)
    }
    record = Array(record.prefix(headerSize(of: content))) + body
    record += [UInt8](repeating: 0, count: size - record.count)
    var written = 0
    while written < record.count {
      beginBlockIfFull()
      let room = family.blockSize - bytes.count % family.blockSize
      let end = min(record.count, written + room)
      bytes += record[written..<end]
      written = end
    }
  }

  /// Bytes before the key or body.
  private func headerSize(of content: RecordContent) -> Int {
    switch content.body {
    case .node, .bit: family.recordHeaderSize
    default: family.shortHeaderSize ?? family.recordHeaderSize
    }
  }

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { index in
      let shift = (family.isBigEndian ? width - 1 - index : index) * 8
      return UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  /// The bytes behind the record's header: key and values, or something opaque. The lengths of the
  /// key stand inside the header, which is why they are put there by `storeKey`.
  private mutating func body(of content: RecordContent, _ reference: GlobalReference?) throws
    -> [UInt8]
  {
    pendingHead = []
    guard let reference else { return [1, 0, 0, 0, 9, 9, 0, 0] }
    let key = try encode(reference)
    var head = [UInt8](repeating: 0, count: family.keyOffset)
    func store(_ value: Int, _ place: ForeignFamily.Place?) {
      guard let place else { return }
      head.replaceSubrange(place.at..<place.at + place.width, with: number(value, place.width))
    }
    store(key.count + family.keyLengthBias, family.keyLength)
    store(reference.name.utf8.count, family.nameLength)
    pendingHead = Array(head.prefix(family.recordHeaderSize))
    var whole = head + key
    guard case .node(_, _, let values) = content.body else {
      return Array(whole[family.recordHeaderSize...]) + [1, 2, 3, 4, 5, 6, 7]
    }
    func align() {
      while whole.count % family.valueAlignment != 0 { whole.append(0) }
    }
    align()
    if !family.valuesInterleaved {
      for value in values { whole += word(of: value) }
    }
    for value in values {
      if family.valuesInterleaved {
        align()
        whole += word(of: value)
      }
      whole += bytes(of: value)
    }
    if family.bytesBehindValues > 0 {
      align()
      while whole.count % family.alignment != 0 { whole.append(0) }
      let checksum = CRC32C.of(whole.span.bytes)
      whole += (0..<family.bytesBehindValues).map {
        UInt8(truncatingIfNeeded: checksum >> ($0 % 4 * 8))
      }
    }
    return Array(whole[family.recordHeaderSize...])
  }

  private func word(of value: StoredValue) -> [UInt8] {
    let code = family.marksStorage ? Int(value.storageCode) << (family.valueWidth * 8 - 4) : 0
    return number(value.bytes.count | code, family.valueWidth)
  }

  private func bytes(of value: StoredValue) -> [UInt8] {
    guard family.marksStorage, family.isBigEndian, value.storageCode == ValueStorage.wide.rawValue
    else { return value.bytes }
    return stride(from: 0, to: value.bytes.count - 1, by: 2).flatMap {
      [value.bytes[$0 + 1], value.bytes[$0]]
    }
  }

  /// The header bytes of the record in hand that hold the key's lengths.
  private var pendingHead: [UInt8] = []

  private func encode(_ reference: GlobalReference) throws -> [UInt8] {
    switch family.key {
    case .marked(let layout): return try reference.encodedKey(layout).bytes
    case .counted:
      var bytes = Array(reference.name.utf8)
      for element in reference.subscripts {
        let text: String
        switch element {
        case .number(let number):
          text = number.text
          bytes.append(1)
        case .string(let string):
          text = string
          bytes.append(2)
        }
        bytes.append(UInt8(truncatingIfNeeded: text.utf8.count))
        bytes += Array(text.utf8)
      }
      return bytes
    }
  }

  mutating func finish() {
    if let end = family.endAddress { put(UInt64(bytes.count), end, at: 0) }
    let rest = bytes.count % family.blockSize
    if rest != 0 { bytes += [UInt8](repeating: 0, count: family.blockSize - rest) }
    guard let checksum = family.checksum else { return }
    var start = family.dataStart
    while start < bytes.count {
      let block = Array(bytes[start..<start + family.blockSize])
      put(UInt64(CRC32C.of(block.span.bytes)), ForeignFamily.Place(checksum, 4), at: start)
      start += family.blockSize
    }
  }
}
