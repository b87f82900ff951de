internal import MirrorJournal

extension TextBuffer {
  /// Appends a line of what is known of a file: a label in a column of its own, none if it is empty, and
  /// the value, which goes on below itself where there is no room.
  mutating func appendLine(_ label: String, _ value: String, _ style: TextStyle = TextStyle()) {
    var line = "  " + label + (label.isEmpty ? "" : ":")
    line += String(repeating: " ", count: max(0, 24 - line.count)) + printable(value)
    append(line.folded(to: style.width, hang: 22))
    append(UInt8(ascii: "\n"))
  }
}
