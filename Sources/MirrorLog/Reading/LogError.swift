internal import MirrorJournal

/// What went wrong with a log, where, and what to do next.
public struct LogError: Error, Sendable, Equatable {
  /// The kind of failure, for programs.
  public enum Code: String, Sendable, CaseIterable {
    /// The file could not be opened, is a directory, or may not be read.
    case cannotOpen
    /// The system failed to read bytes that the file has.
    case cannotRead
    /// No line of the file has the form of a log entry.
    case notALog
    /// An argument has a value that makes no sense.
    case badArgument
  }

  /// What kind of error it is.
  public let code: Code
  /// One sentence without a final stop: what is wrong.
  public let reason: String
  /// The file it is about, as the caller named it.
  public let file: String?
  /// What the reader of the message can do.
  public let advice: String?

  /// An error about `file`; `reason` and `advice` are sentences without a final stop.
  public init(_ code: Code, _ reason: String, in file: String? = nil, advice: String? = nil) {
    self.code = code
    self.reason = reason
    self.file = file
    self.advice = advice
  }
}

extension LogError: CustomStringConvertible {
  /// One line: `FILE: REASON; ADVICE`.
  public var description: String {
    (file.map { "\(FileName.printable($0)): " } ?? "") + reason + (advice.map { "; \($0)" } ?? "")
  }
}
