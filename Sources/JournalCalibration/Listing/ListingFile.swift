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

  /// The text of `bytes`: UTF-8, or UTF-16 of either order with its mark or with every other byte zero.
  static func text(_ bytes: [UInt8]) -> String {
    let head = bytes.prefix(4096)
    let isMarked = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    let zeros = [0, 1].map { odd in
      head.enumerated().count { $0.offset % 2 == odd && $0.element == 0 }
    }
    let most = max(zeros[0], zeros[1])
    guard bytes.count >= 4, isMarked || most * 2 >= head.count * 3 / 4 else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let isBigEndian = isMarked ? bytes[0] == 0xFE : zeros[0] > zeros[1]
    let units = stride(from: isMarked ? 2 : 0, to: bytes.count - 1, by: 2).map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// - Throws: `badArgument` for bytes that are no text, or that have a line that no listing has.
  static func check(_ text: String) throws(JournalError) {
    let bytes = text.utf8
    // Values may hold single ones: bit strings do.
    let head = bytes.prefix(1 << 16)
    let controls = head.count { $0 < 0x20 && !(0x09...0x0D).contains($0) }
    if controls * 20 > head.count {
      throw JournalError(
        .badArgument, "it holds bytes of 0 and other controls: it is no text",
        advice: "save the listing as text, without compression")
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
