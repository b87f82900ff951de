import Testing

@testable import MirrorJournal

private func zwrite(_ bytes: [UInt8], limit: Int = .max) -> String {
  var buffer = TextBuffer()
  ValueView(bytes.span.bytes, storageCode: 0).appendZWrite(to: &buffer, limit: limit)
  return buffer.string
}

private func kind(_ bytes: [UInt8]) -> ValueView.Kind {
  ValueView(bytes.span.bytes, storageCode: 0).kind
}

private func isBitString(_ bytes: [UInt8]) -> Bool { BitStringView.isBitString(bytes.span.bytes) }

/// The positions that a walk over the runs gives; nil if the bytes are no bit string.
private func ones(_ bytes: [UInt8]) -> [Int]? {
  guard let view = BitStringView(bytes.span.bytes) else { return nil }
  var positions: [Int] = []
  var runs = view.runs()
  while let run = runs.next() { positions += run }
  return positions
}

@Suite struct BitStringTests {
  /// The vendor's guides (bit strings, ZWRITE's table of formats) and, last, a public project's note.
  /// The lengths of the second to the fourth are what `$BITCOUNT` gives there.
  @Test(arguments: [
    ("$zwc(128,4)_$c(224,45,0,0)/*$bit(6..9,11,12,14)*/", 32),
    ("$zwc(128,4)_$c(36,4,0,0)/*$bit(3,6,11)*/", 32),
    ("$zwc(405,2,2,5,10)/*$bit(3,6,11)*/", 11),
    ("$zwc(404,2,2,5,10)/*$bit(3,6,11)*/", 12),
    ("$zwc(413,2,0,2,6,8,9)/*$bit(2,4..6,8,11)*/", 11),
    ("$zwc(407,2,1,2,3,5)/*$bit(2..4,6)*/", 9),
    ("$zwc(414,1,1)/*$bit(1)*/", 2),
  ])
  func publishedExamplesReadAndPrintAlike(text: String, length: Int) throws {
    let value = try ZWRText.parse("^A=" + text).value
    #expect(value.description == text)
    let bytes = value.encodedBytes
    let read = BitStringView(bytes.span.bytes)?.length
    #expect(read == length)
    #expect(kind(bytes) == .bits)
  }

  /// The guide of ZWRITE.
  @Test(arguments: [
    ([true, false, true, true, true, true, false, true], "/*$bit(1,3..6,8)*/"),
    ([Bool](repeating: true, count: 8), "/*$bit(1..8)*/"),
    ([Bool](repeating: false, count: 8), "/*$bit()*/"),
    ([true, true, false, true], "/*$bit(1,2,4)*/"),
  ])
  func threeNeighboursAreARange(bits: [Bool], comment: String) throws {
    for form in BitStringForm.allCases {
      let bytes = try BitString(bits).bytes(as: form)
      #expect(zwrite(bytes).hasSuffix(comment), "\(form)")
    }
  }

  @Test(
    "Bytes that are no bit string stay strings",
    arguments: [
      [UInt8]([0x80]), [0x80, 0, 1], [0x80, 0, 1, 0], [0x80, 0, 0, 0], [0x80, 0, 1, 0, 5, 6],
      [0x80, 1, 1, 0, 5], [0x88, 0, 1, 0, 5], [0xA0, 0, 1, 0, 5], [0x7F, 0, 1, 0, 5],
      [0x90, 0, 1, 0, 5, 0], [0x90, 2, 1, 0, 5, 0], [0x90, 1, 0, 0], [0x90, 1, 1, 0, 5],
      [0x90, 1, 1, 0, 8, 0], [0x91, 1, 1, 0, 7, 0], [0x90, 1, 1, 0, 5, 0, 5, 0],
      [0x90, 1, 1, 0, 5, 0, 4, 0], [0x90, 1, 0xFC, 0x7F, 0, 0], [0x98, 1, 0xFF, 0xFF, 0, 0],
    ])
  func otherBytesAreStrings(bytes: [UInt8]) {
    #expect(!isBitString(bytes))
    #expect(ones(bytes) == nil)
    #expect(kind(bytes) == .string)
    #expect(!zwrite(bytes).contains("$zwc"))
  }

  @Test func unusedBitsOfTheLastByteCountForNothing() {
    let bytes: [UInt8] = [0x86, 0, 1, 0, 0xFF]
    #expect(ones(bytes) == [1, 2])
    let count = BitStringView(bytes.span.bytes)?.setCount
    #expect(count == 2)
    #expect(zwrite(bytes) == "$zwc(134,1)_$c(255)/*$bit(1,2)*/")
  }

