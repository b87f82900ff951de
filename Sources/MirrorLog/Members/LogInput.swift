internal import Glibc
internal import MirrorJournal

/// One log to read, and whose it is.
public struct LogInput: Sendable, Hashable {
  /// The log's path; `-` is standard input.
  public let path: String
  /// The member's name, or nil to deduce it.
  public let member: String?

  /// A log at `path`, of `member` or of the member its text names.
  public init(path: String, member: String? = nil) {
    self.path = path
    self.member = member
  }

  /// Takes `PATH` or `NAME=PATH`. A file that exists under the whole argument is a path.
  public init(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex,
      !argument[..<equals].contains("/"), statusOfPath(argument) == nil
    else {
      self.init(path: argument)
      return
    }
    self.init(
      path: String(argument[argument.index(after: equals)...]),
      member: String(argument[..<equals]))
  }
}

extension LogInput {
  /// Whether two logs are no rotated copies of one log, as far as their names tell.
  package func isApart(from other: LogInput) -> Bool {
    let (mine, its) = (LogFileName(path), LogFileName(other.path))
    return mine.family != its.family
  }

  /// How much a file's name promises a log.
  public enum NamePromise: Sendable, Comparable {
    /// Another name.
    case none
    /// Any program's log: `*.log`, its rotated and compressed copies.
    case someLog
    /// An instance's own: `messages.log`, `cconsole.log`, `alerts.log`, their rotated and compressed copies, and a
    /// compressed log of any name.
    case messages
  }

  /// What the file's name says.
  public var namePromise: NamePromise {
    var name = Substring(lastComponent(path).lowercased())
    var isCompressed = false
    for suffix in StockSuffixes.all where name.hasSuffix(suffix) {
      name = name.dropLast(suffix.count)
      isCompressed = true
    }
    let mark = [".log", ".old"].lazy.compactMap { mark in
      // messages.log, messages.log.1, messages.log-20250311, messages.old_20250311.
      name.firstRange(of: mark).flatMap { range -> Substring? in
        let next = name[range.upperBound...].first
        return next.map { $0.isASCII && $0.isLetter } ?? false ? nil : name[..<range.lowerBound]
      }
    }.first
    guard let stem = mark else { return .none }
    let isOwn = stem.contains("messages") || stem.contains("cconsole") || stem.contains("alerts")
    return isOwn || isCompressed && name.contains(".log")
      ? .messages
      : name.contains(".log") ? .someLog : .none
  }
}
