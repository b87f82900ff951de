/// The tables of an exported database, version 3: version 1 had no `records.detail`, and until version 2
/// `meta` did not say whether values are hidden.
///
/// `PRAGMA application_id` says that the file is ours, `PRAGMA user_version` which schema it has.
/// Columns that NDJSON has too bear the same names and hold the same text (see `RecordField`).
enum SQLiteSchema {
  /// `MJRN` in ASCII.
  static let applicationID = 0x4D4A_524E
  static let version = 3

  static let tables = """
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,           -- schemaVersion, tool, layout, redaction, timeZone
      value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE files (
      file INTEGER PRIMARY KEY,       -- records.file
      path TEXT NOT NULL,             -- as it was named
      name TEXT NOT NULL,             -- the last part of the path, without a compressed file's z
      guid TEXT NOT NULL,
      previousGUID TEXT,
      nextGUID TEXT,
      mirrorGUID TEXT,
      fileCount INTEGER NOT NULL,
      mirrorFileCount INTEGER NOT NULL,
      isMirrorJournal INTEGER NOT NULL,
      isClosed INTEGER NOT NULL,
      creationTime TEXT NOT NULL,     -- in timeZone of meta; empty when the layout does not know it
      endAddress INTEGER NOT NULL,    -- 0 while active
      lastAddress INTEGER,            -- the last record that was looked at: a later export goes on
      records INTEGER NOT NULL        -- rows of this file in records
    );
    CREATE TABLE databases (
      file INTEGER NOT NULL REFERENCES files,
      sfn INTEGER NOT NULL,
      databaseName TEXT NOT NULL,
      mirrorDatabaseName TEXT NOT NULL,
      PRIMARY KEY (file, sfn)
    ) WITHOUT ROWID;
    CREATE TABLE damage (
      file INTEGER NOT NULL REFERENCES files,
      kind TEXT NOT NULL,
      fromAddress INTEGER NOT NULL,
      toAddress INTEGER NOT NULL,     -- the first address behind it
      reason TEXT NOT NULL
    );
    CREATE TABLE records (
      file INTEGER NOT NULL REFERENCES files,
      address INTEGER NOT NULL,       -- bytes from the start of the uncompressed file
      length INTEGER NOT NULL,        -- bytes, padding included
      chargedBytes INTEGER NOT NULL,  -- address + length - (previous visible address + its length)
      type INTEGER,
      typeName TEXT,
      timeStamp TEXT,        -- in timeZone of meta; the operation happened then or later
      processID INTEGER,              -- null: the journal does not name the job's process
      jobID INTEGER,
      remoteSystemID INTEGER,
      inTransaction INTEGER, -- 0 or 1
      databaseName TEXT NOT NULL,
      mirrorDatabaseName TEXT NOT NULL,
      globalName TEXT,                -- without the caret; null for records without a node
      globalNode TEXT,                -- as ZWRITE prints it
      numberOfValues INTEGER,
      newValue TEXT,
      newValueType TEXT,
      oldValue TEXT,                  -- null: none was recorded
      oldValueType TEXT,
      error TEXT,                     -- why a part of the record could not be shown
      detail TEXT                     -- what a type without values has: level, bit, marker
    );
    """

  /// Created when the rows are there: one sort is cheaper than many insertions.
  static let indexes = """
    CREATE UNIQUE INDEX IF NOT EXISTS recordsByAddress ON records (file, address);
    CREATE INDEX IF NOT EXISTS recordsByGlobal ON records (globalName, globalNode);
    CREATE INDEX IF NOT EXISTS recordsByProcess ON records (processID);
    CREATE INDEX IF NOT EXISTS recordsByTime ON records (timeStamp);
    ANALYZE;
    """

  static let insertRecord = """
    INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
    """
}
