import MirrorJournal
import Testing

/// What `KeyView` prints for `bytes`, or nil if it calls them damaged.
func rendered(_ bytes: [UInt8], nameLength: Int) -> String? {
  var buffer = TextBuffer()
  buffer.append("before ")
  let isSound = KeyView(bytes.span.bytes, nameLength: nameLength).appendReference(to: &buffer)
  guard isSound else {
    #expect(buffer.string == "before ", "a damaged key leaves no text")
    return nil
  }
  return String(buffer.string.dropFirst("before ".count))
}

func decoded(_ bytes: [UInt8], nameLength: Int) throws(JournalError) -> GlobalReference {
  try KeyView(bytes.span.bytes, nameLength: nameLength).reference()
}

@Suite struct KeyTests {
  static let samples: [GlobalReference] = [
    GlobalReference("A"),
    GlobalReference("PATIENT", ["visit", 1, -20, 0, ""]),
    GlobalReference("%SYS", [".5", "-.5", "1.25", "-1.25"]),
    GlobalReference("dc.journalindexer.testI", ["USStateI", " XX", 1000]),
    GlobalReference("A", [.string("a\u{0}b\u{1}c\"d\r\n\u{7F}\u{80}\u{FF}")]),
    GlobalReference("A", [.string("h\u{00E9}llo"), .string("\u{4F60}\u{0}\u{1}\u{1F600}")]),
  ]

  @Test(arguments: [
    ("A", [UInt8]([0x41])),
    ("A(0)", [0x41, 0x80]),
    ("A(12)", [0x41, 0x82, 0x31, 0x32]),
    ("A(-12)", [0x41, 0x7E, 0x38, 0x37]),
    ("A(.5)", [0x41, 0x81, 0x30, 0x2E, 0x35, 0x00]),
    ("A(-1.25)", [0x41, 0x7F, 0x38, 0x2E, 0x37, 0x34, 0xFF]),
    ("A(\"b\")", [0x41, 0xA1, 0x62, 0x00]),
    ("A($C(0,1))", [0x41, 0xA1, 0x01, 0x01, 0x01, 0x02, 0x00]),
    ("A($C(256))", [0x41, 0xA2, 0xC4, 0x80, 0x00]),
  ])
  func encodesAsTheFormatSays(text: String, bytes: [UInt8]) throws {
    let key = try GlobalReference(parsing: text).encodedKey()
    #expect(key.bytes == bytes)
    #expect(key.nameLength == 1)
    #expect(try decoded(bytes, nameLength: 1) == GlobalReference(parsing: text))
  }

  @Test("The published 108-byte record has a key of 63 bytes")
  func conformanceKeyLength() throws {
    let text = "^rMAP(\"tests.dc.journalindexer.services.Search.1\",\"INT\",\"CLS\",130,5)"
    #expect(try GlobalReference(parsing: text).encodedKey().bytes.count == 63)
  }

  @Test(arguments: samples)
  func bytesAndReferenceRoundTrip(reference: GlobalReference) throws {
    let key = try reference.encodedKey()
    #expect(try decoded(key.bytes, nameLength: key.nameLength) == reference)
    #expect(rendered(key.bytes, nameLength: key.nameLength) == reference.description)
    #expect(try GlobalReference(parsing: reference.description) == reference)
  }

  @Test func randomReferencesRoundTrip() throws {
    var random = RandomSource(seed: 1)
    for _ in 0..<5000 {
      var subscripts: [Subscript] = []
      for _ in 0..<random.int(0...5) {
        subscripts.append(
          random.int(0...1) == 0
            ? Subscript(random.canonicalNumber()) : Subscript(random.text(maximum: 12)))
      }
      let reference = GlobalReference(
        ["A", "%ZTSK", "Ens.MessageHeaderD"][random.int(0...2)], subscripts)
      let key = try reference.encodedKey()
      try #require(try decoded(key.bytes, nameLength: key.nameLength) == reference)
      try #require(rendered(key.bytes, nameLength: key.nameLength) == reference.description)
      try #require(try GlobalReference(parsing: reference.description) == reference)
    }
  }