  @Test func anyBitStringRoundTripsInEachForm() throws {
    var random = RandomSource(seed: 21)
    for round in 0..<400 {
      let bits = try random.bitString(maximum: round == 0 ? 65_536 : 200)
      for form in BitStringForm.allCases {
        let bytes = try bits.bytes(as: form)
        guard let view = BitStringView(bytes.span.bytes) else {
          Issue.record("\(bytes) are no bit string")
          return
        }
        try #require(view.form == form)
        try #require(view.length == bits.length)
        let copy = BitString(view)
        try #require(copy == bits)
        try #require(try copy.bytes(as: form) == bytes)
        let positions = try #require(ones(bytes))
        let expected = (1...bits.length).filter { bits.bit($0) }
        try #require(positions == expected)
        try #require(view.setCount == positions.count)
        for position in [-1, 0, 1, bits.length / 2, bits.length, bits.length + 1, .max] {
          let bit = view.bit(position)
          try #require(bit == bits.bit(position))
        }
        try #require(try JournalValue(bits, as: form).encodedBytes == bytes)
        let value = JournalValue.bytes(bytes)
        try #require(try ZWRText.parse("^A=\(value)").value == value)
      }
    }
  }

  @Test func theShortestFormIsTaken() throws {
    let few = try BitString(length: 4000, ones: [1, 3999])
    #expect(JournalValue(few).encodedBytes == (try few.bytes(as: .list)))
    let many = try BitString(length: 4000, ones: (1...4000).filter { $0 != 7 })
    #expect(JournalValue(many).encodedBytes == (try many.bytes(as: .invertedList)))
    let half = try BitString(length: 4000, ones: stride(from: 1, to: 4000, by: 2))
    #expect(JournalValue(half).encodedBytes == (try half.bytes(as: .plain)))
  }

  @Test func impossibleBitStringsAreRefused() throws {
    for length in [-1, 0, BitStringView.maximumLength + 1, Int.max] {
      let error = #expect(throws: JournalError.self) { try BitString(length: length, ones: []) }
      #expect(error?.code == .badArgument)
    }
    for position in [Int.min, 0, 9] {
      #expect(throws: JournalError.self) { try BitString(length: 8, ones: [position]) }
    }
    #expect(throws: JournalError.self) { try BitString([Bool]()) }
    let beyond = try BitString(length: 70_000, ones: [65_537])
    #expect(throws: JournalError.self) { try beyond.bytes(as: .list) }
    #expect(throws: JournalError.self) { try beyond.bytes(as: .invertedList) }
    let last = try BitString(length: 70_000, ones: [65_536])
    #expect(ones(try last.bytes(as: .list)) == [65_536])
    // Plain and short enough for a list of ones, too long for one of zeros.
    #expect(try BitString(length: 70_000, ones: [1]).shortestBytes.count == 6)
  }

  @Test func theLongestBitStringIsShownInLinearTime() throws {
    let length = BitStringView.maximumLength
    let every = try BitString(length: length, ones: stride(from: 1, through: length, by: 2))
    let bytes = try every.bytes(as: .plain)
    #expect(bytes.count == 32_767)
    let whole = zwrite(bytes)
    #expect(whole.hasPrefix("$zwc(128,32763)_$c(85,85,"))
    #expect(whole.hasSuffix(",262101,262103)*/"))
    let none = try BitString(length: length, ones: [])
    #expect(zwrite(try none.bytes(as: .list)) == "$zwc(400,32763)/*$bit()*/")
    let all = try BitString(length: length, ones: 1...length)
    #expect(zwrite(try all.bytes(as: .invertedList)) == "$zwc(408,32763)/*$bit(1..262104)*/")
    #expect(zwrite(try all.bytes(as: .plain)).hasSuffix("/*$bit(1..262104)*/"))
    #expect(zwrite(bytes, limit: 256).utf8.count < 256 * 8)
  }

  @Test(
    "A cut bit string shows as many bytes, and positions or ranges, as the limit says, and a plus",
    arguments: [
      (BitStringForm.list, 100, "$zwc(406,2,1,3,4,5,7)/*$bit(2,4..6,8)*/"),
      (.list, 14, "$zwc(406,2,1,3,4,5,7)/*$bit(2,4..6,8)*/"),
      (.list, 13, "$zwc(406,2,1,3,4,5)/*$bit(2,4..6,8)*/+"),
      (.list, 6, "$zwc(406,2,1)/*$bit(2,4..6,8)*/+"),
      (.list, 2, "$zwc(406,2)/*$bit(2,4..6)*/+"),
      (.list, 0, "$zwc(406,2)/*$bit()*/+"),
      (.plain, 6, "$zwc(134,2)_$c(186,0)/*$bit(2,4..6,8)*/"),
      (.plain, 5, "$zwc(134,2)_$c(186)/*$bit(2,4..6,8)*/+"),
      (.plain, 4, "$zwc(134,2)/*$bit(2,4..6,8)*/+"),
      (.plain, 1, "$zwc(134,2)/*$bit(2)*/+"),
    ])
  func longBitStringsAreCut(form: BitStringForm, limit: Int, text: String) throws {
    let bits = try BitString(length: 10, ones: [2, 4, 5, 6, 8])
    #expect(zwrite(try bits.bytes(as: form), limit: limit) == text)
  }

