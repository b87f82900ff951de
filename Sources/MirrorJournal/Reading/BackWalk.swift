/// Steps from one record of a family whose records lead back only to the one before.
///
/// A place is where a record starts. With a length at records' ends it is where one ends, too: the
/// last place is the end of the data then.
struct BackWalk: Sendable {
  let storage: any JournalStorage
  private let record: RecordLayout
  private let shape: BlockShape
  /// Where the first record starts.
  let first: JournalAddress
  private let limit: JournalAddress
  /// So many records have to lead back before a place is believed.
  private static let proof = 16

  init(storage: any JournalStorage, layout: JournalLayout, limit: JournalAddress) {
    self.storage = storage
    self.limit = min(limit, storage.count)
    record = layout.record
    shape = BlockShape(layout.block, limit: limit)
    first = max(
      layout.block.firstRecordAddress, layout.block.firstDataAddress + layout.block.headerSize)
  }

  /// Whether records end with their lengths.
  private var isByEnd: Bool { record.lengthAtEnd.isKnown }

  /// Whether a record starts at `place`, not only ends there.
  func isStart(_ place: JournalAddress, end: JournalAddress) -> Bool {
    place >= first && (!isByEnd || place < end)
  }

  /// Where the record before `place` starts; nil where no number says it. `bytes` begin at `base`.
  func previous(
    _ place: JournalAddress, _ bytes: RawSpan, _ base: JournalAddress
  ) throws -> JournalAddress? {
    let before: JournalAddress
    if isByEnd {
      let field = record.lengthAtEnd
      let at = shape.start(of: Int(field.width), to: place)
      guard let number = try load(field, at, 0, bytes, base) else { return nil }
      before = shape.start(of: number * Int(record.lengthUnit), to: place)
    } else {
      let field = record.distanceBack.isKnown ? record.distanceBack : record.previousAddress
      guard let number = try load(field, place, Int(field.offset), bytes, base) else { return nil }
      let distance = number * Int(record.linkUnit)
      before = record.distanceBack.isKnown ? place - distance : distance
    }
    guard before >= first, before < place, before & (record.alignment - 1) == 0,
      shape.size == 0 || before % shape.size >= shape.headerSize
    else { return nil }
    let size = shape.payload(from: before, to: place)
    return size >= max(1, record.headerSize)
      && size <= record.maximumLength + (record.crossesBlocks ? 0 : shape.size) ? before : nil
  }

  /// The number of `field` at `offset` of the data that begin at `place`.
  private func load(
    _ field: Field, _ place: JournalAddress, _ offset: Int, _ bytes: RawSpan,
    _ base: JournalAddress
  ) throws -> Int? {
    let width = Int(field.width)
    let at = shape.end(of: offset, from: place)
    guard at >= 0, at < limit else { return nil }
    let number: UInt64?
    if at >= base, at + width <= base + bytes.byteCount, at % shape.size + width <= shape.size {
      number = bytes.load(
        Field(0, width: field.width, isBigEndian: field.isBigEndian), from: at - base)
    } else {
      var sum: UInt64 = 0
      for index in 0..<width {
        let byte = shape.end(of: index, from: at)
        guard byte < limit else { return nil }
        let value = try storage.withBytes(byte..<byte + 1) { $0.loadUInt8(at: 0) ?? 0 }
        sum |= UInt64(value) << UInt64((field.isBigEndian ? width - 1 - index : index) * 8)
      }
      number = sum
    }
    guard let number, number > 0, number < 1 << 40 else { return nil }
    return Int(number)
  }

  /// The last place that leads back over records, of a file that is not zero up to `written`; nil if
  /// there is none.
  func last(before written: JournalAddress) throws -> JournalAddress? {
    let unit = record.alignment
    let from = min(limit, (written + unit - 1) / unit * unit + (isByEnd ? 8 : 0))
    return try sound(below: from + 1)
  }

  /// Where the record ends that starts at `last`, or ends there with a length at its end.
  func end(after last: JournalAddress, written: JournalAddress) -> JournalAddress {
    isByEnd ? last : record.aligned(max(written, last + max(1, record.headerSize)))
  }

  /// The last place before `place` that leads back over records; nil if there is none.
  func sound(below place: JournalAddress) throws -> JournalAddress? {
    var candidate = (place - 1) / record.alignment * record.alignment
    while candidate > first {
      let chunk = candidate / 65_536 * 65_536
      let range = (chunk..<chunk + 65_536).clamped(to: 0..<storage.count)
      do {
        let found = try storage.withBytes(range) { bytes -> JournalAddress? in
          while candidate >= max(chunk, first + 1) {
            if try leads(candidate, bytes, range.lowerBound) { return candidate }
            candidate -= record.alignment
          }
          return nil
        }
        if let found { return found }
      } catch let error as JournalError where error.code == .compressedDamaged {
        candidate = min(candidate, chunk) - record.alignment
      }
    }
    return nil
  }

  private func leads(
    _ candidate: JournalAddress, _ bytes: RawSpan, _ base: JournalAddress
  ) throws -> Bool {
    var place = candidate
    for _ in 0..<Self.proof where place != first {
      guard let before = try previous(place, bytes, base) else { return false }
      place = before
    }
    return true
  }
}

extension BlockShape {
  /// Where `count` bytes of data begin that end at `end`.
  func start(of count: Int, to end: JournalAddress) -> JournalAddress {
    let payload = size - headerSize
    let index = end / size * payload + max(0, end % size - headerSize) - count
    guard index >= 0 else { return -1 }
    return index / payload * size + headerSize + index % payload
  }
}
