import Foundation
import JournalCompression
import JournalExport
import JournalQuery
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Export as a stream of lines, and splits")
struct RecordExportTests {
  private static let name = "20240709.001"

  private func bench(_ count: Int, seed: UInt64) throws -> Workbench {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.appendMixture(count, seed: seed)
    try writer.close()
    return bench
  }

  private func export(
    _ journals: [Journal], _ format: RecordExport.Format,
    _ change: (inout RecordExport) -> Void = { _ in }
  ) throws -> (text: String, summary: RecordExport.Summary) {
    var export = RecordExport(format)
    change(&export)
    var text = TextBuffer()
    let summary = try export.write(journals) { text.append(bytes: $0) }
    return (text.string, summary)
  }

  private func addresses(_ ndjson: String) throws -> [Int] {
    try ndjson.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["address"] as? Int)
    }
  }

  @Test("NDJSON has a valid line for each visible record, CSV as many and a head")
  func lines() throws {
    let bench = try bench(2500, seed: 3)
    let journal = try bench.journal(Self.name)
    var expected: [Int] = []
    try journal.forEachRecord(damaged: { _ in }) { record in
      if record.type.isVisible { expected.append(record.address) }
    }
    let (json, summary) = try export([journal], .ndjson)
    #expect(try addresses(json) == expected)
    #expect(summary.records == expected.count)
    #expect(summary.lastAddress == expected.last)
    #expect(summary.undecodable == 0)
    #expect(try export([journal], .csv).summary.records == expected.count)
    let all = try export([journal], .ndjson) { $0.includesInternal = true }
    #expect(all.summary.records > expected.count)
  }

  @Test(
    "An export in two runs is the export in one",
    arguments: [RecordExport.Format.ndjson, .csv, .zwr])
  func resumed(format: RecordExport.Format) throws {
    let bench = try bench(800, seed: 9)
    let journal = try bench.journal(Self.name)
    let whole = try export([journal], format).text
    let middle = journal.dataRange.lowerBound + journal.dataRange.count / 3
    let first = try export([journal], format) {
      $0.range = journal.dataRange.lowerBound..<middle
    }
    let last = try #require(first.summary.lastAddress)
    let second = try export([journal], format) { $0.after = last }
    #expect(first.text + second.text == whole)
    let nothing = try export([journal], format) { $0.after = journal.dataLimit }
    #expect(nothing.text.isEmpty)
  }

  @Test(
    "The union of all splits is the whole, plain and compressed",
    arguments: [1, 65_536, 100_000, 1 << 20, 1 << 40])
  func splits(size: Int) throws {
    let bench = try bench(9000, seed: 4)
    let compressor = JournalCompressor()
    _ = try compressor.compressJournal(bench.path(Self.name))
    let plain = try bench.journal(Self.name)
    let packed = try JournalInputs.open(bench.path(Self.name + "z"))
    for journal in [plain, packed] {
      let whole = try export([journal], .ndjson).text
      let splits = JournalSplit.cut([journal], size: size)
      #expect(splits.first?.from == journal.dataRange.lowerBound)
      #expect(splits.last?.to == journal.dataRange.upperBound)
      #expect(zip(splits, splits.dropFirst()).allSatisfy { $0.to == $1.from })
      #expect(splits.dropFirst().allSatisfy { $0.from % 65_536 == 0 })
      var union = ""
      for split in splits {
        union += try export([journal], .ndjson) { $0.range = split.from..<split.to }.text
      }
      #expect(union == whole)
    }
  }

  @Test("Splits are written as text and NDJSON, and of an empty journal there are none")
  func splitText() throws {
    let split = JournalSplit(file: "a\"b", from: 131_072, to: 196_608)
    var text = TextBuffer()
    split.appendText(to: &text)
    split.appendNDJSON(to: &text)
    #expect(
      text.string
        == "a\"b\t131072\t196608\n{\"file\":\"a\\\"b\",\"from\":131072,\"to\":196608}\n")
    let bench = try Workbench()
    _ = try bench.writer(Self.name)
    #expect(JournalSplit.cut([try bench.journal(Self.name)], size: 100).isEmpty)
  }

  @Test("ZWR holds the new value of every SET, exactly")
  func zwr() throws {
    let bench = try bench(2000, seed: 6)
    let journal = try bench.journal(Self.name)
    var expected: [(GlobalReference, JournalValue)] = []
    try journal.forEachRecord(damaged: { _ in }) { record in
      guard record.type.isSet, let key = record.key() else { return }
      let value = try journal.withValue(0, of: record) {
        try ValueView($0, storageCode: $1).value()
      }
      expected.append((try key.reference(), value))
    }
    let (text, summary) = try export([journal], .zwr)
    let lines = text.split(separator: "\n").dropFirst(2)
    #expect(lines.count == expected.count)
    #expect(summary.records == expected.count)
    for (line, (reference, value)) in zip(lines, expected) {
      let parsed = try ZWRText.parse(String(line))
      #expect(parsed.reference == reference)
      #expect(parsed.value == value)
    }
  }

  @Test("A BitSET says in each format which bit became what, and what it was")
  func bitSet() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.append(.bit("^A(1)", position: 9, new: 1, old: 0, oldLength: 8))
    try writer.close()
    let journal = try bench.journal(Self.name)
    let said = "bit 9 = 1 (was 0, length 8)"
    #expect(try export([journal], .ndjson).text.contains(",\"detail\":\"\(said)\",\"error\":null}"))
    #expect(try export([journal], .csv).text.contains(",\"\(said)\",\n"))
    #expect(try export([journal], .zwr).summary.records == 0)
    var printer = RecordPrinter(journal, format: .text)
    var text = TextBuffer()
    var address = 0
    try journal.forEachRecord(damaged: { throw $0 }) {
      address = $0.address
      try printer.append($0, to: &text)
    }
    #expect(text.string.hasSuffix("^A(1) \(said)\n"))
    text.removeAll()
    try RecordDetail(at: address, nearest: false, in: journal)
      .appendText(of: journal, hexadecimal: false, to: &text)
    #expect(text.string.hasSuffix(" \(said)\n"))
  }

  @Test("Bit strings are text in NDJSON and CSV, and exact strings in ZWR")
  func bitStrings() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let bits = try BitString(length: 9, ones: [2, 3, 4, 6])
    for (index, form) in BitStringForm.allCases.enumerated() {
      try writer.append(.node(.set, "^A(\(index))", [JournalValue(bits, as: form)]))
    }
    try writer.close()
    let journal = try bench.journal(Self.name)
    let list = "$zwc(407,2,1,2,3,5)/*$bit(2..4,6)*/"
    let json = try export([journal], .ndjson).text
    #expect(json.contains("\"newValue\":\"\(list)\",\"newValueType\":\"bits\""))
    #expect(try export([journal], .csv).text.contains(",\"\(list)\",bits,"))
    let zwr = try export([journal], .zwr)
    #expect(zwr.summary.notExpressible == 0)
    let lines = zwr.text.split(separator: "\n").dropFirst(2)
    #expect(lines.count == 3)
    for (line, form) in zip(lines, BitStringForm.allCases) {
      #expect(line.contains(")=$c(") && !line.contains("_"))
      #expect(try ZWRText.parse(String(line)).value == JournalValue(bits, as: form))
    }
  }

  @Test("What ZWR cannot say is counted and left out")
  func zwrLimits() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.append(.node(.set, "^A(1)", [.vector([1])]))
    try writer.append(.node(.set, "^A(2)", [.bytes([0, 3, 0, 1, 65, 66])]))
    try writer.append(.node(.mirrorSet, "^A(3)", ["x"]))
    try writer.append(.node(.kill, "^A(4)"))
    try writer.close()
    let (text, summary) = try export([bench.journal(Self.name)], .zwr)
    let lines = text.split(separator: "\n").dropFirst(2)
    #expect(lines.count == 1)
    #expect(try ZWRText.parse(String(lines.last ?? "")).value == .bytes([0, 3, 0, 1, 65, 66]))
    #expect(summary.notExpressible == 1)
  }

  @Test("A damaged block is reported, and no record of it is written")
  func damaged() throws {
    let bench = try bench(3000, seed: 8)
    let sound = Set(try addresses(try export([bench.journal(Self.name)], .ndjson).text))
    let block = 131_072 + 65_536
    try bench.patch(Self.name) { $0[block + 1000] ^= 1 }
    let (text, summary) = try export([bench.journal(Self.name)], .ndjson)
    let found = Set(try addresses(text))
    #expect(found == sound.filter { !(block..<block + 65_536).contains($0) })
    #expect(summary.damage == 1)
  }
}
