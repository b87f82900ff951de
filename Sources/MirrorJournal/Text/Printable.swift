/// Text for people: what a log, a journal or a file's name holds, made fit for a terminal.
///
/// Everything that is printed in a text format or on standard error and was not written in this source goes
/// through here. Formats for programs (NDJSON, CSV, SQLite) keep the characters.
extension Unicode.Scalar {
  /// Whether the character shows and does nothing else: it neither steers a terminal nor begins a
  /// line, turns the order of its neighbours or hides.
  ///
  /// Not printable are C0 and C1 controls and DEL, line and paragraph separators, what Unicode calls
  /// format characters (bidirectional controls, zero-width ones, tags) but for the few that are seen, what it
  /// calls ignorable (fillers, variation selectors), and what is no character.
  package var isPrintable: Bool {
    if value < 0x80 { return value >= 0x20 && value < 0x7F }
    if value < 0x300 { return value >= 0xA0 && value != 0xAD }
    return switch value {
    case 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F,
      0x2028...0x202E, 0x2060...0x206F, 0x3164, 0xFDD0...0xFDEF, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0,
      0xFFF0...0xFFFB, 0x13430...0x1343F, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      false
    default: value & 0xFFFE != 0xFFFE && FileName.escaped(self) == nil
    }
  }
}

/// `text` in one line of printable characters: any other is written as `\x1b` or `\u{202e}`, a byte of a
/// file's name that is no UTF-8 as `\xff`.
package func printable(_ text: String) -> String {
  guard !text.unicodeScalars.allSatisfy(\.isPrintable) else { return text }
  var buffer = TextBuffer(capacity: text.utf8.count + 32)
  for scalar in text.unicodeScalars { buffer.append(printable: scalar) }
  return buffer.string
}

extension TextBuffer {
  /// Appends `text` in one line of printable characters, as the function `printable` writes it.
  package mutating func append(printable text: String) {
    for scalar in text.unicodeScalars { append(printable: scalar) }
  }

  mutating func append(printable scalar: Unicode.Scalar) {
    if scalar.isPrintable, !isASCII || scalar.isASCII { return append(scalar: scalar) }
    let value = FileName.escaped(scalar).map { UInt32($0) } ?? scalar.value
    let isShort = value <= 0xFF
    append(isShort ? "\\x" : "\\u{")
    append(hex: UInt64(value), digits: isShort ? 2 : 4)
    if !isShort { append(UInt8(ascii: "}")) }
  }
}
