internal import Glibc
public import MirrorJournal

/// Why a path leads to nothing, with the part of it that is to blame.
public enum MissingPath {
  /// The reason; nil when the path leads to something.
  public static func reason(_ path: String) -> JournalError? {
    guard !path.isEmpty else {
      return JournalError(
        .badArgument, "the path is empty", advice: "name a file or a directory, or '.'")
    }
    guard statusOfPath(path) == nil else { return nil }
    let number = errno
    // The first part that is not there.
    var part = path
    var above = splitPath(part).directory
    while above != part, above != ".", statusOfPath(above) == nil, errno != EACCES {
      (part, above) = (above, splitPath(above).directory)
    }
    if number == ENOTDIR {
      return JournalError(
        .cannotOpen, "it is no directory, so there is nothing in it", in: above,
        advice: "check the path")
    }
    if number == ENOENT, statusOfLink(part) != nil {
      return JournalError(.cannotOpen, "it is a link that leads to nothing", in: part)
    }
    if number == ENOENT {
      return JournalError(
        .cannotOpen, "there is no such file or directory", in: part, advice: "check the path")
    }
    return JournalError(
      .cannotOpen, String(cString: strerror(number)), in: number == EACCES ? above : part,
      advice: number == EACCES ? "check its permissions" : nil)
  }
}