  /// Names are judged eight bytes at a time; this asks the rule byte by byte.
  @Test("Every byte at every place of a name is judged by the rule", arguments: 1...17)
  func namesFollowTheRule(length: Int) {
    func isLetter(_ byte: UInt8) -> Bool {
      (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte >= 0xC0 && byte != 0xD7 && byte != 0xF7
    }
    func isInner(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }
    for subscripts in [[], [0x80], [0x88] + Array("12345678".utf8)] as [[UInt8]] {
      for place in 0..<length {
        for byte in UInt8.min...UInt8.max {
          var name = [UInt8](repeating: 0x41, count: length)
          name[place] = byte
          let isDot = byte == 0x2E
          let expected =
            place == 0
            ? isLetter(byte) || byte == 0x25
            : isInner(byte) || isDot && place < length - 1
          let isValid = KeyView((name + subscripts).span.bytes, nameLength: length).hasValidName
          #expect(isValid == expected, "byte \(byte) at \(place)")
        }
      }
    }
  }

  @Test("Integers of every length are the same at a key's end, before a subscript and after one")
  func integersOfEveryLength() throws {
    for digits in 1...20 {
      for text in [String(repeating: "9", count: digits), "1" + String(repeating: "0", count: digits - 1)] {
        for reference in ["A(\(text))", "A(\(text),\(text))", "A(\"x\",-\(text),\(text).5,\(text))"] {
          let key = try GlobalReference(parsing: reference).encodedKey()
          #expect(rendered(key.bytes, nameLength: 1) == "^" + reference)
          #expect(try decoded(key.bytes, nameLength: 1) == GlobalReference(parsing: reference))
          var wrong = key.bytes
          let last = try #require(wrong.lastIndex { (0x30...0x39).contains($0) })
          for byte: UInt8 in [0x2F, 0x3A, 0x00, 0xB1] {
            wrong[last] = byte
            #expect(rendered(wrong, nameLength: 1) == nil, "\(byte) in \(reference)")
          }
        }
      }
    }
  }

  @Test func byteOrderIsCollationOrderForIntegersAndStrings() throws {
    var random = RandomSource(seed: 2)
    for _ in 0..<20_000 {
      let (left, right) = (random.integer(), random.integer())
      try #require(try precedes(Subscript(left), Subscript(right)) == (left < right))
      let (first, second) = (random.bytes(random.int(0...4)), random.bytes(random.int(0...4)))
      let texts = [first, second].map { bytes in
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
      }
      try #require(
        try precedes(.string(texts[0]), .string(texts[1]))
          == first.lexicographicallyPrecedes(second))
      try #require(try precedes(Subscript(left), .string(texts[0])))
    }
  }

  private func precedes(_ left: Subscript, _ right: Subscript) throws -> Bool {
    let first = try GlobalReference("A", [left, 1]).encodedKey().bytes
    let second = try GlobalReference("A", [right, 1]).encodedKey().bytes
    return first.lexicographicallyPrecedes(second)
  }

  @Test func referencesSortByNameThenKey() throws {
    let sorted = try [
      "^A", "^A(-2)", "^A(-1)", "^A(0)", "^A(9)", "^A(10)", "^A(10,1)", "^A(\"\")", "^A(\"a\")",
      "^AB(-1)", "^Ab",
    ].map { try GlobalReference(parsing: $0) }
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test(arguments: samples)
  func everyTruncationIsRefusedOrAnotherKey(reference: GlobalReference) throws {
    let key = try reference.encodedKey()
    for length in 0..<key.bytes.count {
      let cut = Array(key.bytes.prefix(length))
      try expectConsistent(cut, nameLength: key.nameLength)
      try expectConsistent(cut, nameLength: -1)
    }
    #expect(rendered([], nameLength: 0) == nil)
    #expect(rendered(key.bytes, nameLength: 0) == nil)
  }

  @Test(arguments: samples)
  func everyFlippedBitIsRefusedOrAnotherKey(reference: GlobalReference) throws {
    let key = try reference.encodedKey()
    for bit in 0..<(key.bytes.count * 8) {
      var flipped = key.bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      try expectConsistent(flipped, nameLength: key.nameLength)
    }
  }

  @Test func randomBytesAreRefusedOrAKey() throws {
    var random = RandomSource(seed: 3)
    for _ in 0..<20_000 {
      let bytes = [0x41] + random.bytes(random.int(0...12))
      try expectConsistent(bytes, nameLength: random.int(0...14))
      // Bytes that mean something in a key, in any order.
      let alphabet: [UInt8] = [0x7E, 0x7F, 0x80, 0x81, 0x82, 0xA1, 0xA2, 0, 1, 2, 0x2E, 0x30, 0x39]
      let likely = (0..<random.int(0...8)).map { _ in alphabet[random.int(0...12)] }
      try expectConsistent([0x41] + likely, nameLength: 1)
    }
  }

  @Test(arguments: [
    [UInt8]([0x5F]), [0xA0], [0xA3], [0x81], [0x82, 0x31], [0x81, 0x61],
    [0x81, 0x30], [0x82, 0x30, 0x31], [0x7F, 0x39], [0x82, 0x30, 0x31, 0x2E, 0x35, 0],
    [0x81, 0x31, 0x2E], [0x81, 0x31, 0x2E, 0], [0x81, 0x31, 0x2E, 0x35],
    [0x81, 0x31, 0x2E, 0x30, 0],
    [0x81, 0x31, 0x2E, 0x35, 0xFF], [0x7F, 0x38, 0x2E, 0x39, 0xFF], [0x7F, 0x38, 0x2E, 0x34, 0],
    [0xA1], [0xA1, 0x61], [0xA1, 0x01], [0xA1, 0x01, 0x03, 0], [0xA1, 0x01, 0],
    [0xA2, 0], [0xA2, 0x61, 0], [0xA2, 0xC3, 0xA9, 0], [0xA2, 0xE4, 0xBD, 0], [0xA2, 0xFF, 0],
    [0xA2, 0xED, 0xA0, 0x80, 0],
  ])
  func subscriptsThatNoReferenceHasAreRefused(bytes: [UInt8]) {
    #expect(rendered([0x41] + bytes, nameLength: 1) == nil)
    let error = #expect(throws: JournalError.self) {
      try KeyView(([0x41] + bytes).span.bytes, nameLength: 1).validate()
    }
    #expect(error?.code == .badKey)
  }

