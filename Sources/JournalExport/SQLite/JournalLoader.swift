internal import MirrorJournal

/// Loads one journal into a database.
struct JournalLoader {
  private let journal: Journal
  private let database: SQLiteDatabase
  private let batch: Int
  private let redactsValues: Bool
  private let zone: ClockZone
  /// `files.file` of the journal.
  private let file: Int
  /// The last record that an earlier export looked at.
  private let done: JournalAddress?
  private(set) var records = 0
  private(set) var undecodable = 0
  private(set) var damageCount = 0

  /// Finds the journal's row in `files`, by GUID and name, or makes it.
  init(
    _ journal: Journal, _ database: SQLiteDatabase, batch: Int, redactsValues: Bool, zone: ClockZone
  ) throws {
    self.redactsValues = redactsValues
    self.zone = zone
    self.journal = journal
    self.database = database
    self.batch = max(1, batch)
    let header = journal.header
    var name = lastComponent(journal.path)
    if let parsed = JournalFileName(name) { name = parsed.uncompressed.description }
    let find = try SQLiteStatement(
      database, "SELECT file, lastAddress FROM files WHERE guid = ? AND name = ?")
    try find.bind(header.guid.description, at: 1)
    try find.bind(name, at: 2)
    if try find.step() {
      file = find.number(0)
      done = find.text(1) == nil ? nil : find.number(1)
      return
    }
    done = nil
    file = (try database.number("SELECT max(file) FROM files") ?? 0) + 1
    let add = try SQLiteStatement(
      database, "INSERT INTO files VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,0)")
    try add.bind(file, at: 1)
    try add.bind(journal.path, at: 2)
    try add.bind(name, at: 3)
    try add.bind(header.guid.description, at: 4)
    for (index, guid) in [header.previousGUID, header.nextGUID, header.mirrorGUID].enumerated() {
      try add.bind(guid.isZero ? nil : guid.description, at: 5 + index)
    }
    try add.bind(header.fileCount, at: 8)
    try add.bind(header.mirrorFileCount, at: 9)
    try add.bind(header.isMirrorJournal ? 1 : 0, at: 10)
    try add.bind(header.isClosed ? 1 : 0, at: 11)
    try add.bind(
      journal.layout.header.creationTime.isKnown ? zone.iso8601(header.creationTime) : "", at: 12)
    try add.bind(header.endAddress, at: 13)
    try add.run()
  }

  /// Inserts the records behind those that are there, a transaction for each `batch` of them.
  mutating func load(
    _ insert: borrowing SQLiteStatement, range: Range<JournalAddress>?, includesInternal: Bool,
    _ wanted: (borrowing Record) throws -> Bool, _ damaged: (Damage, Journal) throws -> Void
  ) throws {
    let range = (range ?? journal.dataRange).clamped(to: journal.dataRange)
    let from = min(max(range.lowerBound, done.map { $0 + 1 } ?? 0), range.upperBound)
    var row = RecordRow(journal, file: file, redactsValues: redactsValues, zone: zone)
    var end = try chargeStart(from)
    var last = done
    var pending = 0
    var inserted = 0
    var damage: [Damage] = done == nil ? journal.structuralDamage : []
    try database.execute("BEGIN")
    do {
      try journal.forEachRecord(
        in: from..<range.upperBound,
        damaged: {
          damage.append($0)
          try damaged($0, journal)
        }
      ) { record in
        last = record.address
        guard includesInternal || record.type.isVisible else { return }
        let charged = record.end - end
        if record.type.isVisible { end = record.end }
        guard try wanted(record) else { return }
        try row.bind(record, chargedBytes: charged, to: insert)
        try insert.run()
        inserted += 1
        pending += 1
        if pending >= batch {
          pending = 0
          try note(last, inserted)
          try database.execute("COMMIT; BEGIN")
          records += inserted
          inserted = 0
        }
      }
      try add(damage)
      try addDatabases()
      try note(last, inserted)
      try database.execute("COMMIT")
    } catch {
      try? database.execute("ROLLBACK")
      throw error
    }
    records += inserted
    undecodable = row.undecodable
    damageCount = damage.count
  }

  /// Just past the visible record before `address`, from where the next record is charged.
  private func chargeStart(_ address: JournalAddress) throws -> JournalAddress {
    guard let before = try journal.recordAddress(before: address) else {
      return journal.layout.block.firstDataAddress
    }
    return try journal.withRecord(at: before) { $0.end }
  }

  private func note(_ last: JournalAddress?, _ inserted: Int) throws {
    let update = try SQLiteStatement(
      database,
      """
      UPDATE files SET lastAddress = ?, records = records + ?, isClosed = ?, endAddress = ?,
        nextGUID = ? WHERE file = ?
      """)
    let header = journal.header
    try update.bind(last, at: 1)
    try update.bind(inserted, at: 2)
    try update.bind(header.isClosed ? 1 : 0, at: 3)
    try update.bind(header.endAddress, at: 4)
    try update.bind(header.nextGUID.isZero ? nil : header.nextGUID.description, at: 5)
    try update.bind(file, at: 6)
    try update.run()
  }

  private func add(_ damage: [Damage]) throws {
    let insert = try SQLiteStatement(database, "INSERT INTO damage VALUES (?,?,?,?,?)")
    for one in damage {
      try insert.bind(file, at: 1)
      try insert.bind(one.kind.rawValue, at: 2)
      try insert.bind(one.range.lowerBound, at: 3)
      try insert.bind(one.range.upperBound, at: 4)
      try insert.bind(one.reason, at: 5)
      try insert.run()
    }
  }

  private func addDatabases() throws {
    let insert = try SQLiteStatement(database, "INSERT OR IGNORE INTO databases VALUES (?,?,?,?)")
    for entry in journal.completeDirectory.databases {
      try insert.bind(file, at: 1)
      try insert.bind(Int(entry.sfn), at: 2)
      try insert.bind(entry.directory, at: 3)
      try insert.bind(entry.mirrorName, at: 4)
      try insert.run()
    }
  }
}
