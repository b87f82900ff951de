import Foundation
import FuzzTargets
import MirrorJournal

/// Random journals: records of every type, keys and values of every kind, the same for a seed.
struct RandomJournal {
  private var random: Randomness

  static let databases = [
    JournalDatabase(sfn: 0, directory: "/usr/iris/mgr/"),
    JournalDatabase(sfn: 4, directory: "/db, \"quoted\"/", mirrorName: ":mirror:M:USER"),
  ]
  static let jobs = [JournalJob(jobID: 1, processID: 5427), JournalJob(jobID: 2, processID: 6362)]

  init(seed: UInt64) { random = Randomness(seed: seed) }

  /// Writes a closed journal of `records` random records, with one long value among them.
  mutating func write(to path: String, records: Int) throws {
    var header = JournalHeader()
    header.name = path
    header.fileCount = 1
    header.creationTime = Timestamp(
      milliseconds: 1_720_500_000_000 + Int64(random.below(1_000_000)))
    let writer = try JournalWriter(
      path: path, header: header, databases: Self.databases, jobs: Self.jobs, overwriting: true)
    let long = random.below(max(1, records))
    for index in 0..<records {
      if random.once(in: 20) {
        writer.time = Timestamp(
          milliseconds: writer.time.milliseconds + Int64(random.below(100_000)))
      }
      try writer.append(index == long ? longRecord() : record())
    }
    try writer.close()
  }

  private mutating func longRecord() throws -> RecordContent {
    let pattern = random.bytes(1 + random.below(37))
    let count = 60_000 + random.below(150_000)
    let value = (0..<count).map { pattern[$0 % pattern.count] }
    return try RecordContent(
      .set, reference(), new: .bytes(value), old: try value2(), isInTransaction: true, sfn: 4)
  }

  mutating func record() throws -> RecordContent {
    let codes = RecordType.documented + [RecordType(rawValue: UInt8(22 + random.below(100)))]
    let type = codes[random.below(codes.count)]
    let body: RecordContent.Body
    if type == .bitSet {
      let key = try reference().encodedKey()
      body = .bit(
        key: key.bytes, nameLength: key.nameLength,
        BitSetBody(
          position: UInt32(truncatingIfNeeded: random.next()), oldLength: UInt32(random.below(99)),
          newBit: UInt8(random.below(2)), oldBit: UInt8(random.below(2))))
    } else if type == .marker {
      body = .marker(
        MarkerBody(
          id: Int32(truncatingIfNeeded: random.next()), sequence: UInt32(random.below(9)),
          previousAddress: random.below(1 << 30) * 4, text: text(30)))
    } else if type == .netsyn {
      body = .netsyn(random.bytes(random.below(64)))
    } else if type.isTransactionControl {
      body = .level(UInt32(random.below(300)))
    } else if type.hasKeyAndValues {
      let key = try reference().encodedKey()
      let count = type.isSet ? 1 + random.below(2) : random.below(2)
      let values = try (0..<count).map { _ in StoredValue(try value2()) }
      body = .node(key: key.bytes, nameLength: key.nameLength, values: values)
    } else {
      body = .opaque(random.bytes(random.below(90)))
    }
    return RecordContent(
      type, body, isInTransaction: random.once(in: 2), isDeleted: random.once(in: 10),
      jobID: UInt32(random.below(4)), remoteSystemID: random.once(in: 6) ? 7 : 0x4000_0000,
      sfn: [0, 4, 9][random.below(3)])
  }

  private mutating func integer() -> Int {
    Int(truncatingIfNeeded: random.next()) >> random.below(64)
  }

  /// Characters of ASCII, of Latin-1 with its controls, or any.
  private mutating func text(_ maximum: Int) -> String {
    let highest: UInt32 = [0x7E, 0xFF, 0x2FFF, 0x10FFFF][random.below(4)]
    let lowest: UInt32 = highest == 0x7E ? 0x20 : 0
    var text = String.UnicodeScalarView()
    for _ in 0..<random.below(maximum + 1) {
      let value = lowest + UInt32(random.below(Int(highest - lowest)))
      text.append(Unicode.Scalar(value) ?? "x")
    }
    return String(text)
  }

  private mutating func reference() throws -> GlobalReference {
    var reference = GlobalReference(["X", "DPT", "%sys", "a.b.C9"][random.below(4)])
    for _ in 0..<random.below(5) {
      switch random.below(4) {
      case 0: reference.subscripts.append(Subscript(integer()))
      case 1:
        let number =
          "\(random.once(in: 2) ? "-" : "")\(random.once(in: 2) ? "" : "\(1 + random.below(99))").\(random.below(99))\(1 + random.below(9))"
        reference.subscripts.append(CanonicalNumber(number).map { .number($0) } ?? .string("n"))
      default: reference.subscripts.append(.string("s" + text(12)))
      }
    }
    return reference
  }

  private mutating func value2() throws -> JournalValue {
    switch random.below(7) {
    case 0:
      return .wide((0..<random.below(40)).map { _ in UInt16(truncatingIfNeeded: random.next()) })
    case 1: return .bytes(bitString())
    case 2: return .vector(random.bytes(random.below(60)))
    case 3: return JournalValue(list(3))
    case 4: return JournalValue(text(50))
    case 5: return JournalValue("\(integer())")
    default: return .bytes(random.bytes(random.below(random.once(in: 30) ? 4000 : 60)))
    }
  }

  /// Mostly a bit string in one of its forms, made here by hand; now and then its beginning.
  private mutating func bitString() -> [UInt8] {
    let count = 1 + random.below(40)
    let unused = random.below(8)
    var bytes = [0x80 | UInt8(unused), 0, UInt8(count), 0]
    if random.once(in: 2) {
      bytes += random.bytes(count)
    } else {
      bytes[0] |= random.once(in: 2) ? 0x10 : 0x18
      bytes[1] = 1
      for position in 0..<8 * count - unused where random.once(in: 6) {
        bytes += [UInt8(position & 0xFF), UInt8(position >> 8)]
      }
    }
    return random.once(in: 20) ? bytes.dropLast(random.below(6)) : bytes
  }

  private mutating func list(_ depth: Int) -> ListBuilder {
    var list = ListBuilder()
    for _ in 0..<1 + random.below(4) {
      switch random.below(5) {
      case 0: list.appendOmitted()
      case 1: list.append(integer())
      case 2:
        list.append(
          significand: Int64(truncatingIfNeeded: integer()), exponent: Int8(random.below(40) - 30))
      case 3 where depth > 0: list.append(self.list(depth - 1))
      default: list.append(text(20))
      }
    }
    return list
  }
}
