import MirrorJournal

/// Writes the bytes of a structural family.
struct StructuralBuilder {
  typealias Place = ForeignFamily.Place

  let family: StructuralFamily
  private(set) var bytes: [UInt8]
  private(set) var rows: [StructuralJournal.Row] = []
  private(set) var listed: [ForeignRecord] = []
  private var random: SeededRandom
  private var seconds = 1_720_519_200
  /// Where the records of the block in hand began, and the key before in it.
  private var keyBefore: [UInt8] = []
  private var isFirstInBlock = true
  private var count = 0

  init(_ family: StructuralFamily, seed: UInt64) {
    self.family = family
    random = SeededRandom(seed: seed &+ 901)
    bytes = [UInt8](repeating: 0, count: family.dataStart)
    bytes.replaceSubrange(0..<family.signature.count, with: family.signature)
    let path = Array("/usr/iris/mgr/journal/20240709.001".utf8)
    bytes.replaceSubrange(256..<256 + path.count, with: path)
  }

  mutating func append(_ content: RecordContent) throws {
    let before = rows.count
    write(try parts(of: content), content)
    if rows.count > before { try list(content) }
    count += 1
    if family.hasInternalRecords, count % 10 == 0 {
      var opaque = RecordContent(
        RecordType(rawValue: 240), .opaque(random.bytes(8 + random.below(40))))
      opaque.jobID = 7
      write(try parts(of: opaque), opaque)
    }
  }

  /// Notes the last record as a listing shows it.
  private mutating func list(_ content: RecordContent) throws {
    guard let row = rows.last else { return }
    var content = content
    let reference = try ForeignBuilder.reference(of: content)
    if let name = reference?.name {
      content.sfn = UInt32(name.unicodeScalars.reduce(0) { $0 &+ Int($1.value) } % 4)
    }
    let values = try ForeignBuilder.values(of: content)
    let isSet = content.type.isSet
    if let last = listed.indices.last { listed[last].next = row.address }
    listed.append(
      ForeignRecord(
        address: row.address, previous: listed.last?.address ?? 0, content: content,
        reference: reference, processID: ForeignBuilder.process(content.jobID),
        directory: ForeignBuilder.directories[Int(content.sfn) % 4],
        time: Timestamp(milliseconds: Int64(seconds) * 1000), new: isSet ? values.first : nil,
        old: isSet ? (values.count == 2 ? values[1] : nil) : values.first))
  }

  /// What a record holds behind its header.
  private struct Parts {
    var key: [UInt8] = []
    var nameLength = 0
    var values: [[UInt8]] = []
    var opaque: [UInt8] = []
    var hasNode = false
    var name = ""
  }

