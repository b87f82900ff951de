/// Values of records, whole: those that stand in their record as they are, and those whose leading
/// bytes stand in extension records put together when asked for.
extension Journal {
  /// Calls `body` with the bytes of value `index` (0 or 1) of `record` and their storage code.
  ///
  /// Copies nothing unless the record is continued; then O(bytes of all its values).
  ///
  /// - Throws: `recordDamaged` when the record has no such value or its lengths are impossible,
  ///   `badValue` when leading bytes are missing or lie in a damaged block.
  @inlinable
  public func withValue<R>(
    _ index: Int, of record: borrowing Record, _ body: (RawSpan, UInt8) throws -> R
  ) throws -> R {
    let extents = try record.extents()
    let word = try record.valueWord(index, extents)
    var start = extents.valueBytes
    if index == 1 { start = try record.secondValueBytes(extents) }
    if !record.isContinued {
      guard let bytes = record.bytes.slice(start, word.byteCount) else {
        throw record.damaged("value \(index) runs past the record's end")
      }
      if record.mayBePart, try isPart(record.address) { throw partial(record.address) }
      if word.storageCode == ValueStorage.wide.rawValue, layout.record.wideStringsAreBigEndian {
        let characters = Self.swapped(bytes)
        return try body(characters.span.bytes, word.storageCode)
      }
      return try body(bytes, word.storageCode)
    }
    let all = try assembledValues(of: record)
    guard let bytes = all.span.bytes.slice(start &- extents.valueBytes, word.byteCount) else {
      throw record.damaged("value \(index) runs past its bytes")
    }
    return try body(bytes, word.storageCode)
  }

  /// UTF-16 with the other byte first.
  @usableFromInline
  static func swapped(_ bytes: RawSpan) -> [UInt8] {
    var swapped = bytes.copied()
    for place in stride(from: 0, to: swapped.count - 1, by: 2) { swapped.swapAt(place, place + 1) }
    return swapped
  }

  /// The bytes of all values of a continued record, in order.
  @usableFromInline
  func assembledValues(of record: borrowing Record) throws -> [UInt8] {
    let extents = try record.extents()
    var total = 0
    for index in 0..<record.valueCount {
      total += try record.valueWord(index, extents).byteCount
    }
    // What the record itself cannot hold. Its padding is counted as held, so the extensions may
    // bring up to that much more; older ones that belong to nothing are not touched.
    let missing = total - (record.length - extents.valueBytes)
    // Where the extensions are: they are read again when it is known that they fill the value, so that it
    // is in memory once.
    var pieces: [JournalAddress] = []
    var leading = 0
    var address = record.address
    var back = record.distanceBack
    while leading < missing, back > 0, back <= address - dataRange.lowerBound {
      let start = address - back
      var found = 0
      do {
        try withRecord(at: start) { piece in
          guard piece.type == .extension else { return }
          found = try piece.extensionPayload().byteCount
          back = piece.distanceBack
        }
      } catch let error as JournalError
        where error.code == .blockDamaged || error.code == .noRecord
      {
        throw incomplete(record, "the leading bytes of its value lie in a damaged block")
      }
      // An empty extension brings nothing, and a chain of them would have no end.
      guard found > 0 else { break }
      pieces.append(start)
      leading += found
      address = start
    }
    let inRecord = total - leading
    let alignment = layout.record.alignment
    guard leading > 0, leading >= missing, inRecord >= 0,
      let tail = record.bytes.slice(extents.valueBytes, inRecord),
      record.length - extents.valueBytes - inRecord < alignment
    else {
      throw incomplete(record, "the extension records before it do not fill its values")
    }
    var result: [UInt8] = []
    try requireMemory(total, "a value", path)
    result.reserveCapacity(total)
    for start in pieces.reversed() {
      try withRecord(at: start) { try $0.extensionPayload().append(to: &result) }
    }
    tail.append(to: &result)
    return result
  }

  private func incomplete(_ record: borrowing Record, _ reason: String) -> JournalError {
    JournalError(.badValue, reason, at: record.address, in: path)
  }
}