  @Test func everyFormOfOutputShowsTheBits() throws {
    let value = JournalValue(try BitString(length: 9, ones: [2, 3, 4, 6]))
    let bytes = value.encodedBytes
    let text = "$zwc(135,2)_$c(46,0)/*$bit(2..4,6)*/"
    let view = ValueView(bytes.span.bytes, storageCode: value.storageCode)
    var json = TextBuffer()
    #expect(view.appendJSON(to: &json) == .bits)
    #expect(json.string == "\"\(text)\"")
    var field = TextBuffer()
    #expect(view.appendField(to: &field) == .bits)
    #expect(field.string == text)
    var hidden = TextBuffer()
    #expect(view.appendRedacted(to: &hidden) == .bits)
    #expect(hidden.string == "<bits, 6 bytes>")
    var mask = TextBuffer()
    view.appendRedactedZWrite(to: &mask)
    #expect(mask.string == "\"xxxxxx\"")
  }

  @Test func bytesThatAreAListAndABitStringAreABitString() throws {
    // One element, an 8-bit string of 142 bytes; or 70 positions of 1136 bits.
    var list = ListBuilder()
    let positions: [UInt8] = (0..<70).flatMap { [UInt8($0 * 2), 0] }
    list.append(JournalValue.bytes([142, 0] + positions))
    #expect(list.bytes.prefix(4) == [0x90, 1, 142, 0])
    let isList = ListView.isValidList(list.bytes.span.bytes)
    #expect(isList)
    #expect(kind(list.bytes) == .bits)
    #expect(ones(list.bytes) == (0..<70).map { $0 * 2 + 1 })
    #expect(zwrite(list.bytes).hasPrefix("$zwc(400,142,0,2,4,"))
    // The same with two positions exchanged is a list.
    var other = list.bytes
    other.swapAt(4, 6)
    #expect(kind(other) == .list)
    #expect(zwrite(other).hasPrefix("$lb("))
    // In a list the element stays the string that it is.
    var outer = ListBuilder()
    outer.append(.bytes(try BitString(length: 8, ones: [1]).bytes(as: .plain)))
    #expect(zwrite(outer.bytes) == "$lb($c(128,0,1,0,1))")
  }

  @Test func everyTruncationAndFlippedBitIsHandled() throws {
    let bits = try BitString(length: 141, ones: [1, 2, 3, 70, 140])
    for form in BitStringForm.allCases {
      let bytes = try bits.bytes(as: form)
      for length in 0..<bytes.count { try check(Array(bytes.prefix(length))) }
      for bit in 0..<bytes.count * 8 {
        var flipped = bytes
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        try check(flipped)
      }
    }
  }

  @Test func randomBytesAreHandled() throws {
    var random = RandomSource(seed: 22)
    var found = 0
    for _ in 0..<60_000 {
      var bytes = random.bytes(random.int(0...24))
      // Mostly heads that may be a bit string's.
      if bytes.count > 0 { bytes[0] = UInt8(random.int(0x78...0xA7)) }
      if bytes.count > 1 { bytes[1] = UInt8(random.int(0...2)) }
      if bytes.count > 3, random.int(0...3) > 0 {
        bytes[2] = UInt8(max(0, bytes.count - 4))
        bytes[3] = 0
      }
      if try check(bytes) { found += 1 }
    }
    #expect(found > 1000)
  }

  /// Shown as a bit string if and only if it is one, and then every position lies inside.
  @discardableResult
  private func check(_ bytes: [UInt8]) throws -> Bool {
    let isBits = isBitString(bytes)
    try #require((kind(bytes) == .bits) == isBits)
    let text = zwrite(bytes)
    try #require(text.hasPrefix("$zwc(") == isBits)
    guard let view = BitStringView(bytes.span.bytes) else { return false }
    var last = -1
    var runs = view.runs()
    while let run = runs.next() {
      try #require(run.lowerBound > last + 1 && run.upperBound <= view.length)
      last = run.upperBound
    }
    try #require(try ZWRText.parse("^A=" + text).value == .bytes(bytes))
    return true
  }

  @Test(arguments: [
    ("^A=$zwc()", 9), ("^A=$zwc(65536)", 9), ("^A=$zwc(-1)", 9), ("^A=$zwc(1", 10),
    ("^A=$zwc(1)_", 12), ("^A=$zwc(1)/*$bit(", 11), ("^A=$zwc(1)x", 11), ("^A=$zwc(1)/*a*/b", 16),
  ])
  func wrongTextsAreRefusedWithTheirColumn(line: String, column: Int) {
    let error = #expect(throws: LiteralError.self) { try ZWRText.parse(line) }
    #expect(error?.column == column)
  }
}
