internal import MirrorJournal

extension TextBuffer {
  /// Appends a line of what is known of a file: a label in a column of its own, none if it is empty, and
  /// the value.
  mutating func appendLine(_ label: StaticString, _ value: String) {
    append("  ")
    let start = count
    append(label)
    if count > start { append(UInt8(ascii: ":")) }
    padRight(from: start, to: 22)
    append(printable: value)
    append(UInt8(ascii: "\n"))
  }
}
