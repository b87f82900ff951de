import MirrorJournal
import Testing

private func isValid(_ bytes: [UInt8]) -> Bool { ListView.isValidList(bytes.span.bytes) }

private func zwrite(_ bytes: [UInt8]) -> String { JournalValue.bytes(bytes).description }

@Suite struct ListTests {
  @Test(arguments: [
    ([UInt8]([1]), "$lb()"),
    ([1, 3, 4, 5, 3, 4, 5, 3, 4, 47, 3, 4, 42], "$lb(,5,5,47,42)"),
    ([2, 1], "$lb(\"\")"),
    ([2, 4], "$lb(0)"),
    ([2, 5], "$lb(-1)"),
    ([3, 5, 0xFF], "$lb(-1)"),
    ([2, 2], "$lb(\"\")"),
    ([3, 5, 0], "$lb(-256)"),
    ([4, 5, 0xFF, 0xFE], "$lb(-257)"),
    ([10, 4] + [UInt8](repeating: 0xFF, count: 8), "$lb(18446744073709551615)"),
    ([10, 5, 0, 0, 0, 0, 0, 0, 0, 0x80], "$lb(-9223372036854775808)"),
    ([4, 6, 0xFF, 15], "$lb(1.5)"),
    ([4, 6, 0xFF, 5], "$lb(.5)"),
    ([4, 6, 0xFD, 5], "$lb(.005)"),
    ([4, 6, 0xFF, 50], "$lb(5)"),
    ([4, 6, 3, 2], "$lb(2000)"),
    ([4, 7, 0xFF, 0xF1], "$lb(-1.5)"),
    ([3, 6, 0], "$lb(0)"),
    ([4, 2, 0x60, 0x4F], "$lb(\"\u{4F60}\")"),
    ([4, 2, 0x00, 0xD8], "$lb($c(55296))"),
    ([10, 8, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F], "$lb($double(1.5))"),
    ([4, 9, 0xF8, 0xBF], "$lb($double(-1.5))"),
    ([4, 8, 0xC0, 0x3F], "$lb($double(1.5))"),
    ([2, 8], "$lb($double(0))"),
    ([4, 9, 0xF0, 0x7F], "$lb($double(\"INF\"))"),
    ([4, 9, 0xF0, 0xFF], "$lb($double(\"-INF\"))"),
    ([4, 9, 0xF8, 0x7F], "$lb($double(\"NAN\"))"),
    ([6, 1, 3, 4, 7, 1], "$lb($lb(7,))"),
    ([4, 1, 0x31, 0x32], "$lb(\"12\")"),
    ([0, 3, 0, 1, 0x61, 0x62], "$lb(\"ab\")"),
    ([0, 0, 0, 3, 0, 0, 0, 1, 0x61, 0x62], "$lb(\"ab\")"),
  ])
  func printsAsZWriteDoes(bytes: [UInt8], text: String) {
    #expect(isValid(bytes))
    #expect(zwrite(bytes) == text)
  }

  @Test(
    "Bytes that are no list",
    arguments: [
      [UInt8](), [0], [2], [3, 1], [2, 0], [2, 3], [3, 2, 0x61],
      [11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [10, 5, 0, 0, 0, 0, 0, 0, 0, 0], [11, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 6], [2, 0x19],
      [3, 0x21, 0x61], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 0x80, 1], [0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0, 0xFF, 0xFF, 1],
      [0, 1], [0, 1, 0], [2, 1, 9],
    ])
  func hostileAndOrdinaryBytesAreNoList(bytes: [UInt8]) {
    #expect(!isValid(bytes))
  }

  @Test(arguments: [
    (252, [UInt8]([254, 1])), (253, [255, 1]), (254, [0, 255, 0, 1]), (65534, [0, 0xFF, 0xFF, 1]),
    (65535, [0, 0, 0, 0, 0, 1, 0, 1]),
  ])
  func lengthsTakeTheFormThatTheirSizeNeeds(count: Int, head: [UInt8]) {
    var list = ListBuilder()
    list.append(.bytes([UInt8](repeating: 0x61, count: count)))
    list.append(7)
    #expect(Array(list.bytes.prefix(head.count)) == head)
    #expect(isValid(list.bytes))
    let element = ListView(list.bytes.span.bytes)?.element(1)
    #expect(element?.content.count == count)
  }

  @Test func elementsAreFoundByTheirIndex() {
    var list = ListBuilder()
    list.append("a")
    list.appendOmitted()
    list.append(-300)
    list.append("\u{4F60}")
    guard let view = ListView(list.bytes.span.bytes) else {
      Issue.record("not a list")
      return
    }
    #expect(view.count == 4)
    #expect(view.element(0) == nil)
    #expect(view.element(1)?.kind == .string8)
    #expect(view.element(2)?.kind == .omitted)
    #expect(view.element(3)?.kind == .integer)
    #expect(view.element(3).flatMap { view.integer(of: $0) } == -300)
    #expect(view.element(4)?.kind == .string16)
    #expect(view.element(5) == nil)
  }

  @Test(arguments: [Int.min, Int.min + 1, -65536, -1, 0, 1, 255, 256, Int.max])
  func integersRoundTrip(value: Int) {
    var list = ListBuilder()
    list.append(value)
    guard let view = ListView(list.bytes.span.bytes) else {
      Issue.record("not a list")
      return
    }
    #expect(view.element(1).flatMap { view.integer(of: $0) } == value)
    #expect(zwrite(list.bytes) == "$lb(\(value))")
  }

