internal import Glibc

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
      !argument[..<equals].contains("/"), access(argument, F_OK) != 0
    else {
      self.init(path: argument)
      return
    }
    self.init(
      path: String(argument[argument.index(after: equals)...]),
      member: String(argument[..<equals]))
  }
}
