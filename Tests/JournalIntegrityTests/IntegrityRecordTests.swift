import JournalIntegrity
import JournalTestSupport
import MirrorJournal
import Testing

/// What stands in records.
extension IntegrityCheckTests {
  @Test("A key that does not decode is found")
  func key() throws {
    let (bench, starts) = try small()
    try bench.forge(Self.name, block: 131_072) { $0[starts[1] + 32] = 0x02 }
    let file = try check(bench)
    #expect(file.findings.map(\.kind) == [.key])
    #expect(file.findings[0].range == starts[1]..<starts[2])
    #expect(file.records == 3)
  }

  @Test("A value word that does not fit, an unknown storage code and an odd wide value are found")
  func value() throws {
    for word: UInt64 in [200, 3, 0x7000_0005, 0x1000_0005] {
      let (bench, starts) = try small()
      try bench.forge(Self.name, block: 131_072) {
        put(word, Field(0, width: 4), starts[1] + 30 + 4, &$0)
      }
      let kinds = try check(bench).findings.map(\.kind)
      // Three bytes in use instead of four leave one in the padding that is not zero.
      #expect(kinds == [.value] || word == 3 && kinds == [.padding])
    }
  }

  @Test("A lost extension makes the value that it began incomplete")
  func extensions() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.append(.node(.set, "^A(0)", ["x"]))
    let long = [UInt8](repeating: 66, count: 200_000)
    try writer.append(.node(.set, "^A(1)", [.bytes(long)]))
    try writer.append(.node(.set, "^A(2)", ["x"]))
    try writer.close()
    #expect(try check(bench).findings == [])
    try bench.patch(Self.name) { $0[131_072 + 65_536 + 400] ^= 1 }
    let file = try check(bench)
    #expect(file.findings.map(\.kind) == [.checksum, .extension])
    #expect(file.findings.last?.range?.lowerBound ?? 0 > 131_072 + 131_072)
  }

  @Test("An extension without its record is found")
  func orphan() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let long = [UInt8](repeating: 66, count: 70_000)
    try writer.append(.node(.set, "^A(1)", [.bytes(long)]))
    try writer.close()
    // The record no longer says that it is continued.
    let journal = try bench.journal(Self.name)
    var last = 0
    try journal.forEachRecord(damaged: { _ in }) { last = $0.address }
    let block = last / 65_536 * 65_536
    try bench.forge(Self.name, block: block) { $0[last + 9] = 0 }
    let kinds = try check(bench).findings.map(\.kind)
    #expect(kinds == [.extension, .value])
  }

  @Test("Bodies without keys are checked: levels, markers, unknown types")
  func bodies() throws {
    let marker = MarkerBody(id: 1, sequence: 1, previousAddress: 0, text: "abc")
    let (bench, starts) = try small([
      .level(.beginTransaction, 1), RecordContent(.marker, .marker(marker)),
      RecordContent(RecordType(rawValue: 99), .opaque([1, 2, 3, 4])),
    ])
    #expect(try check(bench).findings.map(\.kind) == [.unknownType])
    try bench.forge(Self.name, block: 131_072) { bytes in
      put(3000, JournalLayout.r2.record.transactionLevel, starts[3], &bytes)
      put(3000, JournalLayout.r2.record.markerTextLength, starts[4], &bytes)
    }
    #expect(
      try check(bench).findings.map(\.kind) == [.transactionLevel, .body, .unknownType])
  }
}
