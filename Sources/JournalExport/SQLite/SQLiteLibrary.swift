internal import CSQLite

/// The library that writes databases.
public enum SQLiteLibrary {
  /// Its name and version, such as `SQLite 3.40.1`.
  public static var version: String {
    let number = unsafe String(cString: sqlite3_libversion())
    return "SQLite \(number)"
  }
}
