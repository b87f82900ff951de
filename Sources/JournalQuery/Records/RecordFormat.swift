/// How records are written.
public enum RecordFormat: String, Sendable, CaseIterable {
  /// Columns as `^JRNDUMP` lists them.
  case text
  /// One JSON object a line.
  case ndjson
  /// RFC 4180 with a header line.
  case csv
}

/// The fields of a record in NDJSON and CSV, in order. The names are the vendor's property names in
/// lowerCamelCase where it has one (class D).
public enum RecordField: String, Sendable, CaseIterable {
  /// The file as it was named on the command line.
  case file
  /// Bytes from the start of the uncompressed file.
  case address
  /// Bytes, padding included.
  case length
  /// The type's code.
  case type
  /// The portal's name of the type (class D), or `type N`.
  case typeName
  /// The block's buffer time in UTC: the operation happened then or later.
  case timeStamp
  /// Null when the journal does not name the job's process.
  case processID
  /// The job id that the record carries.
  case jobID
  /// The raw remote system id; 0x40000000 is the local one (class O).
  case remoteSystemID
  /// Whether the operation is part of a transaction.
  case inTransaction
  /// The database's directory.
  case databaseName
  /// Empty if the database is not mirrored.
  case mirrorDatabaseName
  /// The reference without the database, as ZWRITE prints it; null for records without a node.
  case globalNode
  /// 0, 1, or 2 for new and old.
  case numberOfValues
  /// The characters of a string, the `$lb(…)` text of a list, the `$zwc(…)/*$bit(…)*/` text of a bit
  /// string, what ZWRITE prints of a broken wide string, the bytes of a vector in hexadecimal; null when
  /// the record has none.
  case newValue
  /// `string`, `wideString`, `brokenWideString` (UTF-16 with half a pair of surrogates), `list`, `bits`
  /// or `vector`.
  case newValueType
  /// Null when the record has none: that the node had no value before, or that none was recorded.
  case oldValue
  /// As `newValueType`, of the old value.
  case oldValueType
  /// What a type without values has: `level 1`, `bit 9 = 1 (was 0, length 8)`,
  /// `marker -1 #1, previous 0: "text"`, a number of opaque bytes.
  case detail
  /// Why a part of the record could not be shown; null for a sound record.
  case error
}
