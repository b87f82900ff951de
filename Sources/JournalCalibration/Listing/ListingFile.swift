internal import MirrorJournal

/// The bytes of a file that should hold text for `calibrate`, refused before they cost memory and time
/// when they cannot be such.
enum ListingFile {
  /// - Throws: `cannotOpen` with `reason`; `badArgument` when there are more than `limit` bytes.
  static func read(
    _ path: String, _ reason: String, limit: Int
  ) throws(JournalError) -> [UInt8] {
    do {
      return try WholeFile.read(path, limit: limit)
    } catch  where error.code != .badArgument {
      throw JournalError(.cannotOpen, reason, in: path)
    }
  }

  /// - Throws: `badArgument` for bytes that are no text, or that have a line that no listing has.
  static func check(_ bytes: [UInt8]) throws(JournalError) {
    if bytes.prefix(1 << 16).contains(0) {
      throw JournalError(
        .badArgument, "it holds bytes of 0: it is no text in UTF-8",
        advice: "save the listing as UTF-8 text, without compression")
    }
    let start = bytes.first { !" \t\r\n\u{FEFF}".utf8.contains($0) }
    if start == UInt8(ascii: "[") || start == UInt8(ascii: "{") { return }
    var line = 1
    var length = 0
    for byte in bytes {
      length += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        length = 0
      }
      guard length <= Listing.lineLimit else {
        throw JournalError(
          .badArgument,
          "line \(line) is longer than \(Listing.lineLimit) bytes: no listing has such lines",
          advice: "docs/CALIBRATE.md tells how to make one")
      }
    }
  }
}
