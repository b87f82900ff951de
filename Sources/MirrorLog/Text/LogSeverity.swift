/// How bad the instance thinks a message is.
///
/// Class D: the digit of a log line. The structured levels DEBUG2, DEBUG and INFO are
/// `informational`.
public enum LogSeverity: Int, Sendable, CaseIterable, Comparable {
  /// Digit 0: information only.
  case informational = 0
  /// Digit 1.
  case warning = 1
  /// Digit 2: a severe error.
  case severe = 2
  /// Digit 3: a fatal error.
  case fatal = 3

  public static func < (a: LogSeverity, b: LogSeverity) -> Bool { a.rawValue < b.rawValue }
}