  /// Rendering, validating and decoding agree, and what decodes encodes to the same bytes.
  private func expectConsistent(_ bytes: [UInt8], nameLength: Int) throws {
    let text = rendered(bytes, nameLength: nameLength)
    let reference = try? decoded(bytes, nameLength: nameLength)
    let isValid = (try? KeyView(bytes.span.bytes, nameLength: nameLength).validate()) != nil
    try #require((reference != nil) == isValid)
    try #require(text == reference?.description)
    if let reference {
      try #require(try reference.encodedKey().bytes == bytes)
    }
  }

  @Test func limitsAreKept() throws {
    let long = String(repeating: "x", count: 507)
    #expect(try GlobalReference("AB", [.string(long)]).encodedKey().bytes.count == 511)
    #expect(throws: JournalError.self) {
      try GlobalReference("ABC", [.string(long)]).encodedKey()
    }
    let many = [Subscript](repeating: 0, count: 253)
    #expect(try GlobalReference("A", many).encodedKey().bytes.count == 254)
    #expect(throws: JournalError.self) { try GlobalReference("A", many + [0]).encodedKey() }
  }

  @Test(arguments: ["", "1A", "A.", ".A", "A B", "A%", "^A", "\u{4F60}"])
  func impossibleNamesAreRefused(name: String) {
    #expect(throws: JournalError.self) { try GlobalReference(name).encodedKey() }
  }

  @Test(arguments: [
    "0", "1", "-1", "10", ".5", "-.5", "1.5", "12345678901234567890123456789012",
  ])
  func canonicalNumbersAreNumbers(text: String) {
    #expect(Subscript(text) == CanonicalNumber(text).map { .number($0) })
    #expect(Subscript(text).description == text)
  }

  @Test(arguments: [
    "", "-", ".", "-.", "01", "-0", "1.", "1.0", ".50", "0.5", "00", "+1", "1E3", " 1", "1-",
    "1..5",
    "123456789012345678901234567890123",
  ])
  func otherTextIsAString(text: String) {
    #expect(CanonicalNumber(text) == nil)
    #expect(Subscript(text).description == "\"\(text)\"")
  }

  @Test(arguments: samples)
  func jsonOfAKeyIsItsText(reference: GlobalReference) throws {
    let key = try reference.encodedKey()
    var buffer = TextBuffer()
    let isSound = KeyView(key.bytes.span.bytes, nameLength: key.nameLength).appendJSON(to: &buffer)
    #expect(isSound)
    #expect(parsedJSONString(buffer.string) == reference.description)
    let damaged: [UInt8] = [0x41, 0xA1]
    buffer.removeAll()
    let isDamageSound = KeyView(damaged.span.bytes, nameLength: 1).appendJSON(to: &buffer)
    #expect(!isDamageSound)
    #expect(buffer.string == "")
  }

  @Test func charactersThatLookEqualAreDifferentSubscripts() {
    #expect(Subscript.string("\u{E9}") != Subscript.string("e\u{301}"))
  }
}

@Suite struct ReferenceTextTests {
  @Test(arguments: [
    ("A", "^A"),
    ("^A(1,\"b\")", "^A(1,\"b\")"),
    ("^A(\"1\",\"01\")", "^A(1,\"01\")"),
    ("^A($C(9))", "^A($c(9))"),
    ("^A(\"x\"_$c(9,10)_\"y\")", "^A(\"x\"_$c(9,10)_\"y\")"),
    ("^A($CHAR(65)_\"b\")", "^A(\"Ab\")"),
    ("^A($C(55357,56832))", "^A(\"\u{1F600}\")"),
    ("^[\"^^/db/\"]A(1)", "^[\"^^/db/\"]A(1)"),
    ("^[\"^^/d]b/\",\"S\"]A", "^[\"^^/d]b/\",\"S\"]A"),
    ("^|\"^^/d|b/\"|A(1)", "^|\"^^/d|b/\"|A(1)"),
  ])
  func parsesAndPrintsTheCanonicalForm(text: String, canonical: String) throws {
    #expect(try GlobalReference(parsing: text).description == canonical)
  }

  @Test(arguments: [
    ("", 1), ("^", 2), ("^1", 2), ("^A(", 4), ("^A()", 4), ("^A(1", 5), ("^A(1,)", 6),
    ("^A(\"b)", 4), ("^A(01)", 4), ("^A(1)x", 6), ("^A($C())", 7), ("^A($C(1114112))", 7),
    ("^A($C(55357))", 4), ("^[\"x\"A", 2), ("^A($X(1))", 4), ("^A(1 ,2)", 5),
  ])
  func wrongTextIsRefusedWithItsColumn(text: String, column: Int) {
    let error = #expect(throws: JournalError.self) { try GlobalReference(parsing: text) }
    #expect(error?.code == .badKey)
    #expect(error?.reason.contains("at column \(column) of") == true, "\(error as Any)")
  }
}
