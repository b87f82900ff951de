internal import Glibc
public import JournalQuery
public import MirrorJournal

/// Writes records into an SQLite file (see `SQLiteSchema` and the README for its tables).
///
/// A new file is written under a temporary name and renamed when it is whole. With `continues` an
/// earlier export goes on behind its last record, in transactions, so that it stays whole whatever
/// happens. Either way those may read it who may read every one of the journals.
public struct SQLiteExport: Sendable {
  /// What has been written and what has not.
  public struct Summary: Sendable, Hashable {
    /// Records written.
    public internal(set) var records = 0
    /// Records of which a key or a value could not be shown.
    public internal(set) var undecodable = 0
    /// Damaged places that were passed over.
    public internal(set) var damage = 0
  }

  /// The database file.
  public let path: String
  /// Whether an existing file is replaced.
  public var force = false
  /// Whether an existing export is continued: its files from their last address on, and new files.
  public var continues = false
  /// The addresses of a single file, or of each.
  public var range: Range<JournalAddress>?
  /// The addresses of each file where they differ; goes before `range`.
  public var ranges: FileRanges?
  /// Whether records that the vendor's lists do not show are written.
  public var includesInternal = false
  /// Whether values and subscripts are hidden: their lengths and types stay.
  public var redactsValues = false
  /// The zone of times; `meta` names it.
  public var zone = ClockZone.utc
  /// Other files that the run reads, such as layouts, and that are not replaced.
  public var settings: [String] = []
  /// Records in one transaction.
  public var batch = 50_000

  /// An export to `path`; nothing is written yet.
  public init(path: String) { self.path = path }

  /// Writes the records of `journals` that `selection` accepts.
  ///
  /// O(n) plus the sorts of four indexes.
  ///
  /// - Throws: `targetExists` when the file exists and neither `force` nor `continues` is set, or is
  ///   one of the journals, or one of SQLite's own names beside it is;
  ///   `badArgument` when it is to be continued and is not an export of this schema, or hides values
  ///   and is to be continued with values, or the other way round;
  ///   `cannotOpen`, `cannotWrite`, and what the closures and the journals throw.
  public func write(
    _ journals: [Journal], selecting selection: RecordSelection = everyRecord,
    damaged: (Damage, Journal) throws -> Void = { _, _ in }
  ) throws -> Summary {
    let files = RunFiles(journals.map(\.path), settings: settings)
    try files.check(path)
    // SQLite takes files of these names for its own: it plays them back, empties or removes them.
    let siblings = Self.siblings(of: continues ? resolvedPath(path) ?? path : path)
    for sibling in siblings { try files.check(sibling) }
    let exists = statusOfPath(path) != nil
    if exists, continues {
      let database = try SQLiteDatabase(path: path, creating: false, name: path)
      try checkSchema(database)
      // Before the first of the new records is in it.
      for file in [path] + siblings { try files.restrict(file) }
      return try fill(database, journals, selection, damaged)
    }
    guard !exists || force else {
      throw JournalError(
        .targetExists, "the file exists", in: path,
        advice: "choose another name, or use --force or --continue")
    }
    for sibling in siblings where PendingName.exists(sibling) {
      throw JournalError(
        .targetExists, "the file exists, and SQLite would play it back into the new database",
        in: sibling,
        advice: "it is of an earlier database of that name: open that one, or remove it")
    }
    let pending = try PendingName(target: path, force: force, files: files)
    let summary = try create(pending.temporary, journals, selection, damaged)
    try pending.publish()
    return summary
  }

  private static func siblings(of path: String) -> [String] {
    ["-journal", "-wal", "-shm"].map { path + $0 }
  }

  private func create(
    _ temporary: String, _ journals: [Journal], _ selection: RecordSelection,
    _ damaged: (Damage, Journal) throws -> Void
  ) throws -> Summary {
    let database = try SQLiteDatabase(path: temporary, creating: true, name: path)
    // Nobody else sees the file, and a crash leaves nothing but its temporary name.
    try database.execute(
      """
      PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;
      PRAGMA application_id = \(SQLiteSchema.applicationID);
      PRAGMA user_version = \(SQLiteSchema.version);
      """)
    try database.execute(SQLiteSchema.tables)
    let meta = try SQLiteStatement(database, "INSERT INTO meta VALUES (?, ?)")
    let layout = journals.first?.layout.name ?? ""
    for (key, value) in [
      ("schemaVersion", "\(SQLiteSchema.version)"), ("tool", "mirror-journal"), ("layout", layout),
      ("redaction", redaction), ("timeZone", zone.name),
    ] {
      try meta.bind(key, at: 1)
      try meta.bind(value, at: 2)
      try meta.run()
    }
    return try fill(database, journals, selection, damaged)
  }

  /// What of the records is hidden, in the words of `meta`.
  private var redaction: String { redactsValues ? "values" : "none" }

  /// What `meta` says of `key`; nil where it says nothing.
  private static func meta(
    _ key: String, of database: SQLiteDatabase
  ) throws(JournalError) -> String? {
    let find = try SQLiteStatement(database, "SELECT value FROM meta WHERE key = ?")
    try find.bind(key, at: 1)
    return try find.step() ? find.text(0) ?? "" : nil
  }

  private func checkSchema(_ database: SQLiteDatabase) throws(JournalError) {
    let advice = "choose another name, or replace it with --force"
    let id: Int?
    do { id = try database.number("PRAGMA application_id") } catch { id = nil }
    guard id == SQLiteSchema.applicationID else {
      throw JournalError(
        .badArgument, "the file is not an export of mirror-journal", in: database.name,
        advice: advice)
    }
    let version = try database.number("PRAGMA user_version") ?? 0
    guard version == SQLiteSchema.version else {
      throw JournalError(
        .badArgument, "the file has schema \(version), not \(SQLiteSchema.version)",
        in: database.name, advice: advice)
    }
    guard try Self.meta("redaction", of: database) ?? "" == redaction else {
      throw JournalError(
        .badArgument,
        redactsValues
          ? "the file shows values, and is not to be continued with hidden ones"
          : "the file hides values, and is not to be continued with shown ones",
        in: database.name,
        advice: "\(redactsValues ? "leave out" : "add") --redact, or choose another name")
    }
    // Before there was a choice, times were in UTC.
    let theirs = try Self.meta("timeZone", of: database) ?? ClockZone.utc.name
    guard theirs == zone.name else {
      throw JournalError(
        .badArgument,
        "the file's times are in \(theirs), and are not to be continued in \(zone.name)",
        in: database.name, advice: "use --tz \(theirs), or choose another name")
    }
  }

  private func fill(
    _ database: SQLiteDatabase, _ journals: [Journal],
    _ selection: RecordSelection, _ damaged: (Damage, Journal) throws -> Void
  ) throws -> Summary {
    var summary = Summary()
    let insert = try SQLiteStatement(database, SQLiteSchema.insertRecord)
    for journal in journals {
      var loader = try JournalLoader(
        journal, database, batch: batch, redactsValues: redactsValues, zone: zone)
      try loader.load(
        insert, range: ranges?.range(of: journal.path) ?? range, includesInternal: includesInternal,
        try selection(journal), damaged)
      summary.records += loader.records
      summary.undecodable += loader.undecodable
      summary.damage += loader.damageCount
    }
    try database.execute(SQLiteSchema.indexes)
    return summary
  }
}
