import Foundation
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
    ("A(0)", [0x41, 0x00, 0x10]),
    ("A(1)", [0x41, 0x00, 0x12]),
    ("A(2)", [0x41, 0x00, 0x13, 0x1E]),
    ("A(100)", [0x41, 0x00, 0x14, 0x1D]),
    ("A(2019)", [0x41, 0x00, 0x14, 0x30, 0x2F]),
    ("A(10001)", [0x41, 0x00, 0x15, 0x1D, 0x1C, 0x1D]),
    ("A(20000)", [0x41, 0x00, 0x15, 0x1E]),
    ("A(999999999999999999999999)", [0x41, 0x00, 0x1E] + [UInt8](repeating: 0x7F, count: 12)),
    ("A(2.5)", [0x41, 0x00, 0x13, 0x1E, 0x4E]),
    ("A(1.5)", [0x41, 0x00, 0x13, 0x1D, 0x4E]),
    ("A(100.5)", [0x41, 0x00, 0x14, 0x1D, 0x1C, 0x4E]),
    ("A(.5)", [0x41, 0x00, 0x11, 0x5B, 0x4E]),
    ("A(.05)", [0x41, 0x00, 0x11, 0x5B, 0x21]),
    ("A(.005)", [0x41, 0x00, 0x11, 0x5A, 0x4E]),
    ("A(-1)", [0x41, 0x00, 0x0E, 0x7E, 0x80]),
    ("A(-2.5)", [0x41, 0x00, 0x0E, 0x7D, 0x4D, 0x80]),
    ("A(-100)", [0x41, 0x00, 0x0D, 0x7E, 0x80]),
    ("A(-.5)", [0x41, 0x00, 0x0F, 0xA4, 0x4D, 0x80]),
    ("A(\"\")", [0x41, 0x00, 0x01]),
    ("A(\"b\")", [0x41, 0x00, 0x46]),
    ("A(\"<\")", [0x41, 0x00, 0x20]),
    ("A(\";\")", [0x41, 0x00, 0x1F, 0x1F]),
    ("A(\" XX\",1)", [0x41, 0x00, 0x1F, 0x04, 0x3C, 0x3C, 0x00, 0x12]),
    ("A(\"01\")", [0x41, 0x00, 0x1F, 0x14, 0x15]),
    ("A($C(0,31))", [0x41, 0x00, 0x1F, 0x01, 0x20, 0x03]),
    ("A($C(127,255))", [0x41, 0x00, 0x63, 0xE3]),
    (
      "A(\" ?\"_$C(38463,24503,21457,21457))",
      [0x41, 0x00, 0x1F, 0x04, 0x23, 0xFA, 0xEF, 0xDF, 0xB1, 0x97, 0xA3, 0xF1, 0xA3, 0xF1]
    ),
    ("A($C(256)_\"b\")", [0x41, 0x00, 0xFA, 0x45, 0x60, 0x02, 0x46]),
    ("A($C(44032))", [0x41, 0x00, 0xFC, 0x20, 0xE4, 0xA0]),
    (
      "A($C(256,44032,256))",
      [0x41, 0x00, 0xFA, 0x45, 0x60, 0xFC, 0x20, 0xE4, 0xA0, 0x02, 0xFA, 0x45, 0x60]
    ),
  ])
  func encodesAsTheFormatSays(text: String, bytes: [UInt8]) throws {
    let key = try GlobalReference(parsing: text).encodedKey()
    #expect(key.bytes == bytes)
    #expect(key.nameLength == 1)
    #expect(try decoded(bytes, nameLength: 1) == GlobalReference(parsing: text))
  }

  @Test(
    "A number that no digits can say is a string",
    arguments: [
      "1000000000000000000000000", "-1000000000000000000000000.5",
      "." + String(repeating: "0", count: 128) + "1",
    ])
  func numbersBeyondAreStrings(text: String) throws {
    #expect(Subscript(text) == .string(text))
    #expect(Subscript("." + String(repeating: "0", count: 127) + "1") != .string(text))
    let key = try GlobalReference("A", [Subscript(text)]).encodedKey()
    #expect(key.bytes[2] == 0x1F)
    #expect(try decoded(key.bytes, nameLength: 1).subscripts == [.string(text)])
  }

  @Test("The published 108-byte record has a key of 61 bytes")
  func conformanceKeyLength() throws {
    let text = "^rMAP(\"tests.dc.journalindexer.services.Search.1\",\"INT\",\"CLS\",130,5)"
    #expect(try GlobalReference(parsing: text).encodedKey().bytes.count == 61)
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
    for subscripts in [[], [0x00, 0x12], [0x00] + Array("bcdefgh".utf8)] as [[UInt8]] {
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
      for text in [
        String(repeating: "9", count: digits), "1" + String(repeating: "0", count: digits - 1),
      ] {
        for reference in [
          "A(\(text))", "A(\(text),\(text))", "A(\"x\",-\(text),\(text).5,\(text))",
        ] {
          let key = try GlobalReference(parsing: reference).encodedKey()
          #expect(rendered(key.bytes, nameLength: 1) == "^" + reference)
          #expect(try decoded(key.bytes, nameLength: 1) == GlobalReference(parsing: reference))
          var wrong = key.bytes
          let last = try #require(wrong.lastIndex { (0x1D...0x7F).contains($0) })
          for byte: UInt8 in [0x1C, 0x80, 0x00, 0x02] {
            wrong[last] = byte
            try expectConsistent(wrong, nameLength: 1)
          }
        }
      }
    }
  }

  @Test("Bytes compare as M collates: numbers by value before strings by character")
  func byteOrderIsCollationOrder() throws {
    var random = RandomSource(seed: 2)
    for _ in 0..<20_000 {
      let numbers = [random.canonicalNumber(), random.canonicalNumber()]
      let values = try numbers.map { try #require(Decimal(string: $0, locale: nil)) }
      if numbers[0] != numbers[1], values.allSatisfy({ $0.isFinite && $0.significantDigits < 38 }) {
        try #require(
          try precedes(Subscript(numbers[0]), Subscript(numbers[1])) == (values[0] < values[1]),
          "\(numbers)")
      }
      let texts = [random.text(maximum: 4), random.text(maximum: 4)]
        .map { CanonicalNumber($0) == nil ? $0 : "x" + $0 }
      try #require(
        try precedes(.string(texts[0]), .string(texts[1]))
          == texts[0].utf16.lexicographicallyPrecedes(texts[1].utf16), "\(texts)")
      if !texts[0].isEmpty {
        try #require(try precedes(Subscript(numbers[0]), .string(texts[0])), "\(numbers) \(texts)")
        try #require(try precedes(.string(""), Subscript(numbers[0])))
      }
    }
  }

  @Test("Numbers of every size stand in order")
  func ladderOfNumbers() throws {
    let magnitudes = [
      "." + String(repeating: "0", count: 127) + "1", ".0001", ".00099", ".001", ".009", ".01",
      ".0100001", ".099", ".1", ".5", ".99", ".9999", "1", "1.000001", "1.01", "1.5", "1.99", "2",
      "2.5",
      "9", "9.9", "10", "10.01", "99", "99.99", "100", "100.01", "101", "199", "200", "9999",
      "10000",
      "10000.1", "10001", "20000", "99999", "100000", "999999", "1000000",
      "99999999999999999999999", "100000000000000000000000", "999999999999999999999999",
      "999999999999999999999999.5",
    ]
    let ladder = magnitudes.reversed().map { "-" + $0 } + ["0"] + magnitudes
    for index in 1..<ladder.count {
      #expect(
        try precedes(Subscript(ladder[index - 1]), Subscript(ladder[index])),
        "\(ladder[index - 1]) \(ladder[index])")
    }
  }

  private func precedes(_ left: Subscript, _ right: Subscript) throws -> Bool {
    let first = try GlobalReference("A", [left, 1]).encodedKey().bytes
    let second = try GlobalReference("A", [right, 1]).encodedKey().bytes
    return first.lexicographicallyPrecedes(second)
  }

  @Test func referencesSortByNameThenKey() throws {
    let sorted = try [
      "^A", "^A(\"\")", "^A(-2)", "^A(-1)", "^A(0)", "^A(9)", "^A(10)", "^A(10,1)", "^A(\"a\")",
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
      let alphabet: [UInt8] = [
        0, 0, 1, 2, 3, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x1C, 0x1D, 0x1F, 0x20, 0x21,
        0x45,
        0x5B, 0x60, 0x7E, 0x7F, 0x80, 0xA4, 0xDE, 0xFA, 0xFC, 0xFF,
      ]
      let likely = (0..<random.int(0...8)).map { _ in alphabet[random.int(0...alphabet.count - 1)] }
      try expectConsistent([0x41, 0] + likely, nameLength: 1)
      let units: [UInt8] = [0xFC, 0x21, 0x40, UInt8(random.int(0x20...0xFF))]
      try expectConsistent([0x41, 0] + units + likely, nameLength: 1)
    }
  }

  @Test(arguments: [
    // No byte before the subscript, or nothing behind it.
    [UInt8]([0x12]), [0x00], [0x00, 0x12, 0x00], [0x00, 0x00, 0x12],
    // Leads that nothing has.
    [0x00, 0x02], [0x00, 0x02, 0x46], [0x00, 0xE4], [0x00, 0xF9, 0x40], [0x00, 0xFB], [0x00, 0xFF],
    // Numbers: too few digits, zeros in front or behind, two forms of one number, no end.
    [0x00, 0x13], [0x00, 0x13, 0x1C], [0x00, 0x14, 0x1C, 0x1D], [0x00, 0x14, 0x1D, 0x1C],
    [0x00, 0x13, 0x1D], [0x00, 0x13, 0x1E, 0x1C], [0x00, 0x12, 0x4E], [0x00, 0x10, 0x1D],
    [0x00, 0x13, 0x80], [0x00, 0x13, 0x1E, 0x80], [0x00, 0x11], [0x00, 0x11, 0x5B],
    [0x00, 0x11, 0x5C, 0x4E], [0x00, 0x11, 0x1B, 0x4E], [0x00, 0x11, 0x5B, 0x1C],
    [0x00, 0x11, 0x5B, 0x1C, 0x4E], [0x00, 0x11, 0x5B, 0x4E, 0x1C],
    [0x00, 0x0E, 0x7E], [0x00, 0x0E, 0x80], [0x00, 0x0E, 0x7F, 0x80],
    [0x00, 0x0E, 0x7E, 0x7F, 0x80],
    [0x00, 0x0E, 0x7E, 0x80, 0x1D], [0x00, 0x0F, 0xA3, 0x4D, 0x80], [0x00, 0x0F, 0xA4, 0x4D],
    // Strings: a mark too many or too few, escapes of what needs none, ends inside.
    [0x00, 0x1F], [0x00, 0x1F, 0x46], [0x00, 0x03], [0x00, 0x01, 0x20], [0x00, 0x1F, 0x01],
    [0x00, 0x1F, 0x01, 0x1F], [0x00, 0x1F, 0x01, 0x3F], [0x00, 0x46, 0x02], [0x00, 0x46, 0xF0],
    // Wide characters: no run, one for what is narrow, halves, ways back for nothing.
    [0x00, 0xFA], [0x00, 0xFA, 0x45], [0x00, 0xFA, 0x45, 0x5F], [0x00, 0xFA, 0x44, 0x60],
    [0x00, 0xFA, 0x45, 0x1F], [0x00, 0xFA, 0xFA, 0x20], [0x00, 0xFA, 0x45, 0x60, 0x02],
    [0x00, 0xFA, 0x45, 0x60, 0x02, 0xFA, 0x45, 0x60], [0x00, 0xFA, 0x45, 0x60, 0xFC],
    [0x00, 0xFA, 0x45, 0x60, 0x02, 0xFC, 0x20, 0xE4, 0xA0], [0x00, 0xFA, 0x02, 0x46],
    [0x00, 0xFA, 0x45, 0x60, 0x02, 0x00, 0x12],
    [0x00, 0xFC], [0x00, 0xFC, 0x20, 0xE4], [0x00, 0xFC, 0x20, 0x21, 0x22],
    [0x00, 0xFC, 0x21, 0xFF, 0xFF], [0x00, 0xFC, 0x21, 0x37, 0x20],
  ])
  func subscriptsThatNoReferenceHasAreRefused(bytes: [UInt8]) {
    #expect(rendered([0x41] + bytes, nameLength: 1) == nil)
    #expect(rendered([0x41, 0, 0x12] + bytes, nameLength: 1) == nil)
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
    let long = String(repeating: "x", count: 508)
    #expect(try GlobalReference("AB", [.string(long)]).encodedKey().bytes.count == 511)
    #expect(throws: JournalError.self) {
      try GlobalReference("ABC", [.string(long)]).encodedKey()
    }
    let many = [Subscript](repeating: 0, count: 253)
    #expect(try GlobalReference("A", many).encodedKey().bytes.count == 507)
    #expect(throws: JournalError.self) { try GlobalReference("A", many + [0]).encodedKey() }
  }

  @Test(arguments: ["", "1A", "A.", ".A", "A B", "A%", "^A", "\u{4F60}"])
  func impossibleNamesAreRefused(name: String) {
    #expect(throws: JournalError.self) { try GlobalReference(name).encodedKey() }
  }

  @Test(arguments: [
    "0", "1", "-1", "10", ".5", "-.5", "1.5", "123456789012345678901234",
  ])
  func canonicalNumbersAreNumbers(text: String) {
    #expect(Subscript(text) == CanonicalNumber(text).map { .number($0) })
    #expect(Subscript(text).description == text)
  }

  @Test(arguments: [
    "", "-", ".", "-.", "01", "-0", "1.", "1.0", ".50", "0.5", "00", "+1", "1E3", " 1", "1-",
    "1..5",
    "1234567890123456789012345",
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
    let damaged: [UInt8] = [0x41, 0x00, 0x02]
    buffer.removeAll()
    let isDamageSound = KeyView(damaged.span.bytes, nameLength: 1).appendJSON(to: &buffer)
    #expect(!isDamageSound)
    #expect(buffer.string == "")
  }

  @Test func charactersThatLookEqualAreDifferentSubscripts() {
    #expect(Subscript.string("\u{E9}") != Subscript.string("e\u{301}"))
  }
}

extension Decimal {
  /// How many digits the number has.
  fileprivate var significantDigits: Int { description.filter(\.isNumber).count }
}
