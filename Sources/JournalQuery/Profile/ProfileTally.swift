internal import MirrorJournal

/// The profile of one stretch of a journal, record by record.
struct ProfileTally: Sendable {
  /// The first record of the stretch, which may be charged for bytes before it.
  struct First: Sendable {
    /// Its row; nil when the filter does not want it.
    var row: Int?
    var time: Timestamp
    var charge: Int
  }

  private(set) var table: ProfileTable
  private var pastCharges = TimeCharges()
  private var moment = TimeCharges.Moment(time: Timestamp(milliseconds: .min), bytes: 0)
  /// Nil when the stretch holds no record, or lost bytes lie before its first one.
  private(set) var first: First?
  /// Where the last record, or lost bytes behind it, end.
  private(set) var end: JournalAddress
  /// Whether nothing was met yet.
  private(set) var isAtStart = true

  private let byGlobal: Bool
  private let depth: Int
  private let sfnMask: UInt32
  private let jobMask: UInt32
  private let typeMask: UInt8
  private var clock: ProfileClock
  private let usesIDs: Bool
  /// Row + 1 by type, for `takeType`.
  private var typeRows: [Int32]
  // Taken out of the layout once.
  private let nameLength: Field
  private let key: Int

  /// - Parameter table: without counts; its keys are known.
  init(
    _ dimensions: [ProfileDimension], depth: Int, _ zone: ClockZone, into table: ProfileTable,
    from start: JournalAddress, _ layout: RecordLayout
  ) {
    self.table = table
    end = start
    nameLength = layout.nameLength
    key = Int(layout.key)
    byGlobal = dimensions.contains(.global)
    self.depth = depth
    sfnMask = dimensions.contains(.database) ? .max : 0
    jobMask = dimensions.contains(.process) ? .max : 0
    typeMask = dimensions.contains(.type) ? .max : 0
    clock = ProfileClock(dimensions, zone)
    usesIDs = sfnMask | jobMask != 0
    typeRows = Array(repeating: 0, count: 256)
  }

  /// Takes a visible record; one that is not wanted counts only as the end of what lies before.
  mutating func take(_ record: borrowing Record, isWanted: Bool) {
    guard isWanted else {
      end = record.end
      isAtStart = false
      return
    }
    let type = record.type
    let hasKey = type.hasKey
    var numbers = ProfileTable.KeyNumbers()
    if usesIDs {
      // Only records about a node name a database.
      let sfn = hasKey ? record.sfn & sfnMask : sfnMask
      numbers.ids = UInt64(sfn) << 32 | UInt64(record.jobID & jobMask)
    }
    numbers.detail = UInt64(type.rawValue & typeMask)
    if clock.isUsed { numbers.minute = clock.key(of: record.blockTime) }
    count(record, type, numbers, byGlobal: byGlobal && hasKey, depth)
  }

  /// `take`, when all records are wanted and only their globals count.
  @inline(__always)
  mutating func takeGlobal(_ record: borrowing Record) {
    let type = record.type
    count(record, type, ProfileTable.KeyNumbers(), byGlobal: type.hasKey, 0)
  }

  /// `take`, when all records are wanted and only their types count.
  @inline(__always)
  mutating func takeType(_ record: borrowing Record) {
    let type = record.type
    var row = Int(typeRows[Int(type.rawValue)]) &- 1
    if row < 0 {
      let numbers = ProfileTable.KeyNumbers(detail: UInt64(type.rawValue))
      row = table.row(numbers, record.bytes.extracting(first: 0))
      typeRows[Int(type.rawValue)] = Int32(row + 1)
    }
    let charge = charge(record)
    table.add(row, charge: charge, type)
    note(record, row: row, charge: charge)
  }

  @inline(__always)
  private mutating func count(
    _ record: borrowing Record, _ type: RecordType, _ numbers: ProfileTable.KeyNumbers,
    byGlobal: Bool, _ depth: Int
  ) {
    var numbers = numbers
    let charge = charge(record)
    var name = record.bytes.extracting(first: 0)
    if byGlobal,
      let length = record.bytes.load(nameLength) ?? record.keyNameLength().map(UInt64.init),
      length > 0,
      let found = record.bytes.slice(key, Int(truncatingIfNeeded: length))
    {
      numbers.detail |= length << 8
      name = depth == 0 ? found : Self.prefix(of: record, depth)
    }
    let row = table.add(numbers, name, charge: charge, type)
    note(record, row: row, charge: charge)
  }

  /// The bytes that the vendor's profile charges to a record: from the end of the one before.
  @inline(__always)
  private mutating func charge(_ record: borrowing Record) -> Int {
    let charge = record.end &- end
    end = record.end
    return charge
  }

  @inline(__always)
  private mutating func note(_ record: borrowing Record, row: Int, charge: Int) {
    let time = record.blockTime
    if time != moment.time { nextMoment(time) }
    moment.bytes &+= charge
    if isAtStart {
      isAtStart = false
      first = First(row: row, time: time, charge: charge)
    }
  }

  private mutating func nextMoment(_ time: Timestamp) {
    if moment.bytes > 0 { pastCharges.add(moment.bytes, at: moment.time) }
    moment = TimeCharges.Moment(time: time, bytes: 0)
  }

  /// Bytes by block time.
  var charges: TimeCharges {
    var charges = pastCharges
    if moment.bytes > 0 { charges.add(moment.bytes, at: moment.time) }
    return charges
  }

  /// Lost bytes are charged to nobody.
  mutating func take(_ damage: Damage, in range: Range<JournalAddress>) {
    end = max(end, min(damage.range.upperBound, range.upperBound))
    isAtStart = false
  }

  /// Charges the first record for what lies between `previousEnd` and the start of the stretch.
  mutating func connect(_ start: JournalAddress, to previousEnd: JournalAddress) {
    guard let first, let row = first.row else { return }
    table.addToFirst(row, missing: start - previousEnd, charge: first.charge)
    pastCharges.add(start - previousEnd, at: first.time)
  }

  /// The key up to its subscript `depth`, or up to where it stops to make sense.
  @_lifetime(copy record)
  private static func prefix(of record: borrowing Record, _ depth: Int) -> RawSpan {
    guard let key = record.key() else { return record.bytes.extracting(first: 0) }
    var cursor = key.subscripts()
    for _ in 0..<depth where cursor.next() == nil { break }
    return key.bytes.extracting(first: cursor.position)
  }
}
