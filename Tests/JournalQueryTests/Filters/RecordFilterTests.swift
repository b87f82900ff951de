import Foundation
import JournalCompression
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Filters on the bytes of records")
struct RecordFilterTests {
  private func addresses(
    _ filter: RecordFilter, _ journal: Journal, isReversed: Bool = false
  ) throws -> [Int] {
    var found: [Int] = []
    try filter.forEachRecord(of: journal, isReversed: isReversed, damaged: { throw $0 }) {
      found.append($0.address)
    }
    return found
  }

  @Test(
    "A filter takes the records that the same question takes without decoding", arguments: 1...4)
  func reference(seed: UInt64) throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, "20240709.001", count: 500, seed: seed)
    var dice = Dice(seed &* 77)
    var hits = 0
    for _ in 0..<50 {
      let random = try RandomFilter.make(&dice, model)
      let wanted = model.records.filter(random.isWanted).map(\.address)
      let found = try addresses(random.filter, model.journal)
      #expect(found == wanted, "\(random.filter)")
      hits += found.count
    }
    #expect(hits > 1000)
  }

  @Test("Compressed and plain journals give the same records, forwards and backwards")
  func compressed() throws {
    let bench = try Workbench()
    let name = "20240709.001"
    let model = try ModelJournal(bench, name, count: 1500, seed: 5)
    let compressor = JournalCompressor()
    _ = try compressor.compressJournal(bench.path(name))
    let compressed = try JournalInputs.open(bench.path(name + "z"))
    #expect(!(compressed.storage is MappedFile))
    var dice = Dice(99)
    for _ in 0..<20 {
      let random = try RandomFilter.make(&dice, model)
      let plain = try addresses(random.filter, model.journal)
      #expect(try addresses(random.filter, compressed) == plain)
      #expect(try addresses(random.filter, model.journal, isReversed: true) == plain.reversed())
    }
  }

  @Test("Blocks outside the times are not read")
  func skipping() throws {
    let bench = try Workbench()
    let model = try ModelJournal(bench, "20240709.001", count: 3000, seed: 3)
    let times = model.records.map(\.time).sorted()
    let range = times[times.count / 3]..<times[times.count / 2]
    let filter = RecordFilter.and(.blockTime(range), .types([.set]))
    let ranges = try filter.ranges(in: model.journal)
    let read = ranges.reduce(0) { $0 + $1.count }
    #expect(read > 0 && read < model.journal.dataRange.count / 2)
    let wanted = model.records.filter { range.contains($0.time) && $0.type == .set }.map(\.address)
    #expect(wanted.count > 10)
    #expect(try addresses(filter, model.journal) == wanted)
    // Damage in a block that does not count is not met; in one that does it is.
    let block = try #require(ranges.first).lowerBound
    try bench.patch("20240709.001") { $0[block + 200] ^= 1 }
    let damaged = try bench.journal("20240709.001")
    #expect(throws: Damage.self) { try addresses(filter, damaged) }
    let other = RecordFilter.blockTime(Int64.min..<(times.first ?? 0))
    #expect(try addresses(other, damaged) == [])
  }

  @Test("Keys and values of an encrypted journal are not guessed at")
  func encrypted() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    try writer.append(.node(.set, "^A(1)", ["x"]))
    try writer.close()
    try bench.doctor("20240709.001", JournalLayout.r2.header.flags, 0b110)
    let journal = try bench.journal("20240709.001")
    let global = RecordFilter.global(try GlobalPattern("^A"))
    #expect(throws: JournalError.self) { try addresses(global, journal) }
    #expect(throws: JournalError.self) { try addresses(.not(.newValue(TextPattern("x"))), journal) }
    #expect(try addresses(.types([.set]), journal).count == 1)
  }

  @Test("1 and 1.5 begin with the same bytes and are two nodes")
  func fractions() throws {
    let bench = try Workbench()
    let writer = try bench.writer("20240709.001")
    for node in ["^A(1)", "^A(1.5)", "^A(1,2)", "^A(1.5,2)", "^A(12)", "^AB(1)", "^A"] {
      try writer.append(.node(.set, node, ["x"]))
    }
    try writer.close()
    let journal = try bench.journal("20240709.001")
    func count(_ text: String) throws -> Int {
      try addresses(.global(try GlobalPattern(text)), journal).count
    }
    #expect(try count("^A(1)") == 2)
    #expect(try count("A(1,*") == 1)
    #expect(try count("^A(1*)") == 5)
    #expect(try count("^A(1.5)") == 2)
    #expect(try count("^A") == 6)
    #expect(try count("^A*") == 7)
    #expect(try count("^A(*") == 5)
    #expect(try count("^A(*,2)") == 2)
  }
}

@Suite("Text with wildcards")
struct TextPatternTests {
  @Test("Patterns match in each encoding as by trying everything")
  func encodings() {
    var dice = Dice(11)
    let letters: [Unicode.Scalar] = ["a", "b", "*", "?", "\\", "\u{FC}", "\u{20AC}", "\u{1F600}"]
    func word(_ length: Int, _ count: Int) -> String {
      (0..<dice.next(below: length)).reduce(into: "") { text, _ in
        text.unicodeScalars.append(letters[dice.next(below: count)])
      }
    }
    var matched = 0
    for _ in 0..<4000 {
      let pattern = TextPattern(word(7, 8))
      let text = word(8, 8)
      let expected = matchesSlowly(pattern.text, text)
      if expected { matched += 1 }
      #expect(pattern.matches(text) == expected, "\(pattern) \(text)")
      var units: [UInt8] = []
      for unit in text.utf16 { units += [UInt8(unit & 255), UInt8(unit >> 8)] }
      #expect(pattern.matches(utf16: units.span.bytes) == expected, "\(pattern) \(text)")
      if text.unicodeScalars.allSatisfy({ $0.value < 256 }) {
        let latin1 = text.unicodeScalars.map { UInt8($0.value) }
        #expect(pattern.matches(latin1: latin1.span.bytes) == expected, "\(pattern) \(text)")
      }
    }
    #expect(matched > 200)
  }

  @Test("A literal pattern means itself")
  func literals() {
    for text in ["a*b", "?", "\\", "", "\u{20AC}"] {
      let pattern = TextPattern(literal: text)
      #expect(pattern.matches(text))
      #expect(!pattern.hasWildcard)
      #expect(!pattern.matches(text + "x"))
    }
  }
}
