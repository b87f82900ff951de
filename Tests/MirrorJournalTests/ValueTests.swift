import Foundation
import MirrorJournal
import Testing

private func plain(_ value: JournalValue) -> String {
  let bytes = value.encodedBytes
  var buffer = TextBuffer()
  ValueView(bytes.span.bytes, storageCode: value.storageCode).appendPlain(to: &buffer)
  return buffer.string
}

private func json(_ value: JournalValue) -> String {
  let bytes = value.encodedBytes
  var buffer = TextBuffer()
  ValueView(bytes.span.bytes, storageCode: value.storageCode).appendJSON(to: &buffer)
  return buffer.string
}

/// What a JSON parser makes of one JSON string.
func parsedJSONString(_ text: String) -> String? {
  try? JSONDecoder().decode([String].self, from: Data("[\(text)]".utf8)).first
}

@Suite struct ValueTests {
  @Test(arguments: [
    (JournalValue(""), "\"\""),
    ("text", "\"text\""),
    ("say \"hi\"", "\"say \"\"hi\"\"\""),
    ("12", "12"),
    ("-.5", "-.5"),
    ("012", "\"012\""),
    ("a\r\nb", "\"a\"_$c(13,10)_\"b\""),
    ("\tb\t", "$c(9)_\"b\"_$c(9)"),
    ("\u{7F}\u{80}\u{9F}\u{A0}", "$c(127,128,159)_\"\u{A0}\""),
    ("gr\u{FC}n, a long text past eight bytes", "\"gr\u{FC}n, a long text past eight bytes\""),
    ("\u{4F60}\"\u{1F600}\n", "\"\u{4F60}\"\"\u{1F600}\"_$c(10)"),
    (.wide([0x61, 0xD83D, 0x62, 0xDE00]), "\"a\"_$c(55357)_\"b\"_$c(56832)"),
    (.wide([0x2028, 0xFEFF]), "$c(8232,65279)"),
    (.wide([0x31]), "\"1\""),
    (.vector([]), "<vector 0x>"),
  ])
  func printsAsZWriteDoes(value: JournalValue, text: String) {
    #expect(value.description == text)
  }

  @Test func plainAndJSONKeepTheCharacters() throws {
    var random = RandomSource(seed: 6)
    for _ in 0..<3000 {
      // Text that is a list by chance prints as one: its first byte would be its length.
      let text = "text " + random.text(maximum: 40)
      let value = JournalValue(text)
      try #require(plain(value).unicodeScalars.elementsEqual(text.unicodeScalars))
      let parsed = try #require(parsedJSONString(json(value)))
      try #require(parsed.unicodeScalars.elementsEqual(text.unicodeScalars))
    }
  }

  @Test func stringsRoundTripThroughTheirText() throws {
    var random = RandomSource(seed: 7)
    for _ in 0..<3000 {
      let value = JournalValue("text " + random.text(maximum: 40))
      try #require(try ZWRText.parse("^A=\(value)").value == value)
      let units = (0..<random.int(1...12)).map { _ in UInt16(random.int(0xD7F0...0xE010)) }
      try #require(try ZWRText.parse("^A=\(JournalValue.wide(units))").value == .wide(units))
    }
  }

  @Test func jsonIsValidForLoneSurrogatesAndControlBytes() {
    #expect(json(.wide([0xD800, 0x41])) == "\"$c(55296)_\\\"A\\\"\"")
    #expect(json(.bytes([0, 0x1F, 0x22, 0x5C, 0x0A])) == "\"\\u0000\\u001f\\\"\\\\\\n\"")
  }

  @Test func everyCharacterOfAnyStringIsTheSameInJSON() {
    var random = RandomSource(seed: 11)
    for length in 0...300 {
      // Mostly text, mostly not, or anything.
      let bytes = random.bytes(length).map { byte in
        [byte, byte & 0x7F, 0x41 + byte % 64][length % 3]
      }
      var buffer = TextBuffer()
      ValueView(bytes.span.bytes, storageCode: 0).appendJSON(to: &buffer)
      var expected = TextBuffer()
      if ValueView(bytes.span.bytes, storageCode: 0).kind != .string { continue }
      expected.appendJSONString(String(String.UnicodeScalarView(bytes.map(Unicode.Scalar.init))))
      #expect(buffer.string == expected.string)
    }
  }

