import JournalSamples
import Testing

@testable import MirrorJournal

/// Flipped bits, cuts, zeros, noise and misplaced blocks: no crash, nothing wrong shown as right,
/// nothing sound lost, every loss stated. `MJOURNAL_LONG=1` tries every bit and every cut.
///
/// What reference layout R2 cannot protect, and nothing else:
/// - block 0 behind the header (addresses 8192 to 65535): not used, and not read;
/// - the unsealed block of an active file: it has no checksum until it is full;
/// - the end of an active file: cut or zeroed at a block's edge it looks like a younger self;
/// - the places of sound blocks whose first records stand and point back alike.
@Suite struct DamageTests {
  private func probe(_ sample: DamageSample) throws -> DamageProbe {
    switch sample {
    case .everyType:
      let directory = try TemporaryDirectory()
      let path = directory.file("20240709.001")
      try EveryType().write(to: path)
      return try DamageProbe(contents(path))
    case .closed: return try DamageProbe(smallJournal(blocks: 4, isClosed: true))
    case .active: return try DamageProbe(smallJournal(blocks: 3, isClosed: false))
    }
  }

  /// Offsets and bits to flip.
  private func flips(of probe: DamageProbe) -> [(Int, UInt8)] {
    var flips: [(Int, UInt8)] = []
    func all(_ range: Range<Int>) {
      for offset in range { for bit in 0..<8 { flips.append((offset, 1 << UInt8(bit))) } }
    }
    if isLongRun {
      all(0..<probe.original.count)
      return flips
    }
    all(0..<320)
    for block in [65_536] + probe.blocks { all(block..<block + 16) }
    for record in probe.records where record.address % 61 == 0 {
      all(record.address..<record.address + 24)
    }
    for offset in stride(from: 320, to: probe.original.count, by: 101) {
      flips.append((offset, 1 << UInt8(offset % 8)))
    }
    return flips
  }

  @Test(arguments: DamageSample.allCases)
  func everyFlippedBitIsToldUnlessNamed(sample: DamageSample) throws {
    let probe = try probe(sample)
    var complaints: [String] = []
    for (offset, bit) in flips(of: probe) {
      probe.storage.bytes[offset] ^= bit
      let outcome = try probe.walk()
      probe.storage.bytes[offset] ^= bit
      let complaint: String?
      switch offset {
      case 0..<8:
        complaint = outcome.error?.code == .unknownLayout ? nil : "signature"
      case 8..<8192:
        complaint = probe.complaint(outcome, lost: [0..<8192])
      case 8192..<65_536:
        // Not protected: not used.
        complaint =
          outcome.damage.isEmpty && outcome.sound.count == probe.records.count
            && outcome.wrong.isEmpty ? nil : "block 0"
      default:
        let block = DamageProbe.block(of: offset)
        if !probe.isClosed, block.lowerBound == probe.blocks.last {
          // Not protected: the unsealed block. What stands before it is untouched.
          let before = probe.records.indices.filter { probe.records[$0].address < block.lowerBound }
          complaint =
            outcome.sound.starts(with: before) && outcome.wrong.allSatisfy { block.contains($0) }
              && outcome.damage.allSatisfy { block.overlaps($0.range) } ? nil : "tail"
        } else {
          complaint = probe.complaint(outcome, lost: [block])
        }
      }
      if let complaint { complaints.append("bit \(bit) of \(offset): \(complaint)") }
    }
    #expect(complaints.count == 0, "\(complaints.prefix(5))")
  }

  @Test(arguments: DamageSample.allCases)
  func everyCutIsToldUnlessNamed(sample: DamageSample) throws {
    let probe = try probe(sample)
    var complaints: [String] = []
    var cuts = Set(stride(from: 0, to: probe.original.count, by: isLongRun ? 1 : 97))
    for edge in stride(from: 0, through: probe.original.count, by: 65_536) {
      cuts.formUnion([edge - 1, edge, edge + 1, edge + 15, edge + 16, edge + 17])
    }
    for cut in cuts.sorted() where cut >= 0 && cut < probe.original.count {
      let outcome = try probe.replacing(Array(probe.original[..<cut])) { try probe.walk() }
      let block = DamageProbe.block(of: cut)
      let isTail = block.lowerBound == probe.blocks.last
      let complaint: String?
      if cut < 8 {
        let code: JournalError.Code = cut == 0 ? .notAJournal : .unknownLayout
        complaint = outcome.error?.code == code ? nil : "signature"
      } else if cut < 8192 {
        complaint = outcome.error?.code == .headerDamaged ? nil : "header"
      } else if cut < 131_072 {
        // Of an active file nothing says that there were data.
        let lost = [65_536..<131_072] + (probe.isClosed ? [131_072..<probe.end] : [])
        complaint = probe.complaint(outcome, lost: lost, untold: 131_072..<probe.end)
      } else if probe.isClosed {
        // A sealed block is believed only whole.
        complaint = probe.complaint(outcome, lost: [block.lowerBound..<probe.original.count])
      } else if cut % 65_536 == 0 {
        complaint = probe.complaint(outcome, lost: [], untold: cut..<probe.end)
      } else {
        // Of the block that was being filled, the records that stand whole before the cut remain;
        // without its whole header, none.
        var start = block.lowerBound
        if isTail, cut >= block.lowerBound + 16 {
          let whole = probe.records.last { $0.end <= cut }?.end ?? 0
          start = max(whole, block.lowerBound + 16)
        }
        complaint = probe.complaint(
          outcome, lost: [start..<block.upperBound],
          untold: block.upperBound..<max(block.upperBound, probe.end))
      }
      if let complaint { complaints.append("cut at \(cut): \(complaint)") }
    }
    #expect(complaints.count == 0, "\(complaints.prefix(5))")
  }

