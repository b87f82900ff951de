import JournalTestSupport
import MirrorJournal
import Testing

/// Text for people holds what can be seen, and nothing is lost.
@Suite struct PrintableTests {
  /// What Unicode says, without our table.
  private func isSeen(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return false
    case .format:
      // Signs that stand over or before numbers and words are seen.
      return [
        0x0600...0x0605, 0x06DD...0x06DD, 0x070F...0x070F, 0x0890...0x0891, 0x08E2...0x08E2,
        0x110BD...0x110BD, 0x110CD...0x110CD,
      ].contains { $0.contains(scalar.value) }
    default: return !properties.isDefaultIgnorableCodePoint && !properties.isNoncharacterCodePoint
    }
  }

  @Test func `every character is printable that Unicode says can be seen`() {
    var wrong: [String] = []
    // Those behind stand for bytes of file names.
    for value in 0..<UInt32(0x10FF80) {
      guard let scalar = Unicode.Scalar(value), scalar.isPrintable != isSeen(scalar) else {
        continue
      }
      wrong.append(String(value, radix: 16))
    }
    #expect(wrong == [])
  }

  @Test func `what cannot be seen is spelled`() {
    #expect(printable("plain \u{e9}\u{20ac}\u{1F600}") == "plain \u{e9}\u{20ac}\u{1F600}")
    #expect(printable("a\nb\u{1B}[2J\u{85}\u{0}") == "a\\x0ab\\x1b[2J\\x85\\x00")
    #expect(printable("a\u{10FF80}\u{10FFFF}") == "a\\x80\\xff")
    #expect(printable("\u{202E}x\u{E0041}\u{61C}") == "\\u{202e}x\\u{e0041}\\u{061c}")
    for scalar in HostileText.invisible {
      let text = printable("<\(scalar)>")
      #expect(text.hasPrefix("<\\"), "\(scalar.value)")
      #expect(text.unicodeScalars.allSatisfy(isSeen))
    }
    var buffer = TextBuffer()
    buffer.append(printable: HostileText.all)
    #expect(buffer.string == printable(HostileText.all))
  }

  @Test func `ZWRITE spells it as codes, which come back`() throws {
    for text in HostileText.texts + HostileText.invisible.map({ "a\($0)\"b" }) {
      let value = JournalValue(text)
      let shown = value.description
      #expect(shown.unicodeScalars.allSatisfy(isSeen), "\(printable(text))")
      let parsed = try ZWRText.parse("^X=" + shown).value
      #expect(parsed == value)
      let reference = GlobalReference("X", [Subscript(text), 1])
      #expect(reference.description.unicodeScalars.allSatisfy(isSeen))
      #expect(try GlobalReference(parsing: reference.description) == reference)
    }
  }

  @Test func `names that are not UTF-8 keep their bytes`() throws {
    let bench = try Workbench()
    let writer = try bench.writer("j") { $0.reasonText = "RAWNAME" }
    try writer.add(JournalDatabase(sfn: 9, directory: "/RAWNAME/"))
    try writer.append(.node(.set, "^X", ["v"]))
    try writer.append(
      RecordContent(
        .marker, .marker(MarkerBody(id: 1, sequence: 1, previousAddress: 0, text: "RAWNAME"))))
    try writer.close()
    try bench.patch("j") { bytes in
      for start in 0..<bytes.count - 7 where bytes[start..<start + 7].elementsEqual("RAWNAME".utf8)
      {
        bytes.replaceSubrange(start..<start + 2, with: [0xFF, 0x9B])
      }
      sealHeader(&bytes)
      sealBlock(&bytes, 131_072)
    }
    let journal = try bench.journal("j")
    #expect(journal.structuralDamage.isEmpty)
    #expect(journal.header.reasonText == "\u{FF}\u{9B}WNAME")
    #expect(journal.database(sfn: 9)?.directory == "/\u{FF}\u{9B}WNAME/")
    var texts: [String] = []
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      if record.type == .marker { texts.append(try record.marker().text) }
    }
    #expect(texts == ["\u{FF}\u{9B}WNAME"])
  }
}
