import MirrorJournal
import Testing

@Suite struct TextBufferTests {
  @Test func growsFromEmptyToLarge() {
    var buffer = TextBuffer(capacity: 0)
    for index in 0..<100_000 { buffer.append(UInt8(ascii: "0") + UInt8(index % 10)) }
    #expect(buffer.count == 100_000)
    #expect(buffer.string.hasSuffix("0123456789"))
    buffer.removeAll(keepingCapacity: false)
    #expect(buffer.count == 0)
    buffer.append("again")
    #expect(buffer.string == "again")
  }

  @Test(arguments: [0, 9, 10, 99, 100, 12345, UInt64.max, 10_000_000_000_000_000_000])
  func decimalsAreThoseOfTheStandardLibrary(value: UInt64) {
    var buffer = TextBuffer()
    buffer.append(decimal: value)
    buffer.append("/")
    buffer.append(hex: value, digits: 1)
    #expect(buffer.string == "\(value)/\(String(value, radix: 16))")
  }

  @Test func decimalsOfEveryLengthAreThoseOfTheStandardLibrary() {
    var buffer = TextBuffer()
    var random = RandomSource(seed: 7)
    var values = (0..<20_000).map(UInt64.init)
    for digits in 1...19 {
      let power = (0..<digits).reduce(UInt64(1)) { power, _ in power &* 10 }
      values += [power - 1, power, power + 1]
      for _ in 0..<1000 { values.append(random.next() % power) }
    }
    for value in values {
      buffer.removeAll()
      buffer.append(decimal: value)
      buffer.append("|")
      buffer.append(decimal: Int(truncatingIfNeeded: value >> 1), rightAlignedIn: 12)
      let half = "\(value >> 1)"
      let padding = String(repeating: " ", count: max(0, 12 - half.count))
      #expect(buffer.string == "\(value)|\(padding)\(half)")
    }
  }

  @Test(arguments: [
    #"^A("q""q","\",1.5)"#, #"^A("")"#, #"^A("a"_$c(10,13)_"\b\")"#, #"^A("é中")"#, "^A(-.5)",
  ])
  func referencesInsideJSONAreEscapedAsAWhole(text: String) throws {
    let key = try GlobalReference(parsing: text).encodedKey()
    let view = KeyView(key.bytes.span.bytes, nameLength: key.nameLength)
    var plain = TextBuffer()
    let isPlainWritten = view.appendReference(to: &plain)
    var expected = TextBuffer()
    expected.appendJSONString(plain.string)
    var json = TextBuffer()
    let isJSONWritten = view.appendJSON(to: &json)
    #expect(isPlainWritten && isJSONWritten)
    #expect(json.string == expected.string)
  }

  @Test(arguments: [Int.min, -1, 0, Int.max])
  func negativeNumbersHaveASign(value: Int) {
    var buffer = TextBuffer()
    buffer.append(decimal: value)
    #expect(buffer.string == "\(value)")
  }

  @Test func numbersAreFilledWithZeros() {
    var buffer = TextBuffer()
    buffer.append(decimal: UInt64(7), digits: 3)
    buffer.append(" ")
    buffer.append(hex: 0x56EF8, digits: 8)
    buffer.append(" ")
    buffer.append(hex: 1, digits: 20)
    #expect(buffer.string == "007 00056ef8 00000000000000000001")
  }