  @Test(arguments: DamageSample.allCases)
  func zerosAndNoiseFromEveryBlockEdgeAreTold(sample: DamageSample) throws {
    let probe = try probe(sample)
    var random = RandomSource(seed: 7)
    for edge in stride(from: 0, to: probe.original.count, by: 65_536) {
      let count = probe.original.count - edge
      for (name, filling) in [
        ("zeros", [UInt8](repeating: 0, count: count)), ("noise", random.bytes(count)),
      ] {
        let bytes = Array(probe.original[..<edge]) + filling
        let outcome = try probe.replacing(bytes) { try probe.walk() }
        if edge == 0 {
          #expect(outcome.error?.code == .unknownLayout)
        } else if !probe.isClosed, name == "zeros" {
          // Not told beyond the directory: the blocks look as if they were not yet begun.
          #expect(outcome.wrong.isEmpty)
          #expect(outcome.sound.count == probe.records.filter { $0.address < edge }.count)
          #expect(outcome.damage.isEmpty == (edge > 65_536))
        } else {
          let complaint = probe.complaint(outcome, lost: [edge..<probe.original.count])
          #expect(complaint == nil, "\(name) from \(edge)")
        }
        // One block only: everything behind it is still there.
        var one = probe.original
        let end = min(edge + 65_536, one.count)
        one.replaceSubrange(edge..<end, with: filling[..<(end - edge)])
        let single = try probe.replacing(one) { try probe.walk() }
        if edge > 0, probe.isClosed || end < probe.original.count {
          let complaint = probe.complaint(single, lost: [edge..<end])
          #expect(complaint == nil, "\(name) in the block at \(edge)")
        }
      }
    }
  }

  @Test(arguments: DamageSample.allCases)
  func exchangedAndDuplicatedBlocksAreTold(sample: DamageSample) throws {
    let probe = try probe(sample)
    func content(_ block: Int) -> ArraySlice<UInt8> { probe.original[block..<block + 65_536] }
    for first in probe.blocks {
      for second in probe.blocks where first != second {
        var duplicated = probe.original
        duplicated.replaceSubrange(second..<second + 65_536, with: content(first))
        let copied = try probe.replacing(duplicated) { try probe.walk() }
        expectHonest(copied, probe, changed: [second])
        guard first < second else { continue }
        var exchanged = duplicated
        exchanged.replaceSubrange(first..<first + 65_536, with: content(second))
        let swapped = try probe.replacing(exchanged) { try probe.walk() }
        expectHonest(swapped, probe, changed: [first, second])
      }
    }
  }

