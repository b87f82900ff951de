/// Names, subscripts and values that try to be more than text: lines, statements, cells, commands to
/// a terminal.
package enum HostileText {
  /// One of each character that must not reach a terminal.
  package static let invisible: [Unicode.Scalar] = {
    let controls = (0...0x1F).map { UInt32($0) } + (0x7F...0x9F).map { UInt32($0) }
    let others: [UInt32] = [
      0xAD, 0x61C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C,
      0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0xFFFE, 0xE0041,
    ]
    return (controls + others).compactMap { Unicode.Scalar($0) }
  }()

  /// All of them in one text.
  package static let all = String(String.UnicodeScalarView(["a"] + invisible + ["z"]))

  /// A line of `dump` behind a line end: one record as two.
  package static let forgedLine =
    "/db/\n    131100      4711 S    /iris/user/            ^FORGED(1) = \"x\""

  package static let texts: [String] = [
    "", "/iris/user/", all, forgedLine, "\r\n Kill ^X", "\n Kill ^X\n", "\u{85} Kill ^X",
    "\u{2028} Kill ^X", "\u{C} Kill ^X", "\"|X Kill ^Y Set ^|\"", "\"_$zf(-1,\"id\")_\"",
    "a\"\"b\"", "; Kill ^X", " ; comment", "a;Kill ^X", "\0", "x\0y", "=1+1", "-2", "@SUM(A1)",
    "\tTAB", "^X(1)", "$c(10)", ")_$c(34", "\\x1b", "\u{1B}]0;title\u{7}\u{1B}[2J",
    "\u{9B}31m", "caf\u{e9}/\u{c5}\u{3a9}\u{1F600}", "user\u{202E}gpj.exe",
    String(repeating: "long\n\"\u{e9}", count: 300), String(repeating: "Q", count: 3000),
  ]
}
