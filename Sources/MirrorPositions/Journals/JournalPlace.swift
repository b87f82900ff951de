internal import MirrorJournal

/// What stands at an address of a journal.
enum JournalPlace {
  /// The file's beginning, and its first record.
  case beginning(NamedRecord?)
  /// A record starts there.
  case record(NamedRecord)
  /// The data end there, after this record.
  case end(NamedRecord?)
  /// A record ends there, and the rest of the block is padding.
  case afterRecord(NamedRecord)
  /// The address lies inside this record.
  case inside(NamedRecord)
  /// No record is near: header blocks, block headers and padding.
  case nowhere
  /// The closed file's data end this many bytes before it.
  case beyondEnd(Int)
  /// The active file holds this many bytes less: the copy may be older than the log.
  case notYet(Int)
  case damaged(Damage)

  /// Reads at most two blocks.
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  init(at address: JournalAddress, in journal: Journal) throws {
    let first = try journal.recordAddress(atOrAfter: 0)
    if address == 0 {
      if let damage = try Self.damage(inBlockOf: journal.dataRange.lowerBound, journal) {
        self = .damaged(damage)
        return
      }
      self = .beginning(try first.map { try NamedRecord(at: $0, in: journal) })
      return
    }
    if let damage = journal.structuralDamage.first(where: { $0.range.contains(address - 1) }),
      address > journal.dataLimit
    {
      // The header names an end that the file does not reach.
      self = .damaged(damage)
      return
    }
    let end = try journal.endOfRecords()
    if address > end {
      self = journal.header.isClosed ? .beyondEnd(address - end) : .notYet(address - end)
      return
    }
    if address == end {
      // The last block decides whether the data end where they should.
      if let damage = try Self.damage(inBlockOf: end - 1, journal) {
        self = .damaged(damage)
        return
      }
      let last = try journal.recordAddress(before: end)
      self = .end(try last.map { try NamedRecord(at: $0, in: journal) })
      return
    }
    let size = journal.layout.block.size
    let block = address / size * size
    var damage: Damage?
    var found: NamedRecord?
    var previous: NamedRecord?
    try journal.forEachRecord(
      in: (block..<block + size).clamped(to: journal.dataRange),
      damaged: { if $0.range.contains(address) { damage = $0 } }
    ) { record in
      if record.address == address { found = NamedRecord(record, in: journal) }
      if record.address < address, address <= record.end {
        previous = NamedRecord(record, in: journal)
      }
    }
    if let damage {
      self = .damaged(damage)
    } else if let found {
      self = .record(found)
    } else if let previous {
      self = previous.end == address ? .afterRecord(previous) : .inside(previous)
    } else if address == block,
      let last = try journal.recordAddress(before: address, where: { _ in true }),
      case let record = try NamedRecord(at: last, in: journal), record.end == address
    {
      self = .afterRecord(record)
    } else {
      self = .nowhere
    }
  }

  /// The first damage in the block that holds an address.
  private static func damage(
    inBlockOf address: JournalAddress, _ journal: Journal
  ) throws -> Damage? {
    let size = journal.layout.block.size
    let block = address / size * size
    var damage: Damage?
    try journal.forEachRecord(
      in: (block..<block + size).clamped(to: journal.dataRange),
      damaged: { damage = damage ?? $0 }
    ) { _ in }
    return damage
  }
}

/// A record's name: what a report says of it. Values are left out, since reports are passed on.
struct NamedRecord {
  let address: JournalAddress
  let end: JournalAddress
  let type: RecordType
  let reference: String?
  let isInTransaction: Bool

  init(_ record: borrowing Record, in journal: Journal) {
    address = record.address
    end = record.end
    type = record.type
    isInTransaction = record.isInTransaction
    var text = TextBuffer(capacity: 128)
    if !journal.header.isEncrypted, record.type.hasKey, let key = record.key(),
      key.appendReference(to: &text)
    {
      reference = text.string
    } else {
      reference = nil
    }
  }

  init(at address: JournalAddress, in journal: Journal) throws {
    self = try journal.withRecord(at: address) { NamedRecord($0, in: journal) }
  }

  var words: String { type.name + (reference.map { " \($0)" } ?? "") }
}