  /// Nothing wrong is shown, and no block is lost but the changed ones and, where all is told, a few
  /// between them or between one of them and the file's end: what nothing but itself speaks for. At the
  /// end of an active file, where no end address decides, that is a block and its copy behind it.
  private func expectHonest(
    _ outcome: DamageProbe.Outcome, _ probe: DamageProbe, changed: [JournalAddress],
    location: SourceLocation = #_sourceLocation
  ) {
    let dubious = probe.blocks.filter { block in
      let isBesideLast =
        !probe.isClosed && changed == [probe.blocks[probe.blocks.count - 1]]
        && block + 65_536 == changed[0]
      let isBehind = changed.contains { $0 < block && block <= $0 + 4 * 65_536 }
      return !changed.contains(block)
        && (isBesideLast
          || isBehind && (changed.contains { block < $0 } || block == probe.blocks.last))
        && !outcome.sound.contains {
          DamageProbe.block(of: block).contains(probe.records[$0].address)
        }
    }
    let lost = (changed + dubious).map(DamageProbe.block(of:))
    #expect(
      probe.complaint(outcome, lost: lost) == nil, "changed \(changed)", sourceLocation: location)
  }

  @Test func anOldFilesBlocksBehindTheNewOnesAreNotShown() throws {
    let old = try smallJournal(blocks: 5, isClosed: true, seed: 99)
    for isClosed in [true, false] {
      let probe = try DamageProbe(smallJournal(blocks: 3, isClosed: isClosed))
      for gap in [0, 65_536, 131_072] {
        for block in stride(from: 131_072, to: old.count, by: 65_536) {
          let bytes =
            probe.original + [UInt8](repeating: 0, count: gap) + old[block..<block + 65_536]
          let outcome = try probe.replacing(bytes) { try probe.walk() }
          #expect(outcome.wrong.isEmpty)
          #expect(outcome.sound.count == probe.records.count)
          // Behind a closed file's end nothing is data, and what stands right behind it is told; behind an
          // active one it is a surprise.
          let expected: [Damage.Kind] = isClosed ? gap == 0 ? [.trailing] : [] : [.link]
          #expect(outcome.damage.map(\.kind) == expected)
        }
      }
    }
  }

  /// The exception by name: blocks full of records of one size fit everywhere. Only the times tell,
  /// and a clock may have been set back, so the walk does not judge by them.
  @Test func exchangedBlocksThatAreAlikeAreToldByTheirTimesOnly() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("20240709.001")
    let writer = try JournalWriter(path: path, header: JournalHeader())
    for number in 1_000_000..<1_005_000 {
      // A string, because a number that ends in zeros is shorter.
      let name = Subscript.string("n\(number)")
      writer.time = Timestamp(milliseconds: Int64(number))
      try writer.append(RecordContent(.set, GlobalReference("X", [name]), new: "v"))
    }
    try writer.close()
    var bytes = try contents(path)
    let second = bytes[196_608..<262_144]
    bytes.replaceSubrange(196_608..<262_144, with: bytes[262_144..<327_680])
    bytes.replaceSubrange(262_144..<327_680, with: second)
    let (records, damage) = try Journal(storage: MemoryStorage(bytes)).everything()
    #expect(damage.isEmpty)
    #expect(zip(records, records.dropFirst()).contains { $0.time > $1.time })
  }

  /// Reading backwards, by address and in parts believes no damaged block either.
  @Test func everyWayOfReadingSkipsADamagedBlock() throws {
    let probe = try DamageProbe(smallJournal(blocks: 5, isClosed: true))
    let victim = probe.blocks[2]
    var flipped = probe.original
    flipped[victim + 40_000] ^= 4
    var foreign = probe.original
    foreign.replaceSubrange(
      victim..<victim + 65_536, with: probe.original[probe.blocks[0]..<probe.blocks[1]])
    for bytes in [flipped, foreign] {
      try probe.replacing(bytes) {
        let journal = try Journal(storage: MemoryStorage(bytes, segmentSize: 65_536))
        let sound = probe.records.filter { !DamageProbe.block(of: victim).contains($0.address) }
        let forwards = try journal.everything()
        #expect(forwards.records == sound)
        var damage: [Damage] = []
        var backwards: [SeenRecord] = []
        try journal.forEachRecordReversed(damaged: { damage.append($0) }) {
          backwards.append(SeenRecord($0))
        }
        #expect(backwards.reversed() == sound)
        #expect(damage == forwards.damage)
        for threads in [2, 5] {
          let parts = try journal.reduce(threads: threads, into: { _ in [SeenRecord]() }) {
            $0.append(SeenRecord($1))
          }
          #expect(parts.flatMap(\.value) == sound)
          #expect(parts.flatMap(\.damage) == forwards.damage)
        }
        for record in probe.records where record.address % 11 == 0 {
          let isLost = DamageProbe.block(of: victim).contains(record.address)
          let seen = try? journal.withRecord(at: record.address) { SeenRecord($0) }
          #expect(seen == (isLost ? nil : record))
        }
        let next = try journal.recordAddress(atOrAfter: victim + 100)
        #expect(next == sound.first { $0.address > victim }?.address)
        #expect(
          try journal.recordAddress(before: victim + 65_000)
            == sound.last { $0.address < victim }?.address)
      }
    }
  }

  /// A length of zero says that the rest of the block is padding; where it is not, it is lost, and what
  /// follows is not.
  @Test func aLengthOfZeroInASealedBlockCostsTheRestOfItInBothDirections() throws {
    let probe = try DamageProbe(smallJournal(blocks: 4, isClosed: true))
    for block in probe.blocks.dropLast() {
      let inside = probe.records.filter { DamageProbe.block(of: block).contains($0.address) }
      for victim in [inside[1], inside[inside.count / 2], inside[inside.count - 3]] {
        var bytes = probe.original
        store(0, JournalLayout.builtIn[0].record.length, at: victim.address, in: &bytes)
        reseal(&bytes, layout: JournalLayout.builtIn[0])
        try probe.replacing(bytes) {
          let lost = victim.address..<block + 65_536
          let outcome = try probe.walk()
          #expect(probe.complaint(outcome, lost: [lost]) == nil, "\(victim)")
          #expect(outcome.damage.map(\.kind) == [.padding])
          let journal = try Journal(storage: probe.storage)
          var damage: [Damage] = []
          var backwards: [SeenRecord] = []
          try journal.forEachRecordReversed(damaged: { damage.append($0) }) {
            backwards.append(SeenRecord($0))
          }
          #expect(backwards.reversed() == outcome.sound.map { probe.records[$0] })
          #expect(damage == outcome.damage)
        }
      }
    }
  }

  @Test func aHeaderEndThatIsNotTheLastRecordsEndIsTold() throws {
    let probe = try DamageProbe(smallJournal(blocks: 3, isClosed: true))
    let layout = JournalLayout.builtIn[0]
    let edge = (probe.end + 65_535) / 65_536 * 65_536
    let last = try #require(probe.records.last)
    for end in [probe.end + 4, probe.end + 4000, edge - 4, edge, edge + 16, edge + 65_536] {
      var bytes = probe.original
      store(UInt64(end), layout.header.endAddress, at: 0, in: &bytes)
      reseal(&bytes, layout: layout)
      let (records, damage) = try Journal(storage: MemoryStorage(bytes)).everything()
      #expect(records == probe.records, "\(end)")
      #expect(damage.contains { $0.kind == .end || $0.kind == .truncated }, "\(end): \(damage)")
      #expect(damage.first?.range.lowerBound ?? 0 >= probe.end)
    }
    for end in [last.address, last.address + 4] {
      var bytes = probe.original
      store(UInt64(end), layout.header.endAddress, at: 0, in: &bytes)
      reseal(&bytes, layout: layout)
      let (records, damage) = try Journal(storage: MemoryStorage(bytes)).everything()
      #expect(records == probe.records.dropLast(), "\(end)")
      #expect(!damage.isEmpty, "\(end): \(damage)")
    }
  }

  @Test func aLongValueWhoseLeadingBytesAreLostIsNotShown() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("20240709.001")
    let writer = try JournalWriter(path: path, header: JournalHeader())
    let address = try writer.append(
      RecordContent(
        .set, GlobalReference("L"), new: .bytes([UInt8](repeating: 7, count: 300_000))))
    try writer.close()
    var bytes = try contents(path)
    bytes[131_072 + 70_000] ^= 1
    let journal = try Journal(storage: MemoryStorage(bytes))
    let error = #expect(throws: JournalError.self) {
      try journal.withRecord(at: address) {
        try journal.withValue(0, of: $0) { $0.byteCount + Int($1) }
      }
    }
    #expect(error?.code == .badValue)
  }

  /// The block that is being filled has no checksum; found by flipping every bit of one.
  @Test func aLinkThatPointsIntoAValueThatLooksLikeARecordIsTold() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("20240709.001")
    var header = JournalHeader()
    header.creationTime = Timestamp(milliseconds: 1_720_500_000_000)
    let writer = try JournalWriter(path: path, header: header)
    // The last bytes before the last record of the block read as a length of 44, and at its end
    // stand zeros.
    try writer.append(
      RecordContent(.set, GlobalReference("XYZ"), new: .bytes([1, 2, 3, 4, 5, 44, 0, 0, 0])))
    try writer.append(
      RecordContent(.set, GlobalReference("X"), new: .bytes([UInt8](repeating: 0, count: 60))))
    try writer.endBlock()
    let first = try writer.append(RecordContent(.set, GlobalReference("Y"), new: JournalValue("v")))
    try writer.flush()
    var bytes = try contents(path)
    #expect(try Journal(storage: MemoryStorage(bytes)).everything().records.count == 3)
    for step in [4, 8, 1, 64] {
      var damaged = bytes
      damaged[first + 4] ^= UInt8(step)
      let (records, damage) = try Journal(storage: MemoryStorage(damaged)).everything()
      #expect(damage.map(\.kind) == [.link])
      #expect(records.count == 2)
    }
    // A block that names no first record is empty.
    bytes[first / 65_536 * 65_536] = 0
    let (records, damage) = try Journal(storage: MemoryStorage(bytes)).everything()
    #expect(damage.map(\.kind) == [.blockHeader])
    #expect(records.count == 2)
  }
}