  @Test func jsonOfAListIsItsText() {
    var list = ListBuilder()
    list.append("say \"hi\\\"")
    list.append(5)
    #expect(json(JournalValue(list)) == "\"$lb(\\\"say \\\"\\\"hi\\\\\\\"\\\"\\\",5)\"")
    #expect(parsedJSONString(json(JournalValue(list))) == JournalValue(list).description)
  }

  @Test func copiesEqualTheOriginal() throws {
    for value: JournalValue in [.bytes([1, 2]), .wide([0xD800]), .vector([4]), ""] {
      let bytes = value.encodedBytes
      #expect(bytes.count == value.byteCount)
      #expect(try ValueView(bytes.span.bytes, storageCode: value.storageCode).value() == value)
    }
  }

  @Test(arguments: [UInt8(1), 2, 4])
  func unreadableBytesAreShownAsSuch(storageCode: UInt8) {
    let bytes: [UInt8] = [1, 2, 3]
    let view = ValueView(bytes.span.bytes, storageCode: storageCode)
    #expect(view.kind == .damaged)
    var buffer = TextBuffer()
    view.appendZWrite(to: &buffer)
    #expect(buffer.string == "<damaged 0x010203>")
    let error = #expect(throws: JournalError.self) {
      try ValueView(bytes.span.bytes, storageCode: storageCode).value()
    }
    #expect(error?.code == .badValue)
  }

  @Test func aHugeValueIsPrintedWhole() {
    let huge = JournalValue.bytes([UInt8](repeating: 0x22, count: 3_641_144))
    #expect(huge.description.utf8.count == 2 * 3_641_144 + 2)
  }
}

@Suite struct ZWRTextTests {
  @Test func linesAreReadAsReferenceAndValue() throws {
    let line = try ZWRText.parse("^%ZTSK(1001,\"a b\")=\"x \"\"y\"\"\"_$C(13,10)_\"z\"")
    #expect(line.reference == GlobalReference("%ZTSK", [1001, "a b"]))
    #expect(line.value == "x \"y\"\r\nz")
    #expect(try ZWRText.parse("^A=5571").value == "5571")
    #expect(try ZWRText.parse("^A=\"24\"").value == "24")
  }

  @Test func linesThatAreNotUTF8AreLatin1() throws {
    let latin1: [UInt8] = [0x5E, 0x41, 0x3D, 0x22, 0xE9, 0x22]
    #expect(try ZWRText.parse(latin1.span.bytes).value == .bytes([0xE9]))
    #expect(try ZWRText.parse("^A=\"\u{E9}\"").value == .bytes([0xE9]))
    #expect(try ZWRText.parse("^A=\"\u{4F60}\"").value == .wide([0x4F60]))
  }

  @Test(arguments: [
    ("", 1), ("A=1", 1), ("^A", 3), ("^A 1", 3), ("^A=", 4), ("^A=01", 4), ("^A=\"x", 4),
    ("^A=\"x\"y", 7), ("^A=\"x\"_", 8), ("^A=$lb(1", 9), ("^A=$lb($double(x))", 16),
    ("^A=$lb(123456789012345678901)", 8),
  ])
  func wrongLinesAreRefusedWithTheirColumn(line: String, column: Int) {
    let error = #expect(throws: LiteralError.self) { try ZWRText.parse(line) }
    #expect(error?.column == column)
  }

  @Test func deeplyNestedTextIsRefused() {
    let line = "^A=" + String(repeating: "$lb(", count: 100_000)
    #expect(throws: LiteralError.self) { try ZWRText.parse(line) }
  }

  @Test func damagedLinesNeverTrap() throws {
    let line = Array("^[\"^^/d/\"]A(1,\"b\"\"\"_$C(9))=$lb(\"\u{E9}\",-.5,$double(1E5),$lb())".utf8)
    _ = try ZWRText.parse(line.span.bytes)
    for length in 0..<line.count {
      let cut = Array(line.prefix(length))
      #expect(throws: LiteralError.self) { try ZWRText.parse(cut.span.bytes) }
    }
    for bit in 0..<(line.count * 8) {
      var flipped = line
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        let parsed = try ZWRText.parse(flipped.span.bytes)
        #expect(!parsed.reference.name.isEmpty)
      } catch {
        #expect((1...(line.count + 1)).contains(error.column))
      }
    }
  }
}