  @Test(arguments: [
    ("", ""), ("plain text", "plain text"), ("a,b", #""a,b""#), ("say \"so\"", #""say ""so""""#),
    ("two\nlines of some length", "\"two\nlines of some length\""), ("\r", "\"\r\""),
    ("\"", "\"\"\"\""),
    ("0123456789\"", #""0123456789""""#),
  ])
  func fieldsOfCSVAreQuotedWhenTheyHaveTo(text: String, expected: String) {
    var buffer = TextBuffer()
    buffer.append("before,")
    buffer.appendCSVField(text)
    #expect(buffer.string == "before," + expected)
  }

  @Test func columnsCountCharactersNotBytes() {
    var buffer = TextBuffer()
    for text in ["\u{E9}", "abc", "abcdef"] {
      var start = buffer.count
      buffer.append(text)
      buffer.padRight(from: start, to: 4)
      buffer.append("|")
      start = buffer.count
      buffer.append(text)
      buffer.padLeft(from: start, to: 4)
      buffer.append("|")
    }
    #expect(buffer.string == "\u{E9}   |   \u{E9}|abc | abc|abcdef|abcdef|")
  }

  @Test func truncatingDropsTheEnd() {
    var buffer = TextBuffer()
    buffer.append("abcdef")
    buffer.truncate(to: 2)
    buffer.truncate(to: 9)
    buffer.truncate(to: -1)
    let seen = buffer.withBytes { $0.byteCount }
    #expect(seen == 2)
    #expect(buffer.string == "ab")
  }

  @Test func scalarsAreUTF8() {
    var buffer = TextBuffer()
    for scalar in "a\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}".unicodeScalars {
      buffer.append(scalar: scalar)
    }
    #expect(buffer.string == "a\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}")
    buffer.removeAll()
    let latin1: [UInt8] = [0x41, 0xE9, 0xFF]
    buffer.appendLatin1(latin1.span.bytes)
    #expect(buffer.string == "A\u{E9}\u{FF}")
  }

  @Test("The fast path stops at the same byte as a plain loop would")
  func plainRunsStopAtEveryByteAtEveryPlace() {
    for byte in UInt8.min...UInt8.max {
      for place in 0..<17 {
        var bytes = [UInt8](repeating: 0x61, count: 17)
        bytes[place] = byte
        let expected = bytes.map { "\(Unicode.Scalar($0))" }.joined()
        var buffer = TextBuffer()
        buffer.appendJSONString(latin1: bytes.span.bytes)
        #expect(parsedJSONString(buffer.string) == expected)
      }
    }
  }

  @Test func jsonOfMalformedUTF8HasReplacementCharacters() {
    for bytes: [UInt8] in [
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] {
      var buffer = TextBuffer()
      buffer.appendJSONString(utf8: bytes.span.bytes)
      let expected = String(repeating: "\u{FFFD}", count: bytes.count)
      #expect(parsedJSONString(buffer.string) == expected)
    }
    var buffer = TextBuffer()
    buffer.appendJSONString(utf8: Array("h\u{E9}\"\u{1F600}".utf8).span.bytes)
    #expect(parsedJSONString(buffer.string) == "h\u{E9}\"\u{1F600}")
  }

  @Test func anyFieldOfCSVIsQuotedAsOneByteAfterTheOtherWouldBe() {
    var random = RandomSource(seed: 5)
    for round in 0..<3000 {
      let marks = Array("\",\n\r".utf8)
      let text = (0..<random.int(0...70)).map { _ in
        random.int(0...30) < round % 8 ? marks[random.int(0...3)] : UInt8(random.int(0x20...0x7E))
      }
      var expected = text
      if text.contains(where: marks.contains) {
        let quote = UInt8(ascii: "\"")
        expected = [quote] + text.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
      }
      var buffer = TextBuffer(capacity: 0)
      buffer.append("x,")
      buffer.appendCSVField(String(decoding: text, as: UTF8.self))
      #expect(buffer.string == "x," + String(decoding: expected, as: UTF8.self))
    }
  }

  @Test func textIsQuotedByCharactersNotByBytes() {
    var buffer = TextBuffer(capacity: 64)
    buffer.appendZWriteString("Z\u{FC}rich \u{6F22}\u{5B57}\n\u{85}\"")
    #expect(buffer.string == "\"Z\u{FC}rich \u{6F22}\u{5B57}\"_$c(10,133)_\"\"\"\"")
  }

  @Test(
    "neighbouring codes are one $c()", arguments: [[0x88, 0xAD], [0xAD, 0x07], [0xAD, 0xAD]])
  func softHyphen(bytes: [UInt8]) {
    var buffer = TextBuffer(capacity: 64)
    buffer.appendZWriteString(latin1: bytes.span.bytes)
    #expect(buffer.string == "$c(\(bytes[0]),\(bytes[1]))")
  }
}
