@testable import MirrorJournal

/// Records of every type and size, the same for the same seed.
struct RandomRecords {
  private var random: RandomSource
  /// The longest value, in bytes; few come near it.
  let maximumValue: Int

  init(seed: UInt64, maximumValue: Int) {
    random = RandomSource(seed: seed)
    self.maximumValue = maximumValue
  }

  mutating func next() throws -> RecordContent {
    let codes = RecordType.documented + [RecordType(rawValue: UInt8(random.int(22...133)))]
    let type = codes[random.int(0...codes.count - 1)]
    let body: RecordContent.Body
    if type == .bitSet {
      let key = try reference().encodedKey()
      body = .bit(
        key: key.bytes, nameLength: key.nameLength,
        BitSetBody(
          position: UInt32(truncatingIfNeeded: random.integer()),
          oldLength: UInt32(truncatingIfNeeded: random.integer()),
          newBit: UInt8(random.int(0...1)), oldBit: UInt8(random.int(0...1))))
    } else if type == .marker {
      body = .marker(
        MarkerBody(
          id: Int32(truncatingIfNeeded: random.integer()), sequence: UInt32(random.int(0...9)),
          previousAddress: random.int(0...1 << 30) * 4, text: random.text(maximum: 40)))
    } else if type == .netsyn {
      body = .netsyn(random.bytes(random.int(0...64)))
    } else if type.isTransactionControl {
      body = .level(UInt32(random.int(0...300)))
    } else if type.hasKeyAndValues {
      let key = try reference().encodedKey()
      let values = try (0..<random.int(0...2)).map { _ in StoredValue(try value()) }
      body = .node(key: key.bytes, nameLength: key.nameLength, values: values)
    } else {
      body = .opaque(random.bytes(random.int(0...90)))
    }
    return RecordContent(
      type, body, isInTransaction: random.int(0...1) == 0, isDeleted: random.int(0...9) == 0,
      collation: UInt8(random.int(0...9)), jobID: UInt32(random.int(0...50)),
      remoteSystemID: random.int(0...5) == 0 ? 7 : 0x4000_0000, sfn: UInt32(random.int(0...6)))
  }

  mutating func once(in count: Int) -> Bool { random.int(1...count) == 1 }

  private mutating func reference() -> GlobalReference {
    var reference = GlobalReference(["X", "DPT", "%sys", "a.b.C9"][random.int(0...3)])
    for _ in 0..<random.int(0...4) {
      if random.int(0...1) == 0 {
        reference.subscripts.append(Subscript(random.integer()))
      } else {
        reference.subscripts.append(.string("s" + random.text(maximum: 12)))
      }
    }
    return reference
  }

  private mutating func size() -> Int {
    switch random.int(0...2999) {
    case 0: random.int(0...maximumValue)
    case 1...20: random.int(0...min(maximumValue, 140_000))
    case 21...900: random.int(0...600)
    case 901...1200: 0
    default: random.int(1...60)
    }
  }

  private mutating func value() throws -> JournalValue {
    switch random.int(0...5) {
    case 0: return .wide((0..<size() / 2).map { _ in UInt16(truncatingIfNeeded: random.next()) })
    case 1:
      return try JournalValue(
        random.bitString(maximum: max(1, min(size(), 4000))),
        as: BitStringForm.allCases[random.int(0...2)])
    case 2: return .vector(random.bytes(min(size(), 4000)))
    case 3: return JournalValue(list(depth: random.int(0...4)))
    case 4: return JournalValue(random.text(maximum: 50))
    default:
      // One random word, repeated: the bytes of a large value need not all be drawn.
      let pattern = random.bytes(random.int(1...37))
      return .bytes((0..<size()).map { pattern[$0 % pattern.count] })
    }
  }

  private mutating func list(depth: Int) -> ListBuilder {
    var list = ListBuilder()
    for _ in 0..<random.int(1...4) {
      switch random.int(0...4) {
      case 0: list.appendOmitted()
      case 1: list.append(random.integer())
      case 2: list.append(Double(random.integer()) / 8)
      case 3 where depth > 0: list.append(.bytes(self.list(depth: depth - 1).bytes))
      default: list.append(JournalValue(random.text(maximum: 20)))
      }
    }
    return list
  }
}

extension Journal {
  /// What differs between a record that was written and the one that is read; nil if nothing.
  func difference(_ record: borrowing Record, _ content: RecordContent) throws -> String? {
    guard record.type == content.type else { return "type" }
    guard record.isInTransaction == content.isInTransaction else { return "in transaction" }
    guard record.isDeleted == content.isDeleted else { return "deleted" }
    guard record.jobID == content.jobID, record.remoteSystemID == content.remoteSystemID,
      record.sfn == content.sfn, record.collation == content.collation
    else { return "numbers" }
    switch content.body {
    case .node(let key, let nameLength, let values):
      guard record.keyBytes()?.copied() == key, record.keyNameLength() == nameLength else {
        return "key"
      }
      guard record.valueCount == values.count else { return "number of values" }
      for (index, value) in values.enumerated() {
        let isEqual = try withValue(index, of: record) { bytes, storage in
          storage == value.storageCode && bytes.copied() == value.bytes
        }
        if !isEqual { return "value \(index)" }
      }
    case .bit(let key, _, let bit):
      if record.keyBytes()?.copied() != key { return "key" }
      if try record.bitSet() != bit { return "bit" }
    case .marker(let marker): if try record.marker() != marker { return "marker" }
    case .level(let level): if try record.transactionLevel() != level { return "level" }
    case .netsyn(let payload):
      if try record.netsynPayload().copied() != payload { return "netsyn" }
    case .opaque(let body):
      let read = record.body().copied()
      if Array(read.prefix(body.count)) != body || read.count >= body.count + 4 { return "body" }
    }
    return nil
  }
}
