internal import CSQLite
internal import Glibc
internal import MirrorJournal

/// A connection to an SQLite database file: the one place that talks to the C library, together
/// with `SQLiteStatement`.
///
/// Invariant: `handle` is open from `init` to `deinit`, and a statement keeps its database alive.
/// A database is used by one thread.
final class SQLiteDatabase {
  /// What messages call the file.
  let name: String
  let handle: OpaquePointer

  /// - Parameter name: what messages call the file.
  /// - Throws: `cannotOpen` when the file cannot be opened or, with `creating`, created.
  init(path: String, creating: Bool, name: String) throws(JournalError) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX
    let status = unsafe withPath(path) { unsafe sqlite3_open_v2($0, &opened, flags, nil) }
    guard status == SQLITE_OK, let opened else {
      let reason = unsafe String(cString: sqlite3_errstr(status))
      unsafe sqlite3_close_v2(opened)
      throw JournalError(.cannotOpen, reason, in: name)
    }
    self.name = name
    handle = opened
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Runs statements that return nothing.
  ///
  /// - Throws: `cannotWrite` with SQLite's words.
  func execute(_ sql: String) throws(JournalError) {
    guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  /// The first column of the first row, or nil when there is no row.
  func number(_ sql: String, _ arguments: Int...) throws(JournalError) -> Int? {
    let statement = try SQLiteStatement(self, sql)
    for (index, argument) in arguments.enumerated() {
      try statement.bind(argument, at: index + 1)
    }
    return try statement.step() ? statement.number(0) : nil
  }

  /// SQLite's words for what went wrong last.
  func failure() -> JournalError {
    let words = unsafe String(cString: sqlite3_errmsg(handle))
    // "disk I/O error" is what SQLite calls whatever the system refused.
    let number = unsafe sqlite3_system_errno(handle)
    let code = unsafe sqlite3_errcode(handle)
    guard number != 0, code & 0xFF == SQLITE_IOERR else {
      return JournalError(.cannotWrite, words, in: name)
    }
    let reason = unsafe String(cString: strerror(number))
    return JournalError(.cannotWrite, "\(words): \(reason)", in: name)
  }
}

/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite.
struct SQLiteStatement: ~Copyable {
  private let database: SQLiteDatabase
  private let handle: OpaquePointer

  init(_ database: SQLiteDatabase, _ sql: String) throws(JournalError) {
    var prepared: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(database.handle, sql, -1, &prepared, nil) == SQLITE_OK,
      let prepared
    else { throw database.failure() }
    self.database = database
    handle = prepared
  }

  deinit { unsafe sqlite3_finalize(handle) }

  func bind(_ value: Int?, at index: Int) throws(JournalError) {
    try check(
      value.map { unsafe sqlite3_bind_int64(handle, Int32(index), Int64($0)) }
        ?? sqlite3_bind_null(handle, Int32(index)))
  }

  func bind(_ text: String?, at index: Int) throws(JournalError) {
    guard let text else { return try bind(nil as Int?, at: index) }
    try bind(utf8: Array(text.utf8).span.bytes, at: index)
  }

  /// Binds text in UTF-8; SQLite copies it.
  ///
  /// Text with a NUL is bound as a blob of the same bytes: SQLite's own functions and its shell end a
  /// text at its first NUL, and would hide what stands behind it.
  func bind(utf8 text: RawSpan, at index: Int) throws(JournalError) {
    let status = unsafe text.withUnsafeBytes { buffer in
      // The copying "transient" destructor is the pointer -1, which Swift cannot import.
      let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      guard let start else {
        return unsafe sqlite3_bind_text(handle, Int32(index), "", 0, transient)
      }
      if unsafe memchr(start, 0, buffer.count) != nil {
        return unsafe sqlite3_bind_blob64(
          handle, Int32(index), start, UInt64(buffer.count), transient)
      }
      return unsafe sqlite3_bind_text64(
        handle, Int32(index), start, UInt64(buffer.count), transient, UInt8(SQLITE_UTF8))
    }
    try check(status)
  }

  /// Runs the statement to its next row; false at its end.
  func step() throws(JournalError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    default: throw database.failure()
    }
  }

  /// Runs a statement that returns nothing and makes it ready for the next run.
  func run() throws(JournalError) {
    _ = try step()
    try check(unsafe sqlite3_reset(handle))
  }

  func number(_ column: Int) -> Int { Int(unsafe sqlite3_column_int64(handle, Int32(column))) }

  func text(_ column: Int) -> String? {
    guard let start = unsafe sqlite3_column_text(handle, Int32(column)) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  private func check(_ status: Int32) throws(JournalError) {
    guard status == SQLITE_OK else { throw database.failure() }
  }
}
