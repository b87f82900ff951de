import JournalIntegrity
import JournalTestSupport
import MirrorJournal
import Testing

@Suite("Integrity: blocks, records and values")
struct IntegrityCheckTests {
  static let name = "20240709.001"

  /// A closed journal of some blocks.
  func mixture(_ count: Int = 6000, seed: UInt64 = 1) throws -> Workbench {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.appendMixture(count, seed: seed)
    try writer.close()
    return bench
  }

  /// A closed journal of three short SETs; returns their addresses.
  func small(_ extra: [RecordContent] = []) throws -> (Workbench, [JournalAddress]) {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    var starts: [JournalAddress] = []
    for number in 1...3 {
      starts.append(try writer.append(.node(.set, "^A(\(number))", ["abcd"])))
    }
    for content in extra { starts.append(try writer.append(content)) }
    try writer.close()
    return (bench, starts)
  }

  func check(
    _ bench: Workbench, _ level: IntegrityCheck.Level = .values, threads: Int = 1
  ) throws -> FileIntegrity {
    try #require(
      try IntegrityCheck.run([bench.journal(Self.name)], level: level, threads: threads).files.first
    )
  }

  @Test("A sound journal of all kinds of records has no findings", arguments: [1, 2, 5])
  func sound(threads: Int) throws {
    let bench = try mixture()
    let file = try check(bench, threads: threads)
    #expect(file.findings == [])
    #expect(file.bytesLost == 0)
    var records = 0
    let journal = try bench.journal(Self.name)
    try journal.forEachRecord(damaged: { _ in }) { _ in records += 1 }
    #expect(file.records + file.internalRecords == records)
    #expect(file.internalRecords > 0)
    #expect(file.lastRecordEnd == journal.header.endAddress)
  }

  @Test("An empty closed journal, an empty active one and one with a late first record are sound")
  func empty() throws {
    let bench = try Workbench()
    try bench.writer(Self.name).close()
    #expect(try check(bench).findings == [])
    _ = try bench.writer("20240709.002")
    #expect(try IntegrityCheck.run([bench.journal("20240709.002")]).findings == [])
    var header = JournalHeader()
    header.fileCount = 1
    let late = try JournalWriter(
      path: bench.path("20240709.003"), header: header, firstRecordAddress: 131_312)
    try late.append(.node(.set, "^A", ["x"]))
    try late.close()
    #expect(try IntegrityCheck.run([bench.journal("20240709.003")]).findings == [])
    // Records behind an end that says there are none.
    try bench.doctor("20240709.003", JournalLayout.r2.header.endAddress, 131_088)
    let report = try IntegrityCheck.run([bench.journal("20240709.003")])
    #expect(report.findings.map(\.kind) == [.trailing])
  }

  @Test("A journal closed at the beginning of a block is sound")
  func closedAfterBlock() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.append(.node(.set, "^A", ["x"]))
    try writer.endBlock()
    try writer.close()
    #expect(try check(bench).findings == [])
  }

  @Test("An active journal is sound at every flush")
  func active() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    for round in 0..<20 {
      try writer.appendMixture(60, seed: UInt64(round))
      try writer.flush()
      let file = try check(bench)
      #expect(file.isActive)
      #expect(file.findings == [])
    }
  }

  @Test("A flipped bit costs its block, and the blocks around it stay sound")
  func flipped() throws {
    let bench = try mixture()
    let whole = try check(bench)
    let block = 131_072 + 65_536 * 2
    try bench.patch(Self.name) { $0[block + 5000] ^= 4 }
    let file = try check(bench, .walk)
    #expect(file.findings.map(\.kind) == [.checksum])
    #expect(file.lost == [block..<block + 65_536])
    #expect(file.bytesLost == 65_536)
    #expect(file.soundBlocks == whole.soundBlocks - 1)
  }

  @Test("Findings do not depend on the number of threads or the place of the damage")
  func threads() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let long = [UInt8](repeating: 65, count: 3000)
    // Over the seam between two parts of 16 MiB.
    while writer.address < 36 << 20 { try writer.append(.node(.set, "^A(1)", [.bytes(long)])) }
    try writer.close()
    var dice = Dice(5)
    for _ in 0..<3 {
      for seam in [16 << 20, 32 << 20] {
        try bench.patch(Self.name) { bytes in
          let place = seam + Int.random(in: -65_536..<65_536, using: &dice)
          bytes[place] ^= 0x10
        }
      }
      let one = try IntegrityCheck.run([bench.journal(Self.name)], threads: 1)
      #expect(!one.isSound)
      for threads in [2, 3, 8] {
        #expect(try IntegrityCheck.run([bench.journal(Self.name)], threads: threads) == one)
      }
    }
  }

  @Test("A broken link at a seam is found like any other")
  func seam() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let long = [UInt8](repeating: 65, count: 3000)
    while writer.address < 34 << 20 {
      writer.time = Timestamp(milliseconds: writer.time.milliseconds + 1)
      try writer.append(.node(.set, "^A(1)", [.bytes(long)]))
    }
    try writer.close()
    let journal = try bench.journal(Self.name)
    let parts = journal.split(into: journal.dataRange.count / (16 << 20))
    let seam = try #require(parts.last).lowerBound
    #expect(parts.count == 2)
    try bench.forge(Self.name, block: seam) {
      put(8, JournalLayout.r2.record.distanceBack, seam + 16, &$0)
    }
    // Whether the block or the one before is the wrong one nothing says.
    let file = try check(bench)
    #expect(file.findings.map(\.kind) == [.link, .link])
    #expect(file.lost == [seam - 65_536..<seam + 65_536])
  }

  @Test("Bytes that have to be zero are found, wherever they are")
  func zeros() throws {
    let cases: [(Int, IntegrityFinding.Kind, Bool)] = [
      (9000, .headerTail, false), (131_072 + 65_000, .trailing, true),
    ]
    for (place, kind, seals) in cases {
      let (bench, _) = try small()
      try bench.patch(Self.name) { bytes in
        bytes[place] = 1
        if seals { sealBlock(&bytes, 131_072) }
      }
      #expect(try check(bench).findings.map(\.kind) == [kind])
    }
    let (bench, _) = try small()
    try bench.patch(Self.name) { $0 += [UInt8](repeating: 0, count: 65_536) }
    #expect(try check(bench).findings == [])
    try bench.patch(Self.name) { $0[$0.count - 1] = 9 }
    #expect(try check(bench).findings.map(\.kind) == [.trailing])
  }

  @Test("Padding behind a block's last record is checked, and inside a record")
  func padding() throws {
    let bench = try mixture()
    let journal = try bench.journal(Self.name)
    var last = 131_088
    var gap: (end: Int, block: Int)?
    try journal.forEachRecord(damaged: { _ in }) { record in
      if record.address - last > 24, gap == nil { gap = (last, last / 65_536 * 65_536) }
      last = record.end
    }
    let (end, block) = try #require(gap)
    try bench.forge(Self.name, block: block) { $0[end + 4] = 7 }
    #expect(try check(bench, .walk).findings.map(\.kind) == [.padding])

    // 30 + 3 bytes of key + 4 + 4: three bytes of padding.
    let (short, starts) = try small()
    try short.forge(Self.name, block: 131_072) { $0[starts[1] - 1] = 1 }
    #expect(try check(short, .walk).findings == [])
    #expect(try check(short, .values).findings.map(\.kind) == [.padding])
  }

  @Test("A record of impossible length costs the rest of its block")
  func record() throws {
    let (bench, starts) = try small()
    try bench.forge(Self.name, block: 131_072) {
      put(7, JournalLayout.r2.record.length, starts[1], &$0)
    }
    let file = try check(bench)
    #expect(file.findings.map(\.kind) == [.record])
    #expect(file.records == 1)
  }

  @Test("An end that is not the last record's is found")
  func end() throws {
    let (bench, _) = try small()
    let end = try bench.journal(Self.name).header.endAddress
    try bench.doctor(Self.name, JournalLayout.r2.header.endAddress, UInt64(end + 8))
    let file = try check(bench)
    #expect(file.findings.map(\.kind) == [.end])
    #expect(file.findings[0].range == end..<end + 8)
  }

  @Test("A first record that the block's header skips, and a block without records, are found")
  func firstRecord() throws {
    let (bench, _) = try small()
    try bench.forge(Self.name, block: 131_072) { bytes in
      put(16 + 24, JournalLayout.r2.block.firstRecord, 131_072, &bytes)
      for place in 0..<8 { bytes[131_088 + place] = 0 }
    }
    #expect(try check(bench, .walk).findings.contains { $0.severity == .error })

    let large = try mixture()
    let block = 131_072 + 65_536
    try large.forge(Self.name, block: block) {
      put(0, JournalLayout.r2.block.firstRecord, block, &$0)
    }
    let kinds = try check(large, .walk).findings.map(\.kind)
    // The block has bytes and claims to have no record.
    #expect(kinds.contains(.blockHeader), "\(kinds)")
  }

  @Test("A block whose time goes back is a note")
  func blockTime() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    try writer.append(.node(.set, "^A", ["x"]))
    try writer.endBlock()
    writer.time = Timestamp(milliseconds: 5)
    try writer.append(.node(.set, "^A", ["x"]))
    try writer.close()
    let report = try IntegrityCheck.run([bench.journal(Self.name)])
    #expect(report.findings.map(\.kind) == [.blockTime])
    #expect(report.isSound)
  }

  @Test("A first block that is older than its file is a note")
  func olderThanFile() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    writer.time = Timestamp(milliseconds: 1_699_999_000_000)
    for number in 1...3 { try writer.append(.node(.set, "^A(\(number))", ["x"])) }
    try writer.close()
    let report = try IntegrityCheck.run([bench.journal(Self.name)])
    #expect(report.findings.map(\.kind) == [.blockTime])
    #expect(report.findings.first?.message.contains("before the file was begun") == true)
    #expect(report.isSound)
  }

  @Test(
    "Blocks that stand twice are a note, in whatever part of the file", arguments: [true, false])
  func twins(isClosed: Bool) throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    // All of one size: links fit everywhere.
    for number in 100_000..<250_000 {
      try writer.append(.node(.set, "^A(\(number))", ["abcdefgh"]))
    }
    if isClosed { try writer.close() } else { try writer.flush() }
    #expect(try check(bench).findings == [])
    // Blocks that stand in their file as they do in full ones: the third overwrites the fourth and the 80th.
    let (from, near, far) = (131_072 + 2 * 65_536, 131_072 + 3 * 65_536, 131_072 + 80 * 65_536)
    try bench.patch(Self.name) { bytes in
      let block = Array(bytes[from..<from + 65_536])
      for place in [near, far] { bytes.replaceSubrange(place..<place + 65_536, with: block) }
    }
    for threads in [1, 3] {
      let file = try check(bench, threads: threads)
      let twins = file.findings.filter { $0.kind == .twin }.map(\.range)
      #expect(
        twins == [near..<near + 65_536, far..<far + 65_536], "\(file.findings.map(\.message))")
    }
  }

  @Test("Neighbours that stand twice are one note")
  func twinRuns() throws {
    let bench = try Workbench()
    let writer = try bench.writer(Self.name)
    let long = String(repeating: "a", count: 1_000_000)
    try writer.append(.node(.set, "^A(1)", [JournalValue(long)]))
    for number in 100_000..<110_000 {
      try writer.append(.node(.set, "^A(\(number))", ["abcdefgh"]))
    }
    try writer.close()
    let twins = try check(bench).findings.filter { $0.kind == .twin }
    #expect(twins.count == 1)
    #expect(
      twins.first?.message.hasPrefix("13 blocks from 262144 on are each the same as the one at")
        == true, "\(twins.map(\.message))")
    #expect(twins.first?.range == 262_144..<262_144 + 13 * 65_536)
    // Two blocks that overwrite the next two but one.
    let (from, to) = (1_310_720, 1_441_792)
    try bench.patch(Self.name) { bytes in
      bytes.replaceSubrange(to..<to + 131_072, with: Array(bytes[from..<from + 131_072]))
    }
    let copied = try check(bench).findings.filter { $0.kind == .twin }
    #expect(copied.last?.range == to..<to + 131_072)
    #expect(
      copied.last?.message.hasPrefix("2 blocks from \(to) on are the same as those from \(from) on")
        == true, "\(copied.map(\.message))")
  }

  @Test("A damaged header and a damaged directory are findings; the records stay")
  func structure() throws {
    let (bench, _) = try small()
    try bench.patch(Self.name) { $0[100] ^= 1 }
    #expect(try check(bench).findings.map(\.kind) == [.header])
    #expect(try check(bench).records == 3)
    let (other, _) = try small()
    try other.patch(Self.name) { $0[65_536 + 30] ^= 1 }
    #expect(try check(other).findings.map(\.kind) == [.directory])
  }

  @Test("A truncated file says what is lost", arguments: [1, 100, 65_535, 65_536, 70_000])
  func truncated(missing: Int) throws {
    let bench = try mixture()
    let journal = try bench.journal(Self.name)
    let count = journal.storage.count - missing
    try bench.patch(Self.name) { $0.removeLast(missing) }
    let file = try check(bench)
    #expect(file.severity == .error)
    #expect(file.findings.allSatisfy { $0.kind == .truncated || $0.kind == .extension })
    let block = count / 65_536 * 65_536
    #expect(file.lost == [min(block, count)..<journal.header.endAddress])
  }

  @Test("No single flipped bit goes unnoticed")
  func everyBit() throws {
    let (bench, _) = try small()
    let sound = try bench.bytes(Self.name)
    var dice = Dice(11)
    for _ in 0..<300 {
      let place = Int.random(in: 0..<sound.count, using: &dice)
      var bytes = sound
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      try bench.write(bytes, Self.name)
      do {
        let file = try check(bench)
        #expect(file.severity == .error, "bit flipped at \(place)")
      } catch let error as JournalError {
        #expect(error.code == .unknownLayout || error.code == .headerDamaged)
      }
    }
  }

  @Test("Hostile bytes behind a renewed checksum never trap and never count as sound past the end")
  func hostile() throws {
    let bench = try mixture(400)
    let sound = try bench.bytes(Self.name)
    var dice = Dice(12)
    for _ in 0..<60 {
      var bytes = sound
      for _ in 0..<8 {
        bytes[Int.random(in: 131_072..<bytes.count, using: &dice)] = UInt8.random(
          in: 0...255, using: &dice)
      }
      for block in stride(from: 131_072, to: bytes.count, by: 65_536) { sealBlock(&bytes, block) }
      try bench.write(bytes, Self.name)
      let file = try check(bench)
      #expect(file.recordBytes + file.bytesLost <= file.dataRange.count)
    }
  }

  @Test("Reports name files, kinds and addresses")
  func rendering() throws {
    let (bench, starts) = try small()
    try bench.forge(Self.name, block: 131_072) { $0[starts[1] + 32] = 0x02 }
    let report = try IntegrityCheck.run([bench.journal(Self.name)])
    var text = TextBuffer()
    report.appendText(to: &text)
    #expect(text.string.contains("20240709.001: damaged, 3 sound records"))
    #expect(text.string.contains("  error key: the record at \(starts[1]):"))
    var json = TextBuffer()
    report.appendNDJSON(to: &json)
    let lines = json.string.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].contains("\"kind\":\"key\""))
    #expect(lines[2].contains("\"isSound\":false"))
  }
}
