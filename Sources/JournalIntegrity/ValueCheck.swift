internal import MirrorJournal

/// Checks what stands in a record: that its key and values decode and fill it exactly. Not copyable,
/// because a copy for every record counts a reference to the journal.
struct ValueCheck: ~Copyable {
  /// The deepest transaction level of IRIS (class D).
  static let deepestLevel: UInt32 = 255

  private let journal: Journal
  // What every record needs of the journal, as plain numbers: two threads that count references to
  // one header and one layout wait for each other.
  private let isEncrypted: Bool
  private let alignment: Int
  private let knowsLength: Bool
  private let valuesAreInterleaved: Bool
  private let valueAlignment: Int
  private let valueWordWidth: Int

  init(_ journal: Journal) {
    self.journal = journal
    let layout = journal.layout.record
    isEncrypted = journal.header.isEncrypted
    alignment = layout.alignment
    knowsLength = layout.length.isKnown
    valuesAreInterleaved = layout.valuesAreInterleaved
    valueAlignment = Int(layout.valueAlignment)
    valueWordWidth = Int(layout.valueWordWidth)
  }

  func check(_ record: borrowing Record, _ result: inout WalkCheck.Result) throws {
    if isEncrypted { return }
    let type = record.type
    do {
      if type.hasKeyAndValues {
        try checkNode(record, &result)
      } else if let end = try bodyEnd(record, &result) {
        checkSlack(record, from: end, .body, &result)
      }
    } catch let error as JournalError {
      // That the file cannot be read, or the value not held, says nothing about the record.
      guard error.code != .cannotRead, error.code != .shrank else { throw error }
      let kind: IntegrityFinding.Kind =
        switch error.code {
        case .badKey: .key
        case .badValue where record.isContinued: .extension
        case .badValue: .value
        default: type.hasKeyAndValues ? .value : .body
        }
      add(kind, record, "the record at \(record.address): \(error.reason)", &result)
    } catch {
      add(.value, record, "the record at \(record.address): \(error)", &result)
    }
  }

  private func add(
    _ kind: IntegrityFinding.Kind, _ record: borrowing Record, _ message: String,
    _ result: inout WalkCheck.Result
  ) {
    result.list.append(
      IntegrityFinding(.error, kind, in: journal.path, at: record.address..<record.end, message))
  }

  private func checkNode(_ record: borrowing Record, _ result: inout WalkCheck.Result) throws {
    let extents = try record.extents()
    try checkKey(record)
    let count = record.valueCount
    if !ValuePlaces.areFitting(record.type, count) {
      add(.value, record, "a \(record.type) with \(count) values", &result)
    }
    var end = extents.valueBytes
    for index in 0..<count {
      if index > 0, valuesAreInterleaved {
        end = (end + valueAlignment - 1) / valueAlignment * valueAlignment + valueWordWidth
      }
      let word = try record.valueWord(index, extents)
      if !record.isContinued, record.bytes.slice(end, word.byteCount) != nil {
        try checkValue(index, word)
      } else {
        try journal.withValue(index, of: record) { bytes, storage in
          try checkValue(index, ValueWord(byteCount: bytes.byteCount, storageCode: storage))
        }
      }
      end &+= word.byteCount
    }
    // What a continued record holds of its values has been compared with its extensions.
    if !record.isContinued { checkSlack(record, from: end, .value, &result) }
  }

  private func checkValue(_ index: Int, _ value: ValueWord) throws(JournalError) {
    guard let storage = ValueStorage(rawValue: value.storageCode) else {
      throw JournalError(
        .badValue, "value \(index) has the unknown storage code \(value.storageCode)")
    }
    if storage == .wide, !value.byteCount.isMultiple(of: 2) {
      throw JournalError(
        .badValue, "value \(index) is UTF-16 of \(value.byteCount) bytes, an odd number")
    }
  }

  private func checkKey(_ record: borrowing Record) throws(JournalError) {
    guard let key = record.key() else {
      throw JournalError(.badKey, "the key does not fit into the record")
    }
    try key.validate()
  }

  /// Where the body of a record without values ends, as an offset into the record; nil when its
  /// type's body is opaque.
  private func bodyEnd(_ record: borrowing Record, _ result: inout WalkCheck.Result) throws -> Int?
  {
    let layout = journal.layout.record
    guard layout.knowsBody(of: record.type) else {
      if record.type.hasKey { try checkKey(record) }
      return nil
    }
    switch record.type {
    case .bitSet:
      try checkKey(record)
      _ = try record.bitSet()
      let key = Int(layout.key) + (record.keyBytes()?.byteCount ?? 0)
      let aligned = layout.aligned(key)
      return aligned
        + [layout.bitPosition, layout.bitOldLength, layout.bitNew, layout.bitOld]
        .map(\.end).reduce(0, max)
    case .marker:
      _ = try record.marker()
      let length = record.bytes.load(layout.markerTextLength) ?? 0
      return layout.markerTextLength.end + Int(truncatingIfNeeded: length)
    case .netsyn:
      return layout.netsynLength.end + (try record.netsynPayload().byteCount)
    case .extension:
      return layout.extensionLength.end + (try record.extensionPayload().byteCount)
    case .dirtab:
      guard let kind = record.bytes.load(layout.dirtabKind), kind == 1 || kind == 2 else {
        throw JournalError(.recordDamaged, "a directory entry of an unknown kind")
      }
      return nil
    case let type where type.isTransactionControl:
      let level = try record.transactionLevel()
      if level > Self.deepestLevel {
        add(
          .transactionLevel, record, "the record at \(record.address) has level \(level)", &result)
      }
      return layout.transactionLevel.end
    default:
      result.unknownTypes[record.type.rawValue, default: 0] += 1
      return nil
    }
  }

  /// Checks the bytes behind the body: fewer than the alignment, and zero.
  private func checkSlack(
    _ record: borrowing Record, from end: Int, _ kind: IntegrityFinding.Kind,
    _ result: inout WalkCheck.Result
  ) {
    let slack = record.length &- end
    // A record whose end only the next one's address tells has the rest of its block.
    if slack >= alignment, knowsLength {
      add(kind, record, "the record at \(record.address) has \(slack) bytes left over", &result)
    } else if slack > 0, let rest = record.bytes.slice(end, slack), !rest.isAllZero {
      add(
        .padding, record, "the padding of the record at \(record.address) is not zero", &result)
    }
  }
}