  private func parts(of content: RecordContent) throws -> Parts {
    var parts = Parts()
    switch content.body {
    case .node(let key, let nameLength, let values):
      parts.key = key
      parts.nameLength = nameLength
      parts.values = values.map(\.bytes)
      parts.hasNode = true
    case .bit(let key, let nameLength, _):
      parts.key = key
      parts.nameLength = nameLength
      parts.values = [[1, 0, 0, 0, 0, 1]]
      parts.hasNode = true
    case .opaque(let bytes), .netsyn(let bytes): parts.opaque = bytes
    case .level(let level): parts.opaque = number(Int(level), 4)
    case .marker(let marker): parts.opaque = number(Int(marker.sequence), 4) + Array("mark".utf8)
    }
    guard parts.hasNode else { return parts }
    parts.name = String(decoding: parts.key.prefix(parts.nameLength), as: UTF8.self)
    if case .counted = family.key {
      let reference = try KeyView(parts.key.span.bytes, nameLength: parts.nameLength).reference()
      parts.key = Array(parts.key.prefix(parts.nameLength))
      for element in reference.subscripts {
        let (kind, text): (UInt8, String) =
          switch element {
          case .number(let number): (1, number.text)
          case .string(let string): (2, string)
          }
        parts.key += [kind, UInt8(truncatingIfNeeded: text.utf8.count)] + Array(text.utf8)
      }
    }
    return parts
  }

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { index in
      let shift = (family.isBigEndian ? width - 1 - index : index) * 8
      return UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  private func put(_ value: Int, _ place: Place?, at base: Int = 0, in bytes: inout [UInt8]) {
    guard let place else { return }
    for (index, byte) in number(value, place.width).enumerated() {
      bytes[base + place.at + index] |= byte
    }
  }

  private mutating func write(_ parts: Parts, _ content: RecordContent) {
    guard !family.crossesBlocks else {
      beginBlockIfFull()
      return emit(encoded(parts, content), parts, content)
    }
    let payload = family.blockSize - family.blockHeaderSize - family.trailerSize
    var record = encoded(parts, content)
    guard record.count <= payload - 64 else { return }
    if room < record.count {
      fill()
      beginBlockIfFull()
      // The first of a block shares nothing with a key before.
      record = encoded(parts, content)
    }
    beginBlockIfFull()
    emit(record, parts, content)
  }

  /// Bytes from here to where the block's records end at the latest.
  private var room: Int {
    guard bytes.count % family.blockSize != 0 else { return 0 }
    return family.blockSize - family.trailerSize - bytes.count % family.blockSize
  }

  private mutating func beginBlockIfFull() {
    guard bytes.count % family.blockSize == 0 else { return }
    let start = bytes.count
    seconds += 1 + random.below(20)
    var header = [UInt8](repeating: 0, count: family.blockHeaderSize)
    put(seconds, family.time, in: &header)
    bytes += header
    if start == family.dataStart { bytes += [UInt8](repeating: 0, count: family.startGap) }
    isFirstInBlock = true
    keyBefore = []
  }

  /// Leaves a block that has no room for the next record.
  private mutating func fill() {
    guard bytes.count % family.blockSize != 0 else { return }
    let start = bytes.count / family.blockSize * family.blockSize
    switch family.fill {
    case .zeros: bytes += [UInt8](repeating: 0, count: room)
    case .record(let code):
      let least = family.shortHeaderSize ?? family.headerSize
      guard room >= least else {
        bytes += [UInt8](repeating: 0, count: room)
        break
      }
      var padding = [UInt8](repeating: 0, count: room)
      link(&padding, size: room, at: bytes.count)
      put(Int(code), family.type, in: &padding)
      rows.append(row(bytes.count, room, 0, Parts(), isWhole: false))
      bytes += padding
    case .stretched:
      guard let last = rows.last else { break }
      let grown = last.length + room
      bytes += [UInt8](repeating: 0, count: room)
      if case .length(let at, let width, let unit, let omits) = family.lead {
        let stated = number((grown - omits) / unit, width)
        bytes.replaceSubrange(last.address + at..<last.address + at + width, with: stated)
      }
      rows[rows.count - 1] = StructuralJournal.Row(
        address: last.address, length: grown, type: last.type, name: last.name,
        hasWholeName: last.hasWholeName)
    case .stale(let used):
      put(bytes.count - start, used, at: start, in: &bytes)
      leaveStale(from: start)
    }
    trail(start)
  }

  /// Bytes of an older file up to the block's end: what stood as far behind the block before's start.
  private mutating func leaveStale(from start: Int) {
    let offset = bytes.count - start
    for index in offset..<offset + room {
      let old = start - 3 * family.blockSize / 2 + index
      bytes.append(old >= family.dataStart ? bytes[old] : UInt8(truncatingIfNeeded: index &* 37))
    }
  }

  private mutating func trail(_ start: Int) {
    guard family.trailerSize > 0 else { return }
    var trailer = [UInt8](repeating: 0, count: family.trailerSize)
    let sum = CRC32C.of(Array(bytes[start...]).span.bytes)
    put(Int(sum), Place(0, 4), in: &trailer)
    put(start / family.blockSize, Place(4, 4), in: &trailer)
    bytes += trailer
  }

  private func row(
    _ address: Int, _ length: Int, _ type: UInt8, _ parts: Parts, isWhole: Bool
  ) -> StructuralJournal.Row {
    StructuralJournal.Row(
      address: address, length: length, type: type, name: parts.name, hasWholeName: isWhole)
  }

  /// A record without links, of its whole length.
  private func encoded(_ parts: Parts, _ content: RecordContent) -> [UInt8] {
    let headerSize = parts.hasNode ? family.headerSize : family.shortHeaderSize ?? family.headerSize
    var record = [UInt8](repeating: 0, count: family.headerSize)
    put(Int(content.type.rawValue), family.type, in: &record)
    put(content.isInTransaction ? 4 : 0, family.flags, in: &record)
    put(Int(content.jobID), family.job, in: &record)
    var key = parts.key
    var values = parts.values
    if parts.hasNode {
      put(parts.name.unicodeScalars.reduce(0) { $0 &+ Int($1.value) } % 4, family.sfn, in: &record)
      put(parts.nameLength, family.nameLength, in: &record)
      if case .shared(let place) = family.key {
        let shared = zip(key, keyBefore).prefix { $0 == $1 }.count
        put(shared, place, in: &record)
        key.removeFirst(shared)
      }
      put(key.count, family.keyLength, in: &record)
    } else {
      values = [parts.opaque]
    }
    for (place, value) in zip(family.valueLengths, values) { put(value.count, place, in: &record) }
    record.removeLast(family.headerSize - headerSize)
    var content: [UInt8] = []
    for value in values {
      if parts.hasNode, family.valueLengths.isEmpty { content += number(value.count, 4) }
      content += value
    }
    record += family.valuesBeforeKey ? content + key : key + content
    var extra = 0
    if case .endLength(let width, _) = family.lead { extra = width }
    while (record.count + extra) % family.alignment != 0 { record.append(0) }
    return record + [UInt8](repeating: 0, count: extra)
  }

  /// Writes the links of a record of `size` bytes at `address`; `unpadded` of it are content.
  private func link(_ record: inout [UInt8], size: Int, unpadded: Int? = nil, at address: Int) {
    switch family.lead {
    case .length(let at, let width, let unit, let omits):
      put((size - omits) / unit, Place(at, width), in: &record)
    case .unpadded(let at, let width, let omits):
      put((unpadded ?? size) - omits, Place(at, width), in: &record)
    case .endLength(let width, let unit):
      put(size / unit, Place(record.count - width, width), in: &record)
    case .next, .parts, .onlyBack: break
    }
    guard let last = rows.last else { return }
    let start = address / family.blockSize * family.blockSize
    let distance =
      !isFirstInBlock
      ? address - last.address
      : family.firstBack == .previous
        ? address - last.address : family.firstBack == .zero ? 0 : address - start
    switch family.back {
    case .none: break
    case .distance(let at, let width, let unit):
      put(distance / unit, Place(at, width), in: &record)
    case .address(let at, let width): put(last.address, Place(at, width), in: &record)
    }
  }

  private mutating func emit(_ encoded: [UInt8], _ parts: Parts, _ content: RecordContent) {
    let address = bytes.count
    var record = encoded
    // How many of the last bytes are padding: `encoded` adds no more than it must.
    var unpadded = record.count
    if case .unpadded = family.lead {
      let headerSize =
        parts.hasNode ? family.headerSize : family.shortHeaderSize ?? family.headerSize
      let words = parts.hasNode && family.valueLengths.isEmpty ? 4 * parts.values.count : 0
      let values = parts.hasNode ? parts.values.reduce(0) { $0 + $1.count } : parts.opaque.count
      unpadded = headerSize + parts.key.count + words + values
    }
    link(&record, size: record.count, unpadded: unpadded, at: address)
    if case .next(let at, let width) = family.lead, let last = rows.last {
      put(address, Place(at, width), at: last.address, in: &bytes)
    }
    let shared: Bool
    if case .shared = family.key { shared = !keyBefore.isEmpty } else { shared = false }
    rows.append(
      row(address, record.count, content.type.rawValue, parts, isWhole: parts.hasNode && !shared))
    if parts.hasNode { keyBefore = parts.key }
    isFirstInBlock = false
    var written = 0
    while written < record.count {
      beginBlockIfFull()
      let room = family.blockSize - family.trailerSize - bytes.count % family.blockSize
      let end = min(record.count, written + room)
      bytes += record[written..<end]
      written = end
    }
  }

  mutating func finish() {
    let rest = bytes.count % family.blockSize
    guard rest != 0 else { return }
    let start = bytes.count - rest
    if case .stale(let used) = family.fill { put(rest, used, at: start, in: &bytes) }
    bytes += [UInt8](repeating: 0, count: family.blockSize - family.trailerSize - rest)
    trail(start)
  }
}