  @Test func byReferenceElementsAreReadButNoStoredList() {
    let bytes: [UInt8] = [3, 0x24, 5]
    var cursor = ListCursor(bytes.span.bytes)
    let element = cursor.next()
    #expect(element?.kind == .integer)
    #expect(element?.isByReference == true)
    #expect(!isValid(bytes))
  }

  @Test func listsRoundTripThroughTheirText() throws {
    var random = RandomSource(seed: 4)
    for _ in 0..<3000 {
      let list = randomList(&random, depth: 1)
      let text = zwrite(list.bytes)
      let line = try ZWRText.parse("^A=\(text)")
      try #require(line.value == .bytes(list.bytes), "\(text)")
    }
  }

  private func randomList(_ random: inout RandomSource, depth: Int) -> ListBuilder {
    var list = ListBuilder()
    for _ in 0..<random.int(1...6) {
      switch random.int(0...(depth < 4 ? 6 : 5)) {
      case 0: list.appendOmitted()
      case 1: list.append(random.integer())
      case 2: list.append("text " + random.text(maximum: 10))
      case 3: list.append("\u{4F60}" + random.text(maximum: 10))
      case 4: list.append(significand: Int64(random.int(0...9999) * 10 + 1), exponent: -2)
      case 5: list.append(Double(random.integer()) / 3)
      default: list.append(randomList(&random, depth: depth + 1))
      }
    }
    return list
  }

  @Test func everyTruncationAndFlippedBitIsHandled() {
    var list = ListBuilder()
    list.append("text")
    list.append(-70000)
    list.append(significand: -15, exponent: -1)
    list.append(2.5)
    list.append("\u{4F60}")
    list.append(list)
    var ends: Set<Int> = []
    var cursor = ListCursor(list.bytes.span.bytes)
    while let element = cursor.next() { ends.insert(element.range.upperBound) }
    for length in 0..<list.bytes.count {
      let cut = Array(list.bytes.prefix(length))
      #expect(isValid(cut) == ends.contains(length))
      #expect(!zwrite(cut).isEmpty)
    }
    for bit in 0..<(list.bytes.count * 8) {
      var flipped = list.bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(zwrite(flipped).hasPrefix("$lb(") == isValid(flipped))
    }
  }

  @Test func randomBytesAreHandled() throws {
    var random = RandomSource(seed: 5)
    for _ in 0..<50_000 {
      // Small bytes are lengths and types more often than others.
      let bytes = (0..<random.int(0...16)).map { _ in UInt8(random.int(0...10)) }
      try #require(zwrite(bytes).hasPrefix("$lb(") == isValid(bytes))
    }
  }

  @Test func listsNestedBeyondTheLimitArePrintedAsStrings() {
    var list = ListBuilder()
    for _ in 0..<5000 {
      var outer = ListBuilder()
      outer.append(list)
      list = outer
    }
    let text = zwrite(list.bytes)
    let lists = text.split(separator: "$lb(", omittingEmptySubsequences: false).count - 1
    #expect(lists == ListView.maximumDepth)
    #expect(text.hasSuffix(String(repeating: ")", count: ListView.maximumDepth)))
  }

  @Test func decimalsHaveTheirPointWhereTheExponentPutsIt() {
    var random = RandomSource(seed: 3)
    for exponent in -20...3 {
      for magnitude in [1, 5, 10, 99, 4500, 99_999_999, 100_000_000]
        + (0..<50).map({ _ in
          random.next() >> UInt64(random.int(0...63))
        })
      {
        let bytes = withUnsafeBytes(of: magnitude.littleEndian) { Array($0) }
        let list = [11, 6, UInt8(bitPattern: Int8(exponent))] + bytes
        #expect(zwrite(list) == "$lb(\(decimal(magnitude, exponent)))")
      }
    }
  }

  @Test(
    "A list longer than the limit shows what fits of it, and a plus",
    arguments: [
      (9, #"$lb("ab",5)+"#), (10, #"$lb("ab",5,"x")+"#), (13, #"$lb("ab",5,"xyz1")+"#),
      (15, #"$lb("ab",5,"xyz123")+"#), (18, #"$lb("ab",5,"xyz123",7)"#), (4, #"$lb("ab")+"#),
      (3, #"$lb("a")+"#), (1, "$lb()+"),
    ])
  func longListsAreCut(limit: Int, text: String) {
    let list: [UInt8] = [4, 1, 0x61, 0x62, 3, 4, 5] + [8, 1] + Array("xyz123".utf8) + [3, 4, 7]
    var buffer = TextBuffer()
    let kind = ValueView(list.span.bytes, storageCode: 0).appendZWrite(to: &buffer, limit: limit)
    #expect(kind == .list)
    #expect(buffer.string == text)
  }

  @Test func bytesThatCeaseToBeAListBehindTheLimitAreAString() {
    let bytes: [UInt8] = [4, 1, 0x61, 0x62, 3, 4, 5, 9, 9]
    var buffer = TextBuffer()
    let kind = ValueView(bytes.span.bytes, storageCode: 0).appendZWrite(to: &buffer, limit: 4)
    #expect(kind == .string)
    #expect(buffer.string == #"$c(4,1)_"ab"+"#)
  }
}

/// As `$lb` shows it, by nothing but characters.
private func decimal(_ magnitude: UInt64, _ exponent: Int) -> String {
  if magnitude == 0 { return "0" }
  if exponent >= 0 { return "\(magnitude)" + String(repeating: "0", count: exponent) }
  let digits = String(repeating: "0", count: 40) + "\(magnitude)"
  let whole = digits.dropLast(-exponent).drop { $0 == "0" }
  var part = digits.suffix(-exponent)
  while part.last == "0" { part.removeLast() }
  return part.isEmpty ? String(whole) : "\(whole).\(part)"
}
